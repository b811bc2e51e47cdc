//! Bursts on request: `POST /burst?count=N` on the admin port.

use http::StatusCode;
use leveret_runtime::admin::Reply;
use tokio::sync::mpsc;

use crate::schedule::Burst;

/// How many requested bursts may wait for the broker to come back.
const WAITING_MAX: usize = 16;

/// The action, and the counts that were requested through it.
pub(super) fn action() -> (impl Fn(&str) -> Reply + Send + Sync, mpsc::Receiver<u64>) {
    let (sender, receiver) = mpsc::channel(WAITING_MAX);
    (move |query: &str| request(&sender, query), receiver)
}

fn request(sender: &mpsc::Sender<u64>, query: &str) -> Reply {
    match count(query).map(|count| (count, sender.try_send(count))) {
        Ok((count, Ok(()))) => (StatusCode::ACCEPTED, format!("{count} tasks will be published\n")),
        Ok((_, Err(_))) => (StatusCode::TOO_MANY_REQUESTS, "earlier bursts still wait for the broker\n".to_owned()),
        Err(message) => (StatusCode::BAD_REQUEST, format!("{message}\n")),
    }
}

/// The number of tasks that a query asks for.
fn count(query: &str) -> Result<u64, String> {
    let count = query.split('&').find_map(|pair| pair.strip_prefix("count="));
    let count = count.ok_or("write how many tasks: `/burst?count=100`")?;
    Burst::check_count(count.parse().map_err(|_| format!("`{count}` is not a number of tasks"))?)
}
