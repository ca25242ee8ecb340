//! What nobody else can guess or has chosen.

use std::hash::{BuildHasher, RandomState};

/// 64 bits, which are random enough for boundaries, pauses and idempotency keys:
/// each hasher has keys of its own, which the standard library derives from the
/// system's randomness and never shows. A crate of random numbers would be one
/// more in every user's tree.
pub(super) fn random() -> u64 {
    RandomState::new().hash_one(())
}

/// A random UUID (RFC 9562, version 4).
pub(super) fn uuid() -> String {
    let bits = u128::from(random()) << 64 | u128::from(random());
    let bits = bits & !(0xf << 76) & !(0x3 << 62) | 0x4 << 76 | 0x2 << 62;
    let hex = format!("{bits:032x}");
    [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]].join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_uuid_says_that_it_is_random_and_is_never_the_same() {
        let one = uuid();
        let lengths: Vec<_> = one.split('-').map(str::len).collect();
        assert_eq!(lengths, [8, 4, 4, 4, 12]);
        assert_eq!(&one[14..15], "4");
        assert!("89ab".contains(&one[19..20]), "{one}");
        assert_ne!(one, uuid());
    }
}
