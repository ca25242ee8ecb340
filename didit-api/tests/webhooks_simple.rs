//! What `X-Signature-Simple` vouches for.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use didit_api::reqwest::header::{HeaderMap, HeaderValue};
use didit_api::webhooks::{self, SimpleEvent, Verifier, VerifyErrorKind};

#[path = "support/deliveries.rs"]
mod deliveries;
use deliveries::{BODY, NOW, SECRET, at, kind, signed, verifier};

fn simple(status: &str) -> String {
    format!(
        r#"{{"timestamp":1774970000,"session_id":"aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee",
        "status":"{status}","webhook_type":"status.updated"}}"#
    )
}

#[test]
fn the_published_simple_digests_are_given_and_accepted() {
    let secret = "wh_test_secret_9f2c4b8e1a7d";
    for (status, digest) in [
        ("Approved", "d831dd64f6c1801e214d9c114fe24167baee695a879404771d3d5dbfb10fdf75"),
        ("Declined", "ea157dba351b4c0f93fdaacd85059d494fd7696b3993c7a6707c2593d0fb4c74"),
    ] {
        let body = simple(status);
        let headers = webhooks::sign(body.as_bytes(), secret, at(NOW)).unwrap();
        assert_eq!(headers["x-signature-simple"], digest);
        let verifier = Verifier::with_secret(secret).unwrap().clock(|| at(NOW));
        let event = verifier.verify_simple(&headers, body.as_bytes()).unwrap();
        let SimpleEvent { timestamp, session_id, status: read, webhook_type, .. } = event;
        assert_eq!((&*timestamp, &*read, &*webhook_type), ("1774970000", status, "status.updated"));
        assert_eq!(session_id, "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee");
    }
}

#[test]
fn the_simple_signature_does_not_cover_the_rest_and_nothing_of_it_is_given() {
    let headers = signed(&simple("Approved"));
    let other = simple("Approved").replace("}", r#","decision":{"a":1}}"#);
    let event = verifier().verify_simple(&headers, other.as_bytes()).unwrap();
    assert!(!format!("{event:?}").contains("decision"));
    assert!(verifier().verify(&headers, other.as_bytes()).is_err());
    let declined = verifier().verify_simple(&headers, simple("Declined").as_bytes());
    assert_eq!(kind(declined), Some(VerifyErrorKind::NoSecretMatches));
}

#[test]
fn a_simple_signature_is_no_signature_of_members_that_are_shifted() {
    let body = r#"{"timestamp":1774970000,"session_id":"s:x","status":"a","webhook_type":"b"}"#;
    let shifted = r#"{"timestamp":1774970000,"session_id":"s","status":"x:a","webhook_type":"b"}"#;
    for body in [body, shifted] {
        let headers = signed(body);
        let no_match = Some(VerifyErrorKind::NoSecretMatches);
        assert_eq!(kind(verifier().verify_simple(&headers, body.as_bytes())), no_match);
    }
    assert_eq!(signed(body)["x-signature-simple"], signed(shifted)["x-signature-simple"]);
    let object = r#"{"timestamp":1774970000,"status":{}}"#;
    assert!(webhooks::sign(object.as_bytes(), SECRET, at(NOW)).is_err());
    let missing = verifier().verify_simple(&signed(BODY), BODY.as_bytes()).unwrap();
    assert_eq!((&*missing.webhook_type, &*missing.session_id), ("", "s-1"));
}

#[test]
fn either_mark_makes_a_test_of_a_simple_event() {
    let body = simple("Approved");
    let is_test = |headers: &HeaderMap, body: &str| {
        verifier().verify_simple(headers, body.as_bytes()).unwrap().is_test
    };
    let mut headers = signed(&body);
    assert!(!is_test(&headers, &body));
    let marked = body.replace('}', r#","metadata":{"test_webhook":true}}"#);
    assert!(is_test(&headers, &marked));
    headers.insert("x-didit-test-webhook", HeaderValue::from_static("true"));
    assert!(is_test(&headers, &body));
}
