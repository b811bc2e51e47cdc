//! Counts that arrive as floating-point numbers.

/// A count; none if `number` is negative, has a fraction, or is so large that another count may have become it.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked just before")]
pub(super) fn whole(number: f64) -> Option<u64> {
    /// 2^53 - 1: as floating-point numbers, 2^53 and the count after it are the same.
    const EXACT_MAX: f64 = 9_007_199_254_740_991.0;
    ((0.0..=EXACT_MAX).contains(&number) && number.fract() == 0.0).then_some(number as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_count_that_may_have_been_rounded_is_none() {
        let of = |text: &str| whole(text.parse().expect("a number"));
        assert_eq!(of("9007199254740991"), Some(9_007_199_254_740_991));
        for text in ["9007199254740992", "9007199254740993", "1e300", "inf", "NaN", "-1", "0.5"] {
            assert_eq!(of(text), None, "{text}");
        }
    }
}
