//! The front proxy: the Kubernetes API server, which has authenticated the caller and names it in headers.
//!
//! The headers are trusted only together with the proxy's own client certificate, since any client can send headers.

use std::collections::BTreeMap;

use http::{HeaderMap, HeaderName, HeaderValue};
use rustls::pki_types::UnixTime;

use super::Rejected;
use super::auth_config::FrontProxy;
use super::client_cert::common_name;
use crate::api::auth::caller::Caller;
use crate::api::net::handler::PeerChain;
use crate::api::wire::encoding::unescape;

/// The caller that a front proxy passes on; `None` without a client certificate or a user name.
pub(super) fn authenticate(
    proxy: &FrontProxy,
    peer: &PeerChain,
    headers: &HeaderMap,
    now: UnixTime,
) -> Result<Option<Caller>, Rejected> {
    let Some(leaf) = proxy.ca.verify(peer, now).map_err(|Rejected(why)| Rejected(format!("front proxy: {why}")))?
    else {
        return Ok(None);
    };
    let name = common_name(leaf)?;
    if !proxy.allowed_names.is_empty() && !proxy.allowed_names.contains(&name) {
        return Err(Rejected(format!("front proxy: common name `{name}` is not among the allowed ones")));
    }
    let Some(name) = first(headers, &proxy.username_headers)? else { return Ok(None) };
    let mut groups = Vec::new();
    for value in proxy.group_headers.iter().flat_map(|header| headers.get_all(header)) {
        groups.extend(Some(text(value)?).filter(|group| !group.is_empty()));
    }
    let uid = first(headers, &proxy.uid_headers)?;
    Ok(Some(Caller { name, uid, groups, extra: extra(headers, &proxy.extra_prefixes)? }))
}

/// The first non-empty value of these headers.
fn first(headers: &HeaderMap, names: &[HeaderName]) -> Result<Option<String>, Rejected> {
    let mut values = names.iter().flat_map(|name| headers.get_all(name));
    values.find(|value| !value.is_empty()).map(text).transpose()
}

/// The extra attributes. The rest of the header's name after the prefix is the key, percent-escaped; a key with malformed
/// escapes is used as it is.
fn extra(headers: &HeaderMap, prefixes: &[String]) -> Result<BTreeMap<String, Vec<String>>, Rejected> {
    let mut extra = BTreeMap::<_, Vec<_>>::new();
    for (name, value) in headers {
        // Header names are in lower case, and so are the prefixes.
        for escaped in prefixes.iter().filter_map(|prefix| name.as_str().strip_prefix(prefix.as_str())) {
            let key = unescape(escaped).unwrap_or_else(|| escaped.to_owned());
            extra.entry(key).or_default().push(text(value)?);
        }
    }
    Ok(extra)
}

fn text(value: &HeaderValue) -> Result<String, Rejected> {
    let text = std::str::from_utf8(value.as_bytes());
    text.map(str::to_owned).map_err(|_| Rejected("front proxy: a header is not UTF-8".to_owned()))
}
