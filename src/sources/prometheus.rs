//! The Prometheus endpoint `/metrics/detailed` of every node.

mod answer;
pub(in crate::sources) mod exposition;
pub(in crate::sources) mod families;
mod members;
mod rows;
mod scrape;
mod sum;
mod target;
mod totals;

pub(super) use answer::NodeAnswer;
pub(super) use rows::Rows;
pub(super) use scrape::Scraped;
pub(super) use sum::{Membership, sum};

use leveret_core::Moment;
use leveret_core::observation::Failure;

use super::context::Context;
use super::partial::Partial;
use crate::config::PrometheusNodes;

use self::scrape::Scrape;

/// The Prometheus endpoints of one broker.
#[derive(Debug)]
pub(super) struct Prometheus(Scrape);

impl Prometheus {
    pub(super) fn new(nodes: PrometheusNodes) -> Self {
        Self(Scrape::new(nodes))
    }

    /// Reads every node, and so every queue, whatever is wanted.
    pub(super) async fn read(&mut self, context: &mut Context<'_>, at: Moment) -> Result<Partial, Failure> {
        let mut scraped = self.0.read(context, at).await?;
        let partial = sum(&mut scraped, &context.names, context.nodes, at);
        self.0.remember(scraped);
        Ok(partial)
    }
}
