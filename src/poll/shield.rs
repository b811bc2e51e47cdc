//! A panic while one broker is read is that broker's failure, and not the end of the program.

use std::any::Any;
use std::panic::AssertUnwindSafe;

use futures_util::FutureExt;

use leveret_core::observation::{Failure, FailureKind};

/// The outcome of `work`; a panic in it is a failure. What it has changed must not be used after a panic.
pub(super) async fn shielded<T>(work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    match AssertUnwindSafe(work).catch_unwind().await {
        Ok(outcome) => outcome,
        Err(panic) => Err(failure(&*panic)),
    }
}

fn failure(panic: &(dyn Any + Send)) -> Failure {
    let text =
        panic.downcast_ref::<&str>().map(ToString::to_string).or_else(|| panic.downcast_ref::<String>().cloned());
    let text = text.unwrap_or_else(|| "an unknown panic".to_owned());
    Failure::new(
        FailureKind::Internal,
        format!("a fault in Leveret ended the read ({text}); please report it with the log of this time"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_panic_is_a_failure_and_everything_else_stays_what_it_is() {
        let overflow = |number: u8| async move { Ok::<_, Failure>(number.checked_add(1).expect("no overflow")) };
        let failure = shielded(overflow(255)).await.expect_err("it panics");
        assert_eq!(failure.kind, FailureKind::Internal);
        assert!(failure.message.contains("no overflow") && failure.message.contains("report it"), "{failure}");
        assert_eq!(shielded(overflow(1)).await, Ok(2));
        let refused = Failure::new(FailureKind::Connect, "connection refused");
        assert_eq!(shielded(async { Err::<(), _>(refused.clone()) }).await, Err(refused));
    }
}
