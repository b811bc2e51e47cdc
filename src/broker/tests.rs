//! Reading over real sockets, from brokers that answer what real ones did, or misbehave.

pub(super) mod fixtures;
