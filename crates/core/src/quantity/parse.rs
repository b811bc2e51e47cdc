//! From the text of a Kubernetes quantity to thousandths.

use std::str::FromStr;

use super::Milli;

/// Why a text cannot be read as a quantity.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAQuantity {
    /// It does not have the form of one.
    #[error("`{0}` is not a quantity")]
    Malformed(String),
    /// Its thousandths do not fit into 64 bits.
    #[error("the quantity `{0}` is too large to be read in thousandths")]
    TooLarge(String),
}

impl FromStr for Milli {
    type Err = NotAQuantity;

    /// Parses a quantity such as `42`, `1500m`, `1.5k`, `2Ki` or `1e3`, rounding away from zero.
    ///
    /// Kubernetes: `ParseQuantity` and `Quantity.MilliValue` in `apimachinery/pkg/api/resource/quantity.go`. Unlike those,
    /// which wrap around silently, a quantity whose thousandths do not fit into 64 bits is an error.
    fn from_str(text: &str) -> Result<Self, NotAQuantity> {
        let (negative, unsigned) = match text.as_bytes().first() {
            Some(b'-') => (true, &text[1..]),
            Some(b'+') => (false, &text[1..]),
            _ => (false, text),
        };
        let number_end = unsigned.find(|it: char| !it.is_ascii_digit() && it != '.').unwrap_or(unsigned.len());
        let (number, suffix) = unsigned.split_at(number_end);
        let (number, multiplier) =
            decimal(number).zip(multiplier(suffix)).ok_or_else(|| NotAQuantity::Malformed(text.to_owned()))?;
        let magnitude = thousandths(number, multiplier).ok_or_else(|| NotAQuantity::TooLarge(text.to_owned()))?;
        Ok(Self::new(if negative { -magnitude } else { magnitude }))
    }
}

/// `digits` × 10^`exponent`.
#[derive(Clone, Copy)]
struct Number {
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
fn decimal(text: &str) -> Option<Number> {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    if whole.len() + part.len() == 0 || part.contains('.') {
        return None;
    }
    let part = part.trim_end_matches('0');
    let digits = whole
        .bytes()
        .chain(part.bytes())
        .try_fold(0_u128, |digits, digit| digits.checked_mul(10)?.checked_add(u128::from(digit.checked_sub(b'0')?)))?;
    Some(Number { digits, exponent: -i32::try_from(part.len()).ok()? })
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
fn thousandths(number: Number, multiplier: Multiplier) -> Option<i64> {
    let digits = number.digits.checked_mul(multiplier.factor)?;
    let exponent = number.exponent.checked_add(multiplier.exponent)?.checked_add(3)?;
    let power = 10_u128.checked_pow(exponent.unsigned_abs());
    let milli = match (digits, exponent) {
        (0, _) => 0,
        (digits, 0..) => digits.checked_mul(power?)?,
        // A divisor beyond 128 bits leaves less than a thousandth, which rounds up to one.
        (digits, _) => power.map_or(1, |power| digits.div_ceil(power)),
    };
    i64::try_from(milli).ok()
}
