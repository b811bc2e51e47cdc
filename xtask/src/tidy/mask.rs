//! Rust text without what is only talk: comments, strings and characters become spaces, line breaks stay.

/// The same text, byte for byte as long, with comments and literals blanked out.
pub(super) fn mask(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut masked = Vec::with_capacity(bytes.len());
    let mut position = 0;
    while position < bytes.len() {
        let length = talk(&bytes[position..], bytes[..position].last().copied());
        for byte in &bytes[position..position + length] {
            masked.push(if *byte == b'\n' { b'\n' } else { b' ' });
        }
        position += length;
        if length == 0 {
            masked.push(bytes[position]);
            position += 1;
        }
    }
    String::from_utf8(masked).expect("whole literals and comments were replaced by ASCII")
}

/// How many bytes at the start are one comment or one literal.
fn talk(rest: &[u8], before: Option<u8>) -> usize {
    match rest {
        [b'/', b'/', ..] => rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len()),
        [b'/', b'*', ..] => block_comment(rest),
        [b'"', ..] => quoted(rest, b'"'),
        [b'\'', ..] => character(rest),
        // `r"…"`, `r#"…"#`, also after b or c; but not a name that ends in r, nor the raw name `r#type`.
        [b'r', ..] if !before.is_some_and(is_word) || matches!(before, Some(b'b' | b'c')) => raw_string(rest),
        _ => 0,
    }
}

fn block_comment(rest: &[u8]) -> usize {
    let (mut depth, mut position) = (0_usize, 0);
    while position < rest.len() {
        let (step, change) = match &rest[position..] {
            [b'/', b'*', ..] => (2, 1),
            [b'*', b'/', ..] => (2, -1),
            _ => (1, 0),
        };
        position += step;
        depth = depth.saturating_add_signed(change);
        if depth == 0 {
            break;
        }
    }
    position
}

fn quoted(rest: &[u8], quote: u8) -> usize {
    let mut position = 1;
    while position < rest.len() && rest[position] != quote {
        position += if rest[position] == b'\\' { 2 } else { 1 };
    }
    (position + 1).min(rest.len())
}

/// A character literal; the quote of a lifetime or a label is followed by a word without a closing quote.
fn character(rest: &[u8]) -> usize {
    let next_is_word = rest.get(1).is_some_and(|byte| is_word(*byte) && byte.is_ascii());
    if next_is_word && rest.get(2) != Some(&b'\'') { 0 } else { quoted(rest, b'\'') }
}

fn raw_string(rest: &[u8]) -> usize {
    let hashes = rest[1..].iter().take_while(|byte| **byte == b'#').count();
    if rest.get(1 + hashes) != Some(&b'"') {
        return 0;
    }
    let end: Vec<u8> = [b'"'].into_iter().chain(std::iter::repeat_n(b'#', hashes)).collect();
    let body = &rest[2 + hashes..];
    let length = body.windows(end.len()).position(|window| window == end).unwrap_or(body.len());
    (2 + hashes + length + end.len()).min(rest.len())
}

/// Whether a byte can be part of a name.
pub(super) fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || !byte.is_ascii()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(input: &str, expected: &str) {
        let masked = mask(input);
        assert_eq!(masked.len(), input.len());
        let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(words(&masked), words(expected), "{masked:?}");
    }

    #[test]
    fn comments_are_blank() {
        check("a // b\nc", "a c");
        check("a /* b /* c */ d */ e", "a e");
        check("/// use tokio\nuse std;", "use std;");
    }

    #[test]
    fn literals_are_blank() {
        check(r#"a "b \" c" d"#, "a d");
        check(r##"a r#"b " c"# d"##, "a d");
        check(r#"a(b"c", 'd', '\'', '"') e"#, "a(b , , , ) e");
        check("a 'é' b", "a b");
    }

    #[test]
    fn lifetimes_and_raw_names_are_code() {
        check("fn a<'b>(c: &'b str) -> r#type {}", "fn a<'b>(c: &'b str) -> r#type {}");
        check("'outer: loop { break 'outer }", "'outer: loop { break 'outer }");
        check("for x in iter { 'a' }", "for x in iter { }");
    }

    #[test]
    fn lines_keep_their_numbers() {
        assert_eq!(mask("\"a\nb\"\nc"), "  \n  \nc");
    }
}
