//! One signature: HMAC-SHA256, written as 64 lower-case hex digits.

use hmac_sha256::HMAC;
use reqwest::header::HeaderMap;

use super::error::{VerifyError, VerifyErrorKind};
use crate::secret::Secret;

/// Of the body's bytes.
pub(super) const RAW: &str = "x-signature";
/// Of the body's canonical form.
pub(crate) const V2: &str = "x-signature-v2";
/// Of four members of the body.
pub(crate) const SIMPLE: &str = "x-signature-simple";
/// The body's `timestamp` again, not signed.
pub(super) const TIMESTAMP: &str = "x-timestamp";

/// A signature that came with a delivery.
pub(super) struct Signature([u8; 32]);

impl Signature {
    /// The one in the header of this name, if it is there.
    pub(super) fn find(headers: &HeaderMap, name: &str) -> Result<Option<Self>, VerifyError> {
        let malformed = |why| VerifyError::new(VerifyErrorKind::MalformedSignature, why);
        let mut values = headers.get_all(name).iter();
        let Some(value) = values.next() else { return Ok(None) };
        if values.next().is_some() {
            return Err(malformed("its header comes more than once"));
        }
        let bytes = bytes(value.as_bytes());
        bytes.map(|bytes| Some(Self(bytes))).ok_or(malformed("it is not 64 lower-case hex digits"))
    }

    /// Whether one of the secrets gives it for this text. All are tried, each compared
    /// in constant time.
    pub(super) fn is_of(&self, text: &[u8], secrets: &[Secret]) -> bool {
        let Self(bytes) = self;
        secrets.iter().fold(false, |found, secret| {
            HMAC::verify(text, secret.expose().as_bytes(), bytes) | found
        })
    }
}

fn bytes(hex: &[u8]) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    if hex.len() != 2 * bytes.len() {
        return None;
    }
    for (byte, pair) in bytes.iter_mut().zip(hex.chunks_exact(2)) {
        *byte = pair.iter().try_fold(0, |byte, digit| Some(byte << 4 | value(*digit)?))?;
    }
    Some(bytes)
}

fn value(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    }
}

/// The signature of a text, as its header's value.
pub(super) fn sign(text: &[u8], secret: &Secret) -> String {
    hex(&HMAC::mac(text, secret.expose().as_bytes()))
}

pub(super) fn hex(bytes: &[u8; 32]) -> String {
    let digit = |value: u8| char::from_digit(value.into(), 16).unwrap_or('0');
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}
