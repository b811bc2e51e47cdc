//! Durations as people write them in flags: `200ms`, `2s`, `1.5s`, `3m`.

use std::time::Duration;

/// Reads a number with one of the units `ms`, `s`, `m`, `h`; a flag's value parser.
///
/// # Errors
/// A message that names the units.
pub fn parse(text: &str) -> Result<Duration, String> {
    let problem = || format!("`{text}` is no duration: write a number and a unit, such as `200ms`, `2s` or `3m`");
    let digits = text.find(|c: char| !(c.is_ascii_digit() || c == '.')).ok_or_else(problem)?;
    let (number, unit) = text.split_at(digits);
    let seconds = match unit {
        "ms" => 0.001,
        "s" => 1.0,
        "m" => 60.0,
        "h" => 3600.0,
        _ => return Err(problem()),
    };
    let number: f64 = number.parse().map_err(|_| problem())?;
    Duration::try_from_secs_f64(number * seconds).map_err(|_| problem())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units() {
        for (text, milliseconds) in [("0s", 0), ("200ms", 200), ("1.5s", 1500), ("2m", 120_000), ("1h", 3_600_000)] {
            assert_eq!(parse(text), Ok(Duration::from_millis(milliseconds)), "{text}");
        }
    }

    #[test]
    fn everything_else_is_refused() {
        for text in ["", "5", "s", "-1s", "1d", "1.2.3s", "1 s", "9999999999999999999999s"] {
            assert!(parse(text).unwrap_err().contains("200ms"), "{text}");
        }
    }
}
