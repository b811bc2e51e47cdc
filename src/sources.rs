//! One read of one broker: bytes in, [`Observation`](leveret_core::observation::Observation) out.
//!
//! ```text
//!  reader ──► source ──► prometheus/ ──┬─► context ──► http/, nodes
//!    │          └──────► management/ ──┘
//!    └──────► gaps, merge (pure)
//! ```
//!
//! A [`Reader`] reads one broker. A source is one way of reading it: a folder here and a variant of [`source::Source`]. The
//! Prometheus endpoint of every node comes first, because it costs the broker least. The management API fills in what the
//! first one lacks, for the queues that are wanted. Either of them is enough. Which features a broker has is derived from
//! the rows and fields of its answers, never from a status or a version.
//!
//! # Adding a source
//!
//! A folder with a type whose `read` returns a [`partial::Partial`]; a variant in [`source::Source`] and in
//! [`SourceKind`](leveret_core::observation::SourceKind). The strategy in [`reader`] and the merge take it from there.
//!
//! A [`source::Source`] belongs to one broker, but the engine behind it need not. A Prometheus server knows many brokers: it
//! would be one engine with its own connections, shared by the sources of these brokers through an `Arc`. The engine runs
//! its queries once per interval; the source of each broker takes the rows that carry its broker's name out of the last
//! result and returns them as its partial observation. One loop per broker, the
//! merge, and the failures per source stay as they are, and a failing server shows as a failure of that source at each of
//! its brokers.

mod context;
mod gaps;
mod http;
mod management;
mod merge;
mod nodes;
mod number;
pub mod parse;
mod partial;
mod prometheus;
mod reader;
mod source;
mod wanted;

/// The longest name of a queue or a virtual host, in bytes: names are short strings of AMQP 0-9-1.
const NAME_BYTES_MAX: usize = 255;

/// How many queues one answer may have. With all that is kept of it a queue takes about 2 KiB, so this is far more than the
/// memory of a usual installation holds, and bounds what an answer can cost.
const QUEUES_MAX: usize = 200_000;

pub use reader::Reader;
pub use source::kinds;
pub use wanted::Wanted;

#[cfg(test)]
pub(crate) mod tests;
