//! What the server tells about itself to whoever counts.

/// Receives what happens, to count and to time it. All label values are of closed sets.
pub trait Observer: Send + Sync {
    /// A request was answered. `route` names the kind of path, `reason` is empty for success and otherwise the reason of
    /// the Status or of the refusal, `seconds` is the time that answering took.
    fn answered(&self, route: &'static str, code: u16, reason: &'static str, seconds: f64);

    /// A TLS handshake failed or took too long.
    fn handshake_failed(&self);

    /// The serving certificate's files changed and the new pair is in use (`true`), or is unusable and the old one stays.
    fn certificate_reloaded(&self, usable: bool);
}

/// Counts nothing.
impl Observer for () {
    fn answered(&self, _route: &'static str, _code: u16, _reason: &'static str, _seconds: f64) {}

    fn handshake_failed(&self) {}

    fn certificate_reloaded(&self, _usable: bool) {}
}
