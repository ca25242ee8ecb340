use proptest::prelude::*;
use serde_json::json;

use super::*;

fn read(body: &str) -> ErrorBody {
    ErrorBody::read(body.as_bytes())
}

#[test]
fn json_of_any_shape_is_kept_whole_and_anything_else_is_bounded_text() {
    for json in [json!({ "detail": "no" }), json!(["no"]), json!("no"), json!(null)] {
        let body = read(&json.to_string());
        assert_eq!((body.json(), body.text()), (Some(&json), None));
        assert_eq!(serde_json::to_value(&body).unwrap(), json);
        assert_eq!(ErrorBody::deserialize(&json).unwrap().json(), Some(&json));
    }
    for (body, text) in [("", ""), ("<html>", "<html>"), ("{\"a\":", "{\"a\":")] {
        assert_eq!((read(body).json(), read(body).text()), (None, Some(text)));
    }
    assert_eq!(ErrorBody::read(b"\xff").text(), Some("\u{fffd}"));
    assert_eq!(ErrorBody::read(&[b'a'; 1 << 20]).text().unwrap().len(), LONGEST_TEXT);
}

type Said = Option<&'static str>;

/// Every shape that the references name: body, detail, code, message.
const SHAPES: &[(&str, Said, Said, Said)] = &[
    (r#"{"detail":"Not found."}"#, Some("Not found."), None, Some("Not found.")),
    (r#"{"detail":["Only one."]}"#, Some("Only one."), None, Some("Only one.")),
    (
        r#"{"code":"kyb_unavailable","detail":"Try later."}"#,
        Some("Try later."),
        Some("kyb_unavailable"),
        Some("Try later."),
    ),
    (
        r#"{"error":"invalid_client","error_description":"Wrong secret."}"#,
        Some("Wrong secret."),
        Some("invalid_client"),
        Some("Wrong secret."),
    ),
    (r#"{"error":"invalid_client"}"#, None, Some("invalid_client"), Some("invalid_client")),
    (r#"{"error":"COULD_NOT"}"#, None, Some("COULD_NOT"), Some("COULD_NOT")),
    (
        r#"{"error":"No credit.","estimate":{"price":"1"}}"#,
        Some("No credit."),
        None,
        Some("No credit."),
    ),
    (r#"{"error":["Wrong tax."],"by":{"a":["b"]}}"#, Some("Wrong tax."), None, None),
    (r#"{"error":{"code":"bad","message":"It is bad."}}"#, Some("It is bad."), Some("bad"), None),
    (r#"{"message":"No way."}"#, Some("No way."), None, Some("No way.")),
    (r#"{"detail":"No.","status":"Approved"}"#, Some("No."), None, Some("No.")),
    (r#"{"detail":"No.","errors":{"a":["b c"]}}"#, Some("No."), None, Some("No. a: b c")),
    (
        r#"{"error":"Refused here.","validation_errors":[{"service_id":"x","code":"y","message":"Why so."}]}"#,
        Some("Refused here."),
        None,
        Some("Refused here. 0: Why so."),
    ),
    (r#"{"errors":{"a":"b c"}}"#, None, None, Some("a: b c")),
    (r#"{"new_status":["Only one."]}"#, None, None, Some("new_status: Only one.")),
    (r#"{"code":"invalid","email":["Not one."]}"#, None, Some("invalid"), Some("email: Not one.")),
    (r#"{"code":"invalid"}"#, None, Some("invalid"), Some("invalid")),
    (r#"{"code":["Invalid code."]}"#, None, None, Some("code: Invalid code.")),
    (r#"{"non_field_errors":["Not both."]}"#, Some("Not both."), None, Some("Not both.")),
    (r#"{"options":{"locale":["Too long."]}}"#, None, None, Some("options.locale: Too long.")),
    (r#"{"rows":[{},{"label":["Missing."]}]}"#, None, None, Some("rows.1.label: Missing.")),
    (r#"["The same status."]"#, Some("The same status."), None, Some("The same status.")),
    (r#""Just so.""#, Some("Just so."), None, Some("Just so.")),
    ("<html><HEAD><title>502 Bad\nGateway</title>", None, None, Some("502 Bad Gateway")),
    ("<html>", None, None, None),
    ("upstream connect error", None, None, Some("upstream connect error")),
    ("", None, None, None),
    ("null", None, None, None),
    ("{}", None, None, None),
    ("[]", None, None, None),
    ("42", None, None, None),
];

#[test]
fn every_shape_says_what_it_says() {
    for (body, detail, code, message) in SHAPES {
        let read = read(body);
        assert_eq!((read.detail(), read.code()), (*detail, *code), "{body}");
        // Of some, the order of what is beside the detail is nobody's matter.
        if message.is_some() || detail.is_none() {
            assert_eq!(read.message().as_deref(), *message, "{body}");
        }
    }
    let fields = read(r#"{"a":["b","c"],"d":"e"}"#).fields();
    assert_eq!(
        (&fields["a"][..], &fields["d"][..]),
        (&["b", "c"].map(str::to_owned)[..], &["e".to_owned()][..])
    );
}

#[test]
fn credit_is_told_from_permission() {
    for body in [
        r#"{"detail":"You don't have enough credits to perform this request. Please top up at https://business.didit.me"}"#,
        r#"{"error":"You don't have enough credits to perform this request."}"#,
        r#"{"detail":"No.","code":"insufficient_credits"}"#,
    ] {
        assert!(read(body).is_about_credit(), "{body}");
    }
    for body in [
        r#"{"detail":"You do not have permission to perform this action."}"#,
        r#"{"document_type":["CREDIT_CARD is not enough."]}"#,
        "",
    ] {
        assert!(!read(body).is_about_credit(), "{body}");
    }
}

fn ask_all(body: &[u8]) {
    let read = ErrorBody::read(body);
    let message = read.message().unwrap_or_default();
    assert!(message.chars().count() <= 500 && !message.contains(char::is_control), "{message:?}");
    assert!(read.text().unwrap_or_default().len() <= 3 * LONGEST_TEXT);
    assert!(read.fields().values().map(Vec::len).sum::<usize>() <= MOST_MESSAGES);
    let _ = (read.detail(), read.code(), read.is_about_credit());
}

#[test]
fn no_body_is_too_large_or_too_deep() {
    ask_all(&[b'['; 1 << 20]);
    ask_all(&[b'\xff'; 1 << 20]);
    ask_all(format!("[{}[]]", "[],".repeat(300_000)).as_bytes());
    ask_all(format!("[{}]", vec![r#"{"a":["b"]}"#; 50_000].join(",")).as_bytes());
    ask_all(format!(r#"{{"{}":{}}}"#, "k".repeat(1 << 19), json!(vec!["m"; 50_000])).as_bytes());
    ask_all(format!(r#"{{"detail":"{}"}}"#, "d\\u0007".repeat(1 << 17)).as_bytes());
    ask_all(format!("{}1{}", r#"{"a":["#.repeat(60), "]}".repeat(60)).as_bytes());
}

proptest! {
    #[test]
    fn no_mutation_of_a_shape_panics(
        shape in 0..SHAPES.len(), at in any::<prop::sample::Index>(), with: Vec<u8>, cut: bool,
    ) {
        let mut body = SHAPES[shape].0.as_bytes().to_vec();
        let at = at.index(body.len() + 1);
        let end = if cut { body.len() } else { at };
        body.splice(at..end, with);
        ask_all(&body);
    }
}

#[cfg(feature = "schemars")]
#[test]
fn its_json_schema_takes_any_json() {
    assert_eq!(schemars::SchemaGenerator::default().subschema_for::<ErrorBody>(), json!({}));
}

#[test]
fn debug_shows_nothing_of_the_body() {
    for body in [r#"{"detail":"planted"}"#, "planted"] {
        assert_eq!(format!("{:?}", read(body)), "ErrorBody { .. }");
    }
}
