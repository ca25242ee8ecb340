//! Multipart bodies on a real socket: the bytes, and what never reaches it.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::thread::JoinHandle;

use didit_api::reqwest::header::HeaderValue;
use didit_api::runtime::{Call, TransportErrorKind};
use didit_api::{Authorization, Authorize, ErrorKind, File, Operation, Scheme, Transport};
use serde_json::{Value, json};

#[path = "support/face_match.rs"]
mod face_match;
use face_match::FaceMatchRequest;
#[path = "support/parts.rs"]
mod parts;
use parts::{cut, header, part, read_parts};

const OPERATION: &Operation = &Operation::new("checks", "face_match", "POST", "/v3/face-match/")
    .security(&[Scheme::Bearer])
    .success(&[204]);

const NONE: &str = "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n";

/// Says which tokens were asked for and rejected.
#[derive(Clone, Debug, Default)]
struct Tokens(Arc<Mutex<Vec<&'static str>>>);

impl Authorize for Tokens {
    fn authorize<'a>(&'a self, _: &'static Operation, _: Scheme) -> Authorization<'a> {
        self.0.lock().unwrap().push("asked");
        Box::pin(async { Ok(Some(HeaderValue::from_static("Bearer t"))) })
    }

    fn rejected(&self, _: &'static Operation, _: Scheme, _: &HeaderValue) -> bool {
        self.0.lock().unwrap().push("rejected");
        true
    }
}

/// Takes requests, one after the other, and gives this answer to each.
struct Server {
    transport: Transport,
    tokens: Tokens,
    requests: JoinHandle<Vec<Vec<u8>>>,
}

impl Server {
    /// For so many requests.
    fn new(count: usize, answer: &'static str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let requests = std::thread::spawn(move || {
            (0..count).map(|_| serve(listener.accept().unwrap().0, answer)).collect()
        });
        let tokens = Tokens::default();
        let transport = Transport::builder(base).authorize(tokens.clone()).build().unwrap();
        Self { transport, tokens, requests }
    }

    fn call(&self) -> Call<'_> {
        Call::new(&self.transport, OPERATION)
    }
}

fn serve(mut stream: TcpStream, answer: &str) -> Vec<u8> {
    let mut request = Vec::new();
    let mut bytes = [0; 4096];
    while !is_complete(&request) {
        let count = stream.read(&mut bytes).unwrap();
        if count == 0 {
            return request;
        }
        request.extend_from_slice(&bytes[..count]);
    }
    stream.write_all(answer.as_bytes()).unwrap();
    request
}

fn is_complete(request: &[u8]) -> bool {
    let Some((head, body)) = cut(request, b"\r\n\r\n") else { return false };
    match header(head, "content-length") {
        Some(length) => body.len() >= length.parse().unwrap(),
        None => body.ends_with(b"\r\n0\r\n\r\n"),
    }
}

/// A stream of these pieces.
struct Pieces(Vec<Result<&'static str, std::io::Error>>);

impl futures_core::Stream for Pieces {
    type Item = Result<&'static str, std::io::Error>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Poll::Ready((!self.0.is_empty()).then(|| self.0.remove(0)))
    }
}

fn pieces() -> Pieces {
    Pieces(vec![Ok("one "), Ok(""), Ok("two")])
}

/// A folder of its own for each test, with one file.
fn folder(test: &str, content: &[u8]) -> (PathBuf, PathBuf) {
    let folder = std::env::temp_dir().join(format!("didit-api-{test}-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join("planted é.jpg");
    std::fs::write(&file, content).unwrap();
    (folder, file)
}

#[tokio::test]
async fn an_independent_parser_reads_what_was_given_and_the_length_is_right() {
    let content: Vec<u8> = (0..200_000u32).map(|n| (n % 251) as u8).collect();
    let (folder, path) = folder("known", &content);
    let mut request = FaceMatchRequest::new(path);
    request.ref_image = Some(File::stream(pieces(), 7).name("a\"b\r\n\\é.png"));
    request.images = Some(vec![File::from(b"\r\n--x\xff"), File::bytes("").media_type("a/b")]);
    request.vendor_data = Some("é \"\r\nb".to_owned());
    request.flags = Some(vec!["a".to_owned(), String::new()]);
    request.metadata = Some(json!({ "a": [1, null] }));
    let server = Server::new(1, NONE);
    server.call().multipart(request).send_empty().await.unwrap();
    std::fs::remove_dir_all(folder).unwrap();

    let requests = server.requests.join().unwrap();
    let (head, parts) = read_parts(&requests[0]).await;
    let octets = Some("application/octet-stream");
    assert_eq!(
        parts,
        [
            part("user_image", Some("planted é.jpg"), octets, &content),
            part("ref_image", Some("a%22b%0D%0A\\é.png"), octets, b"one two"),
            part("images", Some("images"), octets, b"\r\n--x\xff"),
            part("images", Some("images"), Some("a/b"), b""),
            part("vendor_data", None, None, "é \"\r\nb".as_bytes()),
            part("flags", None, None, b"a"),
            part("flags", None, None, b""),
            part("metadata", None, Some("application/json"), br#"{"a":[1,null]}"#),
        ]
    );
    let length: usize = header(&head, "content-length").unwrap().parse().unwrap();
    assert_eq!(length, requests[0].len() - head.len() - 4);
    assert_eq!(header(&head, "transfer-encoding"), None);
}

#[tokio::test]
async fn the_bytes_are_those_of_a_browser() {
    let mut request = FaceMatchRequest::new(File::bytes("\u{1}").media_type("image/jpeg"));
    request.flags = Some(vec!["a".to_owned()]);
    request.metadata = Some(json!(1));
    let server = Server::new(1, NONE);
    server.call().multipart(request).send_empty().await.unwrap();
    let request = String::from_utf8(server.requests.join().unwrap().remove(0)).unwrap();
    let (head, body) = request.split_once("\r\n\r\n").unwrap();
    let media = header(head.as_bytes(), "content-type").unwrap();
    let boundary = media.strip_prefix("multipart/form-data; boundary=").unwrap();
    assert_eq!(
        body.replace(boundary, "B"),
        "--B\r\nContent-Disposition: form-data; name=\"user_image\"; filename=\"user_image\"\r\n\
         Content-Type: image/jpeg\r\n\r\n\u{1}\r\n\
         --B\r\nContent-Disposition: form-data; name=\"flags\"\r\n\r\na\r\n\
         --B\r\nContent-Disposition: form-data; name=\"metadata\"\r\n\
         Content-Type: application/json\r\n\r\n1\r\n--B--\r\n"
    );
}

#[tokio::test]
async fn a_stream_of_unknown_length_is_sent_in_chunks() {
    let server = Server::new(1, NONE);
    let request = FaceMatchRequest::new(File::stream(pieces(), None));
    server.call().multipart(request).send_empty().await.unwrap();
    let request = server.requests.join().unwrap().remove(0);
    let (head, parts) = read_parts(&request).await;
    let octets = Some("application/octet-stream");
    assert_eq!(parts, [part("user_image", Some("user_image"), octets, b"one two")]);
    assert_eq!(header(&head, "content-length"), None);
}

#[tokio::test]
async fn what_cannot_be_opened_is_named_by_its_member_before_a_token_is_asked_for() {
    let (folder, path) = folder("refused", b"planted");
    let server = Server::new(0, NONE);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let transport = Transport::builder(base).authorize(server.tokens.clone()).build().unwrap();
    let missing = folder.join("planted-missing");
    for (file, what) in [
        (File::path(missing), "the file of `user_image` cannot be opened: entity not found"),
        (File::from(folder.as_path()), "the file of `user_image` is a folder"),
        (File::path(""), "the file of `user_image` cannot be opened: entity not found"),
        (
            File::path(path).media_type("planted\r\nx: y"),
            "the media type of `user_image` is malformed",
        ),
        #[cfg(unix)]
        (File::path("/dev/null"), "the file of `user_image` is no regular file"),
    ] {
        let call = Call::new(&transport, OPERATION).multipart(FaceMatchRequest::new(file));
        let error = call.send_empty().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidRequest, "{error:?}");
        let shown = format!("{error}");
        assert_eq!(shown, format!("checks::face_match at 127.0.0.1: not sent, {what}"));
        assert_eq!(format!("{error:?}"), shown);
    }
    let form =
        didit_api::runtime::Form::new().text("a", &json!({ "planted": 1 })).text("b", &[[1]]);
    let error = Call::new(&transport, OPERATION).multipart(form).send_empty().await.unwrap_err();
    assert!(
        error.to_string().ends_with("not sent, the member `a` cannot stand in a form"),
        "{error}"
    );
    assert!(listener.accept().is_err(), "somebody connected");
    assert!(server.tokens.0.lock().unwrap().is_empty());
    std::fs::remove_dir_all(folder).unwrap();
}

#[tokio::test]
async fn a_form_is_never_sent_twice_and_the_token_is_reported() {
    let rejection = "HTTP/1.1 401 No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    let (folder, path) = folder("twice", b"x");
    for file in [File::bytes("x"), File::path(path), File::stream(pieces(), None)] {
        // A second request would wait for its answer for ever.
        let server = Server::new(1, rejection);
        let call = server.call().multipart(FaceMatchRequest::new(file));
        let error = call.send_empty().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unauthorized, "{error:?}");
        assert_eq!(error.status().unwrap(), 401);
        assert_eq!(*server.tokens.0.lock().unwrap(), ["asked", "rejected"]);
        assert_eq!(server.requests.join().unwrap().len(), 1);
    }
    std::fs::remove_dir_all(folder).unwrap();
}

#[tokio::test]
async fn a_file_that_breaks_off_or_has_another_length_ends_the_call_by_its_members_name() {
    let broken = || Pieces(vec![Ok("one"), Err(std::io::Error::other("planted"))]);
    for (file, cause) in [
        (File::stream(broken(), None), "planted"),
        (File::stream(broken(), 9), "planted"),
        (File::stream(pieces(), 8), "it is shorter than its length says"),
        (File::stream(pieces(), 6), "it is longer than its length says"),
        (File::stream(pieces(), 0), "it is longer than its length says"),
    ] {
        let server = Server::new(1, NONE);
        let call = server.call().multipart(FaceMatchRequest::new(file));
        let error = call.send_empty().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::File);
        let failed = error.transport().unwrap();
        assert_eq!(failed.kind(), TransportErrorKind::File);
        assert!(!failed.is_transient() && !error.is_transient());
        let shown = "checks::face_match at 127.0.0.1: a file of the request could not be read, or changed meanwhile (`user_image`)";
        assert_eq!(format!("{error} {error:?}"), format!("{shown} {shown}"));
        assert!(!format!("{failed:?}").contains("planted"), "{failed:?}");
        let mut chain = std::iter::successors(std::error::Error::source(&error), |e| e.source());
        assert!(chain.any(|error| error.to_string() == cause));
        let request = server.requests.join().unwrap().remove(0);
        assert!(!request.ends_with(b"--\r\n") && !request.ends_with(b"\r\n0\r\n\r\n"));
    }
}

#[test]
fn a_file_shows_where_it_comes_from_and_its_length_at_most() {
    let shown = |file: File| format!("{file:?}");
    assert_eq!(shown(File::bytes("planted")), "File(7 bytes)");
    assert_eq!(shown(File::path("planted").name("planted")), "File(path)");
    assert_eq!(shown(File::stream(pieces(), None)), "File(stream)");
    let stream = File::stream(pieces(), 9);
    assert_eq!(shown(stream), "File(9 bytes)");
    let request = FaceMatchRequest::new(PathBuf::from("planted"));
    assert!(!format!("{request:?}").contains("planted"));
    let transport = Transport::builder("https://didit.me").build().unwrap();
    let call = Call::new(&transport, OPERATION).multipart(request);
    assert_eq!(format!("{call:?}"), "Call(checks::face_match)");
    fn sendable(_: impl Send) {}
    sendable(call.send::<Value>());
    fn shared<T: Send + Sync>() {}
    shared::<FaceMatchRequest>();
}

/// Keeps all that any crate logs.
struct Log(Mutex<String>);

impl log::Log for Log {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &log::Record<'_>) {
        *self.0.lock().unwrap() += &format!("{}\n", record.args());
    }

    fn flush(&self) {}
}

#[tokio::test]
async fn nothing_of_a_file_is_logged() {
    static LOG: Log = Log(Mutex::new(String::new()));
    log::set_logger(&LOG).unwrap();
    log::set_max_level(log::LevelFilter::Trace);
    let (folder, path) = folder("log", b"planted");
    let mut request = FaceMatchRequest::new(path);
    request.ref_image = Some(File::bytes("planted").name("planted").media_type("planted/jpeg"));
    let server = Server::new(1, NONE);
    server.call().multipart(request).send_empty().await.unwrap();
    std::fs::remove_dir_all(folder).unwrap();
    let logged = LOG.0.lock().unwrap();
    // What reqwest says of each connection: somebody listened.
    assert!(logged.contains("connection"), "{logged}");
    assert!(!logged.contains("planted"), "{logged}");
}

#[tokio::test]
async fn a_file_in_an_example_is_its_text() {
    let example = json!({ "user_image": "é", "flags": ["x"] });
    let request: FaceMatchRequest = serde_json::from_value(example).unwrap();
    let server = Server::new(1, NONE);
    server.call().multipart(request).send_empty().await.unwrap();
    let (_, parts) = read_parts(&server.requests.join().unwrap()[0]).await;
    assert_eq!(parts[0].3, "é".as_bytes());
    assert_eq!(parts[1], part("flags", None, None, b"x"));
}
