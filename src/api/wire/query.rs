//! The parameters in a request's query.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

/// A query, whose parameters are decoded when they are read.
#[derive(Clone, Copy, Debug)]
pub struct Query<'a>(&'a str);

impl<'a> Query<'a> {
    /// The query of a URI; `None` is the same as an empty query.
    pub fn new(text: Option<&'a str>) -> Self {
        Self(text.unwrap_or_default())
    }

    /// The first value of a parameter, unless it is missing or empty.
    pub fn get(self, name: &str) -> Option<Cow<'a, str>> {
        self.all(name).next().filter(|value| !value.is_empty())
    }

    /// Whether a parameter is present, with or without a value.
    pub fn has(self, name: &str) -> bool {
        self.all(name).next().is_some()
    }

    /// Whether a list request asks for a watch. `watch` without a value means yes, as for the Kubernetes API server.
    pub fn is_watch(self) -> bool {
        self.all("watch").next().is_some_and(|value| !matches!(&*value, "0" | "f" | "F" | "false" | "False" | "FALSE"))
    }

    /// Every value of a parameter, in order.
    pub fn all<'n>(self, name: &'n str) -> impl Iterator<Item = Cow<'a, str>> + use<'a, 'n> {
        self.0.split('&').filter(|pair| !pair.is_empty()).filter_map(move |pair| {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decode(key) == name).then(|| decode(value))
        })
    }
}

/// Form decoding: `+` is a space and escapes are UTF-8. Invalid UTF-8 becomes a replacement character, which matches nothing.
fn decode(text: &str) -> Cow<'_, str> {
    if text.contains('+') {
        let spaced = text.replace('+', " ");
        return Cow::Owned(percent_decode_str(&spaced).decode_utf8_lossy().into_owned());
    }
    percent_decode_str(text).decode_utf8_lossy()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_decoded_as_forms_are() {
        let query = Query::new(Some("labelSelector=queue+in+%28a%2Cb%29&verbose&exclude=x&exclude=y&empty=&=1&&"));
        assert_eq!(query.get("labelSelector").as_deref(), Some("queue in (a,b)"));
        assert!(query.has("verbose") && !query.has("watch"));
        assert_eq!(query.all("exclude").collect::<Vec<_>>(), ["x", "y"]);
        assert!(query.has("empty") && query.get("empty").is_none());
        assert_eq!(Query::new(Some("a=%ff")).get("a").as_deref(), Some("\u{fffd}"));
        assert!(!Query::new(None).has("watch"));
    }
}
