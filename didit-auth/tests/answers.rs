//! Successful answers, as documented and otherwise.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod support;

use std::time::Duration;

use didit_auth::{Error, ErrorKind, Token};
use support::{Endpoint, PRINTED, TOKEN, answer_with, didit};

async fn ask(body: impl AsRef<[u8]>) -> Result<Token, Error> {
    let endpoint = Endpoint::answering("200 OK", "", body);
    didit(&endpoint.url).token().await
}

#[tokio::test]
async fn the_printed_example_is_accepted_as_it_stands() {
    let token = ask(PRINTED).await.unwrap();
    assert_eq!(token.expose(), "your-cient-access-token");
    assert_eq!(token.header(), "Bearer your-cient-access-token");
    assert!(token.header().is_sensitive());
    // `exp` says ten days; `expires_in` counts.
    assert_eq!(token.lifetime(), Duration::from_secs(86_400));
    assert!(token.remaining() <= token.lifetime());
    assert!(token.remaining() > token.lifetime() - Duration::from_secs(60));
    let answer = token.answer();
    assert_eq!(answer.iss.as_deref(), Some("https://didit.me"));
    assert_eq!(answer.iat, Some(1_617_220_000));
    assert_eq!(answer.sub.as_deref(), Some("your-application-uuid"));
    assert_eq!(answer.client_id.as_deref(), Some("your-client-id"));
    assert_eq!(answer.organization_id.as_deref(), Some("your-organization-id"));
    assert_eq!(answer.exp, Some(1_618_084_000));
}

#[tokio::test]
async fn informational_members_may_be_absent_null_or_of_the_wrong_type() {
    for member in ["iss", "iat", "sub", "client_id", "organization_id", "exp"] {
        for json in [None, Some("null"), Some("[{}]"), Some("1.5"), Some("true"), Some("1e999")] {
            let body = answer_with(member, json);
            let token = ask(&body).await.unwrap_or_else(|error| panic!("{body}: {error}"));
            assert_eq!(token.lifetime().as_secs(), 86_400, "{body}");
        }
    }
    let token = ask(format!(r#"{{"access_token": "{TOKEN}"}}"#)).await.unwrap();
    assert_eq!(token.expose(), TOKEN);
}

#[tokio::test]
async fn unknown_members_any_content_type_and_no_encoding_are_accepted() {
    for (member, json) in [
        ("token_type", r#""Bearer""#),
        ("token_type", r#""bEARER""#),
        ("token_type", "null"),
        ("scope", "null"),
        ("surprise", r#"{"a": [1, {"access_token": 1}]}"#),
    ] {
        assert_eq!(ask(answer_with(member, Some(json))).await.unwrap().expose(), TOKEN);
    }
    for content_type in ["text/html", "application/problem+json", "nonsense"] {
        let header = format!("Content-Type: {content_type}\r\n");
        let endpoint = Endpoint::answering("200 OK", &header, PRINTED);
        didit(&endpoint.url).token().await.unwrap();
    }
    for encoding in ["", "identity", "none", "None ", " "] {
        let header = format!("Content-Encoding: {encoding}\r\n");
        let endpoint = Endpoint::answering("200 OK", &header, PRINTED);
        didit(&endpoint.url).token().await.unwrap_or_else(|error| panic!("{encoding:?}: {error}"));
    }
    let with_mark = format!("\u{FEFF}{PRINTED}");
    ask(with_mark).await.unwrap();
}

#[tokio::test]
async fn expires_in_is_read_as_the_design_says() {
    let month = 30 * 24 * 60 * 60;
    for (json, seconds) in [
        (Some("86400"), 86_400),
        (Some("86400.0"), 86_400),
        (Some("8.64e4"), 86_400),
        (Some(r#""86400""#), 86_400),
        (None, 300),
        (Some("null"), 300),
        (Some("0"), 0),
        (Some("-1"), 0),
        (Some(r#""-5""#), 0),
        (Some("-1e400"), 0),
        (Some("2592001"), month),
        (Some("9223372036854775807"), month),
        (Some("18446744073709551615"), month),
        (Some("99999999999999999999999999"), month),
        (Some("1e400"), month),
        (Some(r#""99999999999999999999999999""#), month),
        // Not one of the readable forms: as if it were absent.
        (Some("0.5"), 300),
        (Some(r#""""#), 300),
        (Some(r#"" 86400""#), 300),
        (Some(r#""soon""#), 300),
        (Some("true"), 300),
        (Some("[]"), 300),
        (Some("{}"), 300),
    ] {
        let token = ask(answer_with("expires_in", json)).await;
        let token = token.unwrap_or_else(|error| panic!("{json:?}: {error}"));
        assert_eq!(token.lifetime().as_secs(), seconds, "{json:?}");
    }
}

#[tokio::test]
async fn a_token_without_life_serves_its_caller_and_is_not_kept() {
    for json in ["0", "-1"] {
        let endpoint = Endpoint::answering("200 OK", "", answer_with("expires_in", Some(json)));
        let didit = didit(&endpoint.url);
        assert_eq!(didit.token().await.unwrap().expose(), TOKEN);
        assert_eq!(didit.token().await.unwrap().remaining(), Duration::ZERO);
        assert_eq!(endpoint.requests().len(), 2, "{json}");
    }
}

#[tokio::test]
async fn an_access_token_that_cannot_be_used_is_named() {
    for (json, named) in [
        (None, "has no access_token"),
        (Some("null"), "access_token is null"),
        (Some("17"), "access_token is not a string"),
        (Some("-1.5e400"), "not JSON"),
        (Some("99999999999999999999999999"), "access_token is not a string"),
        (Some("{}"), "access_token is not a string"),
        (Some(r#""""#), "access_token is empty"),
        (Some(r#""a b""#), "no header can carry"),
        (Some(r#""a\r\nb""#), "no header can carry"),
        (Some(r#""é""#), "no header can carry"),
    ] {
        let error = ask(answer_with("access_token", json)).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Malformed, "{json:?}");
        assert_eq!(error.status(), Some(200), "{json:?}");
        assert!(!error.is_transient());
        assert!(error.to_string().contains(named), "{json:?}: {error}");
    }
}

#[tokio::test]
async fn a_success_that_is_no_token_is_a_decode_error_with_its_status() {
    let twice = format!(r#"{{"access_token": "{TOKEN}", "access_token": "{TOKEN}"}}"#);
    let refused = answer_with("error", Some(r#""invalid_client""#));
    for (body, named) in [
        (&b""[..], "empty"),
        (b"   ", "not JSON"),
        (b"<html>busy</html>", "not JSON"),
        (b"{\"access_token\": \"abc", "not JSON"),
        (b"{\"access_token\": \"\xFF\"}", "not UTF-8"),
        (b"[]", "not a JSON object that names each member once"),
        (b"null", "not a JSON object"),
        (twice.as_bytes(), "names each member once"),
        (br#"{"access_token": "t", "sub": "a", "sub": "a"}"#, "not of the documented shape"),
        (
            br#"{"access_token": "t", "token_type": "mac", "token_type": "Bearer"}"#,
            "each member once",
        ),
        (br#"{"access_token": "t", "token_type": "mac"}"#, "token_type is not Bearer"),
        (br#"{"access_token": "t", "token_type": 7}"#, "token_type is not Bearer"),
        (br#"{"error": "invalid_client"}"#, "200 OK, invalid_client, but its body is an error"),
        (refused.as_bytes(), "200 OK, invalid_client, but its body is an error"),
        (br#"{"error": {"code": 7}}"#, "an error"),
    ] {
        let error = ask(body).await.unwrap_err();
        let body = String::from_utf8_lossy(body);
        assert_eq!(error.kind(), ErrorKind::Malformed, "{body}");
        assert_eq!(error.status(), Some(200), "{body}");
        assert!(error.to_string().contains(named), "{body}: {error}");
        assert!(!error.to_string().contains(TOKEN), "{body}: {error}");
    }
    let error = ask(r#"{"error": "invalid_client"}"#).await.unwrap_err();
    assert_eq!(error.code(), Some("invalid_client"));
}
