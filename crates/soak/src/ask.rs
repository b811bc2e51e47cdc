//! Asking Leveret over HTTPS.

use std::time::Duration;

use anyhow::{Context as _, Result};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use crate::leveret::Access;
use crate::question::Question;
use crate::verdict::Answer;

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// A client of one Leveret.
#[derive(Clone, Debug)]
pub(crate) struct Client {
    https: reqwest::Client,
    base: String,
    token: String,
}

impl Client {
    /// A client that trusts Leveret's own certificate only.
    pub(crate) fn new(access: &Access) -> Result<Self> {
        // Building a client fails without a process-wide provider. Ignore the error if one is already installed.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let authority = reqwest::Certificate::from_pem(access.authority.as_bytes()).context("Leveret's `ca.crt`")?;
        let client = reqwest::Client::builder().no_proxy().timeout(PATIENCE).tls_certs_only([authority]).build();
        let client = client.context("cannot build a client")?;
        let base = format!("https://{}/apis/external.metrics.k8s.io/v1beta1/namespaces/default", access.address);
        Ok(Self { https: client, base, token: access.token.clone() })
    }

    /// The answer to a question.
    pub(crate) async fn ask(&self, question: &Question) -> reqwest::Result<Answer> {
        let selector = utf8_percent_encode(&question.selector, NON_ALPHANUMERIC);
        let url = format!("{}/{}?labelSelector={selector}", self.base, question.signal.name());
        let response = self.https.get(url).bearer_auth(&self.token).send().await?;
        let status = response.status().as_u16();
        Ok(parse(status, &response.text().await?))
    }
}

fn parse(status: u16, text: &str) -> Answer {
    let body: Value = serde_json::from_str(text).unwrap_or_default();
    let message = body["message"].as_str().unwrap_or_default().to_owned();
    match status {
        200 => match body["items"].as_array().map(Vec::as_slice) {
            Some([item]) => match item["value"].as_str().and_then(|value| value.parse().ok()) {
                Some(number) => Answer::Number(number),
                None => Answer::Strange(text.to_owned()),
            },
            _ => Answer::Strange(text.to_owned()),
        },
        404 => Answer::Missing,
        // A panic while a broker is read.
        503 if message.contains("a fault in Leveret") => Answer::Strange(message),
        503 => Answer::Refused(message),
        _ => Answer::Strange(format!("{status}: {text}")),
    }
}

#[cfg(test)]
mod tests {
    use leveret_core::quantity::Milli;

    use super::*;

    #[test]
    fn answers_are_told_apart() {
        assert_eq!(parse(200, r#"{"items":[{"value":"5"}]}"#), Answer::Number(Milli::new(5000)));
        assert_eq!(parse(404, r#"{"message":"none"}"#), Answer::Missing);
        assert_eq!(parse(503, r#"{"message":"stale"}"#), Answer::Refused("stale".to_owned()));
        for (status, text) in [(200, "{}"), (200, r#"{"items":[]}"#), (500, "{}"), (429, "slow down")] {
            assert!(matches!(parse(status, text), Answer::Strange(_)), "{text}");
        }
    }
}
