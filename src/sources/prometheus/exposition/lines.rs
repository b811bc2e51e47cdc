//! From pieces of a body to lines.

/// The longest line that is parsed. A virtual host, an exchange and a queue of 255 bytes each, with every byte escaped, and
/// the metric around them take less than 2 KiB; the rest is a margin for help texts.
const LINE_BYTES_MAX: usize = 8192;

/// Splits a body into lines as its pieces arrive, and buffers at most one unfinished line.
#[derive(Debug, Default)]
pub(in crate::sources) struct Lines {
    unfinished: Vec<u8>,
    skipping: bool,
    overlong: u32,
}

/// How a body ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::sources) struct End {
    /// Whether it ended in the middle of a line.
    pub(in crate::sources) truncated: bool,
    /// How many lines were too long to be parsed.
    pub(in crate::sources) overlong: u32,
}

impl Lines {
    /// Takes the next piece of the body and passes each line that it completes to `each`.
    pub(in crate::sources) fn push(&mut self, piece: &[u8], mut each: impl FnMut(&[u8])) {
        let mut start = 0;
        for end in memchr::memchr_iter(b'\n', piece) {
            let line = &piece[start..end];
            if self.unfinished.is_empty() && !self.skipping {
                self.give(line, &mut each);
            } else {
                self.keep(line);
                self.finish_line(&mut each);
            }
            start = end + 1;
        }
        self.keep(&piece[start..]);
    }

    /// How the body ended. This format requires a line break after the last line; without one the rest may be part of a
    /// number, and is dropped.
    pub(in crate::sources) fn finish(self) -> End {
        End { truncated: !self.unfinished.is_empty() || self.skipping, overlong: self.overlong }
    }

    fn give(&mut self, line: &[u8], each: &mut impl FnMut(&[u8])) {
        if line.len() > LINE_BYTES_MAX {
            self.overlong = self.overlong.saturating_add(1);
        } else {
            each(line);
        }
    }

    fn keep(&mut self, part: &[u8]) {
        if self.skipping || self.unfinished.len() + part.len() > LINE_BYTES_MAX {
            self.skipping = true;
            self.unfinished.clear();
        } else {
            self.unfinished.extend_from_slice(part);
        }
    }

    fn finish_line(&mut self, each: &mut impl FnMut(&[u8])) {
        if self.skipping {
            self.skipping = false;
            self.overlong = self.overlong.saturating_add(1);
        } else {
            each(&self.unfinished);
        }
        self.unfinished.clear();
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(pieces: &[&[u8]]) -> (Vec<Vec<u8>>, End) {
        let (mut lines, mut seen) = (Lines::default(), Vec::new());
        for piece in pieces {
            lines.push(piece, |line| seen.push(line.to_vec()));
        }
        (seen, lines.finish())
    }

    #[test]
    fn only_the_line_that_is_too_long_is_skipped() {
        let body = [b"first\n", &*vec![b'x'; LINE_BYTES_MAX + 1], b"\nlast\n"].concat();
        let expected = (vec![b"first".to_vec(), b"last".to_vec()], End { truncated: false, overlong: 1 });
        assert_eq!(read(&[&body]), expected);
        assert_eq!(read(&body.chunks(1000).collect::<Vec<_>>()), expected);
    }

    #[test]
    fn an_empty_body_has_no_lines() {
        let whole = End { truncated: false, overlong: 0 };
        assert_eq!(read(&[]), (vec![], whole));
        assert_eq!(read(&[b"", b"\n"]), (vec![vec![]], whole));
    }

    #[test]
    fn a_line_without_a_line_break_is_dropped() {
        assert_eq!(read(&[b"a 1\nb 12"]), (vec![b"a 1".to_vec()], End { truncated: true, overlong: 0 }));
        assert!(read(&[&vec![b'x'; LINE_BYTES_MAX + 1]]).1.truncated);
    }

    proptest! {
        #[test]
        fn it_does_not_matter_where_pieces_end(
            body in proptest::collection::vec(prop_oneof![Just(b'\n'), any::<u8>()], 0..400),
            cuts in proptest::collection::vec(1_usize..50, 1..40),
        ) {
            let (mut pieces, mut rest) = (Vec::new(), &body[..]);
            for cut in cuts {
                let (piece, after) = rest.split_at(cut.min(rest.len()));
                pieces.push(piece);
                rest = after;
            }
            pieces.push(rest);
            prop_assert_eq!(read(&pieces), read(&[&body]));
        }
    }
}
