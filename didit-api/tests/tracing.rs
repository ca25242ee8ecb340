//! What is logged of a call.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::io;
use std::sync::{Arc, Mutex};

use didit_api::runtime::Call;
use didit_api::{ApiKey, Operation, Scheme, Secret};
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::fmt::format::FmtSpan;

#[path = "support/counter.rs"]
mod counter;
use counter::Counter;

const OPERATION: &Operation = &Operation::new("library", "find", "GET", "/books/{book}/")
    .security(&[Scheme::ApiKey { header: "x-api-key" }])
    .success(&[204]);

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_span_tells_of_a_call_and_of_nothing_that_was_sent_or_came() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_writer(move || writer.clone())
        .with_max_level(LevelFilter::TRACE)
        .with_span_events(FmtSpan::CLOSE)
        .with_ansi(false);
    subscriber.init();
    let busy = "503 Busy\nX-Planted: planted\n\n{\"detail\":\"planted\"}";
    let server =
        Counter::new(vec![busy, busy, "204 No\nX-Planted: planted", "404 No\n\nplanted"].leak());
    let transport = server.transport().authorize(ApiKey::new("planted-key")).build().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        for _ in 0..2 {
            let call = Call::new(&transport, OPERATION).path("book", "planted-id");
            let call = call.query("q", "planted").header("x-own", "planted").json("planted");
            let call = call.credential("session-token", &Secret::from("planted"));
            let _ = call.send_empty().await;
        }
    });
    assert_eq!(server.requests().len(), 4);
    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    for what in [
        "call{operation=library::find host=\"127.0.0.1\" attempt=1 status=404 error=NotFound latency_ms=",
        "attempt=3 status=204 ",
        "trying again attempt=2 status=503 error=Unavailable pause_ms=",
        "didit_api: trying again",
    ] {
        assert!(log.contains(what), "no {what} in {log}");
    }
    assert!(!log.contains("planted") && !log.contains("/books"), "{log}");
}
