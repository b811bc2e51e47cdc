//! One setting of the model: absent, given at a place, or unusable. It is deserialized without ever failing, so that one
//! bad value hides no other.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};

use super::place::Place;

/// The name under which a [`Setting`] asks `reader` for its place and its value.
pub(super) const NAME: &str = "leveret::Setting";

/// A setting as the user gave it. It has no `Debug`, because a user may have written a secret anywhere.
#[derive(Default)]
pub(super) enum Setting<T> {
    /// Not given.
    #[default]
    Absent,
    /// Given in a form that cannot be read, which has been reported; nothing else is to be said about it.
    Invalid,
    /// Given so.
    Given(Given<T>),
}

/// A value and where it was given.
pub(super) struct Given<T> {
    pub(super) value: T,
    pub(super) place: Place,
}

impl<T> Setting<T> {
    /// Whether it was not given at all.
    pub(super) fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }

    /// What was given, or a default if nothing was; nothing if it cannot be used.
    pub(super) fn or(&self, default: T) -> Option<T>
    where
        T: Copy,
    {
        match self {
            Self::Absent => Some(default),
            Self::Invalid => None,
            Self::Given(given) => Some(given.value),
        }
    }

    /// What was given, if it can be used.
    pub(super) fn given(&self) -> Option<&Given<T>> {
        match self {
            Self::Given(given) => Some(given),
            Self::Absent | Self::Invalid => None,
        }
    }

    /// The value that was given, if it can be used.
    pub(super) fn value(&self) -> Option<&T> {
        self.given().map(|given| &given.value)
    }

    /// A setting inside this one: as absent as this is, and as invalid.
    pub(super) fn inner<U>(&self, of: impl FnOnce(&T) -> &Setting<U>) -> &Setting<U> {
        match self {
            Self::Absent => &Setting::Absent,
            Self::Invalid => &Setting::Invalid,
            Self::Given(given) => of(&given.value),
        }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Setting<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_tuple_struct(NAME, 2, SettingVisitor(PhantomData))
    }
}

struct SettingVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for SettingVisitor<T> {
    type Value = Setting<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a place and a value")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Setting<T>, A::Error> {
        let Some(place) = access.next_key::<Place>()? else { return Ok(Setting::Absent) };
        Ok(access.next_value().map_or(Setting::Invalid, |value| Setting::Given(Given { value, place })))
    }
}

#[cfg(test)]
impl<T: schemars::JsonSchema> schemars::JsonSchema for Setting<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        T::schema_name()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        generator.subschema_for::<T>()
    }
}
