//! Authorization by `SubjectAccessReview`, cached; denied when the API server is unreachable.

mod attributes;
mod authorizer;

pub use attributes::Attributes;
pub(super) use authorizer::{Authorizer, is_public};
