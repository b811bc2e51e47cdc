//! The parameters of a request's query.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

/// A query, decoded as it is looked at.
#[derive(Clone, Copy, Debug)]
pub(super) struct Query<'a>(&'a str);

impl<'a> Query<'a> {
    /// The query of a URI; none is an empty one.
    pub(super) fn new(text: Option<&'a str>) -> Self {
        Self(text.unwrap_or_default())
    }

    /// The first value of a parameter, if the parameter is there and not empty.
    pub(super) fn get(self, name: &str) -> Option<Cow<'a, str>> {
        self.all(name).next().filter(|value| !value.is_empty())
    }

    /// Whether a parameter is there, with or without a value.
    pub(super) fn has(self, name: &str) -> bool {
        self.all(name).next().is_some()
    }

    /// Every value of a parameter, in order.
    pub(super) fn all<'n>(self, name: &'n str) -> impl Iterator<Item = Cow<'a, str>> + use<'a, 'n> {
        self.0.split('&').filter(|pair| !pair.is_empty()).filter_map(move |pair| {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decode(key) == name).then(|| decode(value))
        })
    }
}

/// Form decoding: `+` is a space, escapes are UTF-8; what is not becomes a replacement character, which matches nothing.
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
