//! The paths that Rust code names: those of its `use` declarations, groups taken apart, and those in its body.

use super::mask::is_word;

/// One path and where it stands.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Named {
    /// Its segments; a glob is the segment `*`.
    pub(super) segments: Vec<String>,
    /// Where it begins, in bytes.
    pub(super) offset: usize,
    /// Whether a `use` declaration brings it, so that code may go on from its last segment.
    pub(super) imported: bool,
}

/// Every path of two segments or more, and every imported one, in masked code.
pub(super) fn named(code: &str) -> Vec<Named> {
    let tokens = tokens(code);
    let mut paths = Vec::new();
    let mut position = 0;
    while let Some((offset, token)) = tokens.get(position) {
        if *token == "use" {
            position = import(&tokens, position + 1, &[], &mut paths);
        } else if starts_path(token) {
            let (segments, next) = path(&tokens, position);
            if segments.len() > 1 {
                paths.push(Named { segments, offset: *offset, imported: false });
            }
            position = next;
        } else {
            position += 1;
        }
    }
    paths
}

/// Words, `::`, and every other character by itself.
fn tokens(code: &str) -> Vec<(usize, &str)> {
    let bytes = code.as_bytes();
    let mut tokens = Vec::new();
    let mut start = 0;
    while start < bytes.len() {
        let word = bytes[start..].iter().take_while(|byte| is_word(**byte)).count();
        let length = if word > 0 {
            word
        } else if bytes[start..].starts_with(b"::") {
            2
        } else {
            1
        };
        if !bytes[start].is_ascii_whitespace() {
            tokens.push((start, &code[start..start + length]));
        }
        start += length;
    }
    tokens
}

fn starts_path(token: &str) -> bool {
    token.bytes().next().is_some_and(is_word)
}

/// `a::b::c` from a position on: its segments, and the position after it.
fn path(tokens: &[(usize, &str)], mut position: usize) -> (Vec<String>, usize) {
    let mut segments = Vec::new();
    while let Some((_, token)) = tokens.get(position).filter(|(_, token)| starts_path(token)) {
        segments.push((*token).to_owned());
        position += 1;
        if tokens.get(position).is_some_and(|(_, token)| *token == "::") {
            position += 1;
        } else {
            break;
        }
    }
    (segments, position)
}

/// One tree of a `use` declaration below `prefix`; the position after it.
fn import(tokens: &[(usize, &str)], mut position: usize, prefix: &[String], paths: &mut Vec<Named>) -> usize {
    if tokens.get(position).is_some_and(|(_, token)| *token == "::") {
        position += 1;
    }
    let offset = tokens.get(position).map_or(0, |(offset, _)| *offset);
    let (segments, mut position) = path(tokens, position);
    let mut whole = [prefix, &segments].concat();
    match tokens.get(position).map(|(_, token)| *token) {
        Some("{") => {
            position += 1;
            while tokens.get(position).is_some_and(|(_, token)| *token != "}") {
                let before = position;
                position = import(tokens, position, &whole, paths);
                if tokens.get(position).is_some_and(|(_, token)| *token == ",") || position == before {
                    position += 1;
                }
            }
            return position + 1;
        }
        Some("*") => {
            whole.push("*".to_owned());
            position += 1;
        }
        _ => {}
    }
    // `a as b`: the words after the path are the new name.
    while tokens.get(position).is_some_and(|(_, token)| starts_path(token)) {
        position += 1;
    }
    if whole.last().is_some_and(|segment| segment == "self") && whole.len() > 1 {
        whole.pop();
    }
    paths.push(Named { segments: whole, offset, imported: true });
    position
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(code: &str, expected: &[&str]) {
        let paths: Vec<_> = named(code).iter().map(|path| path.segments.join("::")).collect();
        assert_eq!(paths, expected);
    }

    #[test]
    fn groups_are_taken_apart() {
        check(
            "use std::{fs, time::{self, Instant as Now}, io::*};",
            &["std::fs", "std::time", "std::time::Instant", "std::io::*"],
        );
        check("pub(crate) use ::kube::Client; fn f() {}", &["kube::Client"]);
        check("use tokio;", &["tokio"]);
    }

    #[test]
    fn paths_in_code_are_found() {
        check("let a: b::C = ::std::time::Instant::now();", &["b::C", "std::time::Instant::now"]);
        check("fn f<T: Fn() -> u8>(x: T) { x() }", &[]);
    }
}
