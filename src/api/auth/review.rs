//! Reviews: the questions that the Kubernetes API server decides.

use futures_util::future::BoxFuture;

use super::authz::Attributes;
use super::caller::Caller;
use leveret_runtime::secret::Secret;

/// Asks the Kubernetes API server whose token this is: a `TokenReview`.
pub trait TokenReviewer: Send + Sync {
    /// The token's user, or `None` if the token is invalid. Limits its own time.
    fn review<'a>(&'a self, token: &'a Secret) -> BoxFuture<'a, Result<Option<Caller>, ReviewFailed>>;
}

/// Asks the Kubernetes API server whether a user may do something: a `SubjectAccessReview`.
pub trait AccessReviewer: Send + Sync {
    /// The decision, or why there is none. Limits its own time.
    fn review<'a>(
        &'a self,
        caller: &'a Caller,
        attributes: &'a Attributes,
    ) -> BoxFuture<'a, Result<Decision, ReviewFailed>>;
}

/// The decision on a `SubjectAccessReview`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// The request is allowed.
    Allowed,
    /// The request is denied, for this reason, which is often empty.
    Denied(String),
}

/// The Kubernetes API server could not be asked for a review, or did not answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ReviewFailed(pub String);
