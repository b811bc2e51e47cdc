//! "Did you mean …?"

/// The known word that a misspelt one most likely stands for: one letter wrong, and another for every five. Of several that are
/// equally near it is the first.
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let lower = word.to_lowercase();
    known
        .into_iter()
        .map(|candidate| (strsim::damerau_levenshtein(&lower, &candidate.to_lowercase()), candidate))
        .filter(|(wrong, candidate)| candidate.len() > 2 && *wrong <= errors_max(candidate))
        .min_by_key(|(wrong, _)| *wrong)
        .map(|(_, candidate)| candidate)
}

/// How many letters may be wrong in a word that stands for this one.
pub(crate) fn errors_max(candidate: &str) -> usize {
    1 + candidate.len() / 5
}
