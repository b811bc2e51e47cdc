//! Fake reviewers.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;

use crate::api::{AccessReviewer, Attributes, Caller, Decision, ReviewFailed, TokenReviewer};
use leveret_runtime::secret::Secret;

/// The only valid token.
pub(in crate::api) const TOKEN: &str = "a-good-token";

/// Knows one token, and allows everything unless `deny` is set.
#[derive(Default)]
pub(in crate::api) struct Reviewers {
    /// Makes both kinds of review fail.
    pub(in crate::api) out: AtomicBool,
    /// Denies everything.
    pub(in crate::api) deny: AtomicBool,
    /// Keeps access reviews waiting.
    pub(in crate::api) hold: AtomicBool,
    /// Keeps token reviews waiting.
    pub(in crate::api) hold_tokens: AtomicBool,
    pub(in crate::api) tokens_asked: AtomicUsize,
    asked: Mutex<Vec<(Caller, Attributes)>>,
}

impl Reviewers {
    /// The access reviews so far.
    pub(in crate::api) fn asked(&self) -> Vec<(Caller, Attributes)> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The caller of the only access review so far.
    pub(in crate::api) fn only_caller(&self) -> Caller {
        match self.asked().as_slice() {
            [(caller, _)] => caller.clone(),
            asked => panic!("expected one review: {asked:?}"),
        }
    }

    fn reached(&self) -> Result<(), ReviewFailed> {
        let out = self.out.load(Ordering::SeqCst);
        if out { Err(ReviewFailed("connection refused".to_owned())) } else { Ok(()) }
    }
}

impl TokenReviewer for Reviewers {
    fn review<'a>(&'a self, token: &'a Secret) -> BoxFuture<'a, Result<Option<Caller>, ReviewFailed>> {
        async move {
            self.tokens_asked.fetch_add(1, Ordering::SeqCst);
            // Lets the other requests of a burst arrive during this review.
            tokio::task::yield_now().await;
            while_set(&self.hold_tokens).await;
            self.reached()?;
            let caller = Caller { name: "token-user".to_owned(), groups: vec!["g".to_owned()], ..Caller::default() };
            Ok((token.expose() == TOKEN).then_some(caller))
        }
        .boxed()
    }
}

impl AccessReviewer for Reviewers {
    fn review<'a>(
        &'a self,
        caller: &'a Caller,
        attributes: &'a Attributes,
    ) -> BoxFuture<'a, Result<Decision, ReviewFailed>> {
        async move {
            self.asked.lock().unwrap_or_else(PoisonError::into_inner).push((caller.clone(), attributes.clone()));
            tokio::task::yield_now().await;
            while_set(&self.hold).await;
            self.reached()?;
            let deny = self.deny.load(Ordering::SeqCst);
            Ok(if deny { Decision::Denied("no role binds it".to_owned()) } else { Decision::Allowed })
        }
        .boxed()
    }
}

async fn while_set(flag: &AtomicBool) {
    while flag.load(Ordering::SeqCst) {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}
