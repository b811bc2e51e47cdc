//! The ways of reading a broker.

use leveret_core::Moment;
use leveret_core::observation::{Failure, SourceKind};

use super::context::Context;
use super::management::Management;
use super::partial::Partial;
use super::prometheus::Prometheus;
use super::wanted::Wanted;
use crate::config::Connection;

/// One way of reading one broker, with what it remembers between reads.
#[derive(Debug)]
pub(super) enum Source {
    Prometheus(Prometheus),
    Management(Management),
}

/// The kinds of source that are configured for a broker, in the order in which they are read.
pub fn kinds(connection: &Connection) -> impl Iterator<Item = SourceKind> {
    Source::configured(connection).map(|source| source.kind())
}

impl Source {
    /// The sources that are configured for a broker. The one that costs the broker least comes first.
    pub(super) fn configured(connection: &Connection) -> impl Iterator<Item = Self> {
        let prometheus = connection.prometheus.clone().map(|nodes| Self::Prometheus(Prometheus::new(nodes)));
        let management = connection.management.clone().map(|base| Self::Management(Management::new(base)));
        prometheus.into_iter().chain(management)
    }

    /// Which kind of source this is.
    pub(super) fn kind(&self) -> SourceKind {
        match self {
            Self::Prometheus(_) => SourceKind::Prometheus,
            Self::Management(_) => SourceKind::Management,
        }
    }

    /// Reads what is `wanted`, or more if that costs the broker no more. `at` is when the read of the broker began.
    pub(super) async fn read(
        &mut self,
        context: &mut Context<'_>,
        wanted: &Wanted,
        at: Moment,
    ) -> Result<Partial, Failure> {
        match self {
            Self::Prometheus(source) => source.read(context, at).await,
            Self::Management(source) => source.read(context, wanted, at).await,
        }
    }
}
