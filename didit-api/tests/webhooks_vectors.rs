//! 2,000 deliveries that Python's json and hmac signed: tests/webhooks/vectors.py.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use didit_api::reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use didit_api::webhooks::{Verifier, VerifyErrorKind};
use serde_json::Value;

const VECTORS: &str = include_str!("webhooks/vectors.tsv");
const NOW: u64 = 1_774_970_000;

struct Vector {
    raw: &'static str,
    v2: &'static str,
    body: &'static str,
    /// The same JSON, written by somebody on the way.
    again: String,
    timestamp: String,
    /// Any number, the same at each run.
    seed: usize,
}

fn vectors() -> impl Iterator<Item = Vector> {
    VECTORS.lines().map(|line| {
        let columns: Vec<_> = line.split('\t').collect();
        let [raw, v2, body, again] = columns[..] else { unreachable!("{line}") };
        let json: Value = serde_json::from_str(body).unwrap();
        let timestamp = json["timestamp"].to_string();
        let seed = usize::from_str_radix(&raw[..8], 16).unwrap();
        Vector { raw, v2, body, again: serde_json::from_str(again).unwrap(), timestamp, seed }
    })
}

fn verifier() -> Verifier {
    let clock = || UNIX_EPOCH + Duration::from_secs(NOW);
    Verifier::with_secret("vectors-secret").unwrap().clock(clock as fn() -> SystemTime)
}

fn headers<'a>(pairs: impl IntoIterator<Item = (&'static str, &'a [u8])>) -> HeaderMap {
    let header =
        |(name, value)| (HeaderName::from_static(name), HeaderValue::from_bytes(value).unwrap());
    pairs.into_iter().map(header).collect()
}

fn kind(headers: &HeaderMap, body: &[u8]) -> Option<VerifyErrorKind> {
    verifier().verify(headers, body).err().map(|error| error.kind())
}

fn flipped(bytes: &[u8], seed: usize, bits: usize) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    let at = seed / bits % bytes.len();
    bytes[at] ^= 1 << (seed % bits);
    bytes
}

/// The same to whoever takes numbers for floats.
fn is_same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => {
            one == other || !(one.is_i64() && other.is_i64()) && one.as_f64() == other.as_f64()
        }
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len()
                && one.iter().zip(other).all(|(one, other)| is_same(one, other))
        }
        (Value::Object(one), Value::Object(other)) => {
            one.len() == other.len()
                && one.iter().all(|(key, one)| other.get(key).is_some_and(|it| is_same(one, it)))
        }
        _ => one == other,
    }
}

fn has_large_integer(value: &Value) -> bool {
    match value {
        Value::Number(number) => number.as_f64().is_some_and(|number| number.abs() > 1e15),
        Value::Array(items) => items.iter().any(has_large_integer),
        Value::Object(members) => members.values().any(has_large_integer),
        _ => false,
    }
}

#[test]
fn each_is_accepted_by_its_bytes_alone_and_by_its_json_alone() {
    assert_eq!(vectors().count(), 2000);
    for Vector { raw, v2, body, .. } in vectors() {
        for (name, value) in [("x-signature", raw), ("x-signature-v2", v2)] {
            let headers = headers([(name, value.as_bytes())]);
            let event = verifier().verify(&headers, body.as_bytes());
            let event = event.unwrap_or_else(|error| panic!("{name}: {error}: {body}"));
            assert_eq!(event.json(), serde_json::from_str::<Value>(body).unwrap());
        }
    }
}

#[test]
fn each_is_accepted_by_its_json_after_somebody_wrote_it_again() {
    for Vector { raw, v2, again, body, .. } in vectors() {
        let both = headers([("x-signature", raw.as_bytes()), ("x-signature-v2", v2.as_bytes())]);
        assert_eq!(kind(&both, again.as_bytes()), None, "{again}");
        if again != body {
            let raw = headers([("x-signature", raw.as_bytes())]);
            assert_eq!(kind(&raw, again.as_bytes()), Some(VerifyErrorKind::NoSecretMatches));
        }
    }
}

#[test]
fn none_is_accepted_by_its_bytes_with_a_bit_flipped_in_the_body() {
    for Vector { raw, body, seed, .. } in vectors() {
        let headers = headers([("x-signature", raw.as_bytes())]);
        let body = flipped(body.as_bytes(), seed, 8);
        assert_eq!(kind(&headers, &body), Some(VerifyErrorKind::NoSecretMatches));
    }
}

#[test]
fn none_is_accepted_by_its_json_with_a_bit_flipped_in_the_body_unless_it_is_the_same_json() {
    let mut counts = [0; 3];
    for Vector { v2, body, again, seed, .. } in vectors() {
        let headers = headers([("x-signature-v2", v2.as_bytes())]);
        let signed: Value = serde_json::from_str(body).unwrap();
        for text in [body, &again] {
            let flipped = flipped(text.as_bytes(), seed, 8);
            let shown = String::from_utf8_lossy(&flipped);
            let read = serde_json::from_slice::<Value>(&flipped);
            let kind = kind(&headers, &flipped);
            match (kind, read) {
                (None, Ok(read)) => {
                    assert!(is_same(&read, &signed), "{shown}");
                    counts[0] += 1;
                }
                (Some(VerifyErrorKind::NoSecretMatches), Ok(read)) => {
                    // Of a large integer, serde_json does not read every digit.
                    let is_rounded = has_large_integer(&signed);
                    assert!(is_rounded || !is_same(&read, &signed), "{shown}");
                    counts[1] += 1;
                }
                // What serde_json can read is refused for a key that comes twice only.
                (Some(VerifyErrorKind::NotJson), read) => {
                    assert!(read.is_err() || !is_same(&read.unwrap(), &signed), "{shown}");
                    counts[2] += 1;
                }
                (kind, _) => panic!("{kind:?}: {shown}"),
            }
        }
    }
    assert!(counts.iter().all(|count| *count > 5), "{counts:?}");
}

#[test]
fn none_is_accepted_with_a_bit_flipped_in_the_signature() {
    for Vector { raw, v2, body, seed, .. } in vectors() {
        for (name, value) in [("x-signature", raw), ("x-signature-v2", v2)] {
            // Not the sixth bit of a digit, which gives what no header can carry.
            let value = flipped(value.as_bytes(), seed, 4);
            let is_hex = value.iter().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
            let expected = match is_hex {
                true => VerifyErrorKind::NoSecretMatches,
                false => VerifyErrorKind::MalformedSignature,
            };
            assert_eq!(kind(&headers([(name, &value[..])]), body.as_bytes()), Some(expected));
        }
    }
}

#[test]
fn none_is_accepted_with_a_bit_flipped_in_the_timestamp() {
    for Vector { raw, v2, body, timestamp, seed, .. } in vectors() {
        for (name, value) in [("x-signature", raw), ("x-signature-v2", v2)] {
            let with = |timestamp: &[u8]| {
                let pairs = [(name, value.as_bytes()), ("x-timestamp", timestamp)];
                kind(&headers(pairs), body.as_bytes())
            };
            assert_eq!(with(timestamp.as_bytes()), None);
            let flipped = flipped(timestamp.as_bytes(), seed, 4);
            assert_eq!(with(&flipped), Some(VerifyErrorKind::TimestampDisagrees));
        }
    }
}
