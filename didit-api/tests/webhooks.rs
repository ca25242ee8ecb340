//! What is believed of a delivery, and what is not, case by case.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::time::{Duration, UNIX_EPOCH};

use didit_api::Secret;
use didit_api::reqwest::header::{HeaderMap, HeaderValue};
use didit_api::webhooks::{self, MAX_BODY, SecretsError, Verifier, VerifyErrorKind};

#[path = "support/deliveries.rs"]
mod deliveries;
use deliveries::{
    BODY, NOW, SECRET, SIGNATURES, at, bytes_signed, kind, only, signed, verifier, with_timestamp,
};

#[test]
fn one_of_the_two_signatures_is_enough() {
    for name in &SIGNATURES[..2] {
        let event = verifier().verify(&only(name, signed(BODY)), BODY.as_bytes()).unwrap();
        assert_eq!(event.json()["status"], "Approved");
    }
    let mut headers = signed(BODY);
    headers.insert("x-signature", HeaderValue::from_str(&"0".repeat(64)).unwrap());
    assert_eq!(kind(verifier().verify(&headers, BODY.as_bytes())), None);
    headers = signed(BODY);
    headers.insert("x-signature-v2", HeaderValue::from_str(&"0".repeat(64)).unwrap());
    assert_eq!(kind(verifier().verify(&headers, BODY.as_bytes())), None);
}

#[test]
fn a_delivery_without_a_signature_of_its_whole_body_is_refused() {
    let missing = Some(VerifyErrorKind::HeaderMissing);
    assert_eq!(kind(verifier().verify(&HeaderMap::new(), BODY.as_bytes())), missing);
    let simple = only("x-signature-simple", signed(BODY));
    assert_eq!(kind(verifier().verify(&simple, BODY.as_bytes())), missing);
    let raw = only("x-signature", signed(BODY));
    assert_eq!(kind(verifier().verify_simple(&raw, BODY.as_bytes())), missing);
}

#[test]
fn a_signature_is_64_lower_case_hex_digits_in_one_header() {
    let good = signed(BODY);
    for name in SIGNATURES {
        let digits = good[name].to_str().unwrap();
        let malformed = [
            String::new(),
            digits.to_uppercase(),
            format!("sha256={digits}"),
            format!("{digits}, {digits}"),
            format!("{digits}00"),
            digits[..62].to_owned(),
            digits.replacen(|_: char| true, "g", 1),
            format!("{}é", &digits[..62]),
            format!("{}\u{ff}\u{ff}", &digits[..62]),
        ];
        let mut several = good.clone();
        several.append(name, good[name].clone());
        let each = malformed.iter().map(|value| {
            let mut headers = good.clone();
            headers.insert(name, HeaderValue::from_bytes(value.as_bytes()).unwrap());
            headers
        });
        for headers in each.chain([several]) {
            let kind = match name {
                "x-signature-simple" => kind(verifier().verify_simple(&headers, BODY.as_bytes())),
                _ => kind(verifier().verify(&headers, BODY.as_bytes())),
            };
            assert_eq!(kind, Some(VerifyErrorKind::MalformedSignature), "{headers:?}");
        }
    }
}

#[test]
fn another_secret_or_another_body_does_not_match() {
    let no_match = Some(VerifyErrorKind::NoSecretMatches);
    let other = Verifier::with_secret("another").unwrap().clock(|| at(NOW));
    assert_eq!(kind(other.verify(&signed(BODY), BODY.as_bytes())), no_match);
    let declined = BODY.replace("Approved", "Declined");
    assert_eq!(kind(verifier().verify(&signed(BODY), declined.as_bytes())), no_match);
    // One signature is not the other.
    let body = r#"{"timestamp":1774970000, "a":1}"#;
    let mut headers = signed(body);
    headers.insert("x-signature", headers["x-signature-v2"].clone());
    headers.remove("x-signature-v2");
    assert_eq!(kind(verifier().verify(&headers, body.as_bytes())), no_match);
}

#[test]
fn any_of_several_secrets_matches() {
    for secrets in [["old", SECRET], [SECRET, "old"]] {
        let verifier = Verifier::new(secrets).unwrap().clock(|| at(NOW));
        assert_eq!(kind(verifier.verify(&signed(BODY), BODY.as_bytes())), None);
        assert_eq!(kind(verifier.clone().verify_simple(&signed(BODY), BODY.as_bytes())), None);
    }
}

#[test]
fn no_secret_and_a_blank_one_are_refused() {
    assert_eq!(Verifier::new(Vec::<String>::new()).unwrap_err(), SecretsError::Empty);
    assert_eq!(Verifier::with_secret("").unwrap_err(), SecretsError::Blank);
    assert_eq!(Verifier::new([SECRET, " \t\n"]).unwrap_err(), SecretsError::Blank);
    assert!(Verifier::new([Secret::from(SECRET)]).is_ok());
    assert!(webhooks::sign(BODY.as_bytes(), "\n", at(NOW)).is_err());
}

#[test]
fn a_secret_is_taken_byte_for_byte() {
    let headers = webhooks::sign(BODY.as_bytes(), format!("{SECRET}\n"), at(NOW)).unwrap();
    assert!(verifier().verify(&headers, BODY.as_bytes()).is_err());
    let long = "k".repeat(200);
    let headers = webhooks::sign(BODY.as_bytes(), &*long, at(NOW)).unwrap();
    let verifier = Verifier::with_secret(long).unwrap().clock(|| at(NOW));
    assert_eq!(kind(verifier.verify(&headers, BODY.as_bytes())), None);
}

#[test]
fn the_time_in_the_body_may_be_300_seconds_away_and_no_more() {
    let (headers, body) = (signed(BODY), BODY.as_bytes());
    let now = |seconds| Verifier::with_secret(SECRET).unwrap().clock(move || at(seconds));
    assert_eq!(kind(now(NOW + 300).verify(&headers, body)), None);
    assert_eq!(kind(now(NOW + 301).verify(&headers, body)), Some(VerifyErrorKind::TooOld));
    assert_eq!(kind(now(NOW - 300).verify(&headers, body)), None);
    assert_eq!(kind(now(NOW - 301).verify(&headers, body)), Some(VerifyErrorKind::FromFuture));
    assert_eq!(kind(now(NOW + 301).verify_simple(&headers, body)), Some(VerifyErrorKind::TooOld));
    let none = Duration::ZERO;
    assert_eq!(kind(now(NOW).tolerance(none).verify(&headers, body)), None);
    let late = now(NOW + 1).tolerance(none).verify(&headers, body);
    assert_eq!(kind(late), Some(VerifyErrorKind::TooOld));
    assert_eq!(kind(now(0).tolerance(Duration::MAX).verify(&headers, body)), None);
    let early =
        Verifier::with_secret(SECRET).unwrap().clock(|| UNIX_EPOCH - Duration::from_secs(7));
    assert_eq!(kind(early.verify(&headers, body)), Some(VerifyErrorKind::FromFuture));
}

#[test]
fn a_fresh_header_does_not_refresh_an_old_body() {
    let later = Verifier::with_secret(SECRET).unwrap().clock(|| at(NOW + 3600));
    let headers = webhooks::sign(BODY.as_bytes(), SECRET, at(NOW + 3600)).unwrap();
    assert_eq!(headers["x-timestamp"], "1774973600");
    assert_eq!(kind(later.verify(&headers, BODY.as_bytes())), Some(VerifyErrorKind::TooOld));
}

#[test]
fn the_header_with_the_time_may_be_missing_but_not_differ() {
    let mut headers = signed(BODY);
    headers.remove("x-timestamp");
    assert_eq!(kind(verifier().verify(&headers, BODY.as_bytes())), None);
    for value in ["1774970001", "+1774970000", "", "1774970000.0", "é"] {
        headers.insert("x-timestamp", HeaderValue::from_bytes(value.as_bytes()).unwrap());
        let disagrees = Some(VerifyErrorKind::TimestampDisagrees);
        assert_eq!(kind(verifier().verify(&headers, BODY.as_bytes())), disagrees, "{value}");
        assert_eq!(kind(verifier().verify_simple(&headers, BODY.as_bytes())), disagrees);
    }
}

#[test]
fn nothing_shows_the_secret_the_body_or_the_signature() {
    let body = with_timestamp(r#""Planted Name""#);
    let good = signed(&body);
    let mut shown = format!("{:?}", verifier());
    let event = verifier().verify(&good, body.as_bytes()).unwrap();
    shown += &format!("{event:?}");
    let stale = Verifier::with_secret(SECRET).unwrap().clock(|| at(0));
    let mut malformed = good.clone();
    malformed.insert("x-signature", HeaderValue::from_static("pLaNtEd-s3cret"));
    let mut disagrees = good.clone();
    disagrees.insert("x-timestamp", HeaderValue::from_static("pLaNtEd-s3cret"));
    let cut = &body.as_bytes()[..body.len() - 1];
    let errors = [
        verifier().verify(&HeaderMap::new(), body.as_bytes()),
        verifier().verify(&malformed, body.as_bytes()),
        verifier().verify(&disagrees, body.as_bytes()),
        verifier().verify(&good, BODY.as_bytes()),
        verifier().verify(&bytes_signed(cut), cut),
        verifier().verify(&bytes_signed(b"{\"Planted Name\":1}"), b"{\"Planted Name\":1}"),
        verifier().verify(&good, &vec![b' '; MAX_BODY + 1]),
        stale.verify(&good, body.as_bytes()),
        stale.clock(|| at(NOW * 2)).verify(&good, body.as_bytes()),
    ];
    let mut kinds = Vec::new();
    for error in errors.map(Result::unwrap_err) {
        assert!(error.to_string().len() > 60, "{error}");
        shown += &format!("{error} {error:?}");
        kinds.push(format!("{:?}", error.kind()));
    }
    kinds.sort();
    kinds.dedup();
    assert_eq!(kinds.len(), 9, "{kinds:?}");
    shown += &format!("{:?}", webhooks::sign(cut, SECRET, at(NOW)).unwrap_err());
    shown += &SecretsError::Blank.to_string();
    let digits = good["x-signature"].to_str().unwrap();
    for planted in [SECRET, "Planted", digits, &digits[..8]] {
        assert!(!shown.contains(planted), "{planted}: {shown}");
    }
}

#[test]
fn a_verifier_is_shared_by_threads() {
    fn shared<T: Clone + Send + Sync + 'static>(_: &T) {}
    shared(&verifier());
    shared(&verifier().verify(&signed(BODY), BODY.as_bytes()).unwrap());
}

#[test]
fn repetitions_have_one_key_and_other_events_another() {
    let key = |body: &str, name: &str| {
        let headers = only(name, signed(body));
        verifier().verify(&headers, body.as_bytes()).unwrap().dedup_key().to_owned()
    };
    let named = r#"{"event_id":"e-1","timestamp":1774970000}"#;
    assert_eq!(key(named, "x-signature"), "e-1");
    // Signed as JSON, so that anybody can write it in other bytes.
    let again = r#"{ "timestamp": 1774970000.0, "a": "\u00e9", "event_id": "" }"#;
    let plain = r#"{"a":"é","event_id":"","timestamp":1774970000}"#;
    let hash = key(plain, "x-signature");
    assert_eq!(hash.len(), 64);
    assert_eq!(key(again, "x-signature-v2"), hash);
    assert_ne!(key(BODY, "x-signature"), hash);
}

#[test]
fn what_a_proxy_makes_a_float_of_is_read_as_the_integer_that_is_signed() {
    let signed_body = r#"{"created_at":1774969994,"session_id":"s-1","status":"Approved","timestamp":1774970000,"workflow_version":3}"#;
    let sent = signed_body.replace("94,", "94.0,").replace("00,", "00.0,").replace(":3", ":3.0");
    let headers = only("x-signature-v2", signed(signed_body));
    let event = verifier().verify(&headers, sent.as_bytes()).unwrap();
    assert_eq!(event.timestamp(), 1_774_970_000);
    let session = event.session().unwrap();
    assert_eq!((session.created_at, session.workflow_version), (Some(1_774_969_994), Some(3)));
    assert_eq!(event.json()["workflow_version"], 3);
    assert_eq!(event.body(), sent.as_bytes());
}
