//! Digests of profiles: whether two estimates rest on the same figures.

use crate::profile::Kind;

/// A profile that was used, and the SHA-256, shortened, of its text.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ProfileDigest {
    /// The profile, as `kind/id`.
    pub profile: String,
    /// The digest of its text.
    pub digest: String,
}

impl ProfileDigest {
    pub(crate) fn new(kind: Kind, id: &str, text: &str) -> Self {
        Self { profile: format!("{}/{id}", kind.name()), digest: shortened(&[text]) }
    }
}

/// One digest of several profiles.
pub(crate) fn combined(profiles: &[ProfileDigest]) -> String {
    let lines: Vec<String> = profiles.iter().map(|one| format!("{} {}\n", one.profile, one.digest)).collect();
    shortened(&lines)
}

/// Bytes of a SHA-256 that are shown.
const SHOWN: usize = 8;

fn shortened(texts: &[impl AsRef<[u8]>]) -> String {
    let mut hash = hmac_sha256::Hash::new();
    texts.iter().for_each(|text| hash.update(text));
    hash.finalize().iter().take(SHOWN).map(|byte| format!("{byte:02x}")).collect()
}
