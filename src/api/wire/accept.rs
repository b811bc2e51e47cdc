//! The `Accept` header: which form of a response the client accepts.

use http::HeaderMap;
use http::header::ACCEPT;

use super::status::Status;

/// The two forms of the group list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Plain JSON.
    Plain,
    /// `APIGroupDiscoveryList`: groups, versions and resources in one document.
    Aggregated,
}

/// One alternative of an `Accept` header.
#[derive(Debug)]
struct Clause<'a> {
    media: &'a str,
    parameters: Vec<(&'a str, &'a str)>,
    /// Preference in thousandths.
    quality: u16,
}

/// Checks that the client accepts plain JSON.
pub fn json(headers: &HeaderMap) -> Result<(), Status> {
    first(headers, |clause| clause.is_json().then_some(()))
}

/// The form of the group list that the client prefers.
pub fn group_list(headers: &HeaderMap) -> Result<Form, Status> {
    first(headers, |clause| match clause {
        clause if clause.is_json() => Some(Form::Plain),
        clause if clause.is_aggregated_discovery() => Some(Form::Aggregated),
        _ => None,
    })
}

/// The result for the most preferred clause that can be served. A missing header accepts everything.
fn first<T>(headers: &HeaderMap, serve: impl Fn(&Clause<'_>) -> Option<T>) -> Result<T, Status> {
    let texts: Vec<&str> = headers.get_all(ACCEPT).iter().filter_map(|value| value.to_str().ok()).collect();
    let mut clauses: Vec<_> = texts.iter().flat_map(|text| text.split(',')).filter_map(Clause::parse).collect();
    if clauses.is_empty() {
        clauses.extend(Clause::parse("*/*"));
    }
    clauses.sort_by_key(|clause| std::cmp::Reverse(clause.quality));
    clauses.iter().filter(|clause| clause.quality > 0).find_map(serve).ok_or_else(Status::not_acceptable)
}

impl<'a> Clause<'a> {
    fn parse(text: &'a str) -> Option<Self> {
        let mut parts = text.split(';').map(str::trim);
        let media = parts.next().filter(|media| !media.is_empty())?;
        let (mut parameters, mut quality) = (Vec::new(), 1000);
        for (name, value) in parts.filter_map(|part| part.split_once('=')) {
            if name.trim().eq_ignore_ascii_case("q") {
                quality = thousandths(value.trim());
            } else {
                parameters.push((name.trim(), value.trim().trim_matches('"')));
            }
        }
        Some(Self { media, parameters, quality })
    }

    fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|(own, _)| *own == name).map(|(_, value)| *value)
    }

    fn is_media_json(&self) -> bool {
        ["application/json", "application/*", "*/*"].iter().any(|media| self.media.eq_ignore_ascii_case(media))
    }

    /// JSON of the object itself, not converted to a Table or anything else.
    fn is_json(&self) -> bool {
        self.is_media_json() && self.parameter("as").is_none()
    }

    /// Newer API servers add `profile=nopeer`, which asks for what is served anyway.
    fn is_aggregated_discovery(&self) -> bool {
        self.is_media_json()
            && self.parameter("as") == Some("APIGroupDiscoveryList")
            && self.parameter("g") == Some("apidiscovery.k8s.io")
            && self.parameter("v") == Some("v2")
    }
}

/// A quality between 0 and 1 in thousandths. A malformed quality counts as 1.
fn thousandths(text: &str) -> u16 {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits: String = fraction.chars().chain("000".chars()).take(3).collect();
    match (whole, digits.parse::<u16>()) {
        ("0", Ok(digits)) => digits,
        _ => 1000,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const AGGREGATED: &str = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";

    fn accepting(text: &str) -> HeaderMap {
        HeaderMap::from_iter([(ACCEPT, text.parse().expect("a header value"))])
    }

    #[test]
    fn json_is_served_if_it_is_among_the_accepted_types() {
        for text in [
            "application/json",
            "application/vnd.kubernetes.protobuf, */*",
            "application/json;as=Table;v=v1;g=meta.k8s.io,application/json",
            "application/*;q=0.1",
            "",
        ] {
            assert_eq!(json(&accepting(text)), Ok(()), "{text}");
        }
        assert_eq!(json(&HeaderMap::new()), Ok(()));
    }

    #[test]
    fn types_that_are_not_served_are_not_acceptable() {
        for text in [
            "application/vnd.kubernetes.protobuf",
            "application/json;as=Table;v=v1;g=meta.k8s.io",
            "text/html, application/json;q=0",
            "application/json;q=0.000",
        ] {
            assert_eq!(json(&accepting(text)), Err(Status::not_acceptable()), "{text}");
        }
    }

    #[test]
    fn the_group_list_has_two_forms_and_the_preferred_one_is_served() {
        let check = |text: &str, expected| assert_eq!(group_list(&accepting(text)), Ok(expected), "{text}");
        check(AGGREGATED, Form::Aggregated);
        check(&format!("{AGGREGATED};profile=nopeer"), Form::Aggregated);
        check(&format!("{AGGREGATED},application/json"), Form::Aggregated);
        check(&format!("{AGGREGATED};q=0.5,application/json"), Form::Plain);
        check(
            "application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json",
            Form::Plain,
        );
        check("*/*", Form::Plain);
    }
}
