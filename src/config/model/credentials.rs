//! `credentials` of a broker.

use serde::Deserialize;

#[cfg(test)]
use super::kind;
use crate::config::setting::Setting;

/// One key for the user and one for the password. Files are read again at each poll; a variable keeps the value that Leveret was
/// started with. Neither secret is written into this file itself.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(extend("minProperties" = 2, "maxProperties" = 2)))]
pub(crate) struct Credentials {
    /// A file with the user's name; a line break at its end is ignored.
    #[cfg_attr(test, schemars(with = "kind::Path"))]
    pub(crate) username_file: Setting<String>,
    /// A variable that is set to the user's name. Its own name has capitals, digits and `_`.
    #[cfg_attr(test, schemars(with = "kind::Variable"))]
    pub(crate) username_env: Setting<String>,
    /// A file with the password; a line break at its end is ignored.
    #[cfg_attr(test, schemars(with = "kind::Path"))]
    pub(crate) password_file: Setting<String>,
    /// A variable that is set to the password. Its own name has capitals, digits and `_`.
    #[cfg_attr(test, schemars(with = "kind::Variable"))]
    pub(crate) password_env: Setting<String>,
}
