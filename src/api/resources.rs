//! What is served, one file per kind of resource, and the table of API groups.

pub mod dialect;
pub mod discovery;
pub mod group;
pub mod health;
pub mod openapi;
pub mod values;
pub mod version;
