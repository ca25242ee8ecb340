//! What is believed of a delivery, and what is not, case by case.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use didit_api::Secret;
use didit_api::reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use didit_api::webhooks::{
    self, MAX_BODY, SecretsError, SimpleEvent, Verifier, VerifyError, VerifyErrorKind,
};

const SECRET: &str = "pLaNtEd-s3cret";
const NOW: u64 = 1_774_970_000;
const BODY: &str = r#"{"session_id":"s-1","status":"Approved","timestamp":1774970000}"#;
const SIGNATURES: [&str; 3] = ["x-signature", "x-signature-v2", "x-signature-simple"];

fn at(seconds: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(seconds)
}

fn verifier() -> Verifier {
    Verifier::with_secret(SECRET).unwrap().clock(|| at(NOW))
}

fn signed(body: &str) -> HeaderMap {
    webhooks::sign(body.as_bytes(), SECRET, at(NOW)).unwrap()
}

/// Without the other signatures.
fn only(name: &str, mut headers: HeaderMap) -> HeaderMap {
    for other in SIGNATURES.iter().filter(|other| **other != name) {
        headers.remove(*other);
    }
    headers
}

fn kind<T>(result: Result<T, VerifyError>) -> Option<VerifyErrorKind> {
    result.err().map(|error| error.kind())
}

/// Of a body whose bytes are signed, whatever they are.
fn kind_of_bytes(body: &[u8]) -> Option<VerifyErrorKind> {
    kind(verifier().verify(&bytes_signed(body), body))
}

/// `X-Signature` of whatever bytes, which `sign` refuses if they are no event.
fn bytes_signed(body: &[u8]) -> HeaderMap {
    let hex: String =
        hmac_sha256::HMAC::mac(body, SECRET).iter().map(|byte| format!("{byte:02x}")).collect();
    let value = HeaderValue::from_str(&hex).unwrap();
    [(HeaderName::from_static("x-signature"), value)].into_iter().collect()
}

fn with_timestamp(member: &str) -> String {
    format!(r#"{{"timestamp":1774970000,"a":{member}}}"#)
}

/// Whether `one` is accepted by the canonical signature of `other`.
fn is_same_json(one: &str, other: &str) -> bool {
    let (one, other) = (with_timestamp(one), with_timestamp(other));
    let headers = only("x-signature-v2", signed(&other));
    match kind(verifier().verify(&headers, one.as_bytes())) {
        None => true,
        Some(VerifyErrorKind::NoSecretMatches) => false,
        kind => panic!("{kind:?}: {one}"),
    }
}

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
fn a_body_without_its_time_is_refused() {
    for body in [
        r#"{"a":1}"#,
        r#"{"a":{"timestamp":1774970000}}"#,
        r#"[{"timestamp":1774970000}]"#,
        r#"{"timestamp":"1774970000"}"#,
        r#"{"timestamp":1774970000.5}"#,
        r#"{"timestamp":null}"#,
        r#"{"timestamp":99999999999999999999}"#,
        "7",
    ] {
        let missing = Some(VerifyErrorKind::TimestampMissing);
        assert_eq!(kind_of_bytes(body.as_bytes()), missing, "{body}");
    }
    assert_eq!(kind_of_bytes(br#"{"timestamp":1774970000.0}"#), None);
}

#[test]
fn what_can_be_read_in_two_ways_or_not_at_all_is_refused_though_it_is_signed() {
    let deep = |levels| with_timestamp(&format!("{}{}", "[".repeat(levels), "]".repeat(levels)));
    let bad = [
        r#"{"timestamp":1774970000,"timestamp":1774970000}"#.to_owned(),
        with_timestamp(r#"{"b":1,"c":2,"b":1}"#),
        with_timestamp(r#"{"b":1,"\u0062":1}"#),
        with_timestamp("NaN"),
        with_timestamp("Infinity"),
        with_timestamp("-Infinity"),
        with_timestamp(r#""\ud800""#),
        with_timestamp(r#""\udc00""#),
        with_timestamp(r#""\ud800\ud800""#),
        with_timestamp(r#""\ud83d\n""#),
        with_timestamp(r#"{"\udead":1}"#),
        with_timestamp(r#""\u12""#),
        with_timestamp(r#""\u+123""#),
        with_timestamp(r#""\x41""#),
        with_timestamp("\"\u{1}\""),
        with_timestamp("\"\n\""),
        with_timestamp("1e400"),
        with_timestamp("-1e999999999999999999999"),
        with_timestamp("01"),
        with_timestamp("-"),
        with_timestamp("1."),
        with_timestamp(".5"),
        with_timestamp("1e"),
        with_timestamp("+1"),
        with_timestamp("0x10"),
        with_timestamp("tru"),
        with_timestamp("True"),
        with_timestamp("[1,]"),
        with_timestamp("[,1]"),
        with_timestamp("[1 2]"),
        with_timestamp(r#"{"a":1,}"#),
        with_timestamp(r#"{a:1}"#),
        with_timestamp(r#"{"a"}"#),
        with_timestamp("'a'"),
        with_timestamp("1 // one"),
        with_timestamp("\u{a0}1"),
        with_timestamp("1}"),
        format!("{BODY} {BODY}"),
        format!("\u{feff}{BODY}"),
        BODY[..BODY.len() - 1].to_owned(),
        String::new(),
        deep(127),
        "[".repeat(MAX_BODY),
    ];
    let not_json = Some(VerifyErrorKind::NotJson);
    for body in bad {
        let shown = &body[..body.len().min(80)];
        assert_eq!(kind_of_bytes(body.as_bytes()), not_json, "{shown}");
        assert!(webhooks::sign(body.as_bytes(), SECRET, at(NOW)).is_err(), "{shown}");
        let mut by_json = signed(BODY);
        by_json.remove("x-signature");
        assert_eq!(kind(verifier().verify(&by_json, body.as_bytes())), not_json, "{shown}");
    }
    assert_eq!(kind_of_bytes(b"{\"timestamp\":1774970000,\"a\":\"\xff\"}"), not_json);
    assert_eq!(kind_of_bytes(deep(126).as_bytes()), None);
}

#[test]
fn a_body_over_a_mebibyte_is_refused_before_its_signature_is_looked_at() {
    let body = with_timestamp(&format!("\"{}\"", "x".repeat(MAX_BODY)));
    let too_long = Some(VerifyErrorKind::TooLong);
    assert_eq!(kind_of_bytes(body.as_bytes()), too_long);
    assert_eq!(kind(verifier().verify(&HeaderMap::new(), body.as_bytes())), too_long);
    assert_eq!(kind(verifier().verify_simple(&signed(BODY), body.as_bytes())), too_long);
    assert!(webhooks::sign(body.as_bytes(), SECRET, at(NOW)).is_err());
    let most = with_timestamp(&format!("\"{}\"", "x".repeat(MAX_BODY - 31)));
    assert_eq!((most.len(), kind_of_bytes(most.as_bytes())), (MAX_BODY, None));
}

#[test]
fn numbers_that_grow_when_they_are_written_out_are_held_to_the_same_limit() {
    let numbers = format!("[{}1e308]", "1e308,".repeat(100_000));
    let body = with_timestamp(&numbers);
    assert_eq!(kind_of_bytes(body.as_bytes()), Some(VerifyErrorKind::TooLong));
}

#[test]
fn an_integer_of_any_length_is_compared_digit_by_digit() {
    let digits = "7".repeat(300);
    assert!(is_same_json(&digits, &format!(" {digits} ")));
    assert!(!is_same_json(&digits, &format!("{}8", &digits[1..])));
    assert!(!is_same_json("9007199254740993", "9007199254740992"));
}

#[test]
fn the_same_json_is_recognised_however_it_is_written() {
    for (one, other) in [
        ("100", "100.0"),
        ("100", "1e2"),
        ("100", "1000E-1"),
        ("0", "-0.0"),
        ("0", "-0"),
        ("0", "1e-400"),
        ("10000000000000000000000", "1e22"),
        ("99999999999999991611392", "1e+23"),
        ("1e-05", "0.00001"),
        ("1.5e-07", "1.5e-7"),
        ("0.0001", "1e-4"),
        (r#""é😀/\"\\\n""#, r#""\u00E9\ud83d\uDE00\/\u0022\u005c\u000a""#),
        ("\"\u{7f}\"", r#""\u007f""#),
        (r#"{"\uffff":1,"😀":2}"#, r#"{"😀":2,"\uffff":1}"#),
        (
            r#"{"a\"":1,"a!":2,"a#":{"c":[],"b":{}}}"#,
            r#"{"a#":{"b":{},"c":[]},"a!":2,"a\u0022":1}"#,
        ),
        ("[1,[2,{}]]", "[\r\n\t1 , [ 2,{ } ] ]"),
    ] {
        assert!(is_same_json(one, other), "{one} {other}");
        assert!(is_same_json(other, one), "{one} {other}");
    }
    for (one, other) in
        [("1", "\"1\""), ("[1,2]", "[2,1]"), ("0.1", "0.2"), ("{}", "[]"), ("null", "false")]
    {
        assert!(!is_same_json(one, other), "{one} {other}");
    }
}

#[test]
fn the_canonical_form_is_what_python_writes() {
    // The digest: Python's hmac of this very text, keyed with `k`.
    let body =
        "{\"timestamp\" : 1774970000.0, \"b\\u0000\": [1.50, \"\\u001F\\u00e9\"], \"a\": {}}";
    let canonical = "{\"a\":{},\"b\\u0000\":[1.5,\"\\u001fé\"],\"timestamp\":1774970000}";
    let of = |text: &str| webhooks::sign(text.as_bytes(), "k", at(NOW)).unwrap();
    assert_eq!(of(body)["x-signature-v2"], of(canonical)["x-signature"]);
    assert_eq!(
        of(body)["x-signature-v2"],
        "0adff80e72e837e5160c7f170fefdcc71df8661922757280188a6eb0a64259f0"
    );
}

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
