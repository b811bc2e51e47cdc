//! What to write in place of a word that is not known.

use leveret_core::suggest::nearest;

/// The advice for a word that is not known: its likely meaning, or all words that are.
pub(super) fn advice(word: &str, known: &[&str], noun: &str) -> String {
    match nearest(word, known.iter().copied()) {
        Some(meant) => format!("did you mean `{meant}`?"),
        None => format!("{noun}: {}", list(known)),
    }
}

/// The first words of a list, in backticks.
pub(super) fn list(words: &[&str]) -> String {
    const SHOWN_MAX: usize = 12;
    let mut shown: Vec<String> = words.iter().take(SHOWN_MAX).map(|word| format!("`{word}`")).collect();
    if words.len() > SHOWN_MAX {
        shown.push("…".to_owned());
    }
    shown.join(", ")
}
