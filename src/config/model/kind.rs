//! The kinds of text that keys take, as the JSON schema and the documentation describe them.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

/// A type for each kind, whose title is what the column "Type" of the documentation says.
macro_rules! kinds {
    ($($kind:ident: $title:literal, $form:tt;)*) => {$(
        pub(crate) struct $kind;

        impl JsonSchema for $kind {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> Cow<'static, str> {
                stringify!($kind).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                let mut schema = json_schema!($form);
                schema.insert("type".to_owned(), "string".into());
                schema.insert("title".to_owned(), $title.into());
                schema
            }
        }
    )*};
}

kinds! {
    Name: "text, up to 63 characters", {"pattern": "^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$", "maxLength": 63};
    BrokerName: "name of a broker", {"minLength": 1};
    Text: "text", {"minLength": 1};
    PollInterval: "duration, `1s` to `5m`", {"pattern": "^[0-9]+(ms|s|m|h)$"};
    Timeout: "duration, `100ms` to less than `pollInterval`", {"pattern": "^[0-9]+(ms|s|m|h)$"};
    MaxSampleAge: "duration, two `pollInterval` to `1h`", {"pattern": "^[0-9]+(ms|s|m|h)$"};
    Url: "URL", {"pattern": "^https?://"};
    Dns: "`host`, `host:port` or URL", {"minLength": 1};
    HostName: "host name", {"minLength": 1};
    Path: "path", {"minLength": 1};
    Variable: "name of an environment variable", {"pattern": "^[A-Z_][A-Z0-9_]*$"};
    Pattern: "regular expression", {"minLength": 1, "maxLength": 1024};
}
