//! The forms of all checks, on a real socket, as another parser reads them.

#![cfg(feature = "checks")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::thread;

use didit_api::{ApiKey, Transport};
use serde_json::Value;

#[path = "support/calls.rs"]
mod calls;
#[path = "support/documents.rs"]
mod documents;
#[rustfmt::skip]
#[allow(unreachable_pub, clippy::all, reason = "generated code")]
mod generated;
#[path = "support/parts.rs"]
#[allow(dead_code, reason = "expected parts come from the examples here")]
mod parts;
// What the generated code finds as `crate::…`.
use didit_api::*;
use documents::Document;
use parts::{cut, header, read_parts};

/// Takes one request and refuses it.
fn listen() -> (String, thread::JoinHandle<Vec<u8>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let request = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let (mut request, mut bytes) = (Vec::new(), [0; 4096]);
        loop {
            let count = stream.read(&mut bytes).unwrap();
            request.extend_from_slice(&bytes[..count]);
            let Some((head, body)) = cut(&request, b"\r\n\r\n") else { continue };
            let length: usize = header(head, "content-length").unwrap().parse().unwrap();
            if body.len() >= length {
                break;
            }
        }
        let answer =
            b"HTTP/1.1 400 Bad Request\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}";
        stream.write_all(answer).unwrap();
        request
    });
    (url, request)
}

/// Whether a part says what the member is: a text as it is, all else as JSON.
fn says(bytes: &[u8], value: &Value) -> bool {
    match value {
        Value::String(text) => bytes == text.as_bytes(),
        value => documents::same(&serde_json::from_slice(bytes).unwrap(), value),
    }
}

#[tokio::test]
async fn the_form_of_each_check_is_what_another_parser_reads() {
    let source = generated::DOCUMENTS.iter().find(|(name, ..)| *name == "checks").unwrap();
    let document = Document::new(source);
    let mut checks = 0;
    for (path, item) in document.json["paths"].as_object().unwrap() {
        let content = &item["post"]["requestBody"]["content"]["multipart/form-data"];
        if content.is_null() {
            continue;
        }
        checks += 1;
        let id = item["post"]["operationId"].as_str().unwrap();
        let members = &document.resolve(&content["schema"])["properties"];
        let is_file = |name: &str| {
            let member = &members[name];
            member["format"] == "binary" || member["items"]["format"] == "binary"
        };
        let operations = document.operations();
        let shown = operations.iter().find(|one| one.id == id).unwrap();
        for example in shown.calls() {
            let sent = example.body.clone().unwrap();
            let (url, request) = listen();
            let transport = Transport::builder(url).authorize(ApiKey::new("key")).build().unwrap();
            let outcome = (document.call(id).send)(transport, example).await.unwrap();
            assert_eq!((outcome.success, outcome.status), (false, 400), "{id}");
            let (head, parts) = read_parts(&request.join().unwrap()).await;
            let line = format!("POST {path} HTTP/1.1\r\n");
            assert!(head.starts_with(line.as_bytes()), "{id}");

            let mut left = parts;
            for (name, value) in sent.as_object().unwrap() {
                let values = value.as_array().filter(|_| members[name]["type"] == "array");
                for value in values.into_iter().flatten().chain(values.is_none().then_some(value)) {
                    let at = left.iter().position(|part| part.0 == *name);
                    let (_, file, media, bytes) = left
                        .remove(at.unwrap_or_else(|| panic!("{id}: there is no part `{name}`")));
                    assert_eq!(file.is_some(), is_file(name), "{id}: {name}");
                    assert_eq!(media.is_some(), is_file(name) || value.is_object(), "{id}: {name}");
                    assert!(says(&bytes, value), "{id}: {name}: {bytes:?}");
                }
            }
            assert!(left.is_empty(), "{id}: {left:?}");
        }
    }
    assert_eq!(checks, 7, "those that the vendor documents");
}
