//! The Debian mirror of this machine, read from its apt sources, so that no host is hard-coded here.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

/// The mirror of the machine's own Debian release.
pub(crate) fn mirror() -> Result<String> {
    let release = fs::read_to_string("/etc/os-release").context("cannot read which system this is")?;
    let field = |name: &str| {
        let line = release.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix('='));
        line.map(|value| value.trim_matches('"').to_owned())
    };
    if field("ID").as_deref() != Some("debian") {
        bail!("this set-up installs Debian packages: run it on Debian, for example in a container or virtual machine");
    }
    let codename = field("VERSION_CODENAME").context("/etc/os-release has no VERSION_CODENAME")?;
    let mirror = sources(Path::new("/etc/apt"))?.iter().find_map(|text| find_mirror(text, &codename));
    mirror.with_context(|| {
        format!("no apt source under /etc/apt has `{codename} main`: add one, as in a standard Debian installation")
    })
}

/// The contents of sources.list and of the files in sources.list.d.
fn sources(apt: &Path) -> Result<Vec<String>> {
    let mut files = vec![apt.join("sources.list")];
    if let Ok(folder) = fs::read_dir(apt.join("sources.list.d")) {
        files.extend(folder.collect::<Result<Vec<_>, _>>()?.into_iter().map(|entry| entry.path()));
    }
    files.sort();
    let has_name = |path: &&PathBuf| path.extension().is_some_and(|name| name == "list" || name == "sources");
    Ok(files.iter().filter(has_name).filter_map(|path| fs::read_to_string(path).ok()).collect())
}

/// The first URI with the component `main` of `suite`, in either format of `sources.list(5)`.
fn find_mirror(text: &str, suite: &str) -> Option<String> {
    text.lines().find_map(|line| one_line(line, suite)).or_else(|| stanzas(text).find_map(|it| stanza(&it, suite)))
}

/// `deb [options] URI SUITE COMPONENT…`
fn one_line(line: &str, suite: &str) -> Option<String> {
    let rest = line.trim().strip_prefix("deb ")?.trim_start();
    let rest = match rest.strip_prefix('[') {
        Some(options) => options.split_once(']')?.1,
        None => rest,
    };
    let mut words = rest.split_whitespace();
    let (uri, offered) = (words.next()?, words.next()?);
    (offered == suite && words.any(|component| component == "main")).then(|| uri.to_owned())
}

/// The stanzas of a deb822 file, which are separated by blank lines, without comments.
fn stanzas(text: &str) -> impl Iterator<Item = Vec<&str>> {
    let lines: Vec<_> = text.lines().filter(|line| !line.starts_with('#')).collect();
    let stanzas: Vec<_> = lines.split(|line| line.trim().is_empty()).map(<[&str]>::to_vec).collect();
    stanzas.into_iter()
}

/// `Types: deb`, `URIs: …`, `Suites: …`, `Components: …`, unless `Enabled: no`
fn stanza(lines: &[&str], suite: &str) -> Option<String> {
    let field = |name: &str| {
        let of_field = |line: &&str| line.split_once(':').is_some_and(|(key, _)| key.eq_ignore_ascii_case(name));
        let line = lines.iter().find(|line| of_field(line))?;
        Some(line.split_once(':')?.1.split_whitespace().collect::<Vec<_>>())
    };
    let disabled = field("Enabled").is_some_and(|value| value == ["no"]);
    let offers = |name, value| field(name).is_some_and(|values| values.contains(&value));
    let wanted = !disabled && offers("Types", "deb") && offers("Suites", suite) && offers("Components", "main");
    let uri = field("URIs")?.first()?.to_string();
    wanted.then_some(uri)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deb822_source_is_found_among_others() {
        let text = "Types: deb deb-src\n# a comment\nURIs: http://one.example/debian-security\nSuites: bookworm-security\n\
                    Components: main\n\nTypes: deb\nURIs: http://two.example/debian\nSuites: bookworm bookworm-updates\n\
                    Components: main contrib\n";
        assert_eq!(find_mirror(text, "bookworm").as_deref(), Some("http://two.example/debian"));
        assert_eq!(find_mirror(text, "trixie"), None);
        assert_eq!(find_mirror(&text.replace("Types: deb\n", "Types: deb\nEnabled: no\n"), "bookworm"), None);
    }

    #[test]
    fn a_one_line_source_is_found_with_and_without_options() {
        let plain = "# deb http://no.example bookworm main\ndeb http://one.example/debian bookworm main\n";
        assert_eq!(find_mirror(plain, "bookworm").as_deref(), Some("http://one.example/debian"));
        let options = "deb [arch=amd64 signed-by=/a/key.gpg] http://two.example/debian bookworm contrib main\n";
        assert_eq!(find_mirror(options, "bookworm").as_deref(), Some("http://two.example/debian"));
        assert_eq!(find_mirror("deb http://three.example/cloud bookworm cloud\n", "bookworm"), None);
    }
}
