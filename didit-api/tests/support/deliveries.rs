//! Deliveries that are signed with a planted secret, and who verifies them.
#![allow(dead_code, unreachable_pub, reason = "each test uses its own part")]

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use didit_api::reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use didit_api::webhooks::{self, Verifier, VerifyError, VerifyErrorKind};

pub const SECRET: &str = "pLaNtEd-s3cret";
pub const NOW: u64 = 1_774_970_000;
pub const BODY: &str = r#"{"session_id":"s-1","status":"Approved","timestamp":1774970000}"#;
pub const SIGNATURES: [&str; 3] = ["x-signature", "x-signature-v2", "x-signature-simple"];

pub fn at(seconds: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(seconds)
}

pub fn verifier() -> Verifier {
    Verifier::with_secret(SECRET).unwrap().clock(|| at(NOW))
}

pub fn signed(body: &str) -> HeaderMap {
    webhooks::sign(body.as_bytes(), SECRET, at(NOW)).unwrap()
}

/// Without the other signatures.
pub fn only(name: &str, mut headers: HeaderMap) -> HeaderMap {
    for other in SIGNATURES.iter().filter(|other| **other != name) {
        headers.remove(*other);
    }
    headers
}

pub fn kind<T>(result: Result<T, VerifyError>) -> Option<VerifyErrorKind> {
    result.err().map(|error| error.kind())
}

/// `X-Signature` of whatever bytes, which `sign` refuses if they are no event.
pub fn bytes_signed(body: &[u8]) -> HeaderMap {
    let hex: String =
        hmac_sha256::HMAC::mac(body, SECRET).iter().map(|byte| format!("{byte:02x}")).collect();
    let value = HeaderValue::from_str(&hex).unwrap();
    [(HeaderName::from_static("x-signature"), value)].into_iter().collect()
}

/// Of a body whose bytes are signed, whatever they are.
pub fn kind_of_bytes(body: &[u8]) -> Option<VerifyErrorKind> {
    kind(verifier().verify(&bytes_signed(body), body))
}

pub fn with_timestamp(member: &str) -> String {
    format!(r#"{{"timestamp":1774970000,"a":{member}}}"#)
}
