//! What the value of a Kubernetes label can be. An HPA's selector consists of labels.

/// The most bytes of a value.
pub const LENGTH_MAX: usize = 63;

/// Whether a label can have this value, which is not empty: letters, digits and, between them, `-`, `_` and `.`.
/// See <https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set>.
pub fn can_hold(value: &str) -> bool {
    let bytes = value.as_bytes();
    let outer = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
    let inner = bytes.iter().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(byte));
    bytes.len() <= LENGTH_MAX && inner && outer(bytes.first()) && outer(bytes.last())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_holds_what_the_api_server_accepts() {
        let longest = "a".repeat(LENGTH_MAX);
        for value in ["a", "0", "task_queue", "a.b-c_d", &longest] {
            assert!(can_hold(value), "{value}");
        }
        let too_long = "a".repeat(LENGTH_MAX + 1);
        for value in ["", "/", "shop/eu", "a:b", "a@b", "-a", "a.", "a b", "ä", &too_long] {
            assert!(!can_hold(value), "{value}");
        }
    }
}
