//! Kubernetes conventions on the wire: paths, queries, media types, Statuses and documents.

pub mod accept;
pub mod document;
pub mod encoding;
pub mod group;
pub mod path;
pub mod query;
pub mod reply;
pub mod status;
pub mod timeout;
pub mod types;
