//! Token and subject access reviews by the Kubernetes API server.

use std::future::Future;
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use k8s_openapi::api::authentication::v1::{TokenReview, TokenReviewSpec};
use k8s_openapi::api::authorization::v1::{
    NonResourceAttributes, ResourceAttributes, SubjectAccessReview, SubjectAccessReviewSpec,
};
use kube::api::PostParams;
use kube::{Api, Client};

use crate::api::{AccessReviewer, Attributes, Caller, Decision, ReviewFailed, TokenReviewer};
use leveret_runtime::secret::Secret;

/// One review with its retries: less than the time limit of the request that waits for it.
const REVIEW_MAX: Duration = Duration::from_secs(5);

/// Sends reviews to the Kubernetes API server.
#[derive(Clone)]
pub struct Reviews {
    client: Client,
}

impl Reviews {
    /// Sends reviews through this client.
    pub fn new(client: Client) -> Self {
        Self { client }
    }
}

impl TokenReviewer for Reviews {
    fn review<'a>(&'a self, token: &'a Secret) -> BoxFuture<'a, Result<Option<Caller>, ReviewFailed>> {
        async move {
            let spec = TokenReviewSpec { token: Some(token.expose().to_owned()), audiences: None };
            let review = TokenReview { spec, ..TokenReview::default() };
            let api = Api::<TokenReview>::all(self.client.clone());
            let status = bounded("token review", api.create(&PostParams::default(), &review)).await?.status;
            let Some(status) = status else { return Err(ReviewFailed("token review without a status".to_owned())) };
            let user = status.user.filter(|_| status.authenticated == Some(true));
            Ok(user.and_then(|user| {
                let name = user.username.filter(|name| !name.is_empty())?;
                let groups = user.groups.unwrap_or_default();
                Some(Caller { name, uid: user.uid, groups, extra: user.extra.unwrap_or_default() })
            }))
        }
        .boxed()
    }
}

impl AccessReviewer for Reviews {
    fn review<'a>(
        &'a self,
        caller: &'a Caller,
        attributes: &'a Attributes,
    ) -> BoxFuture<'a, Result<Decision, ReviewFailed>> {
        async move {
            let review = SubjectAccessReview { spec: spec(caller, attributes), ..SubjectAccessReview::default() };
            let api = Api::<SubjectAccessReview>::all(self.client.clone());
            let status = bounded("subject access review", api.create(&PostParams::default(), &review)).await?.status;
            let Some(status) = status else {
                return Err(ReviewFailed("subject access review without a status".to_owned()));
            };
            if status.allowed && status.denied != Some(true) {
                return Ok(Decision::Allowed);
            }
            Ok(Decision::Denied(status.reason.unwrap_or_default()))
        }
        .boxed()
    }
}

fn spec(caller: &Caller, attributes: &Attributes) -> SubjectAccessReviewSpec {
    let mut spec = SubjectAccessReviewSpec {
        user: Some(caller.name.clone()),
        uid: caller.uid.clone(),
        groups: Some(caller.groups.clone()),
        extra: Some(caller.extra.clone()).filter(|extra| !extra.is_empty()),
        ..SubjectAccessReviewSpec::default()
    };
    let set = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    match attributes {
        Attributes::Resource { api, verb, namespace, resource, name, subresource } => {
            spec.resource_attributes = Some(ResourceAttributes {
                verb: set(verb),
                group: set(api.group),
                version: set(api.version),
                namespace: set(namespace),
                resource: set(resource),
                name: set(name),
                subresource: set(subresource),
                ..ResourceAttributes::default()
            });
        }
        Attributes::NonResource { verb, path } => {
            spec.non_resource_attributes = Some(NonResourceAttributes { verb: set(verb), path: set(path) });
        }
    }
    spec
}

/// Waits for a review. The client itself retries what is worth retrying.
async fn bounded<T>(what: &str, review: impl Future<Output = kube::Result<T>>) -> Result<T, ReviewFailed> {
    match tokio::time::timeout(REVIEW_MAX, review).await {
        Ok(Ok(reviewed)) => Ok(reviewed),
        Ok(Err(kube::Error::Api(status))) => Err(ReviewFailed(format!(
            "the Kubernetes API server refused a {what}: {} ({})",
            status.message, status.code
        ))),
        Ok(Err(error)) => {
            Err(ReviewFailed(format!("the Kubernetes API server could not be reached for a {what}: {error}")))
        }
        Err(_) => Err(ReviewFailed(format!(
            "the Kubernetes API server did not answer a {what} within {} s",
            REVIEW_MAX.as_secs()
        ))),
    }
}

#[cfg(test)]
mod tests;
