//! Something that a user wrote, as a message repeats it.

/// The text in backticks, without control characters; `…` in the place of one that is too long to be read, or that holds
/// an `@`, for it may be a URL with a password.
pub fn quoted(text: &str) -> String {
    const LENGTH_MAX: usize = 80;
    if text.contains('@') || text.chars().count() > LENGTH_MAX {
        return "`…`".to_owned();
    }
    let shown: String = text.chars().map(|c| if c.is_control() { '�' } else { c }).collect();
    format!("`{shown}`")
}
