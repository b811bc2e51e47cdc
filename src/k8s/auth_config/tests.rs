use std::collections::BTreeMap;

use futures_util::stream;

use super::*;

fn map(key: &str, value: String) -> ConfigMap {
    ConfigMap { data: Some(BTreeMap::from([(key.to_owned(), value)])), ..ConfigMap::default() }
}

#[tokio::test]
async fn only_usable_contents_come_through() {
    let authority = leveret_harness::Authority::new("ca");
    let good = || map("client-ca-file", authority.pem());
    let bad = map("client-ca-file", "not a certificate".to_owned());
    let events = [
        // Does not exist yet.
        Event::Init,
        Event::InitDone,
        // Created, made unusable, deleted, and present again after the watch restarted.
        Event::Apply(good()),
        Event::Apply(bad),
        Event::Delete(good()),
        Event::Init,
        Event::InitApply(good()),
        Event::InitDone,
    ];
    let failure = stream::iter([Err(watcher::Error::NoResourceVersion)]);
    let events = failure.chain(stream::iter(events.map(Ok)));
    assert_eq!(contents(events).count().await, 2);
}
