//! Hexadecimal digits and percent-escapes.

use std::fmt::Write;

use percent_encoding::percent_decode_str;

/// Two lower-case hexadecimal digits for each byte.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Decodes percent-escapes. `None` if an escape is malformed or the result is not UTF-8.
pub fn unescape(raw: &str) -> Option<String> {
    let mut rest = raw;
    while let Some((_, escape)) = rest.split_once('%') {
        if !escape.as_bytes().get(..2).is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit)) {
            return None;
        }
        rest = escape;
    }
    Some(percent_decode_str(raw).decode_utf8().ok()?.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn malformed_escapes_are_refused() {
        for raw in ["/%", "/%2", "/%zz", "/a%+1", "/%ff"] {
            assert_eq!(unescape(raw), None, "{raw}");
        }
        assert_eq!(unescape("/a%2Fb%C3%BC").as_deref(), Some("/a/bü"));
    }
}
