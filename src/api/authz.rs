//! May they? Decided by the Kubernetes API server, remembered for a while, refused when it cannot be asked.

mod attributes;
mod cache;

pub use attributes::Attributes;

use futures_util::future::BoxFuture;

pub(super) use cache::{Authorizer, is_open};

use super::ReviewFailed;
use super::caller::Caller;

/// Asks the Kubernetes API server whether somebody may do something: a `SubjectAccessReview`.
pub trait AccessReviewer: Send + Sync {
    /// The decision, or why there is none. Bounds its own time.
    fn review<'a>(
        &'a self,
        caller: &'a Caller,
        attributes: &'a Attributes,
    ) -> BoxFuture<'a, Result<Decision, ReviewFailed>>;
}

/// What the Kubernetes API server decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// They may.
    Allowed,
    /// They may not, for this reason, which is often empty.
    Denied(String),
}
