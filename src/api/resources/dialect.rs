//! How a group describes itself in either version of OpenAPI.

use serde_json::{Map, Value, json};

/// What a group contributes to a document.
pub struct Description {
    /// Path items by path.
    pub paths: Map<String, Value>,
    /// Types by name.
    pub definitions: Map<String, Value>,
}

/// A version of OpenAPI.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// Version 2.0, also called Swagger.
    V2,
    /// Version 3.0.0.
    V3,
}

impl Dialect {
    /// A reference to a type.
    pub fn reference(self, name: &str) -> Value {
        let prefix = match self {
            Self::V2 => "#/definitions",
            Self::V3 => "#/components/schemas",
        };
        json!({"$ref": format!("{prefix}/{name}")})
    }

    /// A successful response with a body of this schema.
    pub fn ok(self, schema: &Value) -> Value {
        match self {
            Self::V2 => json!({"description": "OK", "schema": schema}),
            Self::V3 => json!({"description": "OK", "content": {"application/json": {"schema": schema}}}),
        }
    }

    /// A string parameter in the path or the query.
    pub fn parameter(self, place: &str, name: &str, description: &str) -> Value {
        let mut parameter = json!({"name": name, "in": place, "required": place == "path", "description": description});
        match self {
            Self::V2 => parameter["type"] = "string".into(),
            Self::V3 => parameter["schema"] = json!({"type": "string"}),
        }
        parameter
    }
}
