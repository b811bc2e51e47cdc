//! Durations as people write them: a whole number and a unit.

use std::time::Duration;

use crate::quoted::quoted;

/// The units, the longest first, in milliseconds.
const UNITS: [(&str, u64); 4] = [("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1)];

/// The duration that a text such as `500ms`, `5s`, `2m` or `1h` means.
///
/// # Errors
/// What is wrong with the text, and how it is written instead.
pub fn parse_duration(text: &str) -> Result<Duration, String> {
    read(text).map_err(|(reason, advice)| format!("{reason}: {advice}"))
}

/// The same, with the reason and the advice of the error apart.
pub fn read(text: &str) -> Result<Duration, (String, String)> {
    const EXAMPLES: &str = "write a whole number and a unit, such as `500ms`, `5s`, `2m` or `1h`";
    let shown = quoted(text);
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let (number, unit) = text.split_at(digits);
    if number.is_empty() {
        return Err((format!("{shown} is not a duration"), EXAMPLES.to_owned()));
    }
    if unit.is_empty() {
        let advice = format!("write `{text}s` for seconds or `{text}ms` for milliseconds");
        return Err((format!("{shown} has no unit"), if digits > 9 { EXAMPLES.to_owned() } else { advice }));
    }
    let Some((_, scale)) = UNITS.iter().find(|(known, _)| *known == unit) else {
        return Err((format!("{shown} is not a duration"), EXAMPLES.to_owned()));
    };
    match number.parse::<u64>().ok().and_then(|number| number.checked_mul(*scale)) {
        Some(millis) => Ok(Duration::from_millis(millis)),
        None => Err((format!("{shown} is too long"), EXAMPLES.to_owned())),
    }
}

/// The duration in its largest whole unit, as [`parse_duration`] reads it.
pub fn show_duration(duration: Duration) -> String {
    let millis = u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
    let (unit, scale) =
        UNITS.into_iter().find(|(_, scale)| millis > 0 && millis.is_multiple_of(*scale)).unwrap_or(UNITS[2]);
    format!("{}{unit}", millis / scale)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_and_a_unit() {
        for (text, millis) in [("500ms", 500), ("5s", 5_000), ("2m", 120_000), ("1h", 3_600_000), ("0s", 0)] {
            assert_eq!(parse_duration(text), Ok(Duration::from_millis(millis)));
            assert_eq!(show_duration(Duration::from_millis(millis)), text);
        }
        assert_eq!(show_duration(Duration::from_secs(90)), "90s");
    }

    #[test]
    fn anything_else_is_refused_with_an_example() {
        for (text, reason) in [
            ("5", "`5` has no unit: write `5s` for seconds or `5ms` for milliseconds"),
            (
                "1m30s",
                "`1m30s` is not a duration: write a whole number and a unit, such as `500ms`, `5s`, `2m` or `1h`",
            ),
        ] {
            assert_eq!(parse_duration(text), Err(reason.to_owned()));
        }
        for text in ["", "s", "-5s", "1.5s", "5 s", "5S", "5d", "99999999999999999999s", "18446744073709551615h", "5é"]
        {
            assert!(parse_duration(text).is_err(), "{text}");
        }
    }
}
