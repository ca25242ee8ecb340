//! How generated forms go over the wire: pairs, or parts with files. What a
//! `File` can be is in `multipart.rs`.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use didit_api::*;

#[path = "support/fixtures.rs"]
mod fixtures;
use fixtures::*;
#[path = "support/parts.rs"]
mod parts;
use parts::{Part, part, read_parts};
#[path = "support/server.rs"]
mod server;
use server::{Server, answer};

use upload::types::{Origin, Scan, Scans, Shelf};

/// The one request that a call to the archive becomes: its head and its parts.
async fn sent(call: impl AsyncFnOnce(upload::Client)) -> (Vec<u8>, Vec<Part>) {
    let server = Server::with(&[&answer("201 Kept", r#"{"number": 7, "until": null}"#)]);
    call(upload::Client::new(server.transport.clone())).await;
    read_parts(server.requests().remove(0).as_bytes()).await
}

#[tokio::test]
async fn a_form_has_a_pair_per_item() {
    let server = Server::with(&[&answer("200 OK", r#"{"key": "k", "reason": null}"#)]);
    let form = vault::types::OpenRequest::new("1-2 3").doors([1, 2]);
    vault::Client::new(server.transport.clone()).open_vault(form).send().await.unwrap();
    let request = server.requests().remove(0);
    let (head, body) = request.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("POST /open/ HTTP/1.1\r\n"), "{head}");
    assert!(head.contains("content-type: application/x-www-form-urlencoded\r\n"), "{head}");
    assert_eq!(body, "combination=1-2+3&doors=1&doors=2");
}

#[tokio::test]
async fn each_member_of_a_form_with_files_is_its_parts() {
    let origin = Origin::new("Freedonia").years([1932, 1933]);
    let scan = Scan::new(File::bytes("one").media_type("image/jpeg"), "A letter")
        .back(b"four")
        .pages([File::from(b"two\r\n--"), File::from(b"three").name("3.jpg")])
        .tags(["old".to_owned(), "torn".to_owned()])
        .copies(2)
        .shelf(Shelf::Top)
        .pin("a-pin")
        .author("Ann")
        .origin(origin)
        .owners([Origin::new("Sylvania")]);
    let (head, mut parts) = sent(async |client| {
        assert_eq!(client.add_scan(scan).send().await.unwrap().number, 7);
    })
    .await;
    assert!(head.starts_with(b"POST /v1/scans/ HTTP/1.1\r\n"));
    // Those of one name stay in their order.
    parts.sort_by(|a, b| a.0.cmp(&b.0));
    let (octets, json) = (Some("application/octet-stream"), Some("application/json"));
    assert_eq!(
        parts,
        [
            part("author", None, None, b"Ann"),
            part("back", Some("back"), octets, b"four"),
            part("copies", None, None, b"2"),
            part("front", Some("front"), Some("image/jpeg"), b"one"),
            part("origin", None, json, br#"{"place":"Freedonia","years":[1932,1933]}"#),
            part("owners", None, json, br#"[{"place":"Sylvania"}]"#),
            part("pages", Some("pages"), octets, b"two\r\n--"),
            part("pages", Some("3.jpg"), octets, b"three"),
            part("pin", None, None, b"a-pin"),
            part("shelf", None, None, b"top"),
            part("tags", None, None, b"old"),
            part("tags", None, None, b"torn"),
            part("title", None, None, b"A letter"),
        ]
    );
}

#[tokio::test]
async fn a_form_has_no_part_for_what_is_not_given() {
    let scan = Scan::new(b"one", "A letter");
    let (_, parts) = sent(async |client| drop(client.add_scan(scan).send().await.unwrap())).await;
    let names: Vec<_> = parts.iter().map(|part| part.0.as_str()).collect();
    assert_eq!(names, ["front", "title"]);
}

#[tokio::test]
async fn a_form_that_may_be_left_out_is_sent_once_it_is_given() {
    let none = "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n";
    let server = Server::with(&[none, none]);
    let client = upload::Client::new(server.transport.clone());
    client.replace_scans().send().await.unwrap();
    client.replace_scans().body(Scans::new([File::from(b"one")])).send().await.unwrap();
    let [without, with] = &server.requests()[..] else { panic!() };
    assert!(!without.contains("content-type") && without.ends_with("\r\n\r\n"), "{without}");
    let scan = part("scans", Some("scans"), Some("application/octet-stream"), b"one");
    assert_eq!(read_parts(with.as_bytes()).await.1, [scan]);
}
