//! The sandbox and multipart bodies: what our own calls send it takes, and of
//! anything else it says what is wrong.
#![cfg(feature = "sandbox")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use didit_api::runtime::Call;
use didit_api::sandbox::Sandbox;
use didit_api::{Error, File, Operation, Transport};
use serde_json::{Value, json};

#[path = "support/face_match.rs"]
mod face_match;
use face_match::FaceMatchRequest;

const OPERATION: &Operation = &Operation::new("checks", "compare_faces", "POST", "/faces/compare/");

fn sandbox() -> Sandbox {
    let file = json!({ "type": "string", "format": "binary" });
    let detail = json!({ "application/json": { "example": { "detail": "No." } } });
    let schema = json!({
        "type": "object",
        "required": ["user_image"],
        "additionalProperties": false,
        "properties": {
            "user_image": { "$ref": "#/components/schemas/File" },
            "ref_image": file,
            "images": { "type": "array", "items": file, "maxItems": 2 },
            "vendor_data": { "type": "string" },
            "flags": { "type": "array", "items": { "type": "string" } },
            "score": { "type": "integer", "minimum": 0 },
            "metadata": {
                "type": "object",
                "required": ["a"],
                "properties": { "a": { "type": "integer" } }
            },
            "people": { "type": "array", "items": { "type": "object" } }
        }
    });
    let body =
        json!({ "required": true, "content": { "multipart/form-data": { "schema": schema } } });
    let document = json!({
        "openapi": "3.0.3",
        "info": { "title": "Checks", "version": "1" },
        "paths": { "/faces/compare/": { "post": {
            "operationId": "compare_faces",
            "requestBody": body,
            "responses": {
                "200": { "content": { "application/json": { "example": { "score": 99 } } } },
                "4XX": { "content": detail }
            }
        } } },
        "components": { "schemas": { "File": file } }
    });
    Sandbox::builder().document(document.to_string()).start().unwrap()
}

async fn call(sandbox: &Sandbox, body: FaceMatchRequest) -> Result<Value, Error> {
    let transport = Transport::builder(sandbox.url()).build().unwrap();
    Call::new(&transport, OPERATION).multipart(body).send::<Value>().await.map(|ok| ok.into_inner())
}

/// So many pieces of 64 KiB.
struct Zeros(usize);

impl futures_core::Stream for Zeros {
    type Item = Result<Vec<u8>, std::io::Error>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0 = self.0.wrapping_sub(1);
        Poll::Ready((self.0 < usize::MAX / 2).then(|| Ok(vec![0; 64 * 1024])))
    }
}

#[tokio::test]
async fn what_a_call_sends_is_what_the_document_describes() {
    let sandbox = sandbox();
    let path = std::env::temp_dir().join(format!("didit-api-sandbox-{}", std::process::id()));
    std::fs::write(&path, b"\r\n--\r\n").unwrap();
    let mut body = FaceMatchRequest::new(path.as_path());
    body.ref_image = Some(File::stream(Zeros(20), None).name("a\"b;name=\"x\\"));
    body.images = Some(vec![File::from(b"a"), File::from(b"b").media_type("application/json")]);
    body.vendor_data = Some("é".to_owned());
    body.flags = Some(vec!["a".to_owned(), "b".to_owned()]);
    body.metadata = Some(json!({ "a": 1 }));
    assert_eq!(call(&sandbox, body).await.unwrap(), json!({ "score": 99 }));
    std::fs::remove_file(path).unwrap();
}

#[tokio::test]
async fn what_a_call_sends_against_the_document_is_refused() {
    let detail = async |body| {
        let error = call(&sandbox(), body).await.unwrap_err();
        let detail = error.body().unwrap().detail().unwrap().to_owned();
        (error.status().unwrap().as_u16(), detail)
    };
    let image = || FaceMatchRequest::new(b"x");
    let wrong = |at: &str, what: &str| (400, format!("Against its schema at `{at}`: {what}."));
    let three = (0..3).map(|_| File::from(b"x")).collect();
    let body = FaceMatchRequest { images: Some(three), ..image() };
    assert_eq!(detail(body).await, wrong("/images", "against the schema's `maxItems`"));
    let body = FaceMatchRequest { metadata: Some(json!({ "a": "1" })), ..image() };
    let what = "a string where the schema says integer";
    assert_eq!(detail(body).await, wrong("/metadata/a", what));
    let body = FaceMatchRequest::new(File::stream(Zeros(1024), None));
    let long = "The body is longer than 1 MiB, or with files than 64 MiB.";
    assert_eq!(detail(body).await, (413, long.to_owned()));
}

#[tokio::test]
async fn a_file_of_almost_64_mib_is_taken() {
    let length = 64 * 1024 * 1023;
    let body = FaceMatchRequest::new(File::stream(Zeros(1023), length));
    assert!(call(&sandbox(), body).await.is_ok());
}

/// The status, and what is wrong.
fn send(sandbox: &Sandbox, content_type: &str, body: &[u8]) -> (u16, String) {
    let mut stream = TcpStream::connect(sandbox.url().trim_start_matches("http://")).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
    let length = body.len();
    let head = format!(
        "POST /faces/compare/ HTTP/1.1\r\nHost: sandbox\r\nConnection: close\r\n\
         Content-Type: {content_type}\r\nContent-Length: {length}\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).unwrap();
    // In small pieces, so that they end anywhere.
    for piece in body.chunks(7) {
        stream.write_all(piece).unwrap();
        stream.flush().unwrap();
    }
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let body: Value = serde_json::from_str(body).unwrap();
    (head[9..12].parse().unwrap(), body["detail"].as_str().unwrap_or_default().to_owned())
}

/// A part with the rest of its head, and its content.
fn part(head: &str, content: &str) -> String {
    format!("--B\r\nContent-Disposition: form-data; {head}\r\n\r\n{content}\r\n")
}

const FORM: &str = "multipart/form-data; boundary=B";
const IMAGE: &str = "name=\"user_image\"; filename=\"x\"";

#[test]
fn other_ways_to_write_a_form_are_taken() {
    let sandbox = sandbox();
    let good = part(IMAGE, "x\r\n--");
    for (content_type, body) in [
        (FORM, format!("{good}--B--\r\n")),
        (FORM, format!("{good}--B--")),
        (FORM, format!("before\r\n{good}--B--\r\nafter\r\n--B")),
        ("Multipart/Form-Data; charset=x ; Boundary=\"B\"", format!("{good}--B--\r\n")),
        (FORM, format!("{good}--B--\r\n").replace("Content-Disposition: ", "content-disposition:")),
        (FORM, format!("{}--B--", part("filename=x; name=user_image", "\0"))),
        (FORM, format!("{good}{}--B--", part("name=score", "7"))),
        (FORM, format!("{good}{}--B--", part("name=\"metadata\"", r#"{"a":1}"#))),
        (FORM, format!("{good}{}--B--", part("name=people", "{}"))),
        (FORM, format!("{good}{}--B--", part("name=people\r\nContent-Type: a/b+json", "[{}]"))),
    ] {
        assert_eq!(send(&sandbox, content_type, body.as_bytes()), (200, String::new()), "{body}");
    }
}

#[test]
fn a_form_that_is_malformed_or_against_its_schema_is_refused_with_what_is_wrong() {
    let sandbox = sandbox();
    let image = part(IMAGE, "x");
    let end = |rest: &str| format!("{image}{rest}--B--\r\n");
    let at = |name: &str, what: &str| format!("Against its schema at `/{name}`: {what}.");
    let unnamed = "A part has no `form-data` with a `name`.";
    let headless = "A boundary is not followed by the head of a part.";
    let broken = "The form breaks off before its last boundary.";
    for (content_type, body, what) in [
        ("multipart/form-data", end(""), "The content type has no boundary."),
        ("multipart/form-data; boundary=", end(""), "The boundary is malformed."),
        ("multipart/form-data; boundary=\"a{b\"", end(""), "The boundary is malformed."),
        ("multipart/form-data; boundary=\"a", end(""), "The content type has no boundary."),
        ("multipart/form-data; boundary=C", end(""), broken),
        (FORM, image.clone(), broken),
        (FORM, "--B\r\nContent-Disposition: form-data; name=a\r\n".to_owned(), broken),
        (FORM, "--B".to_owned(), broken),
        (FORM, String::new(), broken),
        (FORM, format!("{image}--Bx\r\n\r\n"), headless),
        (FORM, end("--B\r\n\r\n\r\n"), headless),
        (FORM, end("--B\r\nX: y\r\n\r\n\r\n"), unnamed),
        (FORM, end(&part("x=y", "")), unnamed),
        (FORM, end(&part("name=\"a", "")), unnamed),
        (FORM, end("").replace("form-data;", "attachment;"), unnamed),
        (FORM, "--B--".to_owned(), &at("user_image", "no `user_image`, which the schema requires")),
        (
            FORM,
            format!("{}--B--", part("name=user_image", "x")),
            &at("user_image", "no file where the schema says one"),
        ),
        (
            FORM,
            end(&part("name=score; filename=x", "1")),
            &at("score", "a file where the schema says none"),
        ),
        (FORM, end(&part(IMAGE, "x")), &at("user_image", "a list where the schema says string")),
        (
            FORM,
            end(&part("name=score", "x")),
            &at("score", "a string where the schema says integer"),
        ),
        (FORM, end(&part("name=score", "-1")), &at("score", "against the schema's `minimum`")),
        (FORM, end(&part("name=metadata", "{")), &at("metadata", "not JSON")),
        (
            FORM,
            end(&part("name=people", "[1]")),
            &at("people/0", "a number where the schema says object"),
        ),
        (
            FORM,
            end(&part("name=other", "x")),
            &at("other", "a member that the schema does not allow"),
        ),
    ] {
        let answer = send(&sandbox, content_type, body.as_bytes());
        assert_eq!(answer, (400, what.to_owned()), "{body}");
    }
    let latin = [end("--B\r\nContent-Disposition: form-data; name=").as_bytes(), b"\xff"].concat();
    assert_eq!(send(&sandbox, FORM, &latin).0, 400);
    for content_type in ["multipart/mixed; boundary=B", "application/json", "image/jpeg"] {
        let answer = send(&sandbox, content_type, end("").as_bytes());
        assert_eq!(answer, (415, "The content type is not a documented one.".to_owned()));
    }
}
