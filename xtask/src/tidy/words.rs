//! Words that must not land: what is unfinished, switched off or left over from debugging, and riddles.

use super::Finding;
use super::tree::Tree;

/// What must not be in any source file, comments included, and what to do instead. Each is in two halves, so that this
/// table does not find itself.
const UNFINISHED: [(&str, &str); 5] = [
    (concat!("to", "do!"), "write what is missing"),
    (concat!("TO", "DO"), "do it now, or open an issue"),
    (concat!("FIX", "ME"), "fix it now, or open an issue"),
    (concat!("#[ig", "nore"), "fix the test or delete it: a test that does not run protects nothing"),
    (concat!("db", "g!"), "remove it, or log with `tracing`"),
];

/// Words of sentences that a reader has to solve, in lower case and in two halves each. They are found in code and
/// documents, whatever their case. A word can be added once the tree is clean of it.
const RIDDLES: [&str; 3] = [concat!("no", "body"), concat!("some", "body"), concat!("who", "ever")];

/// What to do about any of them.
const PLAIN: &str = "name who or what acts, with the field's word: the operator, the client, the kubelet";

/// Finds those words.
pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for source in &tree.files {
        let mut add = |text: &str, word: &str, instead: &str| {
            for (offset, _) in text.match_indices(word).filter(|(at, _)| is_whole(text, *at, word)) {
                findings.push(Finding {
                    file: source.path.clone(),
                    line: source.line_of(offset),
                    message: format!("`{word}` does not land; {instead}"),
                });
            }
        };
        for (word, instead) in UNFINISHED {
            add(&source.text, word, instead);
        }
        let lower_case = source.text.to_ascii_lowercase();
        for word in RIDDLES {
            add(&lower_case, word, PLAIN);
        }
    }
    findings
}

/// Whether the word found at `offset` is not a part of a longer one.
fn is_whole(text: &str, offset: usize, word: &str) -> bool {
    let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    let is_word_at = |at: Option<&u8>| at.is_some_and(is_word);
    let bytes = text.as_bytes();
    let end = offset + word.len();
    let begins = !is_word(&bytes[offset]) || !is_word_at(offset.checked_sub(1).and_then(|at| bytes.get(at)));
    begins && (!is_word(&bytes[end - 1]) || word.starts_with('#') || !is_word_at(bytes.get(end)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::findings;

    #[test]
    fn each_word_is_found_in_code_comments_and_other_languages() {
        for word in UNFINISHED.iter().map(|(word, _)| *word).chain(RIDDLES) {
            let text = format!("fn f() {{}}\n// {word}: later\n");
            let found = findings(check, &[("src/a.rs", &text), ("manifests/b.yaml", &format!("# {word}\n"))]);
            assert_eq!(found.len(), 2, "{word}: {found:?}");
            assert!(found.iter().any(|it| it.starts_with("src/a.rs:2: ")), "{word}: {found:?}");
        }
    }

    #[test]
    fn a_riddle_is_found_in_a_document_at_the_start_of_a_sentence() {
        let word = RIDDLES[0];
        let capital = word[..1].to_uppercase() + &word[1..];
        assert_eq!(findings(check, &[("docs/a.md", &format!("A line.\n\n{capital} may ask.\n"))]).len(), 1);
    }

    #[test]
    fn longer_words_are_others() {
        let text = format!("const {}S: u8 = 1;\nfn my_{}() {{}}\n", UNFINISHED[1].0, UNFINISHED[2].0);
        assert_eq!(findings(check, &[("src/a.rs", &text)]), Vec::<String>::new());
    }
}
