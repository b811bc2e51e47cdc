//! Numbers as canonical Kubernetes quantities.
//!
//! The HPA reads a quantity with `Quantity.MilliValue()` (apimachinery `resource/quantity.go`), which rounds away from zero
//! to a thousandth and overflows silently beyond 9 223 372 036 854 775: one more is read as a negative number.

/// The largest number that leaves: 2^53, the last below which a double holds every integer, and some 2 % below the point
/// at which `MilliValue()` overflows. (The double nearest to that point lies beyond it.)
const LARGEST: f64 = 9_007_199_254_740_992.0;

/// Why a number cannot be a quantity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NotAQuantity {
    /// Not a number, or infinite.
    NotFinite,
    /// Below zero.
    Negative,
    /// Beyond what the HPA can read.
    TooLarge,
}

/// The canonical text of a number: an integer, or thousandths with the suffix `m`, rounded up as the HPA would.
pub(super) fn quantity(number: f64) -> Result<String, NotAQuantity> {
    if !number.is_finite() {
        return Err(NotAQuantity::NotFinite);
    }
    if number < 0.0 {
        return Err(NotAQuantity::Negative);
    }
    if number > LARGEST {
        return Err(NotAQuantity::TooLarge);
    }
    let milli = thousandths(number);
    Ok(if milli.is_multiple_of(1000) { (milli / 1000).to_string() } else { format!("{milli}m") })
}

/// The number in thousandths, rounded up, where a binary fraction's own error does not count as a remainder.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 ≤ number ≤ LARGEST, so it fits")]
fn thousandths(number: f64) -> u64 {
    let whole = number.trunc();
    let fraction = (number - whole) * 1000.0;
    let nearest = fraction.round();
    let fraction = if (fraction - nearest).abs() < 1e-6 { nearest } else { fraction.ceil() };
    (whole as u64) * 1000 + fraction as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn integers_are_plain_and_fractions_are_thousandths_rounded_up() {
        let cases = [(0.0, "0"), (42.0, "42"), (0.5, "500m"), (1.5, "1500m"), (0.3, "300m"), (0.1 + 0.2, "300m")];
        for (number, text) in cases {
            assert_eq!(quantity(number).as_deref(), Ok(text));
        }
        assert_eq!(quantity(1.0 / 3.0).as_deref(), Ok("334m"));
        assert_eq!(quantity(0.0001).as_deref(), Ok("1m"));
        assert_eq!(quantity(1.9999).as_deref(), Ok("2"));
        assert_eq!(quantity(LARGEST).as_deref(), Ok("9007199254740992"));
    }

    #[test]
    fn what_the_hpa_would_misread_is_refused() {
        assert_eq!(quantity(f64::NAN), Err(NotAQuantity::NotFinite));
        assert_eq!(quantity(f64::INFINITY), Err(NotAQuantity::NotFinite));
        assert_eq!(quantity(-0.001), Err(NotAQuantity::Negative));
        assert_eq!(quantity(9_007_199_254_740_994.0), Err(NotAQuantity::TooLarge));
    }

    proptest! {
        #[test]
        fn a_quantity_is_never_less_than_its_number_nor_a_thousandth_more(number in 0.0..1e9_f64) {
            let text = quantity(number).expect("in range");
            let read = match text.strip_suffix('m') {
                Some(milli) => milli.parse::<f64>().expect("digits") / 1000.0,
                None => text.parse().expect("digits"),
            };
            prop_assert!(read - number < 0.001_000_1 && number - read < 1e-6, "{number} became {text}");
        }
    }
}
