//! Who to log in as, and with which certificates.

use std::path::Path;

use crate::config::findings::Findings;
use crate::config::model;
use crate::config::place::Place;
use crate::config::setting::{Given, Setting};
use crate::config::{Credentials, TlsFiles};
use leveret_runtime::file::read_file;
use leveret_runtime::secret::SecretRef;

/// Where user and password are read from.
pub(super) fn credentials(given: &Given<model::Credentials>, findings: &mut Findings) -> Option<Credentials> {
    let Given { value: model, place } = given;
    let username = [("usernameFile", &model.username_file), ("usernameEnv", &model.username_env)];
    let password = [("passwordFile", &model.password_file), ("passwordEnv", &model.password_env)];
    let username = secret(username, *place, findings);
    let password = secret(password, *place, findings);
    Some(Credentials { username: username?, password: password? })
}

fn secret(
    [(file_key, file), (variable_key, variable)]: [(&'static str, &Setting<String>); 2],
    place: Place,
    findings: &mut Findings,
) -> Option<SecretRef> {
    let (file_key, variable_key) = (findings.key(file_key), findings.key(variable_key));
    match (file, variable) {
        (Setting::Absent, Setting::Absent) => {
            findings.add(place, format!("neither {file_key} nor {variable_key} is given"), "add one of them");
            None
        }
        (Setting::Given(_) | Setting::Invalid, Setting::Given(given)) => {
            findings.add(given.place, format!("both {file_key} and {variable_key} are given"), "keep one of them");
            None
        }
        (Setting::Given(given), _) => {
            readable(given, findings);
            Some(SecretRef::File(given.value.clone().into()))
        }
        (Setting::Absent, Setting::Given(given)) if is_variable(&given.value) => {
            Some(SecretRef::Env(given.value.clone()))
        }
        (Setting::Absent, Setting::Given(given)) => {
            let advice = "write the variable's name, such as `RABBIT_PASSWORD`, not its value";
            findings.add(given.place, "this is not the name of an environment variable", advice);
            None
        }
        (Setting::Absent | Setting::Invalid, Setting::Absent | Setting::Invalid) => None,
    }
}

/// Whether a shell would take it for a variable: capitals, digits and underscores, as passwords seldom are.
fn is_variable(name: &str) -> bool {
    name.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
        && name.starts_with(|c: char| c.is_ascii_uppercase() || c == '_')
}

/// Reports a file that cannot be read, without its name: a user may have written a secret in its place.
fn readable(given: &Given<String>, findings: &mut Findings) {
    if let Err(error) = read_file(Path::new(&given.value)) {
        findings.add(given.place, error.why, error.advice);
    }
}

/// The certificate files, each of which must be readable.
pub(super) fn tls(model: &model::Tls, https: Option<bool>, findings: &mut Findings) -> TlsFiles {
    for given in [&model.ca, &model.certificate, &model.key].into_iter().filter_map(Setting::given) {
        readable(given, findings);
        if https == Some(false) {
            let reason = "this would never be used, because no URL of this broker is `https`";
            findings.add(given.place, reason, "remove it, or write `https` URLs");
        }
    }
    for (present, missing, key) in
        [(&model.certificate, &model.key, "keyFile"), (&model.key, &model.certificate, "certFile")]
    {
        if let (Some(given), true) = (present.given(), missing.is_absent()) {
            let key = findings.key(key);
            findings.add(given.place, format!("a client certificate also needs {key}"), format!("add {key}"));
        }
    }
    let path = |setting: &Setting<String>| setting.value().map(Into::into);
    TlsFiles { ca: path(&model.ca), certificate: path(&model.certificate), key: path(&model.key) }
}
