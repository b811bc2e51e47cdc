//! Numbers in whole thousandths, which is all of a Kubernetes quantity that the HPA looks at.
//!
//! The HPA reads a quantity with `Quantity.MilliValue()` (apimachinery `resource/quantity.go`), which rounds away from zero
//! to a thousandth and wraps around beyond 64 bits: 9 223 372 036 854 776 is read as a negative number. A [`Milli`] holds
//! exactly what fits, so whatever does not fit is an error here instead of another number there.

mod parse;

pub use parse::NotAQuantity;

use std::fmt;

/// A number in thousandths, from -9 223 372 036 854 775.808 to 9 223 372 036 854 775.807.
///
/// Its text is a canonical quantity: `42`, or `1500m` where it is not whole.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Milli(i64);

/// A [`Milli`] as a reader expects a number: `42`, `9.5`, `0.001`.
#[derive(Clone, Copy, Debug)]
pub struct Decimal(Milli);

impl Milli {
    /// The number zero.
    pub const ZERO: Self = Self(0);

    /// The largest count that fits: what one more would become is what the HPA would misread.
    pub const LARGEST_COUNT: u64 = (i64::MAX / 1000).cast_unsigned();

    /// So many thousandths.
    pub const fn new(thousandths: i64) -> Self {
        Self(thousandths)
    }

    /// A count, exactly; none beyond [`Self::LARGEST_COUNT`].
    pub fn from_count(count: u64) -> Option<Self> {
        Self::quotient(count.into(), 1)
    }

    /// `dividend` ÷ `divisor`, rounded up to a thousandth; none when the divisor is zero or the result does not fit.
    pub fn quotient(dividend: u128, divisor: u128) -> Option<Self> {
        let thousandths = dividend.checked_mul(1000)?;
        if divisor == 0 {
            return None;
        }
        i64::try_from(thousandths.div_ceil(divisor)).ok().map(Self)
    }

    /// The number in thousandths.
    pub const fn thousandths(self) -> i64 {
        self.0
    }

    /// The nearest floating-point number; exact up to 2^53 thousandths.
    #[expect(clippy::cast_precision_loss, reason = "it is for gauges and charts, which need no more than 53 bits")]
    pub fn as_f64(self) -> f64 {
        self.0 as f64 / 1000.0
    }

    /// The sum; none when it does not fit.
    pub fn checked_add(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).map(Self)
    }

    /// The sum, or the largest or smallest number when it does not fit.
    #[must_use]
    pub fn saturating_add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }

    /// The number as a reader expects it, and not as a quantity.
    pub fn decimal(self) -> Decimal {
        Decimal(self)
    }
}

impl fmt::Display for Milli {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 % 1000 == 0 { write!(f, "{}", self.0 / 1000) } else { write!(f, "{}m", self.0) }
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Milli(milli) = self.0;
        let (sign, whole, part) =
            (if milli < 0 { "-" } else { "" }, milli.unsigned_abs() / 1000, milli.unsigned_abs() % 1000);
        write!(f, "{sign}{whole}")?;
        if part == 0 { Ok(()) } else { write!(f, ".{}", format!("{part:03}").trim_end_matches('0')) }
    }
}

#[cfg(test)]
mod tests;
