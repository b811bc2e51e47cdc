//! One request, from its head to its response.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use http::request::Parts;
use http::{Method, Request};
use rustls::pki_types::UnixTime;
use tokio::sync::Semaphore;

use super::authn::PeerChain;
use super::authz::Attributes;
use super::discovery::Discovery;
use super::document::Document;
use super::gate::Gate;
use super::health::{self, HealthChecks};
use super::limits::{IN_FLIGHT_MAX, REQUEST_MAX};
use super::observer::Observer;
use super::openapi::OpenApi;
use super::query::Query;
use super::reply::{self, Reply};
use super::route::{Path, Route};
use super::status::Status;
use super::strangers::Standing;
use super::values::{self, Answers};
use super::{accept, timeout, version};
use leveret_runtime::Clock;

/// Everything that answering needs, shared by all connections.
pub(super) struct App {
    pub(super) gate: Gate,
    answers: Arc<dyn Answers>,
    health: HealthChecks,
    pub(super) observer: Arc<dyn Observer>,
    clock: Clock,
    discovery: Discovery,
    openapi: OpenApi,
    version: Document,
    in_flight: Semaphore,
}

impl App {
    /// Puts the parts together.
    pub(super) fn new(
        gate: Gate,
        answers: Arc<dyn Answers>,
        health: HealthChecks,
        observer: Arc<dyn Observer>,
        clock: Clock,
        signals: &[&str],
    ) -> Self {
        Self {
            gate,
            answers,
            health,
            observer,
            clock,
            discovery: Discovery::new(signals),
            openapi: OpenApi::new(signals),
            version: Document::new("application/json", &version::document()),
            in_flight: Semaphore::new(IN_FLIGHT_MAX),
        }
    }

    /// Answers a request. Its body is not looked at. A panic on the way is this request's failure and nobody else's. If it
    /// shows who asks, its connection's standing learns of it.
    pub(super) async fn answer<B>(&self, peer: &PeerChain, standing: &Standing, request: Request<B>) -> Reply {
        let began = self.clock.now();
        let (head, _) = request.into_parts();
        let path = Path::decode(head.uri.path());
        let route = path.as_ref().map_or(Route::Unknown, Path::route);
        let query = Query::new(head.uri.query());
        let outcome = match (&path, timeout::requested(query)) {
            (None, _) => Err(Status::bad_path()),
            (_, Err(status)) => Err(status),
            (Some(path), Ok(wanted)) => {
                let limit = wanted.unwrap_or(REQUEST_MAX).min(REQUEST_MAX);
                self.within(limit, self.serve(peer, standing, &head, path, &route, query)).await
            }
        };
        let (reply, reason) = match outcome {
            Ok(reply) => (reply, ""),
            Err(status) => (reply::failure(&status), status.counted),
        };
        let reply = reply::finish(reply, &head.method, &head.headers);
        let seconds = self.clock.now().since(began).as_secs_f64();
        self.observer.answered(route.label(), reply.status().as_u16(), reason, seconds);
        reply
    }

    async fn within(
        &self,
        limit: Duration,
        answer: impl Future<Output = Result<Reply, Status>>,
    ) -> Result<Reply, Status> {
        match tokio::time::timeout(limit, AssertUnwindSafe(answer).catch_unwind()).await {
            Ok(Ok(outcome)) => outcome,
            Ok(Err(_panic)) => Err(Status::panicked()),
            Err(_elapsed) => Err(Status::timeout()),
        }
    }

    async fn serve(
        &self,
        peer: &PeerChain,
        standing: &Standing,
        head: &Parts,
        path: &Path,
        route: &Route<'_>,
        query: Query<'_>,
    ) -> Result<Reply, Status> {
        // Probes do not count: an overloaded server that is taken for a dead one is of no help to anybody.
        let _place = match route {
            Route::Health { .. } => None,
            _ => Some(self.in_flight.try_acquire().map_err(|_| Status::too_many_requests())?),
        };
        let (headers, now) = (&head.headers, self.clock.now());
        let attributes = Attributes::of(&head.method, path, query);
        let unix = UnixTime::since_unix_epoch(Duration::from_secs(now.wall().as_second().try_into().unwrap_or(0)));
        self.gate.admit(peer, standing, headers, &attributes, unix).await?;
        match *route {
            Route::Unknown | Route::UnknownResource => Err(Status::not_found()),
            _ if head.method != Method::GET => Err(Status::method_not_allowed()),
            Route::Index => self.discovery.index(headers),
            Route::Groups => self.discovery.groups(headers),
            Route::Group => self.discovery.group(headers),
            Route::Resources => self.discovery.resources(headers),
            Route::Values { metric } => values::serve(&*self.answers, metric, query, headers),
            Route::OpenApiV2 => self.openapi.v2(headers),
            Route::OpenApiV3 => self.openapi.v3_root(headers),
            Route::OpenApiV3Version => self.openapi.v3(headers, query, now),
            Route::Health { probe, check } => {
                health::serve(probe, check, query, &self.health).ok_or_else(Status::not_found)
            }
            Route::Version => accept::json(headers).map(|()| self.version.serve(headers)),
        }
    }
}
