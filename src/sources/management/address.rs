//! URLs of the management API.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::Url;

use leveret_core::observation::QueueId;

/// The URL of `segments` below `base`. Every character of a segment that has a meaning in a URL is encoded: `/`, `%` and
/// `+` are part of many names.
pub(super) fn of(base: &Url, segments: &[&str], query: &str) -> Url {
    let mut path = base.path().trim_end_matches('/').to_owned();
    for segment in segments {
        path.push('/');
        path.extend(utf8_percent_encode(segment, NON_ALPHANUMERIC));
    }
    let mut url = base.clone();
    url.set_path(&path);
    url.set_query(Some(query).filter(|query| !query.is_empty()));
    url
}

/// Whether a URL can address a queue. In a path `.` and `..` are steps, even if they are encoded.
pub(super) fn is_addressable(queue: &QueueId) -> bool {
    [&*queue.vhost, &*queue.name].iter().all(|segment| !matches!(*segment, "" | "." | ".."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(base: &str, name: &str, expected: &str) {
        let base = Url::parse(base).expect("a URL");
        assert_eq!(of(&base, &["api", "queues", "/", name], "").as_str(), expected);
    }

    #[test]
    fn names_are_encoded_as_rabbitmq_decodes_them() {
        check("http://b:15672", "a/b", "http://b:15672/api/queues/%2F/a%2Fb");
        check("http://b:15672/", "pct%2Fenc%", "http://b:15672/api/queues/%2F/pct%252Fenc%25");
        check("http://b:15672", "a+b&c=d?e#f", "http://b:15672/api/queues/%2F/a%2Bb%26c%3Dd%3Fe%23f");
        check("http://b:15672", "trailing ", "http://b:15672/api/queues/%2F/trailing%20");
        check("https://b/rabbit/", "队", "https://b/rabbit/api/queues/%2F/%E9%98%9F");
    }

    #[test]
    fn a_queue_called_dot_dot_is_not_addressable() {
        assert!(is_addressable(&QueueId::new("/", "...")));
        assert!(!is_addressable(&QueueId::new("/", "..")));
        assert!(!is_addressable(&QueueId::new(".", "a")));
    }
}
