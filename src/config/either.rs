//! A value that is written as a list or as keys.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};

/// The name under which an [`Either`] asks `reader` which of both was written.
pub(super) const NAME: &str = "leveret::Either";

/// A list or keys, whichever was written.
pub(super) enum Either<L, K> {
    List(L),
    Keys(K),
}

impl<'de, L: Deserialize<'de>, K: Deserialize<'de>> Deserialize<'de> for Either<L, K> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_tuple_struct(NAME, 2, EitherVisitor(PhantomData))
    }
}

struct EitherVisitor<L, K>(PhantomData<(L, K)>);

impl<'de, L: Deserialize<'de>, K: Deserialize<'de>> Visitor<'de> for EitherVisitor<L, K> {
    type Value = Either<L, K>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list or keys")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Either<L, K>, A::Error> {
        match access.next_key()? {
            Some(true) => access.next_value().map(Either::List),
            Some(false) | None => access.next_value().map(Either::Keys),
        }
    }
}
