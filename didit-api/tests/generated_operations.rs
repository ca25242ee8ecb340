//! What generated calls send, and how they take the answers. Each goes to a real
//! socket. What is the runtime's own doing is in `call.rs`.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use didit_api::*;
use reqwest::header::HeaderValue;
use serde_json::json;

#[path = "support/fixtures.rs"]
mod fixtures;
use fixtures::*;
#[path = "support/server.rs"]
mod server;
use server::{Server, answer};

use library::types::{Book, Doubt, State};

const NONE: &str = "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n";

fn serving(status: &str, body: &str) -> Server {
    Server::with(&[&answer(status, body)])
}

/// The one request: its first line, its head, its body.
fn sent(server: Server) -> (String, String, String) {
    let request = server.requests().remove(0);
    let (head, body) = request.split_once("\r\n\r\n").unwrap();
    let (line, head) = head.split_once("\r\n").unwrap();
    (line.to_owned(), format!("{head}\r\n"), body.to_owned())
}

#[test]
fn each_operation_carries_its_schemes_and_what_it_takes_for_success() {
    let either: &[Scheme] = &[Scheme::Bearer, Scheme::ApiKey { header: "x-api-key" }];
    let bearer: &[Scheme] = &[Scheme::Bearer];
    let facts: Vec<_> = library::Client::OPERATIONS
        .iter()
        .map(|one| (one.id, one.method, one.security, one.success))
        .collect();
    let expected: [(_, _, _, &[u16]); 5] = [
        ("list_books", "GET", either, &[200]),
        ("put_book", "PUT", bearer, &[200, 201]),
        ("sort_books", "PATCH", either, &[202]),
        ("burn_books", "DELETE", either, &[202, 204]),
        ("print_books", "GET", &[], &[200]),
    ];
    assert_eq!(facts, expected);
    assert_eq!(vault::Client::OPERATIONS[0].security, [Scheme::Basic]);
    assert_eq!(vault::Client::BASE_URL, "https://vault.example/v1");
}

#[tokio::test]
async fn each_parameter_stands_in_its_place_under_its_name() {
    let server = serving("200 OK", "[]");
    let client = library::Client::new(server.transport.clone());
    let call = client.list_books("a b", "In Review", "a-key").page(2);
    let call = call.tags(["x&y".to_owned(), "z".to_owned()]).states([State::Lent, "new".into()]);
    #[allow(deprecated, reason = "it is still sent")]
    let call = call.x_request_id("r-1").old(true);
    assert!(call.send().await.unwrap().is_empty());
    let (line, head, body) = sent(server);
    assert_eq!(
        line,
        "GET /v1/shelves/a%20b/books/?state=In+Review&page=2&tags=x%26y&tags=z\
         &states%5B%5D=lent&states%5B%5D=new&old=true HTTP/1.1"
    );
    for header in [
        "x-key: a-key",
        "x-request-id: r-1",
        "accept: application/json",
        "authorization: Bearer t0",
    ] {
        assert_eq!(head.matches(&format!("{header}\r\n")).count(), 1, "{header} in {head}");
    }
    assert_eq!(body, "");
}

#[tokio::test]
async fn a_parameter_that_is_not_given_is_not_sent() {
    let server = serving("200 OK", "[]");
    let client = library::Client::new(server.transport.clone());
    client.list_books("a", State::Lent, "a-key").send().await.unwrap();
    let (line, head, _) = sent(server);
    assert_eq!(line, "GET /v1/shelves/a/books/?state=lent HTTP/1.1");
    assert!(!head.contains("x-request-id"), "{head}");
}

/// Has keys, and no tokens.
#[derive(Debug)]
struct Key;

impl Authorize for Key {
    fn authorize<'a>(&'a self, _: &'static Operation, scheme: Scheme) -> Authorization<'a> {
        let key = matches!(scheme, Scheme::ApiKey { header: "x-api-key" });
        Box::pin(async move { Ok(key.then(|| HeaderValue::from_static("k"))) })
    }
}

#[tokio::test]
async fn a_call_with_two_schemes_goes_out_with_the_one_that_there_is_a_credential_for() {
    let server = serving("202 Sorting", "null");
    let base = server.transport.base_url().to_owned();
    let client = library::Client::new(Transport::builder(base).authorize(Key).build().unwrap());
    client.sort_books("a", json!({})).send().await.unwrap();
    let (_, head, _) = sent(server);
    assert!(head.contains("x-api-key: k\r\n") && !head.contains("authorization"), "{head}");
}

#[tokio::test]
async fn a_call_without_schemes_goes_out_without_credentials() {
    let server = serving("200 OK", "planted");
    let client = library::Client::new(server.transport.clone());
    let file = client.print_books("a", "pdf").send().await.unwrap();
    assert_eq!(file.into_inner().collect().await.unwrap(), b"planted");
    let (line, head, _) = sent(server);
    assert_eq!(line, "GET /v1/shelves/a/books.pdf HTTP/1.1");
    assert!(head.contains("accept: application/pdf, application/json, text/html\r\n"), "{head}");
    assert!(!head.contains("authorization"), "{head}");
}

#[tokio::test]
async fn a_body_that_may_be_left_out_is_sent_once_it_is_given() {
    for (body, media, json) in [
        (None, false, ""),
        (Some(Book::new("One", None)), true, r#"{"subtitle":null,"title":"One"}"#),
    ] {
        let server = serving("200 OK", r#"{"title": "One", "subtitle": "The first"}"#);
        let client = library::Client::new(server.transport.clone());
        let call = client.put_book("a");
        let call = if let Some(body) = body { call.body(body) } else { call };
        assert_eq!(call.send().await.unwrap().subtitle.as_deref(), Some("The first"));
        let (_, head, body) = sent(server);
        assert_eq!(head.contains("content-type: application/json\r\n"), media, "{head}");
        assert_eq!(body, json);
    }
}

#[tokio::test]
async fn open_json_goes_out_and_comes_in_as_it_is() {
    let server = serving("202 Sorting", r#"[1, {"two": null}]"#);
    let client = library::Client::new(server.transport.clone());
    let answer = client.sort_books("a", json!({ "by": ["title", null] })).send().await.unwrap();
    assert_eq!(answer.into_inner(), json!([1, { "two": null }]));
    assert_eq!(sent(server).2, r#"{"by":["title",null]}"#);
}

#[tokio::test]
async fn each_documented_code_of_success_is_one_and_no_other() {
    let book = r#"{"title": "One", "subtitle": null}"#;
    let put = async |status| {
        let client = library::Client::new(serving(status, book).transport);
        client.put_book("a").send().await
    };
    for status in ["200 OK", "201 Created"] {
        let answer = put(status).await.unwrap();
        assert_eq!((answer.response().status().as_str(), &*answer.title), (&status[..3], "One"));
    }
    let error = put("202 Later").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Malformed, "{error:?}");
}

#[tokio::test]
async fn a_success_without_a_body_is_a_unit_and_its_errors_are_errors() {
    #[allow(deprecated, reason = "it still works")]
    let burn = async |answer: &str| {
        let server = Server::with(&[answer]);
        let client = library::Client::new(server.transport.clone());
        let result = client.burn_books("a").body(Doubt::new().sure(true)).send().await;
        assert_eq!(sent(server).2, "sure=true");
        result
    };
    burn(NONE).await.unwrap().into_inner();
    burn(&answer("202 Burning", "ignored")).await.unwrap().into_inner();
    let error = burn(&answer("503 Wet", "{}")).await.unwrap_err();
    assert_eq!(error.body().unwrap().json(), Some(&json!({})));
}

#[tokio::test]
async fn an_answer_of_another_documents_type_is_that_type() {
    let server = serving("200 OK", r#"[{"title": "One", "subtitle": null}]"#);
    let client = shapes::Client::new(server.transport.clone());
    let books: Vec<Book> = client.list_books(7).send().await.unwrap().into_inner();
    assert_eq!(books[0].title, "One");
    assert_eq!(sent(server).0, "GET /reports/7 HTTP/1.1");
}
