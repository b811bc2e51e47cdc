#!/usr/bin/python3
"""A client of AMQP 1.0 that publishes five messages a second to some addresses and takes everything from others.

RabbitMQ counts what AMQP 0-9-1 clients do and, from 4.0 on, not what AMQP 1.0 clients do. It runs until it is ended. Usage:

    amqp10.py HOST:PORT USERNAME PASSWORD_FILE publish|consume ADDRESS...
"""

import sys

from proton import Message
from proton.handlers import MessagingHandler
from proton.reactor import Container

PERIOD = 0.2  # seconds


class Client(MessagingHandler):
    def __init__(self, server, username, password, what, addresses):
        super().__init__()
        self.server, self.username, self.password = server, username, password
        self.publishes, self.addresses = what == "publish", addresses
        self.senders = []

    def on_start(self, event):
        connection = event.container.connect(
            self.server, user=self.username, password=self.password, allowed_mechs="PLAIN", reconnect=False
        )
        if self.publishes:
            self.senders = [event.container.create_sender(connection, address) for address in self.addresses]
            event.container.schedule(PERIOD, self)
        else:
            for address in self.addresses:
                event.container.create_receiver(connection, address)

    def on_timer_task(self, event):
        for sender in self.senders:
            if sender.credit:
                sender.send(Message(body="{}"))
        event.container.schedule(PERIOD, self)

    def on_message(self, event):
        """The message is accepted when this returns."""

    def on_transport_error(self, event):
        sys.exit(f"the connection failed: {event.transport.condition}")

    def on_link_error(self, event):
        sys.exit(f"the broker refuses an address: {event.link.remote_condition}")


if __name__ == "__main__":
    server, username, password_file, what, *addresses = sys.argv[1:]
    with open(password_file, encoding="utf-8") as file:
        password = file.read()
    Container(Client(server, username, password, what, addresses)).run()
