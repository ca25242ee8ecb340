//! The generator's output for small documents compiles, against this crate's
//! runtime, and makes the calls that the documents describe.
//!
//! The files are the snapshots that xtask's own tests compare byte by byte.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]
#![allow(
    missing_docs,
    dead_code,
    unused_imports,
    unused_mut,
    unused_qualifications,
    unreachable_pub,
    clippy::all,
    reason = "generated code, allowed here what `mod generated` is allowed"
)]

// What the generated code finds as `crate::…`.
use didit_api::{Operation, PathSegment, Scheme, Seconds, Secret, Transport, runtime, sandbox};

#[rustfmt::skip]
#[path = "../../xtask/tests/guards/snapshots/compiled/kinds.snap.rs"]
mod kinds;
#[rustfmt::skip]
#[path = "../../xtask/tests/guards/snapshots/fixtures/library.snap.rs"]
mod library;
#[rustfmt::skip]
#[path = "../../xtask/tests/guards/snapshots/fixtures/status.snap.rs"]
mod status;
#[rustfmt::skip]
#[path = "../../xtask/tests/guards/snapshots/fixtures/vault.snap.rs"]
mod vault;

#[test]
fn the_operations_carry_their_schemes() {
    let schemes: Vec<_> = library::OPERATIONS.iter().map(|operation| operation.security).collect();
    let either: &[Scheme] = &[Scheme::Bearer, Scheme::ApiKey { header: "x-api-key" }];
    assert_eq!(schemes, [either, &[Scheme::Bearer]]);
    assert_eq!(vault::OPERATIONS[0].security, [Scheme::Basic]);
    assert!(status::OPERATIONS[0].security.is_empty());
}

#[test]
fn a_tolerant_type_reads_a_mistyped_optional_member_as_absent() {
    let answer = r#"{"key": "k", "reason": null, "second_key": 7}"#;
    let answer: vault::types::OpenResponse = serde_json::from_str(answer).unwrap();
    assert!(answer.second_key.is_none());
    assert!(answer.open_for.is_none());
}

#[test]
fn a_tolerant_type_still_asks_for_what_is_required() {
    for answer in [r#"{"reason": null}"#, r#"{"key": "k"}"#, r#"{"key": 7, "reason": null}"#] {
        assert!(serde_json::from_str::<vault::types::OpenResponse>(answer).is_err(), "{answer}");
    }
}

#[test]
fn a_password_shows_nowhere_in_debug() {
    let request = vault::types::OpenRequest::builder().combination("1234-5678".to_owned());
    let request = vault::types::OpenRequest::try_from(request).unwrap();
    assert!(!format!("{request:?}").contains("1234"));
    assert!(serde_json::to_string(&request).unwrap().contains("1234-5678"));
}

#[cfg(feature = "schemars")]
#[test]
fn every_named_schema_has_its_json_schema() {
    let names: Vec<_> = library::json_schemas().into_keys().collect();
    assert_eq!(names, ["Book", "BookList", "Problem", "State"]);
    assert_eq!(vault::json_schemas().len(), 3);
    assert!(status::json_schemas().is_empty());
}

/// Answers one request with `204` and gives back its text.
fn one_request(listener: std::net::TcpListener) -> std::thread::JoinHandle<String> {
    use std::io::{Read as _, Write as _};
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut text = Vec::new();
        while !text.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            stream.read_exact(&mut byte).unwrap();
            text.extend(byte);
        }
        stream.write_all(b"HTTP/1.1 204 No Content\r\ncontent-length: 0\r\n\r\n").unwrap();
        String::from_utf8(text).unwrap()
    })
}

#[derive(Debug)]
struct Key;

impl didit_api::Authorize for Key {
    fn authorize<'a>(&'a self, _: &'a Operation, scheme: Scheme) -> didit_api::Authorization<'a> {
        let key = matches!(scheme, Scheme::ApiKey { .. });
        Box::pin(async move { Ok(key.then(|| reqwest::header::HeaderValue::from_static("k"))) })
    }
}

#[tokio::test]
async fn path_query_and_header_parameters_reach_the_wire_and_absent_ones_do_not() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let request = one_request(listener);
    let transport = Transport::builder(&base).authorize(Key).build().unwrap();
    let client = library::Client::new(transport);
    let call = client.list_books().shelf_id("a b").state(library::types::State::InReview);
    let _ = call.x_request_id("r-1").send().await;
    let request = request.join().unwrap().to_lowercase();
    assert!(
        request.starts_with("get /shelves/a%20b/books/?state=in+review http/1.1\r\n"),
        "{request}"
    );
    for (header, times) in
        [("x-request-id: r-1\r\n", 1), ("x-api-key: k\r\n", 1), ("api-version", 0)]
    {
        assert_eq!(request.matches(header).count(), times, "{header} in {request}");
    }
}

#[tokio::test]
async fn a_header_value_that_cannot_be_sent_is_an_error_without_the_value() {
    let transport = Transport::builder("http://127.0.0.1:9").authorize(Key).build().unwrap();
    let client = library::Client::new(transport);
    let call = client.list_books().shelf_id("a").state(library::types::State::Lent);
    let error = call.x_request_id("se\ncret").send().await.unwrap_err();
    let text = format!("{error} {error:?}");
    assert!(text.contains("x-request-id") && !text.contains("cret"), "{text}");
}
