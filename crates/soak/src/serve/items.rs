//! Numbers and items that no reader can use.

/// What stands in place of a number at the Prometheus endpoint. None of these is a count.
pub(super) const LIES: [&str; 9] =
    ["NaN", "+Inf", "-Inf", "-1", "1.5", "1e999", "18446744073709551616", "undefined", "9007199254740993.5"];

/// What stands in place of a number at the management API. A number that JSON's readers refuse, such as `1e999`, is left out:
/// no program that writes JSON writes it, and a reader cannot go on after it.
pub(super) const JSON_LIES: [&str; 9] =
    ["-1", "1.5", "18446744073709551616", "\"5\"", "[]", "{}", "null", "true", "-9223372036854775809"];

/// Lines that are not in the form of Prometheus.
pub(super) const LINES: &str = "rabbitmq_detailed_queue_messages{vhost=\"/\",queue=\"half\n\
    rabbitmq_detailed_queue_messages{queue=\"steady-0\"} 7\nno number\n";

/// Items of a list that are no queues.
pub(super) const ITEMS: &str =
    r#"{"name":5,"vhost":"/","messages":7},{"vhost":"/","messages":8},{"name":null},{"name":"steady-0","messages":9}"#;
