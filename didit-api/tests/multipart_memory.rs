//! How much memory it takes to send a large file. By itself: the allocator
//! counts for all of a process.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::io::{Read as _, Write as _};
use std::net::TcpListener;

use didit_api::runtime::Call;
use didit_api::{Operation, Transport};
use peak_alloc::PeakAlloc;

#[path = "support/face_match.rs"]
mod face_match;
use face_match::FaceMatchRequest;

#[global_allocator]
static ALLOCATOR: PeakAlloc = PeakAlloc;

const OPERATION: &Operation =
    &Operation::new("checks", "face_match", "POST", "/v3/face-match/").success(&[204]);

const LENGTH: u64 = 50 * 1024 * 1024;

#[tokio::test]
async fn a_large_file_is_sent_from_its_path_within_a_few_buffers() {
    let path = std::env::temp_dir().join(format!("didit-api-large-{}", std::process::id()));
    // A hole, which takes no space and is read as zeros.
    std::fs::File::create(&path).unwrap().set_len(LENGTH).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let received = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let (mut bytes, mut end, mut total) = ([0; 32 * 1024], Vec::new(), 0);
        while !end.ends_with(b"--\r\n") {
            let count = stream.read(&mut bytes).unwrap();
            total += count as u64;
            end.extend_from_slice(&bytes[..count]);
            end.drain(..end.len().saturating_sub(4));
        }
        stream.write_all(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n").unwrap();
        total
    });
    let transport = Transport::builder(base).build().unwrap();
    let call = Call::new(&transport, OPERATION).multipart(FaceMatchRequest::new(path.as_path()));
    let before = ALLOCATOR.current_usage();
    ALLOCATOR.reset_peak_usage();
    call.send_empty().await.unwrap();
    let grown = ALLOCATOR.peak_usage() - before;
    std::fs::remove_file(path).unwrap();
    assert!((LENGTH..LENGTH + 1024).contains(&received.join().unwrap()));
    assert!(grown < 1024 * 1024, "{grown} bytes at once");
}
