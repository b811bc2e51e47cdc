//! The labels of a queue's samples: `vhost="V",queue="Q"`, or with `exchange="E"` between them.
//!
//! RabbitMQ 3.10 writes names unescaped; later versions escape `"` and `\`. One name that cannot have been escaped shows
//! which of them wrote a body, but most names show nothing. So names are compared as they were written, and unescaped only
//! after the whole body was read.

use std::borrow::Cow;

use crate::sources::NAME_BYTES_MAX;

/// The names in a sample's labels, as they were written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::sources) struct QueueLabels<'a> {
    /// The virtual host.
    pub(in crate::sources) vhost: &'a str,
    /// The exchange, in the samples that have one.
    pub(in crate::sources) exchange: Option<&'a str>,
    /// The queue.
    pub(in crate::sources) queue: &'a str,
}

/// How long a name can be of which every byte is escaped.
const ESCAPED_BYTES_MAX: usize = 2 * NAME_BYTES_MAX;

impl<'a> QueueLabels<'a> {
    /// Finds the names in `vhost="V",queue="Q"`. The virtual host ends at the first `",queue="`: only administrators name
    /// virtual hosts, while any user may call a queue `x",queue="y`.
    pub(in crate::sources) fn of_queue(labels: &'a str) -> Option<Self> {
        let (vhost, queue) = labels.strip_prefix("vhost=\"")?.strip_suffix('"')?.split_once("\",queue=\"")?;
        let possible = [vhost, queue].iter().all(|name| name.len() <= ESCAPED_BYTES_MAX);
        possible.then_some(Self { vhost, exchange: None, queue })
    }

    /// Finds the names in `vhost="V",queue="Q",queue_type="T",membership="M"`, and the rest. Every RabbitMQ that has such
    /// samples escapes names.
    pub(in crate::sources) fn of_info(labels: &'a str) -> Option<(Self, &'a str)> {
        let (names, info) = labels.split_once("\",queue_type=\"")?;
        let (vhost, queue) = names.strip_prefix("vhost=\"")?.split_once("\",queue=\"")?;
        let possible = |name: &str| name.len() <= ESCAPED_BYTES_MAX && is_escaped(name);
        [vhost, queue].into_iter().all(possible).then_some((Self { vhost, exchange: None, queue }, info))
    }

    /// Finds the names in `vhost="V",exchange="E",queue="Q"`. Every RabbitMQ that has such samples escapes names, so none if
    /// a name is not escaped.
    pub(in crate::sources) fn of_exchange(labels: &'a str) -> Option<Self> {
        let (vhost, rest) = labels.strip_prefix("vhost=\"")?.strip_suffix('"')?.split_once("\",exchange=\"")?;
        let (exchange, queue) = rest.split_once("\",queue=\"")?;
        let names = [vhost, exchange, queue];
        let possible = |name: &str| name.len() <= ESCAPED_BYTES_MAX && is_escaped(name);
        names.into_iter().all(possible).then_some(Self { vhost, exchange: Some(exchange), queue })
    }

    /// Whether a RabbitMQ that escapes names can have written them.
    pub(in crate::sources) fn may_be_escaped(&self) -> bool {
        is_escaped(self.vhost) && is_escaped(self.queue)
    }
}

/// Whether every quote and backslash is part of `\"`, `\\` or `\n`.
fn is_escaped(name: &str) -> bool {
    let mut bytes = name.bytes();
    while let Some(byte) = bytes.next() {
        let fits = match byte {
            b'"' => false,
            b'\\' => matches!(bytes.next(), Some(b'"' | b'\\' | b'n')),
            _ => true,
        };
        if !fits {
            return false;
        }
    }
    true
}

/// The name that was escaped.
pub(in crate::sources) fn unescape(name: &str) -> Cow<'_, str> {
    if !name.contains('\\') {
        return Cow::Borrowed(name);
    }
    let mut plain = String::with_capacity(name.len());
    let mut characters = name.chars();
    while let Some(character) = characters.next() {
        plain.push(match character {
            '\\' => match characters.next() {
                Some('n') => '\n',
                Some(escaped) => escaped,
                None => '\\',
            },
            other => other,
        });
    }
    Cow::Owned(plain)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn escape(name: &str) -> String {
        name.replace('\\', r"\\").replace('"', "\\\"")
    }

    #[test]
    fn unescaped_names_are_recognised() {
        for name in [r#"quote"dq"#, r"back\slash", r#"x",queue="y"#, r"end\"] {
            let labels = format!("vhost=\"/\",queue=\"{name}\"");
            let found = QueueLabels::of_queue(&labels).expect("readable");
            assert_eq!((found.vhost, found.queue, found.may_be_escaped()), ("/", name, false));
        }
    }

    #[test]
    fn labels_of_another_shape_are_refused() {
        for labels in ["", "queue=\"a\"", "vhost=\"/\"", "vhost=\"/\",queue=\"a", "vhost=\"/\",queue=a\""] {
            assert_eq!(QueueLabels::of_queue(labels), None, "{labels}");
        }
        assert_eq!(QueueLabels::of_exchange(r#"vhost="/",vhost="/",exchange="",queue="a""#), None);
        assert_eq!(QueueLabels::of_exchange(r#"vhost="/",queue="a""#), None);
    }

    proptest! {
        #[test]
        fn names_survive_escaping(vhost in "\\PC{0,12}", exchange in r#"[\t"\\{},=a-z]{0,12}"#, queue in r#"[\t"\\{},=ä🐇]{0,20}"#) {
            let (v, e, q) = (escape(&vhost), escape(&exchange), escape(&queue));
            let labels = format!("vhost=\"{v}\",queue=\"{q}\"");
            let found = QueueLabels::of_queue(&labels).expect("readable");
            prop_assert!(found.may_be_escaped());
            prop_assert_eq!((&*unescape(found.vhost), &*unescape(found.queue)), (&*vhost, &*queue));
            let labels = format!("vhost=\"{v}\",exchange=\"{e}\",queue=\"{q}\"");
            let found = QueueLabels::of_exchange(&labels).expect("readable");
            prop_assert_eq!((&*unescape(found.vhost), &*unescape(found.queue)), (&*vhost, &*queue));
        }

        #[test]
        fn unescaped_names_are_found_whole(queue in r#"[\t"\\{},=a-z ]{0,30}"#) {
            let labels = format!("vhost=\"a/b\",queue=\"{queue}\"");
            let found = QueueLabels::of_queue(&labels).expect("readable");
            prop_assert_eq!((found.vhost, found.queue), ("a/b", &*queue));
        }

        #[test]
        fn nothing_panics(labels in r#"[vhostqueexcang="\\,]{0,80}"#) {
            let _ = (QueueLabels::of_queue(&labels), QueueLabels::of_exchange(&labels), unescape(&labels));
        }
    }
}
