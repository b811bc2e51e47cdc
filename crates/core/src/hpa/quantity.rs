//! Kubernetes quantities as whole thousandths, which is all of a quantity that the HPA looks at.

/// Parses a quantity such as `42`, `1500m`, `1.5k`, `2Ki` or `1e3` to thousandths, rounding away from zero.
///
/// Kubernetes: `ParseQuantity` and `Quantity.MilliValue` in `apimachinery/pkg/api/resource/quantity.go`. Unlike those,
/// which wrap around silently, a quantity whose thousandths do not fit into 64 bits is an error: a number that cannot be
/// represented is not known.
pub fn parse_milli(text: &str) -> Result<i64, String> {
    let (negative, unsigned) = match text.as_bytes().first() {
        Some(b'-') => (true, &text[1..]),
        Some(b'+') => (false, &text[1..]),
        _ => (false, text),
    };
    let number_end = unsigned.find(|it: char| !it.is_ascii_digit() && it != '.').unwrap_or(unsigned.len());
    let (number, suffix) = unsigned.split_at(number_end);
    let magnitude = decimal(number)
        .zip(multiplier(suffix))
        .ok_or_else(|| format!("`{text}` is not a quantity"))
        .and_then(|(decimal, multiplier)| {
            thousandths(decimal, multiplier).ok_or_else(|| format!("the quantity `{text}` is too large"))
        })?;
    Ok(if negative { -magnitude } else { magnitude })
}

/// Writes thousandths for a reader: `42`, `9.5`, `0.001`.
pub fn format_milli(milli: i64) -> String {
    let (sign, whole, part) =
        (if milli < 0 { "-" } else { "" }, milli.unsigned_abs() / 1000, milli.unsigned_abs() % 1000);
    match part {
        0 => format!("{sign}{whole}"),
        part => format!("{sign}{whole}.{}", format!("{part:03}").trim_end_matches('0')),
    }
}

/// `digits` × 10^`exponent`.
#[derive(Clone, Copy)]
struct Decimal {
    digits: u128,
    exponent: i32,
}

/// `factor` × 10^`exponent`.
#[derive(Clone, Copy)]
struct Multiplier {
    factor: u128,
    exponent: i32,
}

/// A plain decimal number without sign. More digits than fit are refused rather than dropped.
fn decimal(text: &str) -> Option<Decimal> {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    if whole.len() + part.len() == 0 || part.contains('.') {
        return None;
    }
    let part = part.trim_end_matches('0');
    let digits = whole
        .bytes()
        .chain(part.bytes())
        .try_fold(0_u128, |digits, digit| digits.checked_mul(10)?.checked_add(u128::from(digit.checked_sub(b'0')?)))?;
    Some(Decimal { digits, exponent: -i32::try_from(part.len()).ok()? })
}

/// What a suffix multiplies by: decimal, binary, or a decimal exponent.
fn multiplier(suffix: &str) -> Option<Multiplier> {
    let decimal = |exponent| Some(Multiplier { factor: 1, exponent });
    let binary = |shift: u32| Some(Multiplier { factor: 1 << shift, exponent: 0 });
    match suffix {
        "n" => decimal(-9),
        "u" => decimal(-6),
        "m" => decimal(-3),
        "" => decimal(0),
        "k" => decimal(3),
        "M" => decimal(6),
        "G" => decimal(9),
        "T" => decimal(12),
        "P" => decimal(15),
        "E" => decimal(18),
        "Ki" => binary(10),
        "Mi" => binary(20),
        "Gi" => binary(30),
        "Ti" => binary(40),
        "Pi" => binary(50),
        "Ei" => binary(60),
        exponent => decimal(exponent.strip_prefix(['e', 'E'])?.parse().ok()?),
    }
}

/// The product in thousandths, rounded up; absent when it does not fit.
fn thousandths(decimal: Decimal, multiplier: Multiplier) -> Option<i64> {
    let digits = decimal.digits.checked_mul(multiplier.factor)?;
    let exponent = decimal.exponent.checked_add(multiplier.exponent)?.checked_add(3)?;
    let power = 10_u128.checked_pow(exponent.unsigned_abs());
    let milli = match (digits, exponent) {
        (0, _) => 0,
        (digits, 0..) => digits.checked_mul(power?)?,
        // A divisor beyond 128 bits leaves some dust, which rounds up to one thousandth.
        (digits, _) => power.map_or(1, |power| digits.div_ceil(power)),
    };
    i64::try_from(milli).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, milli: i64) {
        assert_eq!(parse_milli(text), Ok(milli), "{text}");
    }

    #[test]
    fn every_form_of_a_quantity_is_read() {
        for (text, milli) in [("42", 42_000), ("1500m", 1500), ("1.5k", 1_500_000), ("2Ki", 2_048_000), ("0", 0)] {
            check(text, milli);
        }
        for (text, milli) in [("1e3", 1_000_000), ("1E-2", 10), ("-2", -2000), ("+.5", 500), ("5.", 5000)] {
            check(text, milli);
        }
    }

    #[test]
    fn what_is_finer_than_a_thousandth_rounds_away_from_zero() {
        for (text, milli) in [("1n", 1), ("0.0001", 1), ("-0.0001", -1), ("1.00000000001", 1001), ("1e-60", 1)] {
            check(text, milli);
        }
    }

    #[test]
    fn what_does_not_fit_is_an_error_and_not_another_number() {
        check("9223372036854775", 9_223_372_036_854_775_000);
        for text in ["9223372036854776", "10P", "1e19", "1e2147483647", "99999999999999999999999999999999999999999"] {
            assert!(parse_milli(text).is_err(), "{text}");
        }
    }

    #[test]
    fn anything_else_is_no_quantity() {
        for text in ["", "-", ".", "NaN", "inf", "1.2.3", "1 ", "1x", "e3", "1e", "--1", "1Kii"] {
            assert!(parse_milli(text).is_err(), "{text}");
        }
    }

    #[test]
    fn thousandths_are_written_as_a_reader_expects() {
        for (milli, text) in [(42_000, "42"), (9500, "9.5"), (1, "0.001"), (-1050, "-1.05"), (0, "0")] {
            assert_eq!(format_milli(milli), text);
        }
    }
}
