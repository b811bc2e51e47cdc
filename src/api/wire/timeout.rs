//! The `timeout` parameter of Kubernetes requests, a duration in Go's format.

use std::time::Duration;

use super::query::Query;
use super::status::Status;

/// The timeout that the client asks for, if any. Zero means none, as for the Kubernetes API server.
pub fn requested(query: Query<'_>) -> Result<Option<Duration>, Status> {
    let Some(text) = query.get("timeout") else { return Ok(None) };
    match parse(&text) {
        Some(duration) => Ok(Some(duration).filter(|duration| !duration.is_zero())),
        None => Err(Status::bad_request("invalid timeout specified in the request URL")),
    }
}

/// A sum of decimal numbers with units, such as `1m30s` or `1.5s`; never negative.
fn parse(text: &str) -> Option<Duration> {
    let text = text.strip_prefix('+').unwrap_or(text);
    if text == "0" {
        return Some(Duration::ZERO);
    }
    let (mut rest, mut sum) = (text, Duration::ZERO);
    while !rest.is_empty() {
        let digits = rest.find(|character: char| !character.is_ascii_digit() && character != '.')?;
        let (number, after) = rest.split_at(digits);
        let letters =
            after.find(|character: char| character.is_ascii_digit() || character == '.').unwrap_or(after.len());
        let (unit, next) = after.split_at(letters);
        let seconds = number.parse::<f64>().ok()? * seconds_of(unit)?;
        sum = sum.checked_add(Duration::try_from_secs_f64(seconds).ok()?)?;
        rest = next;
    }
    (!text.is_empty()).then_some(sum)
}

fn seconds_of(unit: &str) -> Option<f64> {
    Some(match unit {
        "ns" => 1e-9,
        "us" | "µs" | "μs" => 1e-6,
        "ms" => 1e-3,
        "s" => 1.0,
        "m" => 60.0,
        "h" => 3600.0,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_in_the_format_of_go() {
        for (text, milliseconds) in [("10s", 10_000), ("1m30s", 90_000), ("1.5s", 1500), ("250ms", 250), ("0", 0)] {
            assert_eq!(parse(text), Some(Duration::from_millis(milliseconds)), "{text}");
        }
        for text in ["", "10", "s", "-1s", "1x", "1s5", ".s", "1e3s", "9999999999999999999h"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_malformed_timeout_is_refused() {
        assert_eq!(requested(Query::new(Some("timeout=10s"))), Ok(Some(Duration::from_secs(10))));
        assert_eq!(requested(Query::new(Some("timeout=0s"))), Ok(None));
        assert!(requested(Query::new(Some("timeout=soon"))).is_err());
    }
}
