//! Operations that the generator alone cannot do: several shapes of answers,
//! bodies that are no JSON, lists in queries and forms, unsafe path segments.
//! Each call goes to a real socket.
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

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use didit_api::runtime::{ResponseProblem, StreamError};
use didit_api::{Authorization, Authorize, ByteStream, Error, PathSegmentError};
// What the generated code finds as `crate::…`.
use didit_api::{Operation, PathSegment, Scheme, Seconds, Secret, Transport, runtime, sandbox};
use proptest::prelude::*;
use reqwest::header::HeaderValue;

#[rustfmt::skip]
#[path = "../../xtask/tests/guards/snapshots/fixtures/ops_answers.snap.rs"]
mod ops_answers;
#[rustfmt::skip]
#[path = "../../xtask/tests/guards/snapshots/fixtures/ops_parameters.snap.rs"]
mod ops_parameters;
#[rustfmt::skip]
#[path = "../../xtask/tests/guards/snapshots/fixtures/ops_requests.snap.rs"]
mod ops_requests;
#[rustfmt::skip]
#[path = "../../xtask/tests/guards/snapshots/fixtures/ops_streams.snap.rs"]
mod ops_streams;

/// A server that gives these answers, one per connection, and hands out what it was sent.
struct Server {
    transport: Transport,
    requests: JoinHandle<Vec<String>>,
}

fn server(answers: &[&str]) -> Server {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let answers: Vec<String> = answers.iter().map(|answer| (*answer).to_owned()).collect();
    let requests = std::thread::spawn(move || {
        let serve = |answer: String| {
            let (mut stream, _) = listener.accept().unwrap();
            let mut request = Vec::new();
            while !is_complete(&request) {
                let mut bytes = [0; 1024];
                let count = stream.read(&mut bytes).unwrap();
                request.extend_from_slice(&bytes[..count]);
            }
            stream.write_all(answer.as_bytes()).unwrap();
            String::from_utf8(request).unwrap()
        };
        answers.into_iter().map(serve).collect()
    });
    let transport = Transport::builder(base).authorize(Tokens::default()).response_limit(100);
    Server { transport: transport.timeout(Duration::from_secs(5)).build().unwrap(), requests }
}

fn is_complete(request: &[u8]) -> bool {
    let text = String::from_utf8_lossy(request).to_lowercase();
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return false };
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
    length.is_none_or(|length| body.len() >= length.parse().unwrap())
}

/// One answer, whose connection ends with it.
fn answer(status: &str, body: &str) -> String {
    let length = body.len();
    format!("HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}")
}

/// Supplies a new token after each rejection.
#[derive(Debug, Default)]
struct Tokens(AtomicUsize);

impl Authorize for Tokens {
    fn authorize<'a>(&'a self, _: &'static Operation, _: Scheme) -> Authorization<'a> {
        let token = format!("Bearer t{}", self.0.load(Ordering::Relaxed));
        Box::pin(async move { Ok(Some(HeaderValue::try_from(token)?)) })
    }

    fn rejected(&self, _: &'static Operation, _: Scheme, _: &HeaderValue) -> bool {
        self.0.fetch_add(1, Ordering::Relaxed) == 0
    }
}

mod answers {
    use super::ops_answers::{Client, types};
    use super::*;

    fn client(status: &str, body: &str) -> Client {
        Client::new(server(&[&answer(status, body)]).transport)
    }

    #[tokio::test]
    async fn each_documented_success_has_its_variant() {
        use types::PlaceOrderSuccess as Success;
        let order = client("200 OK", r#"{"number": 7}"#).place_order().send().await.unwrap();
        assert!(matches!(&*order, Success::Ok(types::Order { number: 7 })));
        assert_eq!(order.response().status(), 200);
        let made = r#"{"number": 8, "receipt": "planted"}"#;
        let made = client("201 Created", made).place_order().send().await.unwrap().into_inner();
        assert!(matches!(&made, Success::Created(new) if new.number == 8));
        assert!(!format!("{made:?}").contains("planted"));
    }

    #[tokio::test]
    async fn each_documented_error_has_its_variant_and_keeps_its_status() {
        use types::PlaceOrderErrorAnswer as Failure;
        let call = async |status, body| {
            let error = client(status, body).place_order().send().await.unwrap_err();
            let Error::ErrorResponse(value) = error else { panic!("{error}") };
            (value.response().status().as_u16(), value.into_inner())
        };
        let (status, failure) = call("400 Bad", r#"{"detail": "no"}"#).await;
        assert!(matches!(failure, Failure::BadRequest(problem) if problem.detail == "no"));
        assert_eq!(status, 400);
        let (status, failure) = call("404 None", "").await;
        assert!(matches!(failure, Failure::NotFound));
        assert_eq!(status, 404);
        let (_, failure) = call("422 No", r#"{"fields": [{"name": "a"}]}"#).await;
        let Failure::UnprocessableEntity(other) = failure else { panic!() };
        assert_eq!(other.fields.unwrap_or_default()[0].name.as_deref(), Some("a"));
    }

    #[tokio::test]
    async fn an_empty_success_beside_a_typed_one_is_a_variant() {
        use types::ReplaceOrderSuccess as Success;
        let order = client("200 OK", r#"{"number": 7}"#).replace_order().send().await.unwrap();
        assert!(matches!(&*order, Success::Ok(_)));
        let none = "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n";
        let none = Client::new(server(&[none]).transport).replace_order().send().await.unwrap();
        assert!(matches!(&*none, Success::NoContent));
    }

    #[tokio::test]
    async fn a_status_is_taken_before_its_range_and_html_is_kept() {
        use types::ReplaceOrderError as Failure;
        let call = async |status, body| {
            let error = client(status, body).replace_order().send().await.unwrap_err();
            let Error::ErrorResponse(value) = error else { panic!("{error}") };
            let body = value.response().body().to_owned();
            (value.into_inner(), body)
        };
        let (failure, _) = call("409 Conflict", r#""busy""#).await;
        assert!(matches!(failure, Failure::Conflict(text) if text == "busy"));
        let (failure, _) = call("418 Teapot", r#"{"detail": "no"}"#).await;
        assert!(matches!(failure, Failure::ClientError(_)));
        let (failure, body) = call("502 Bad", "<html>").await;
        assert!(matches!(failure, Failure::ServerError));
        assert_eq!(body, b"<html>");
    }

    #[tokio::test]
    async fn a_default_beside_a_success_is_any_error_and_nothing_else() {
        let orders = client("200 OK", r#"[{"number": 7}]"#).list_orders().send().await.unwrap();
        assert_eq!(orders[0].number, 7);
        for status in ["404 None", "500 Down"] {
            let error = client(status, r#"{"detail": "no"}"#).list_orders().send().await;
            let Err(Error::ErrorResponse(problem)) = error else { panic!("{status}") };
            assert_eq!(problem.detail, "no");
        }
        for status in ["202 Accepted", "302 Found"] {
            let error = client(status, r#"{"detail": "no"}"#).list_orders().send().await;
            assert!(matches!(error, Err(Error::UnexpectedResponse(_))), "{status}");
        }
    }

    #[tokio::test]
    async fn an_answer_that_is_not_described_is_unexpected_and_kept() {
        let busy = "HTTP/1.1 503 Busy\r\nRetry-After: 3\r\nContent-Length: 2\r\n\r\nhi";
        let error = Client::new(server(&[busy]).transport).place_order().send().await.unwrap_err();
        assert!(matches!(error, Error::UnexpectedResponse(_)));
        assert_eq!(error.status().unwrap(), 503);
        assert_eq!(error.retry_after(), Some(Duration::from_secs(3)));
        assert_eq!(error.response().unwrap().body(), b"hi");
    }

    #[tokio::test]
    async fn a_redirect_that_is_the_only_success_is_one_and_not_followed() {
        let found = "HTTP/1.1 302 Found\r\nLocation: /orders/7\r\nContent-Length: 0\r\n\r\n";
        let answer = Client::new(server(&[found]).transport).latest_order().send().await.unwrap();
        assert_eq!(answer.response().headers()["location"], "/orders/7");
    }

    #[tokio::test]
    async fn accept_names_what_is_read() {
        let server = server(&[&answer("200 OK", "[]")]);
        Client::new(server.transport).list_orders().send().await.unwrap();
        let request = server.requests.join().unwrap().remove(0);
        assert!(request.contains("accept: application/json, application/problem+json\r\n"));
    }
}

mod streams {
    use super::ops_streams::{Client, types};
    use super::*;

    async fn pdf(answers: &[&str]) -> ByteStream {
        let client = Client::new(server(answers).transport);
        client.get_pdf().report_id("1").send().await.unwrap().into_inner()
    }

    #[tokio::test]
    async fn a_file_arrives_as_it_is_and_shows_nowhere() {
        let server = server(&[&answer("200 OK", "planted")]);
        let pdf = Client::new(server.transport).get_pdf().report_id("1").send().await.unwrap();
        assert!(!format!("{pdf:?} {:?}", *pdf).contains("planted"));
        assert_eq!(pdf.into_inner().collect().await.unwrap(), b"planted");
        let request = server.requests.join().unwrap().remove(0);
        assert!(request.contains("accept: application/pdf, application/json\r\n"), "{request}");
    }

    #[tokio::test]
    async fn the_transports_limit_bounds_a_stream_unless_the_caller_sets_another() {
        let long = answer("200 OK", &" ".repeat(101));
        let error = pdf(&[&long]).await.collect().await.unwrap_err();
        assert!(matches!(error, StreamError::Body(ResponseProblem::TooLarge { limit: 100 })));
        assert_eq!(pdf(&[&long]).await.limit(101).collect().await.unwrap().len(), 101);
    }

    #[tokio::test]
    async fn a_stream_without_announced_length_is_bounded_too() {
        let chunk = format!("32\r\n{}\r\n", " ".repeat(50));
        let head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n";
        let endless = format!("{head}{}0\r\n\r\n", chunk.repeat(3));
        let mut body = pdf(&[&endless]).await;
        let mut delivered = 0;
        let error = loop {
            match body.chunk().await {
                Ok(bytes) => delivered += bytes.unwrap().len(),
                Err(error) => break error,
            }
        };
        assert!(matches!(error, StreamError::Body(ResponseProblem::TooLarge { limit: 100 })));
        assert!(delivered <= 100);
        assert!(body.chunk().await.is_err(), "an end after an error would look complete");
    }

    #[tokio::test]
    async fn a_body_that_breaks_off_is_an_error_however_it_was_announced() {
        let head = "HTTP/1.1 200 OK\r\nConnection: close\r\n";
        for body in
            ["Content-Length: 50\r\n\r\nhalf", "Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n"]
        {
            let error = pdf(&[&format!("{head}{body}")]).await.collect().await.unwrap_err();
            assert!(matches!(error, StreamError::Body(ResponseProblem::Truncated)), "{error:?}");
        }
    }

    #[tokio::test]
    async fn a_compressed_stream_is_refused() {
        let zipped = "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 1\r\n\r\nx";
        let error = pdf(&[zipped]).await.collect().await.unwrap_err();
        assert!(matches!(error, StreamError::Body(ResponseProblem::Compressed)));
    }

    #[tokio::test]
    async fn a_body_that_stalls_ends_at_the_transports_timeout() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let stalled = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let _ = stream.read(&mut [0; 4096]);
            stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf").unwrap();
            stream
        });
        let transport = Transport::builder(base).authorize(Tokens::default());
        let transport = transport.timeout(Duration::from_millis(300)).build().unwrap();
        let body = Client::new(transport).get_pdf().report_id("1").send().await.unwrap();
        let error = body.into_inner().collect().await.unwrap_err();
        assert!(matches!(error, StreamError::Transport(_)), "{error:?}");
        drop(stalled.join());
    }

    #[tokio::test]
    async fn an_error_of_a_streaming_call_is_typed() {
        let missing = answer("404 None", r#"{"detail": "no"}"#);
        let client = Client::new(server(&[&missing]).transport);
        let error = client.get_pdf().report_id("1").send().await.unwrap_err();
        let Error::ErrorResponse(problem) = error else { panic!("{error}") };
        assert_eq!(problem.detail.as_deref(), Some("no"));
    }

    #[tokio::test]
    async fn a_stream_and_json_are_told_apart_by_status() {
        use types::GetArchiveSuccess as Success;
        let call = async |status, body| {
            let client = Client::new(server(&[&answer(status, body)]).transport);
            client.get_archive().report_id("1").send().await.unwrap().into_inner()
        };
        let Success::Ok(file) = call("200 OK", "zip").await else { panic!() };
        assert_eq!(file.collect().await.unwrap(), b"zip");
        let Success::Accepted(word) = call("202 Later", r#"{"detail": "soon"}"#).await else {
            panic!()
        };
        assert_eq!(word.detail.as_deref(), Some("soon"));
    }

    #[tokio::test]
    async fn a_rejected_token_is_replaced_before_the_stream_begins() {
        let server = server(&[&answer("401 No", "{}"), &answer("200 OK", "file")]);
        let pdf = Client::new(server.transport).get_pdf().report_id("1").send().await.unwrap();
        assert_eq!(pdf.into_inner().collect().await.unwrap(), b"file");
        let requests = server.requests.join().unwrap();
        for (request, token) in requests.iter().zip(["Bearer t0", "Bearer t1"]) {
            assert!(request.contains(&format!("authorization: {token}\r\n")), "{request}");
        }
    }
}

mod requests {
    use super::ops_requests::{Client, types};
    use super::*;

    /// The header `content-type` and the body of the one request.
    async fn sent<T, E>(call: impl AsyncFnOnce(Client) -> Result<T, Error<E>>) -> (String, String) {
        let none = "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n";
        let server = server(&[none]);
        assert!(call(Client::new(server.transport)).await.is_ok());
        let request = server.requests.join().unwrap().remove(0);
        let (head, body) = request.split_once("\r\n\r\n").unwrap();
        let media = head.lines().find_map(|line| line.strip_prefix("content-type: "));
        (media.unwrap_or_default().to_owned(), body.to_owned())
    }

    fn is(sent: (String, String), media: &str, body: &str) {
        assert_eq!(sent, (media.to_owned(), body.to_owned()));
    }

    const FORM: &str = "application/x-www-form-urlencoded";

    #[tokio::test]
    async fn a_list_in_a_form_is_one_pair_per_item() {
        let tags = vec!["a&b".to_owned(), "c d".to_owned()];
        let body = |form: types::builder::SendFormBody| form.name("x").count(2).tags(tags);
        let form = sent(async |client| client.send_form().body_map(body).send().await).await;
        is(form, FORM, "count=2&name=x&tags=a%26b&tags=c+d");
        let body = |form: types::builder::SendFormBody| form.name("é");
        let form = sent(async |client| client.send_form().body_map(body).send().await).await;
        is(form, FORM, "name=%C3%A9");
    }

    #[tokio::test]
    async fn json_is_preferred_and_other_json_keeps_its_name() {
        let letter = |letter: types::builder::Letter| letter.text("hi");
        let several =
            sent(async |client| client.send_several().body_map(letter).send().await).await;
        is(several, "application/json", r#"{"text":"hi"}"#);
        let patch = sent(async |client| client.send_patch().body_map(letter).send().await).await;
        is(patch, "application/merge-patch+json", r#"{"text":"hi"}"#);
        let value = serde_json::json!([1]);
        let any = sent(async |client| client.send_anything().body(value).send().await).await;
        is(any, "application/json", "[1]");
    }

    #[tokio::test]
    async fn an_optional_body_that_is_not_given_is_not_sent() {
        is(sent(async |client| client.send_patch().send().await).await, "", "");
        is(sent(async |client| client.send_optional_form().send().await).await, "", "");
        is(sent(async |client| client.send_list().send().await).await, "", "");
        is(sent(async |client| client.send_bytes().send().await).await, "", "");
        let letter = |letter: types::builder::Letter| letter.text("hi").copies(vec![1, 2]);
        let form = sent(async |client| client.send_optional_form().body_map(letter).send().await);
        is(form.await, FORM, "copies=1&copies=2&text=hi");
    }

    #[tokio::test]
    async fn an_optional_body_that_is_incomplete_is_an_error() {
        let client = Client::new(Transport::builder("http://127.0.0.1:9").build().unwrap());
        let error = client.send_patch().body_map(|letter| letter).send().await.unwrap_err();
        assert_eq!(error.to_string(), "invalid request: no value supplied for text");
    }

    #[tokio::test]
    async fn text_and_bytes_keep_their_media_type() {
        let text = sent(async |client| client.send_text().body("a,b").send().await).await;
        is(text, "text/csv", "a,b");
        let bytes = sent(async |client| client.send_bytes().body("png").send().await).await;
        is(bytes, "image/png", "png");
    }
}

mod parameters {
    use super::ops_parameters::{Client, types};
    use super::*;

    #[tokio::test]
    async fn each_style_of_a_list_is_written_as_the_document_says() {
        let none = "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n";
        let server = server(&[none]);
        let client = Client::new(server.transport);
        let list = |items: &[&str]| items.iter().map(|item| (*item).to_owned()).collect::<Vec<_>>();
        let mut filter = serde_json::Map::new();
        filter.insert("title".to_owned(), "a b".into());
        let call = client.find_books().shelf_id("a b").book_number(7);
        let call = call.format(types::FindBooksFormat::Json).page(2).page_header("three");
        let call = call.repeated(list(&["x&y", "z"])).comma(list(&["a,b", "c"]));
        let call = call.space(vec![1, 2]).pipe(types::Words::from(list(&["p", "q|r"])));
        let call =
            call.x_key("planted").filter(filter).either(list(&["one"])).send_query("s").json("{}");
        assert!(!format!("{call:?}").contains("planted"));
        call.send().await.unwrap();
        let request = server.requests.join().unwrap().remove(0);
        let (line, head) = request.split_once("\r\n").unwrap();
        assert_eq!(
            line,
            "GET /shelves/a%20b/books/7.json?json=%7B%7D&page=2&send=s&comma=a%2Cb,c&either=one\
             &filter[title]=a%20b&pipe%5B%5D=p|q%7Cr&repeated=x%26y&repeated=z&space=1%202 HTTP/1.1"
        );
        assert!(head.contains("x-key: planted\r\n"), "{head}");
        assert!(head.contains("page: three\r\n") && !head.contains("cookie"), "{head}");
    }

    #[tokio::test]
    async fn absent_and_empty_lists_leave_the_query_empty() {
        let none = "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n";
        let server = server(&[none]);
        let client = Client::new(server.transport);
        let call = client.find_books().shelf_id("a").book_number(7);
        let call = call.format(types::FindBooksFormat::Json).comma(Vec::new());
        call.x_key("k").pipe(types::Words::from(Vec::new())).send().await.unwrap();
        let request = server.requests.join().unwrap().remove(0);
        assert!(request.starts_with("GET /shelves/a/books/7.json HTTP/1.1\r\n"), "{request}");
    }

    #[tokio::test]
    async fn an_unsafe_path_segment_is_refused_by_name_before_any_network() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let client = Client::new(Transport::builder(base).build().unwrap());
        let list = || types::Words::from(vec!["a".to_owned()]);
        for id in
            ["", ".", "..", "%2e", "%2E.", "%252e%252e", "a/b", "%2f", "a\\b", "a?b", "a#b", "a\n"]
        {
            let call = client.find_books().shelf_id(id).book_number(7).x_key("k").pipe(list());
            let error = call.format(types::FindBooksFormat::Json).send().await.unwrap_err();
            assert!(matches!(error, Error::InvalidRequest(_)), "{id}");
            assert!(error.to_string().starts_with("invalid request: `shelf_id` "), "{error}");
        }
        let dots: types::FindBooksFormat = "..".parse().unwrap();
        let call = client.find_books().shelf_id("a").book_number(7).x_key("k").pipe(list());
        let error = call.format(dots).send().await.unwrap_err();
        assert!(error.to_string().starts_with("invalid request: `format` "), "{error}");
        assert!(listener.accept().is_err(), "somebody connected");
    }

    proptest! {
        #[test]
        fn an_accepted_segment_is_one_segment_however_often_it_is_decoded(
            id in "[./\\\\%?#a2eE5fF\\x00é]{0,8}",
        ) {
            let base = reqwest::Url::parse("https://host.example/a/").unwrap();
            if let Ok(segment) = PathSegment::try_from(id.as_str()) {
                let path = runtime::encode_path("id", segment.as_str()).unwrap();
                let url = base.join(&format!("/a/{path}/b")).unwrap();
                let segments: Vec<_> = url.path_segments().unwrap().collect();
                prop_assert_eq!(segments.len(), 3);
                prop_assert_eq!(segments[1], &path);
                let mut text = path;
                for _ in 0..10 {
                    prop_assert!(!text.is_empty() && text != "." && text != "..");
                    prop_assert!(!text.contains(['/', '\\', '?', '#', '\0']));
                    text = percent_encoding::percent_decode_str(&text).decode_utf8_lossy().into_owned();
                }
            } else {
                prop_assert!(runtime::encode_path("id", &id).is_err());
            }
        }
    }

    #[test]
    fn what_is_wrong_with_a_segment_is_typed() {
        assert_eq!(PathSegment::try_from(""), Err(PathSegmentError::Empty));
        assert_eq!("..".parse::<PathSegment>(), Err(PathSegmentError::Dots));
        assert_eq!(PathSegment::try_from("a/b".to_owned()), Err(PathSegmentError::Character));
        assert_eq!(PathSegment::try_from("50%").unwrap().to_string(), "50%");
        // Encoded more often than anybody does: refused after a few rounds.
        let deep = format!("%{}41", "25".repeat(500_000));
        assert_eq!(PathSegment::try_from(deep), Err(PathSegmentError::Encoded));
    }
}
