//! Which bodies are read at all, and which are the same JSON.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use didit_api::reqwest::header::HeaderMap;
use didit_api::webhooks::{self, MAX_BODY, VerifyErrorKind};

#[path = "support/deliveries.rs"]
mod deliveries;
use deliveries::{
    BODY, NOW, SECRET, at, kind, kind_of_bytes, only, signed, verifier, with_timestamp,
};

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
        with_timestamp(r#""\ud83d\uffff""#),
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
        ("5e-05", "0.00005"),
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
