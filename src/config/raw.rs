//! The configuration as the user wrote it: texts and where they stand, whoever read them, file or flags. Nothing here can
//! be printed, for a user may have written a secret where none belongs.

use super::keys::Origin;
use super::source::Place;

/// A setting as written.
#[derive(Default)]
pub(super) enum Field<T> {
    /// Not written.
    #[default]
    Absent,
    /// Written, but of a wrong shape, which has already been told. Nothing else is to be said about it.
    Broken,
    /// Written so.
    Given(Given<T>),
}

/// A value and where it stands.
pub(super) struct Given<T> {
    pub(super) value: T,
    pub(super) place: Place,
}

/// A list of texts, each with its place.
pub(super) type Texts = Vec<Given<String>>;

#[derive(Default)]
pub(super) struct RawConfig {
    pub(super) origin: Origin,
    pub(super) brokers: Field<Vec<RawBroker>>,
    pub(super) backlogs: Field<Vec<RawBacklog>>,
}

#[derive(Default)]
pub(super) struct RawBroker {
    pub(super) place: Place,
    pub(super) name: Field<String>,
    pub(super) management: Field<String>,
    pub(super) urls: Field<Texts>,
    pub(super) dns: Field<String>,
    pub(super) credentials: Field<RawCredentials>,
    pub(super) tls: RawTls,
    pub(super) default_vhost: Field<String>,
    pub(super) poll_interval: Field<String>,
    pub(super) timeout: Field<String>,
    pub(super) max_sample_age: Field<String>,
}

#[derive(Default)]
pub(super) struct RawCredentials {
    pub(super) username_file: Field<String>,
    pub(super) username_env: Field<String>,
    pub(super) password_file: Field<String>,
    pub(super) password_env: Field<String>,
}

#[derive(Default)]
pub(super) struct RawTls {
    pub(super) ca: Field<String>,
    pub(super) cert: Field<String>,
    pub(super) key: Field<String>,
}

#[derive(Default)]
pub(super) struct RawBacklog {
    pub(super) place: Place,
    pub(super) name: Field<String>,
    pub(super) broker: Field<String>,
    pub(super) vhost: Field<String>,
    pub(super) queues: Field<RawQueues>,
    pub(super) aggregate: Field<String>,
    pub(super) when_missing: Field<String>,
}

#[derive(Default)]
pub(super) struct RawQueues {
    pub(super) names: Field<Texts>,
    pub(super) matching: Field<String>,
    pub(super) exclude: Field<String>,
}

impl<T> Field<T> {
    /// Whether it was not written at all.
    pub(super) fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }

    /// What was written, or a default if nothing was; nothing if it cannot be used.
    pub(super) fn or(self, default: T) -> Option<T> {
        match self {
            Self::Absent => Some(default),
            Self::Broken => None,
            Self::Given(given) => Some(given.value),
        }
    }

    /// What was written, if it can be used.
    pub(super) fn given(&self) -> Option<&Given<T>> {
        match self {
            Self::Given(given) => Some(given),
            Self::Absent | Self::Broken => None,
        }
    }
}

impl RawCredentials {
    /// Whether nothing of it was written.
    pub(super) fn is_absent(&self) -> bool {
        let fields = [&self.username_file, &self.username_env, &self.password_file, &self.password_env];
        fields.into_iter().all(Field::is_absent)
    }
}
