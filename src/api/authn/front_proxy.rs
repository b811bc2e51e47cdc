//! The front proxy: the Kubernetes API server, which has authenticated the caller and says in headers who it is.
//!
//! The headers count only together with the proxy's own client certificate. Anybody can send headers.

use std::collections::BTreeMap;

use http::{HeaderMap, HeaderName, HeaderValue};
use rustls::pki_types::UnixTime;

use super::auth_config::FrontProxy;
use super::client_cert::common_name;
use super::{PeerChain, Rejected};
use crate::api::caller::Caller;
use crate::api::route::unescape;

/// The caller that a front proxy passes on; none when no certificate or no user name is shown.
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

/// The first value of these headers that is not empty.
fn first(headers: &HeaderMap, names: &[HeaderName]) -> Result<Option<String>, Rejected> {
    let mut values = names.iter().flat_map(|name| headers.get_all(name));
    values.find(|value| !value.is_empty()).map(text).transpose()
}

/// What is said beyond name and groups: the rest of the header's name is the key, escaped, or
/// taken as it is where the escapes are broken.
fn extra(headers: &HeaderMap, prefixes: &[String]) -> Result<BTreeMap<String, Vec<String>>, Rejected> {
    let mut extra = BTreeMap::<_, Vec<_>>::new();
    for (name, value) in headers {
        // Header names are held in lower case, and so are the prefixes.
        for escaped in prefixes.iter().filter_map(|prefix| name.as_str().strip_prefix(prefix.as_str())) {
            let key = unescape(escaped).unwrap_or_else(|| escaped.to_owned());
            extra.entry(key).or_default().push(text(value)?);
        }
    }
    Ok(extra)
}

fn text(value: &HeaderValue) -> Result<String, Rejected> {
    let text = std::str::from_utf8(value.as_bytes());
    text.map(str::to_owned).map_err(|_| Rejected("front proxy: a header is no text in UTF-8".to_owned()))
}
