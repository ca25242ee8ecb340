//! The rows of a list, page by page, from a server on a real socket.

#![cfg(feature = "sessions")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use didit_api::{ApiKey, ErrorKind, ResponseProblem, RetryPolicy, Transport, sessions};
use peak_alloc::PeakAlloc;
use serde_json::{Value, json};

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// One at a time: they share the allocator.
static ALONE: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());

/// Answers each request by its `limit`, `offset` and number.
struct Pages {
    client: sessions::Client,
    asked: Arc<Mutex<Vec<(u64, u64)>>>,
}

impl Pages {
    fn new(answer: impl Fn(u64, u64, usize) -> (u16, Value) + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let asked = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&asked);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let mut head = Vec::new();
                let mut byte = [0];
                while !head.ends_with(b"\r\n\r\n") {
                    stream.read_exact(&mut byte).unwrap();
                    head.push(byte[0]);
                }
                let head = String::from_utf8(head).unwrap();
                let query = head.split_whitespace().nth(1).unwrap().split_once('?').unwrap().1;
                let said = |name: &str| {
                    let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
                    pairs.find(|(key, _)| *key == name).unwrap().1.parse::<u64>().unwrap()
                };
                let (limit, offset) = (said("limit"), said("offset"));
                let number = seen.lock().unwrap().len();
                seen.lock().unwrap().push((limit, offset));
                let (status, body) = answer(limit, offset, number);
                // A byte order mark may be ignored, and is to be.
                let body = format!("\u{feff}{body}");
                let length = body.len();
                let head = format!(
                    "HTTP/1.1 {status} X\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n"
                );
                stream.write_all((head + &body).as_bytes()).unwrap();
            }
        });
        let retry = RetryPolicy::default().first_pause(Duration::from_millis(1));
        let transport = Transport::builder(url).authorize(ApiKey::new("key")).retry(retry);
        Self { client: sessions::Client::new(transport.build().unwrap()), asked }
    }

    fn asked(&self) -> Vec<(u64, u64)> {
        self.asked.lock().unwrap().clone()
    }
}

/// Rows of these numbers, which say so by their ids.
fn page(rows: std::ops::Range<u64>, next: Value) -> (u16, Value) {
    let row = |number: u64| json!({ "session_id": number.to_string(), "session_kind": "user", "status": "Approved" });
    let results: Vec<_> = rows.map(row).collect();
    // More than there are, and less: it ends nothing.
    (200, json!({ "count": 7, "next": next, "previous": null, "results": results }))
}

/// A list of so many rows.
fn rows_of(total: u64) -> impl Fn(u64, u64, usize) -> (u16, Value) {
    move |limit, offset, _| {
        let end = (offset + limit).min(total);
        let next = if end < total { json!("http://127.0.0.1:9/elsewhere/") } else { json!(null) };
        page(offset.min(total)..end, next)
    }
}

#[tokio::test]
async fn ten_thousand_rows_are_two_hundred_requests_and_one_page_in_memory() {
    let _alone = ALONE.lock().await;
    let pages = Pages::new(rows_of(10_000));
    let mut rows = pages.client.list().stream();
    let mut found = 0_u64;
    while let Some(row) = rows.next().await {
        // The URL in `next` leads to where nobody answers.
        assert_eq!(row.unwrap().session_id, found.to_string());
        found += 1;
        if found == 500 {
            MEMORY.reset_peak_usage();
        }
    }
    assert_eq!(found, 10_000);
    assert!(rows.next().await.is_none());
    let expected: Vec<_> = (0..200).map(|page| (50, page * 50)).collect();
    assert_eq!(pages.asked(), expected);
    // A page is about 5 kB; all of them together are a megabyte.
    let grown = MEMORY.peak_usage() - MEMORY.current_usage();
    assert!(grown < 300_000, "{grown} bytes");
}

#[tokio::test]
async fn a_page_of_more_rows_than_asked_for_advances_by_what_was_asked_for() {
    let _alone = ALONE.lock().await;
    let pages = Pages::new(|limit, offset, _| {
        let next = if offset < 30 { json!("more") } else { json!(null) };
        page(offset * 2..offset * 2 + limit * 2, next)
    });
    let mut rows = pages.client.list().limit(10).offset(10).stream();
    let mut found = Vec::new();
    while let Some(row) = rows.next().await {
        found.push(row.unwrap().session_id.parse::<u64>().unwrap());
    }
    assert_eq!(pages.asked(), [(10, 10), (10, 20), (10, 30)]);
    assert_eq!(found, (20..80).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_page_that_is_throttled_is_asked_for_again_and_no_row_is_lost() {
    let _alone = ALONE.lock().await;
    let all = rows_of(200);
    let pages = Pages::new(move |limit, offset, number| match number {
        2 => (429, json!({ "detail": "Slower." })),
        _ => all(limit, offset, number),
    });
    let mut rows = pages.client.list().stream();
    let mut found = 0;
    while let Some(row) = rows.next().await {
        row.unwrap();
        found += 1;
    }
    assert_eq!(found, 200);
    assert_eq!(pages.asked(), [(50, 0), (50, 50), (50, 100), (50, 100), (50, 150)]);
}

#[tokio::test]
async fn an_error_names_the_offset_and_ends_the_stream() {
    let _alone = ALONE.lock().await;
    type Answers = fn(u64, u64, usize) -> (u16, Value);
    let refused: Answers = |limit, offset, _| match offset {
        100 => (403, json!({ "detail": "No." })),
        _ => page(offset..offset + limit, json!("more")),
    };
    let empty: Answers = |limit, offset, _| match offset {
        100 => page(0..0, json!("more")),
        _ => page(offset..offset + limit, json!("more")),
    };
    let repeated: Answers =
        |limit, offset, _| page(offset.min(50)..offset.min(50) + limit, json!("more"));
    for (answers, kind, problem, said) in [
        (refused, ErrorKind::Forbidden, None, "403 Forbidden"),
        (empty, ErrorKind::Malformed, Some(ResponseProblem::EmptyPage), "an empty page"),
        (repeated, ErrorKind::Malformed, Some(ResponseProblem::RepeatedPage), "once more"),
    ] {
        let pages = Pages::new(answers);
        let mut rows = pages.client.list().stream();
        for _ in 0..100 {
            rows.next().await.unwrap().unwrap();
        }
        let error = rows.next().await.unwrap().unwrap_err();
        assert_eq!((error.kind(), error.problem(), error.offset()), (kind, problem, Some(100)));
        let text = error.to_string();
        let start = "sessions::list at 127.0.0.1, rows from offset 100: ";
        assert!(text.starts_with(start) && text.contains(said), "{text}");
        assert!(rows.next().await.is_none());
        assert_eq!(pages.asked().len(), 3);
    }
}

#[tokio::test]
async fn nothing_is_asked_for_before_the_first_row_and_after_the_stream_is_dropped() {
    let _alone = ALONE.lock().await;
    let pages = Pages::new(rows_of(1_000));
    let mut rows = pages.client.list().stream();
    assert_eq!(pages.asked(), []);
    for _ in 0..50 {
        rows.next().await.unwrap().unwrap();
    }
    drop(rows);
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert_eq!(pages.asked(), [(50, 0)]);

    for call in [pages.client.list().limit(0), pages.client.list().offset(-1)] {
        let error = call.stream().next().await.unwrap().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidRequest);
        assert!(error.to_string().contains("`limit` is to be 1 or more"), "{error}");
    }
    assert_eq!(pages.asked().len(), 1);
}

#[tokio::test]
async fn a_stream_can_be_moved_to_another_task_and_shows_nothing_that_was_asked_for() {
    let _alone = ALONE.lock().await;
    let pages = Pages::new(rows_of(60));
    let client = pages.client.clone();
    let task = tokio::spawn(async move {
        let mut rows = client.list().vendor_data("planted").stream();
        let shown = format!("{rows:?} {rows:#?}");
        let mut found = 0;
        while let Some(row) = rows.next().await {
            row.unwrap();
            found += 1;
        }
        (found, shown)
    });
    let (found, shown) = task.await.unwrap();
    assert_eq!(found, 60);
    assert!(!shown.contains("planted") && shown.contains("sessions::list"), "{shown}");
}
