//! A block of rows of one metric, read without parsing each row anew.

use super::Metric;
use crate::sources::prometheus::rows::{Row, Rows};

/// So many digits are a count below 2^53 in any case.
const DIGITS_MAX: usize = 15;

/// The rows of one metric, one after another.
#[derive(Debug, Default)]
pub(super) struct Block {
    /// How its rows begin: the metric's name and a brace. Empty before the first row.
    start: String,
    content: Content,
    /// The row that was read last.
    last: Option<Row>,
}

/// What the rows of a metric are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Content {
    /// Counts of queues.
    Counts(Metric),
    /// Something else that is read.
    Other,
    /// Nothing that is read.
    #[default]
    Nothing,
}

impl Block {
    /// Notes that a row of a metric with this full `name` comes.
    pub(super) fn note(&mut self, name: &str, content: Content) {
        if self.start.strip_suffix('{') != Some(name) {
            self.start.clear();
            self.start.extend([name, "{"]);
            self.last = None;
        }
        self.content = content;
    }

    /// The row that was read last.
    pub(super) fn last(&self) -> Option<Row> {
        self.last
    }

    /// Notes that this row was read.
    pub(super) fn read(&mut self, row: Row) {
        self.last = Some(row);
    }

    /// Whether a line is one more row of a metric that is not read.
    pub(super) fn is_of_others(&self, line: &[u8]) -> bool {
        self.content == Content::Nothing && !self.start.is_empty() && line.starts_with(self.start.as_bytes())
    }

    /// What a line says, if it is one more row of the same metric, of the queue that is expected next, with a count. A line of
    /// which this is not seen at once has to be parsed.
    pub(super) fn expected(&mut self, line: &[u8], rows: &Rows) -> Option<(Metric, Row, u64)> {
        let Content::Counts(metric) = self.content else { return None };
        let labels = line.strip_prefix(self.start.as_bytes())?;
        let row = rows.expected(metric.order(), self.last)?;
        let value = if metric == Metric::Published {
            let (vhost, queue) = rows.parts(row);
            let exchange = labels.strip_prefix(vhost.as_bytes())?.strip_prefix(b",exchange=\"")?;
            let end = memchr::memchr2(b'"', b'\\', exchange)?;
            let rest = exchange[end..].strip_prefix(b"\"").filter(|_| exchange[..end].is_ascii())?;
            rest.strip_prefix(queue.as_bytes())?
        } else {
            labels.strip_prefix(rows.text(row).as_bytes())?
        };
        let count = digits(value.strip_prefix(b"} ")?)?;
        self.last = Some(row);
        Some((metric, row, count))
    }
}

/// The count that is written with these digits only.
fn digits(text: &[u8]) -> Option<u64> {
    if text.is_empty() || text.len() > DIGITS_MAX {
        return None;
    }
    text.iter().try_fold(0_u64, |count, byte| byte.is_ascii_digit().then(|| count * 10 + u64::from(byte - b'0')))
}
