//! "Did you mean …?"

/// The known word that a misspelt one most likely stands for: one letter wrong, and another for every five.
pub(super) fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let lower = word.to_lowercase();
    known
        .into_iter()
        .map(|candidate| (strsim::damerau_levenshtein(&lower, &candidate.to_lowercase()), candidate))
        .filter(|(wrong, candidate)| candidate.len() > 2 && *wrong <= 1 + candidate.len() / 5)
        .min_by_key(|(wrong, _)| *wrong)
        .map(|(_, candidate)| candidate)
}

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
