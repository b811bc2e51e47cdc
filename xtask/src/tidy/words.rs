//! What is unfinished, switched off or left over from debugging does not land.

use super::Finding;
use super::mask::is_word;
use super::tree::Tree;

/// What must not stand in any source file, comments included, and what to do instead. In two halves each, so that this
/// table does not find itself.
const WORDS: [(&str, &str); 5] = [
    (concat!("to", "do!"), "write what is missing"),
    (concat!("TO", "DO"), "do it now, or open an issue"),
    (concat!("FIX", "ME"), "mend it now, or open an issue"),
    (concat!("#[ig", "nore"), "mend the test or delete it: one that does not run holds nothing"),
    (concat!("db", "g!"), "remove it, or log with `tracing`"),
];

/// Finds those words.
pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for source in &tree.files {
        for (word, instead) in WORDS {
            for (offset, _) in source.text.match_indices(word).filter(|(at, _)| stands_alone(&source.text, *at, word)) {
                findings.push(Finding {
                    file: source.path.clone(),
                    line: source.line_of(offset),
                    message: format!("`{word}` does not land; {instead}"),
                });
            }
        }
    }
    findings
}

/// Whether the word found is not a part of a longer one.
fn stands_alone(text: &str, offset: usize, word: &str) -> bool {
    let is_word_at = |at: Option<&u8>| at.is_some_and(|byte| is_word(*byte));
    let bytes = text.as_bytes();
    let first = bytes[offset];
    let begins = !is_word(first) || !is_word_at(offset.checked_sub(1).and_then(|at| bytes.get(at)));
    let last = bytes[offset + word.len() - 1];
    begins && (!is_word(last) || word.starts_with('#') || !is_word_at(bytes.get(offset + word.len())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::findings;

    #[test]
    fn each_word_is_found_in_code_comments_and_other_languages() {
        for (word, _) in WORDS {
            let text = format!("fn f() {{}}\n// {word}: later\n");
            let found = findings(check, &[("src/a.rs", &text), ("manifests/b.yaml", &format!("# {word}\n"))]);
            assert_eq!(found.len(), 2, "{word}: {found:?}");
            assert!(found.iter().any(|it| it.starts_with("src/a.rs:2: ")), "{word}: {found:?}");
        }
    }

    #[test]
    fn longer_words_are_others() {
        let text = format!("const {}S: u8 = 1;\nfn my_{}() {{}}\n", WORDS[1].0, WORDS[2].0);
        assert_eq!(findings(check, &[("src/a.rs", &text)]), Vec::<String>::new());
    }
}
