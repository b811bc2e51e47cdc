//! The middle of Leveret: what was observed, what is trusted, and which numbers follow from it.
//!
//! Everything here is a plain function over plain values, and the time is an argument. The package's dependencies are
//! how that is kept: it has no async runtime, no HTTP and no Kubernetes client, and it reads no file, socket, environment or
//! clock.
//!
//! * [`moment`]: an instant on both clocks.
//! * [`quantity`]: a number in thousandths, as the HPA reads it.
//! * [`broker`], [`backlog`], [`choice`], [`view`]: what the user configured, as far as an answer depends on it.
//! * [`observation`]: what one read of one broker saw.
//! * [`snapshot`]: the last trusted observations of every queue, and when they are trusted.
//! * [`catalog`]: the table of signals; selector → queues → number, or the reason why there is none.
//! * [`label`], [`suggest`]: what a selector can say, and what a misspelt name most likely means.
//! * [`hpa`]: the HorizontalPodAutoscaler's algorithm.

pub mod backlog;
pub mod broker;
pub mod catalog;
pub mod choice;
pub mod hpa;
pub mod label;
pub mod moment;
pub mod observation;
pub mod quantity;
pub mod snapshot;
pub mod suggest;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
pub mod view;

pub use backlog::Backlog;
pub use broker::Broker;
pub use choice::Choice;
pub use moment::Moment;
pub use view::View;
