//! From pieces of a body to lines.

/// The longest line that is read: virtual host, exchange and queue of 255 bytes each, every byte escaped, and the metric
/// around them are below 2 KiB; the rest is margin for help texts.
const LINE_BYTES_MAX: usize = 8192;

/// Cuts a body into lines as its pieces arrive, and holds no more than one unfinished line.
#[derive(Debug, Default)]
pub(in crate::broker) struct Lines {
    unfinished: Vec<u8>,
    skipping: bool,
    overlong: u32,
}

/// How a body ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::broker) struct Ended {
    /// Whether it ended within a line.
    pub(in crate::broker) cut: bool,
    /// How many lines were too long to be read.
    pub(in crate::broker) overlong: u32,
}

impl Lines {
    /// Takes the next piece of the body and gives each line that it finishes to `each`.
    pub(in crate::broker) fn push(&mut self, piece: &[u8], mut each: impl FnMut(&[u8])) {
        for part in piece.split_inclusive(|byte| *byte == b'\n') {
            match part.strip_suffix(b"\n") {
                Some(end) if self.unfinished.is_empty() && !self.skipping => self.give(end, &mut each),
                Some(end) => {
                    self.keep(end);
                    self.finish_line(&mut each);
                }
                None => self.keep(part),
            }
        }
    }

    /// Says whether the last line was ended, as this format asks for, and how many lines were too long to be read. What is
    /// left of a line that was not ended may be a part of a number, and is given to nobody.
    pub(in crate::broker) fn finish(self) -> Ended {
        Ended { cut: !self.unfinished.is_empty() || self.skipping, overlong: self.overlong }
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

    fn read(pieces: &[&[u8]]) -> (Vec<Vec<u8>>, Ended) {
        let (mut lines, mut seen) = (Lines::default(), Vec::new());
        for piece in pieces {
            lines.push(piece, |line| seen.push(line.to_vec()));
        }
        (seen, lines.finish())
    }

    #[test]
    fn a_line_that_is_too_long_costs_only_itself() {
        let body = [b"first\n", &*vec![b'x'; LINE_BYTES_MAX + 1], b"\nlast\n"].concat();
        let expected = (vec![b"first".to_vec(), b"last".to_vec()], Ended { cut: false, overlong: 1 });
        assert_eq!(read(&[&body]), expected);
        assert_eq!(read(&body.chunks(1000).collect::<Vec<_>>()), expected);
    }

    #[test]
    fn an_empty_body_has_no_lines() {
        let whole = Ended { cut: false, overlong: 0 };
        assert_eq!(read(&[]), (vec![], whole));
        assert_eq!(read(&[b"", b"\n"]), (vec![vec![]], whole));
    }

    #[test]
    fn a_line_that_nothing_ends_is_cut_and_not_given() {
        assert_eq!(read(&[b"a 1\nb 12"]), (vec![b"a 1".to_vec()], Ended { cut: true, overlong: 0 }));
        assert!(read(&[&vec![b'x'; LINE_BYTES_MAX + 1]]).1.cut);
    }

    proptest! {
        #[test]
        fn the_cuts_do_not_matter(
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
