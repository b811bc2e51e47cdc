use std::sync::atomic::{AtomicUsize, Ordering};

use futures_util::future::join_all;
use tokio::time::{advance, sleep, timeout};

use super::*;

const LIFETIME: Duration = Duration::from_secs(10);

/// A cache of at most two outcomes and a review that counts itself.
struct Fixture {
    cache: ReviewCache<&'static str>,
    reviews: AtomicUsize,
}

impl Fixture {
    fn new() -> Self {
        let clock = Clock::starting_at(jiff::Timestamp::UNIX_EPOCH);
        let lifetime = |outcome: &&str| if *outcome == "long" { 2 * LIFETIME } else { LIFETIME };
        Self { cache: ReviewCache::new(clock, 2, lifetime), reviews: AtomicUsize::new(0) }
    }

    /// Asks with a review that takes a second.
    async fn ask(&self, key: u8, outcome: Result<&'static str, &str>) -> Result<&'static str, ReviewFailed> {
        let review = async {
            self.reviews.fetch_add(1, Ordering::Relaxed);
            sleep(Duration::from_secs(1)).await;
            outcome.map_err(|error| ReviewFailed(error.to_owned()))
        };
        self.cache.get_or_review([key; 32], review).await
    }

    fn reviews(&self) -> usize {
        self.reviews.load(Ordering::Relaxed)
    }
}

#[tokio::test(start_paused = true)]
async fn an_outcome_is_kept_for_its_lifetime() {
    let fixture = Fixture::new();
    assert_eq!(fixture.ask(1, Ok("short")).await, Ok("short"));
    advance(LIFETIME.saturating_sub(Duration::from_millis(1))).await;
    assert_eq!(fixture.ask(1, Ok("another")).await, Ok("short"));
    advance(Duration::from_millis(1)).await;
    assert_eq!(fixture.ask(1, Ok("another")).await, Ok("another"));
    assert_eq!(fixture.reviews(), 2);
}

#[tokio::test(start_paused = true)]
async fn concurrent_requests_share_one_review_and_its_failure() {
    let fixture = Fixture::new();
    let failed = join_all((0..8).map(|_| fixture.ask(1, Err("refused")))).await;
    assert_eq!(failed, vec![Err(ReviewFailed("refused".to_owned())); 8]);
    assert_eq!(fixture.reviews(), 1);
    let allowed = join_all((0..8).map(|_| fixture.ask(1, Ok("short")))).await;
    assert_eq!(allowed, vec![Ok("short"); 8]);
    assert_eq!(fixture.reviews(), 2, "the failure is not kept");
}

#[tokio::test(start_paused = true)]
async fn a_cancelled_review_is_taken_over_by_a_waiting_request() {
    let fixture = Fixture::new();
    let cancelled = timeout(Duration::from_millis(500), fixture.ask(1, Ok("short")));
    let (cancelled, outcome) = futures_util::join!(cancelled, fixture.ask(1, Ok("short")));
    assert!(cancelled.is_err());
    assert_eq!((outcome, fixture.reviews()), (Ok("short"), 2));
}

#[tokio::test(start_paused = true)]
async fn the_outcome_that_expires_next_makes_room_for_another() {
    let fixture = Fixture::new();
    for (key, outcome) in [(1, "long"), (2, "short"), (3, "short")] {
        assert_eq!(fixture.ask(key, Ok(outcome)).await, Ok(outcome));
    }
    assert_eq!(fixture.cache.state().kept.len(), 2);
    assert_eq!(fixture.ask(1, Err("evicted")).await, Ok("long"));
    assert_eq!(fixture.ask(3, Err("evicted")).await, Ok("short"));
    assert!(fixture.ask(2, Err("evicted")).await.is_err());
}

#[tokio::test(start_paused = true)]
async fn nothing_is_left_of_what_has_expired_or_ended() {
    let fixture = Fixture::new();
    fixture.ask(1, Ok("short")).await.expect("an outcome");
    advance(LIFETIME).await;
    fixture.ask(2, Ok("short")).await.expect("an outcome");
    let state = fixture.cache.state();
    assert_eq!((state.kept.len(), state.by_expiry.len(), state.running.len()), (1, 1, 1));
}
