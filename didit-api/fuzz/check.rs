//! One delivery, and what must hold whatever is in it. For the fuzzer and for
//! tests/webhooks_corpus.rs.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use didit_api::reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use didit_api::webhooks::{self, Event, Verifier, VerifyError, VerifyErrorKind};
use serde_json::Value;

const SECRET: &str = "pLaNtEd-s3cret";
const NOW: u64 = 1_774_970_000;
/// The longest message that is bearable in a log, in characters.
const LONGEST_MESSAGE: usize = 300;

/// `input` is lines of `name: value`, an empty line and a body.
pub fn delivery(input: &[u8]) {
    let (headers, body) = split(input);
    let signed = webhooks::sign(body, SECRET, now());
    match verify(&headers, body) {
        Ok(event) => {
            let signed = signed.as_ref().unwrap();
            let is_of = |name| headers.get(name) == signed.get(name);
            let is_signed = headers.contains_key("x-signature") && is_of("x-signature")
                || headers.contains_key("x-signature-v2") && is_of("x-signature-v2");
            assert!(is_signed, "an event of a body that nobody signed");
            let timestamp = event.json()["timestamp"].as_f64().unwrap();
            assert!((timestamp - NOW as f64).abs() <= 300.0, "an event of another time");
            // Whatever stands there, it is read or it is an error.
            drop(event.session().map(|session| session.decision()));
            let shown = format!("{event:?}{:?}", event.data());
            assert!(!shown.contains(SECRET) && !event.dedup_key().is_empty());
        }
        Err(error) => check_error(&error),
    }
    if let Err(error) = verifier().verify_simple(&headers, body) {
        check_error(&error);
    }
    if let Ok(signed) = signed {
        check_signed(&signed, body);
    }
}

/// What was signed is accepted, if its time is right; and both signatures agree.
fn check_signed(signed: &HeaderMap, body: &[u8]) {
    let kinds = ["x-signature", "x-signature-v2"].map(|name| {
        let only = [(HeaderName::from_static(name), signed[name].clone())];
        verify(&only.into_iter().collect(), body).map_err(|error| error.kind()).err()
    });
    assert_eq!(kinds[0], kinds[1]);
    assert_ne!(kinds[0], Some(VerifyErrorKind::NoSecretMatches), "what was signed");
    // Another reader reads it, too, and what that one writes is the same JSON.
    let json = match serde_json::from_slice::<Value>(body) {
        Ok(json) => json,
        // It rounds up what is next to the largest float, and has no longer integers.
        Err(error) => return assert!(error.to_string().starts_with("number out of range")),
    };
    if holds_small_integers_only(&json) {
        let again = webhooks::sign(json.to_string().as_bytes(), SECRET, now()).unwrap();
        assert_eq!(again["x-signature-v2"], signed["x-signature-v2"]);
    }
}

/// serde_json rounds other numbers.
fn holds_small_integers_only(value: &Value) -> bool {
    match value {
        Value::Number(number) => number.is_i64(),
        Value::Array(items) => items.iter().all(holds_small_integers_only),
        Value::Object(members) => members.values().all(holds_small_integers_only),
        _ => true,
    }
}

fn check_error(error: &VerifyError) {
    let message = format!("{error}");
    assert!(message.len() <= LONGEST_MESSAGE, "a long message: {message}");
    assert!(!format!("{message}{error:?}").contains(SECRET), "the secret");
}

fn verify(headers: &HeaderMap, body: &[u8]) -> Result<Event, VerifyError> {
    verifier().verify(headers, body)
}

fn verifier() -> Verifier {
    Verifier::with_secret(SECRET).unwrap().clock(now)
}

fn now() -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(NOW)
}

fn split(input: &[u8]) -> (HeaderMap, &[u8]) {
    let (mut headers, mut rest) = (HeaderMap::new(), input);
    while let Some(end) = rest.iter().position(|byte| *byte == b'\n') {
        let line = &rest[..end];
        rest = &rest[end + 1..];
        let Some(colon) = line.iter().position(|byte| *byte == b':') else { break };
        let name = HeaderName::from_bytes(&line[..colon]);
        let value = HeaderValue::from_bytes(line[colon + 1..].trim_ascii());
        if let (Ok(name), Ok(value)) = (name, value) {
            headers.append(name, value);
        }
    }
    (headers, rest)
}
