//! Counts that arrive as floating-point numbers.

/// A count; none if `number` is negative, has a fraction, or is too large for every whole number to have its own `f64`.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked just before")]
pub(super) fn whole(number: f64) -> Option<u64> {
    /// 2^53.
    const EXACT_MAX: f64 = 9_007_199_254_740_992.0;
    ((0.0..=EXACT_MAX).contains(&number) && number.fract() == 0.0).then_some(number as u64)
}
