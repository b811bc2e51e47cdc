//! One task, as it travels: JSON `{task_id, type, timestamp, data: {value}}`.

mod malformed;

use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Map, Number, Value};

pub use malformed::Malformed;

/// The longest body that is read. A task is a hundred bytes; what is a thousand times as long is something else.
pub const BODY_BYTES_MAX: usize = 128 * 1024;

/// The longest `task_id`, which is also the AMQP `message_id`: a short string of AMQP has at most 255 bytes.
pub const TASK_ID_BYTES_MAX: usize = 255;

/// A unit of work.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Task {
    /// Unique over all producers; a second message with the same one is the same task again. Printable, no spaces, so
    /// that it can stand in a journal line.
    pub task_id: String,
    /// What kind of work it is.
    #[serde(rename = "type")]
    pub kind: String,
    /// When it was made, RFC 3339 in UTC.
    pub timestamp: Timestamp,
    /// What to work on.
    pub data: Data,
}

/// The content of a task.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Data {
    /// Any number.
    pub value: Number,
}

impl Task {
    /// The body of the message.
    pub fn to_json(&self) -> Vec<u8> {
        serde_json::to_vec(self).expect("a task has only keys that are strings and numbers that are finite")
    }

    /// Reads the body of a message; says precisely what is wrong with a malformed one. Unknown fields are left alone, so
    /// that producers may be newer than consumers.
    pub fn from_json(body: &[u8]) -> Result<Self, Malformed> {
        if body.len() > BODY_BYTES_MAX {
            return Err(Malformed::TooLong { bytes: body.len() });
        }
        let Ok(Value::Object(fields)) = serde_json::from_slice::<Value>(body) else {
            return Err(if serde_json::from_slice::<Value>(body).is_ok() {
                Malformed::NoObject
            } else {
                Malformed::NoJson
            });
        };
        let task_id = text(&fields, "task_id")?;
        if task_id.is_empty() || task_id.len() > TASK_ID_BYTES_MAX || !task_id.bytes().all(|b| b.is_ascii_graphic()) {
            return Err(Malformed::UnusableTaskId);
        }
        let kind = text(&fields, "type")?;
        let timestamp = text(&fields, "timestamp")?.parse().map_err(|_| Malformed::NoTime)?;
        let data = fields.get("data").ok_or(Malformed::Missing { field: "data" })?;
        match data.get("value").ok_or(Malformed::Missing { field: "data.value" })? {
            Value::Number(value) => Ok(Self { task_id, kind, timestamp, data: Data { value: value.clone() } }),
            _ => Err(Malformed::WrongType { field: "data.value", expected: "a number" }),
        }
    }
}

fn text(fields: &Map<String, Value>, field: &'static str) -> Result<String, Malformed> {
    match fields.get(field).ok_or(Malformed::Missing { field })? {
        Value::String(text) => Ok(text.clone()),
        _ => Err(Malformed::WrongType { field, expected: "a string" }),
    }
}

#[cfg(test)]
mod tests;
