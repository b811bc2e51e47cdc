//! Thousandths from counts, quotients and text, and back.

use proptest::prelude::*;

use super::Milli;

#[track_caller]
fn check(text: &str, thousandths: i64) {
    assert_eq!(text.parse(), Ok(Milli::new(thousandths)), "{text}");
}

#[test]
fn every_form_of_a_quantity_is_parsed() {
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
    for text in ["9223372036854776", "10P", "1e19", "1e2147483647"] {
        let error = text.parse::<Milli>().expect_err(text);
        assert_eq!(error.to_string(), format!("the quantity `{text}` is too large to be read in thousandths"));
    }
    assert!("99999999999999999999999999999999999999999".parse::<Milli>().is_err());
    assert_eq!(Milli::LARGEST_COUNT, 9_223_372_036_854_775);
    assert_eq!(Milli::from_count(Milli::LARGEST_COUNT).map(|it| it.to_string()), Some("9223372036854775".to_owned()));
    assert_eq!(Milli::from_count(Milli::LARGEST_COUNT + 1), None);
    assert_eq!(Milli::from_count(u64::MAX), None);
    assert_eq!(Milli::new(i64::MAX).checked_add(Milli::new(1)), None);
    assert_eq!(Milli::new(i64::MAX).saturating_add(Milli::new(1)), Milli::new(i64::MAX));
}

#[test]
fn other_text_is_not_a_quantity() {
    for text in ["", "-", ".", "NaN", "inf", "1.2.3", "1 ", "1x", "e3", "1e", "--1", "1Kii"] {
        let error = text.parse::<Milli>().expect_err(text);
        assert_eq!(error.to_string(), format!("`{text}` is not a quantity"));
    }
}

#[test]
fn a_quotient_is_rounded_up_to_a_thousandth() {
    let cases = [(1, 3, "334m"), (2, 3, "667m"), (12, 5, "2400m"), (6, 3, "2"), (1, 1_000_000, "1m"), (0, 7, "0")];
    for (dividend, divisor, text) in cases {
        assert_eq!(Milli::quotient(dividend, divisor).map(|it| it.to_string()).as_deref(), Some(text));
    }
    assert_eq!(Milli::quotient(1, 0), None);
    assert_eq!(Milli::quotient(u128::MAX, u128::MAX), None, "beyond the intermediate product");
}

#[test]
fn a_quantity_is_canonical_and_a_decimal_is_readable() {
    for (milli, quantity, decimal) in
        [(42_000, "42", "42"), (9500, "9500m", "9.5"), (1, "1m", "0.001"), (-1050, "-1050m", "-1.05"), (0, "0", "0")]
    {
        assert_eq!(Milli::new(milli).to_string(), quantity);
        assert_eq!(Milli::new(milli).decimal().to_string(), decimal);
    }
    assert_eq!(Milli::new(i64::MIN).decimal().to_string(), "-9223372036854775.808");
}

proptest! {
    #[test]
    fn what_is_written_is_parsed_again(thousandths in -i64::MAX..=i64::MAX) {
        let milli = Milli::new(thousandths);
        prop_assert_eq!(milli.to_string().parse(), Ok(milli));
        prop_assert_eq!(milli.decimal().to_string().parse(), Ok(milli));
    }

    #[test]
    fn a_quotient_is_never_less_than_its_number_nor_a_thousandth_more(dividend: u64, divisor in 1_u64..) {
        let (dividend, divisor) = (u128::from(dividend), u128::from(divisor));
        match Milli::quotient(dividend, divisor) {
            Some(milli) => {
                let product = u128::try_from(milli.thousandths()).expect("not negative") * divisor;
                prop_assert!(product >= dividend * 1000 && product < dividend * 1000 + divisor);
            }
            None => prop_assert!(dividend / divisor >= u128::from(Milli::LARGEST_COUNT)),
        }
    }

    #[test]
    fn a_count_fits_exactly_or_not_at_all(count: u64) {
        match Milli::from_count(count) {
            Some(milli) => prop_assert_eq!(milli.to_string(), count.to_string()),
            None => prop_assert!(count > Milli::LARGEST_COUNT),
        }
    }

    #[test]
    fn no_text_makes_the_parser_panic(text in "[-+]?[0-9.]{0,45}[a-zA-Z]{0,2}[-+]?[0-9]{0,12}") {
        let _ = text.parse::<Milli>();
    }
}
