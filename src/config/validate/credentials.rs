//! Who to log in as, and with which certificates.

use std::path::Path;

use crate::config::findings::Findings;
use crate::config::model;
use crate::config::place::Place;
use crate::config::setting::{Given, Setting};
use crate::config::validate::Environment;
use crate::config::{Credentials, TlsFiles};
use leveret_runtime::file::read_file;
use leveret_runtime::secret::SecretRef;

/// What a key whose value names a variable takes.
const NAME_NOT_SECRET: &str = "write the variable's name here, such as `RABBIT_PASSWORD`, never the secret itself";

/// Where user and password are read from, each of which must be there.
pub(super) fn credentials(
    given: &Given<model::Credentials>,
    environment: Environment<'_>,
    findings: &mut Findings,
) -> Option<Credentials> {
    let Given { value: model, place } = given;
    let username = [("usernameFile", &model.username_file), ("usernameEnv", &model.username_env)];
    let password = [("passwordFile", &model.password_file), ("passwordEnv", &model.password_env)];
    let username = secret(username, *place, environment, findings);
    let password = secret(password, *place, environment, findings);
    Some(Credentials { username: username?, password: password? })
}

fn secret(
    [(file_key, file), (variable_key, variable)]: [(&'static str, &Setting<String>); 2],
    place: Place,
    environment: Environment<'_>,
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
            Some(usable(SecretRef::File(given.value.clone().into()), given, environment, findings))
        }
        (Setting::Absent, Setting::Given(given)) if is_variable(&given.value) => {
            Some(usable(SecretRef::Env(given.value.clone()), given, environment, findings))
        }
        (Setting::Absent, Setting::Given(given)) => {
            findings.add(given.place, "this is not the name of an environment variable", NAME_NOT_SECRET);
            None
        }
        (Setting::Absent | Setting::Invalid, Setting::Absent | Setting::Invalid) => None,
    }
}

/// A secret, which is reported if it cannot be used now: without its name, in whose place a user may have written the secret.
fn usable(
    secret: SecretRef,
    given: &Given<String>,
    environment: Environment<'_>,
    findings: &mut Findings,
) -> SecretRef {
    if let Err(error) = secret.read_in(environment) {
        // Only a file holds names of variables.
        let name = if matches!(secret, SecretRef::Env(_)) { findings.either(NAME_NOT_SECRET, "") } else { "" };
        let separator = if name.is_empty() { "" } else { "; " };
        findings.add(given.place, error.why, format!("{}{separator}{name}", error.advice));
    }
    secret
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
