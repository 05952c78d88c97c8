//! Orders that depend on a key alone.

/// Puts values in an order that depends on the key alone (Fisher and Yates 1938).
pub(super) fn shuffle(values: &mut [f64], key: u64) {
    let mut state = key;
    for last in (1..values.len()).rev() {
        state = state.wrapping_add(GOLDEN_GAMMA);
        // A number below last + 1: the high half of a product (Lemire 2019), without division.
        let below = (u128::from(mixed(state)) * (last as u128 + 1)) >> u64::BITS;
        values.swap(last, below as usize);
    }
}

/// Step of the generator: 2^64 over the golden ratio.
pub(crate) const GOLDEN_GAMMA: u64 = 0x9E37_79B9_7F4A_7C15;

/// Finalizer of SplitMix64 (Steele, Lea and Flood 2014): every bit depends on every other.
pub(crate) fn mixed(word: u64) -> u64 {
    let word = (word ^ (word >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let word = (word ^ (word >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    word ^ (word >> 31)
}

/// Puts values in an order that depends on a seed and a name.
pub(crate) fn ordered_by(values: &mut [f64], seed: u64, name: &str) {
    shuffle(values, key(seed, name));
}

/// Where an order starts: from the seed and a name, and from nothing else.
pub(super) fn key(seed: u64, name: &str) -> u64 {
    let mut hash = hmac_sha256::Hash::new();
    hash.update(seed.to_le_bytes());
    hash.update(name.as_bytes());
    hash.finalize().iter().take(8).fold(0, |word, byte| word << 8 | u64::from(*byte))
}
