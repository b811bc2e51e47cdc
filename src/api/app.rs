//! One request, from its headers to its response.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use http::Method;
use http::request::Parts;
use rustls::DistinguishedName;
use rustls::pki_types::UnixTime;

use super::auth::authz::Attributes;
use super::auth::gate::Gate;
use super::net::handler::{Handler, Observer, PeerChain};
use super::net::limits::REQUEST_MAX;
use super::net::unauthenticated::AuthState;
use super::resources::discovery::Discovery;
use super::resources::group::Groups;
use super::resources::health::{self, HealthChecks};
use super::resources::openapi::OpenApi;
use super::resources::version;
use super::route::Route;
use super::wire::document::Document;
use super::wire::path::Path;
use super::wire::query::Query;
use super::wire::reply::{self, Reply};
use super::wire::status::Status;
use super::wire::{accept, timeout};
use leveret_core::Moment;
use leveret_runtime::Clock;

/// Everything that answering takes, shared by all connections.
pub struct App {
    gate: Gate,
    groups: Groups,
    discovery: Discovery,
    openapi: OpenApi,
    version: Document,
    health: HealthChecks,
    observer: Arc<dyn Observer>,
    clock: Clock,
}

impl App {
    /// An application that serves these groups.
    pub fn new(gate: Gate, groups: Groups, health: HealthChecks, observer: Arc<dyn Observer>, clock: Clock) -> Self {
        Self {
            gate,
            discovery: Discovery::new(&groups),
            openapi: OpenApi::new(&groups),
            groups,
            version: Document::new("application/json", &version::document()),
            health,
            observer,
            clock,
        }
    }

    async fn respond(
        &self,
        peer: &PeerChain,
        state: &AuthState,
        head: &Parts,
        path: &Path,
        route: &Route<'_>,
    ) -> Outcome {
        let query = Query::new(head.uri.query());
        let limit = timeout::requested(query)?.unwrap_or(REQUEST_MAX).min(REQUEST_MAX);
        let answer = AssertUnwindSafe(self.admit_and_serve(peer, state, head, path, route, query)).catch_unwind();
        match tokio::time::timeout(limit, answer).await {
            Ok(Ok(outcome)) => outcome,
            // A panic fails this request and no other.
            Ok(Err(_panic)) => Err(Status::unexpected()),
            Err(_elapsed) => Err(Status::timeout()),
        }
    }

    async fn admit_and_serve(
        &self,
        peer: &PeerChain,
        state: &AuthState,
        head: &Parts,
        path: &Path,
        route: &Route<'_>,
        query: Query<'_>,
    ) -> Outcome {
        let now = self.clock.now();
        let attributes = Attributes::of(&head.method, path, query, self.groups.versions());
        let unix = UnixTime::since_unix_epoch(Duration::from_secs(now.wall().as_second().try_into().unwrap_or(0)));
        let _place = self.gate.admit(peer, state, &head.headers, &attributes, unix).await?;
        self.serve(head, route, query, now).await
    }

    async fn serve(&self, head: &Parts, route: &Route<'_>, query: Query<'_>, now: Moment) -> Outcome {
        let headers = &head.headers;
        match route {
            Route::Unknown => Err(Status::not_found()),
            _ if head.method != Method::GET => Err(Status::method_not_allowed()),
            Route::Index => self.discovery.index(headers),
            Route::Groups => self.discovery.groups(headers),
            Route::Group(name) => self.discovery.group(name, headers),
            Route::Resources(api) => self.discovery.resources(*api, headers),
            Route::Values { api, below } => match self.groups.find(api.group, api.version) {
                Some(row) => row.content.get(below, query, headers).await,
                None => Err(Status::not_found()),
            },
            Route::OpenApiV2 => self.openapi.v2(headers),
            Route::OpenApiV3 => self.openapi.v3_root(headers),
            Route::OpenApiV3Version(api) => self.openapi.v3(*api, headers, query, now),
            Route::Health { probe, check } => {
                health::serve(*probe, *check, query, &self.health).ok_or_else(Status::not_found)
            }
            Route::Version => accept::json(headers).map(|()| self.version.serve(headers)),
        }
    }
}

type Outcome = Result<Reply, Status>;

impl Handler for App {
    async fn answer(&self, peer: &PeerChain, state: &AuthState, head: Parts) -> Reply {
        let began = self.clock.now();
        let path = Path::decode(head.uri.path());
        let route = path.as_ref().map_or(Route::Unknown, |path| Route::of(path, &self.groups));
        let outcome = match &path {
            Some(path) => self.respond(peer, state, &head, path, &route).await,
            None => Err(Status::bad_request("the path contains a malformed percent-escape")),
        };
        let reply = outcome.unwrap_or_else(|status| reply::failure(&status));
        let reply = reply::finish(reply, &head.method, &head.headers);
        self.observer.answered(route.label(), reply.status().as_u16(), self.clock.now().since(began));
        reply
    }

    fn authorities(&self) -> Option<Arc<[DistinguishedName]>> {
        self.gate.authorities()
    }
}
