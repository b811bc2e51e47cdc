//! Asking the external metrics API, as the HPA does: over HTTPS, with a verified certificate and a bearer token.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, anyhow};
use jiff::Timestamp;
use reqwest::{Certificate, Client, Response, StatusCode, Url};
use serde::Deserialize;

use super::plan::QUEUE;
use leveret_core::quantity::{Milli, NotAQuantity};
use leveret_runtime::file::read_file;
use leveret_runtime::secret::{Secret, SecretRef};

/// How long an answer may take. It comes from memory, in less than a millisecond.
const TIMEOUT: Duration = Duration::from_secs(2);

/// The most that is read of an answer; one queue's has 300 bytes.
const ANSWER_BYTES_MAX: usize = 64 << 10;

/// The file with the address of the API.
const ADDRESS_FILE: &str = "address";

/// A client of the API.
#[derive(Debug)]
pub(super) struct Api {
    client: Client,
    base: Url,
    token: Secret,
}

/// What the API answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Answer {
    /// The values in thousandths; at least one.
    pub(super) values: Vec<Milli>,
    /// When the oldest of them was observed.
    pub(super) oldest: Timestamp,
}

/// Why there is no value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum NoAnswer {
    /// The API said that it has none, with the message that an HPA would show.
    Refused(StatusCode, String),
    /// It did not answer, or not in its own words.
    Failed(String),
}

/// The parts of an `ExternalMetricValueList` that matter here.
#[derive(Deserialize)]
struct List {
    items: Vec<Item>,
}

#[derive(Deserialize)]
struct Item {
    timestamp: Timestamp,
    value: String,
}

/// The part of a `Status` that matters here.
#[derive(Deserialize)]
struct Status {
    message: String,
}

impl Api {
    /// A client of the API that has written its address, token and certificate authority to `folder`; absent while it has
    /// not. The address is written last.
    pub(super) fn find(folder: &Path) -> Result<Option<Self>> {
        if !folder.join(ADDRESS_FILE).exists() {
            return Ok(None);
        }
        let file = |name: &str| read_file(&folder.join(name)).map_err(|error| anyhow!(error));
        let address = String::from_utf8(file(ADDRESS_FILE)?).context("the address of the API is not text")?;
        let base = format!("https://{}/apis/external.metrics.k8s.io/v1beta1/namespaces/default/", address.trim());
        let token = SecretRef::File(folder.join("token")).read().context("`token` cannot be used")?;
        let authority = Certificate::from_pem(&file("ca.crt")?).context("`ca.crt` holds no certificate")?;
        // The client panics without a provider. One that is installed already is the same.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = Client::builder()
            .tls_certs_only([authority])
            .https_only(true)
            .no_proxy()
            .timeout(TIMEOUT)
            .build()
            .context("cannot build a client for the API")?;
        Ok(Some(Self { client, base: base.parse().context("the address of the API is not a URL")?, token }))
    }

    /// The values of one signal of the queue.
    pub(super) async fn read(&self, signal: &str) -> Result<Answer, NoAnswer> {
        let mut url =
            self.base.join(signal).map_err(|error| format!("`{signal}` cannot be the name of a metric: {error}"))?;
        url.query_pairs_mut().append_pair("labelSelector", &format!("queue={QUEUE}"));
        let request = self.client.get(url).bearer_auth(self.token.expose());
        let response = request.send().await.map_err(|error| format!("the API does not answer: {}", chain(&error)))?;
        let status = response.status();
        let body = body(response).await?;
        if status.is_success() {
            return Ok(answer(&body)?);
        }
        Err(refusal(status, &body))
    }
}

impl NoAnswer {
    /// Whether the API works and only the number is missing.
    pub(super) fn is_for_now(&self) -> bool {
        matches!(self, Self::Refused(StatusCode::NOT_FOUND | StatusCode::SERVICE_UNAVAILABLE, _))
    }

    /// The reason, for an operator.
    pub(super) fn message(self) -> String {
        let (Self::Refused(_, message) | Self::Failed(message)) = self;
        message
    }
}

impl From<String> for NoAnswer {
    fn from(message: String) -> Self {
        Self::Failed(message)
    }
}

impl Answer {
    /// The sum of the values, as the HPA adds them up.
    pub(super) fn sum(&self) -> Milli {
        self.values.iter().copied().fold(Milli::ZERO, Milli::saturating_add)
    }
}

/// The body of an answer, bounded.
async fn body(mut response: Response) -> Result<Vec<u8>, String> {
    let mut body = Vec::new();
    while let Some(piece) =
        response.chunk().await.map_err(|error| format!("the answer broke off: {}", chain(&error)))?
    {
        if body.len() + piece.len() > ANSWER_BYTES_MAX {
            return Err(format!("the answer is larger than {} KiB", ANSWER_BYTES_MAX >> 10));
        }
        body.extend_from_slice(&piece);
    }
    Ok(body)
}

/// The reason in the body of an answer with an error status.
fn refusal(status: StatusCode, body: &[u8]) -> NoAnswer {
    match serde_json::from_slice::<Status>(body) {
        Ok(said) => NoAnswer::Refused(status, said.message),
        Err(_) => NoAnswer::Failed(format!("the API answered {status}")),
    }
}

fn answer(body: &[u8]) -> Result<Answer, String> {
    let list: List = serde_json::from_slice(body).map_err(|error| format!("the answer cannot be parsed: {error}"))?;
    let oldest = list.items.iter().map(|item| item.timestamp).min();
    let oldest = oldest.ok_or("no metrics returned from external metrics API")?;
    let values = list.items.iter().map(|item| item.value.parse()).collect::<Result<_, NotAQuantity>>();
    let values = values.map_err(|error| format!("the answer cannot be parsed: {error}"))?;
    Ok(Answer { values, oldest })
}

/// An error and its causes; the outer one alone says little more than that there is one.
fn chain(error: &reqwest::Error) -> String {
    let causes = std::iter::successors(Some(error as &dyn std::error::Error), |error| error.source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_read_with_their_oldest_time() {
        let body = br#"{"kind":"ExternalMetricValueList","items":[
            {"metricName":"m","timestamp":"2026-01-02T03:04:05Z","value":"42"},
            {"metricName":"m","timestamp":"2026-01-02T03:04:01Z","value":"500m"}]}"#;
        let answer = answer(body).unwrap();
        assert_eq!((answer.sum(), answer.values.len()), (Milli::new(42_500), 2));
        assert_eq!(answer.oldest, "2026-01-02T03:04:01Z".parse().unwrap());
    }

    #[test]
    fn an_empty_or_foreign_answer_is_an_error() {
        for body in [
            &br#"{"items":[]}"#[..],
            b"[]",
            b"<html>",
            br#"{"items":[{"timestamp":"2026-01-02T03:04:05Z","value":"NaN"}]}"#,
        ] {
            assert!(answer(body).is_err(), "{}", String::from_utf8_lossy(body));
        }
    }

    #[test]
    fn a_number_that_is_missing_for_now_is_no_fault_of_the_api() {
        let said = br#"{"kind":"Status","message":"a node has just started"}"#;
        let missing = refusal(StatusCode::SERVICE_UNAVAILABLE, said);
        assert!(missing.is_for_now());
        assert_eq!(missing.message(), "a node has just started");
        assert!(!refusal(StatusCode::UNAUTHORIZED, said).is_for_now());
        let foreign = refusal(StatusCode::SERVICE_UNAVAILABLE, b"<html>");
        assert!(!foreign.is_for_now());
        assert_eq!(foreign.message(), "the API answered 503 Service Unavailable");
    }

    #[test]
    fn an_api_that_does_not_listen_yet_is_not_found() {
        let folder = tempfile::tempdir().unwrap();
        assert!(Api::find(folder.path()).unwrap().is_none());
    }
}
