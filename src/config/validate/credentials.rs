//! Who to log in as, and with which certificates.

use std::path::Path;

use crate::config::keys::Origin;
use crate::config::problem::Findings;
use crate::config::raw::{Field, RawCredentials, RawTls};
use crate::config::source::Place;
use crate::config::{Credentials, TlsFiles};
use leveret_runtime::quoted::quoted;
use leveret_runtime::secret::SecretRef;

/// The sources of user and password.
pub(super) fn credentials(
    raw: &RawCredentials,
    place: &Place,
    origin: Origin,
    findings: &mut Findings,
) -> Option<Credentials> {
    let username = ["usernameFile", "usernameEnv"].map(|key| origin.name(key));
    let password = ["passwordFile", "passwordEnv"].map(|key| origin.name(key));
    let username = source([&raw.username_file, &raw.username_env], username, place, findings);
    let password = source([&raw.password_file, &raw.password_env], password, place, findings);
    Some(Credentials { username: username?, password: password? })
}

fn source(
    [file, env]: [&Field<String>; 2],
    [file_key, env_key]: [&str; 2],
    place: &Place,
    findings: &mut Findings,
) -> Option<SecretRef> {
    match (file, env) {
        (Field::Absent, Field::Absent) => {
            findings.add(place, format!("neither `{file_key}` nor `{env_key}` is given"), "add one of them");
            None
        }
        (Field::Given(_) | Field::Broken, Field::Given(given)) => {
            findings.add(&given.place, format!("both `{file_key}` and `{env_key}` are given"), "keep one of them");
            None
        }
        (Field::Given(given), _) => Some(SecretRef::File(given.value.clone().into())),
        (_, Field::Given(given)) if is_variable(&given.value) => Some(SecretRef::Env(given.value.clone())),
        (_, Field::Given(given)) => {
            // The value is not repeated: it is likely to be the secret itself.
            let reason = format!("`{env_key}` is not the name of an environment variable");
            findings.add(&given.place, reason, "write the variable's name, such as `RABBIT_PASSWORD`, not its value");
            None
        }
        (Field::Absent | Field::Broken, Field::Absent | Field::Broken) => None,
    }
}

/// Whether a shell would take it for a variable: capitals, digits and underscores, as passwords seldom are.
fn is_variable(name: &str) -> bool {
    name.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
        && name.starts_with(|c: char| c.is_ascii_uppercase() || c == '_')
}

/// The certificate files, each of which must be there.
pub(super) fn tls(raw: &RawTls, https: Option<bool>, origin: Origin, findings: &mut Findings) -> TlsFiles {
    let fields = [("caFile", &raw.ca), ("certFile", &raw.cert), ("keyFile", &raw.key)];
    for (key, given) in fields.iter().filter_map(|(key, field)| Some((origin.name(key), field.given()?))) {
        if !Path::new(&given.value).is_file() {
            let reason = format!("`{key}` {} is not a file that can be read", quoted(&given.value));
            findings.add(&given.place, reason, "check the path and that the volume is mounted there");
        }
        if https == Some(false) {
            let reason = format!("`{key}` would never be used, for no URL of this broker is `https`");
            findings.add(&given.place, reason, "remove it, or write `https` URLs");
        }
    }
    for (field, missing, absent) in
        [(&raw.cert, "keyFile", raw.key.is_absent()), (&raw.key, "certFile", raw.cert.is_absent())]
    {
        if let (Some(given), true) = (field.given(), absent) {
            let reason = format!("a client certificate also needs `{}`", origin.name(missing));
            findings.add(&given.place, reason, format!("add `{}`", origin.name(missing)));
        }
    }
    let path = |field: &Field<String>| field.given().map(|given| given.value.clone().into());
    TlsFiles { ca: path(&raw.ca), certificate: path(&raw.cert), key: path(&raw.key) }
}
