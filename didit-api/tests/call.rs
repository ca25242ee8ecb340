//! What generated code asks of the runtime: arguments in, requests out, answers
//! by their status. Each call goes to a real socket.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::net::TcpListener;

use didit_api::runtime::Call;
use didit_api::{ErrorKind, Operation, Scheme, Secret, Transport};
use serde_json::{Value, json};

#[path = "support/server.rs"]
mod server;
use server::{Server, answer};

const OPERATION: &Operation =
    &Operation::new("library", "find_books", "PATCH", "/shelves/{shelf}/{book}.{format}/")
        .security(&[Scheme::Bearer])
        .accept("application/json, text/plain")
        .success(&[200, 204, 302])
        .not_empty(&["books", "shelves"]);

const NONE: &str = "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n";

/// The call with every part of its path.
fn call(transport: &Transport) -> Call<'_> {
    Call::new(transport, OPERATION).path("shelf", "a b").path("book", &7).path("format", "json")
}

/// The one request that the call becomes: its first line, its head in small
/// letters, its body.
async fn sent(arguments: impl FnOnce(Call<'_>) -> Call<'_>) -> (String, String, String) {
    let server = Server::with(&[NONE]);
    arguments(call(&server.transport)).send_empty().await.unwrap();
    let request = server.requests().remove(0);
    let (head, body) = request.split_once("\r\n\r\n").unwrap();
    let (line, head) = head.split_once("\r\n").unwrap();
    (line.to_owned(), format!("{}\r\n", head.to_lowercase()), body.to_owned())
}

/// The error of a call that is sent to nobody, or else the test fails.
async fn refused(arguments: impl FnOnce(Call<'_>) -> Call<'_>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let transport = Transport::builder(base).authorize(server::Tokens::default()).build().unwrap();
    let call = arguments(Call::new(&transport, OPERATION));
    let error = call.send::<Value>().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidRequest, "{error:?}");
    assert!(listener.accept().is_err(), "somebody connected");
    format!("{error} {error:?}")
}

#[tokio::test]
async fn a_call_without_arguments_has_the_headers_of_its_operation_and_no_body() {
    let (line, head, body) = sent(|call| call).await;
    assert_eq!(line, "PATCH /shelves/a%20b/7.json/ HTTP/1.1");
    let names: Vec<_> = head.lines().map(|line| line.split_once(": ").unwrap().0).collect();
    assert_eq!(names, ["accept", "authorization", "user-agent", "host"]);
    assert!(head.contains("accept: application/json, text/plain\r\n"), "{head}");
    assert!(head.contains("authorization: bearer t0\r\n"), "{head}");
    assert_eq!(body, "");
}

#[tokio::test]
async fn a_query_has_a_pair_per_item_and_none_for_what_is_absent() {
    let (line, ..) = sent(|call| {
        let call =
            call.query("q", "a b&c+é/").query("list", &["x", "y z"]).query("none", &None::<i64>);
        call.query("empty", &Vec::<String>::new()).query("list[]", &true).query("n", &1.5)
    })
    .await;
    assert_eq!(
        line,
        "PATCH /shelves/a%20b/7.json/?q=a+b%26c%2B%C3%A9%2F&list=x&list=y+z&list%5B%5D=true&n=1.5 HTTP/1.1"
    );
}

#[tokio::test]
async fn an_argument_that_is_given_again_takes_the_place_of_the_first() {
    let (line, head, body) = sent(|call| {
        let call = call.query("page", &1).query("tag", &["a", "b"]).query("page", &2);
        let call = call.query("tag", "c").header("X-Trace", "one").header("x-trace", "two");
        call.header("x-gone", "one").header("x-gone", &None::<&str>).json(&1).json(&2)
    })
    .await;
    assert_eq!(line, "PATCH /shelves/a%20b/7.json/?page=2&tag=c HTTP/1.1");
    assert!(head.contains("x-trace: two\r\n"), "{head}");
    assert!(!head.contains("one") && !head.contains("x-gone"), "{head}");
    assert_eq!(body, "2");
}

#[tokio::test]
async fn a_body_is_json_or_a_form() {
    let (_, head, body) = sent(|call| call.json(&json!({ "a": [1, null] }))).await;
    assert!(head.contains("content-type: application/json\r\n"), "{head}");
    assert_eq!(body, r#"{"a":[1,null]}"#);
    let form = json!({ "count": 2, "name": "é", "none": null, "tags": ["a&b", "c d"] });
    let (_, head, body) = sent(|call| call.form(&form)).await;
    assert!(head.contains("content-type: application/x-www-form-urlencoded\r\n"), "{head}");
    assert_eq!(body, "count=2&name=%C3%A9&tags=a%26b&tags=c+d");
}

#[tokio::test]
async fn an_argument_that_cannot_be_sent_is_named_and_not_shown_before_any_network() {
    for id in ["", ".", "..", "%2e%2E", "%252e.", "a/b", "%2f", "a\\b", "a?b", "a#b", "a\n"] {
        let error = refused(|call| call.path("shelf", id)).await;
        assert!(
            error.starts_with("library::find_books at 127.0.0.1: not sent, `shelf` "),
            "{error}"
        );
    }
    let planted = json!({ "planted": "planted" });
    for (what, error) in [
        (
            "`shelf` cannot be written into a path",
            refused(|call| call.path("shelf", &planted)).await,
        ),
        ("`q` cannot be written into a query", refused(|call| call.query("q", &[[1]])).await),
        ("into the header `x-key`", refused(|call| call.header("x-key", "plan\nted")).await),
        ("into the header `x-key`", refused(|call| call.header("x-key", &planted)).await),
        ("into the header `x key`", refused(|call| call.header("x key", "planted")).await),
        ("this body cannot stand in a form", refused(|call| call.form("planted")).await),
        ("the member `a` cannot stand", refused(|call| call.form(&json!({ "a": planted }))).await),
    ] {
        assert!(error.contains(what), "{error}");
        assert!(!error.contains("planted") && !error.contains("ted\""), "{error}");
    }
    let none = json!({ "books": [1], "shelves": [], "notes": [] });
    let error = refused(|call| call.json(&none)).await;
    assert!(error.contains("`shelves` is empty: name at least one"), "{error}");
    // The first is reported, whatever comes after it.
    let error = refused(|call| call.path("shelf", "..").query("q", &[[1]])).await;
    assert!(error.starts_with("library::find_books at 127.0.0.1: not sent, `shelf` "), "{error}");
}

#[test]
fn debug_shows_the_operation_and_none_of_its_arguments() {
    let transport = Transport::builder("https://planted.example").build().unwrap();
    let call = call(&transport).path("shelf", "planted").query("planted", "planted");
    let call = call.header("planted", "planted").json(&Secret::from("planted"));
    assert_eq!(format!("{call:?}"), "Call(library::find_books)");
}

#[tokio::test]
async fn a_status_decides_what_an_answer_is_and_its_body_does_not() {
    for (status, body, success) in
        [("200 OK", "[1]", true), ("302 Found", "[1]", true), ("200 OK", "<html>", false)]
    {
        let server = Server::with(&[&answer(status, body)]);
        let result = call(&server.transport).send::<Vec<u8>>().await;
        assert_eq!(result.is_ok(), success, "{status} {body}");
        if let Err(error) = result {
            assert_eq!(
                (error.kind(), error.body().is_none()),
                (ErrorKind::Malformed, true),
                "{error:?}"
            );
            assert!(error.problem().is_some());
        }
    }
    for status in ["201 Created", "206 Part", "301 Moved", "304 Same"] {
        let server = Server::with(&[&answer(status, "")]);
        let error = call(&server.transport).send_stream().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Malformed, "{error:?}");
    }
    for status in ["400 Bad", "418 Teapot", "500 Down", "599 Odd"] {
        for body in ["", "<html>", "[\"no\"]", "{\"detail\":\"no\"}"] {
            let server = Server::with(&[&answer(status, body)]);
            let error = call(&server.transport).send_empty().await.unwrap_err();
            assert_eq!(error.status().unwrap().as_str(), &status[..3]);
            let value = error.body().unwrap();
            let said = value.json().map(Value::to_string);
            assert_eq!(said.as_deref().or(value.text()), Some(body));
        }
    }
}

#[tokio::test]
async fn a_token_that_is_rejected_is_replaced_once_and_the_same_request_sent_again() {
    let no = answer("401 No", "{}");
    let server = Server::with(&[&no, NONE]);
    call(&server.transport).query("q", "a b").json(&[1]).send_empty().await.unwrap();
    let [first, second] = &server.requests()[..] else { panic!() };
    assert_eq!(first.replace("Bearer t0", "Bearer t1"), *second);

    let server = Server::with(&[&no, &no]);
    let error = call(&server.transport).send_empty().await.unwrap_err();
    assert_eq!(error.status().unwrap(), 401);
    assert_eq!(server.requests().len(), 2);
}

#[test]
fn an_error_passes_through_every_box() {
    fn boxed<E: Into<Box<dyn std::error::Error + Send + Sync>>>() {}
    boxed::<didit_api::Error>();
}

#[tokio::test]
async fn what_a_body_says_is_in_the_message_and_in_nothing_else() {
    for (status, body, kind, said) in [
        (
            "400 Bad",
            r#"{"detail":"You don't have enough credits. planted"}"#,
            ErrorKind::InsufficientCredit,
            Some("You don't have enough credits. planted"),
        ),
        (
            "403 No",
            r#"{"detail":"No permission, planted."}"#,
            ErrorKind::Forbidden,
            Some("No permission, planted."),
        ),
        (
            "400 Bad",
            r#"{"email":["planted\u001b[2J"]}"#,
            ErrorKind::Validation,
            Some("email: planted\\u{1b}[2J"),
        ),
        ("409 Twice", r#"["planted one"]"#, ErrorKind::Conflict, Some("planted one")),
        ("503 Down", "<title>planted</title>", ErrorKind::Unavailable, None),
        ("502 Down", "<html><title>planted</title>", ErrorKind::Unavailable, Some("planted")),
        ("413 Large", "", ErrorKind::Rejected, None),
    ] {
        let server = Server::with(&[&answer(status, body)]);
        let error = call(&server.transport).send_empty().await.unwrap_err();
        assert_eq!(error.kind(), kind, "{status} {body}");
        if said.is_some() {
            assert_eq!(error.message().as_deref(), said, "{status} {body}");
        }
        assert_eq!(error.is_transient(), kind == ErrorKind::Unavailable);
        assert_eq!(error.operation().id, "find_books");
        assert!(!format!("{error} {error:?} {error:#?}").contains("planted"));
        let place = format!("library::find_books at 127.0.0.1: {}", &status[..3]);
        let shown = error.to_string();
        assert!(shown.starts_with(&place) && shown.lines().count() == 1, "{shown}");
    }
}

#[test]
fn the_future_of_a_call_can_be_sent_to_another_thread() {
    fn sendable(_: impl Send) {}
    let transport = Transport::builder("https://didit.me").build().unwrap();
    sendable(call(&transport).send::<Value>());
    sendable(call(&transport).send_empty());
    sendable(call(&transport).send_stream());
}
