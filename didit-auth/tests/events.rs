//! The events of this crate: where they are emitted from, and as what.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod support;

use std::io::Write;
use std::pin::pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock, mpsc};
use std::task::{Context, Waker};
use std::time::Duration;

use didit_auth::{Didit, Error};
use support::{Endpoint, answer_with, didit, http};
use tracing_subscriber::fmt::MakeWriter;

/// A log that asks for a token itself, as one does that ships its lines to a
/// service with the same credentials.
#[derive(Clone, Default)]
struct Shipped {
    lines: Arc<Mutex<String>>,
    didit: Arc<OnceLock<Didit>>,
}

impl Write for Shipped {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.lines.lock().unwrap().push_str(&String::from_utf8_lossy(bytes));
        if let Some(didit) = self.didit.get() {
            let _ = didit.token_source().peek();
            let _ = pin!(didit.token()).poll(&mut Context::from_waker(Waker::noop()));
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Shipped {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

async fn everything_that_is_logged(didit: &Didit) -> Result<(), Error> {
    didit.token().await.unwrap_err();
    // Remembered.
    didit.token().await.unwrap_err();
    let token = didit.token_source().warm_up().await?;
    assert!(didit.token_source().reject(&token));
    didit.token().await?;
    Ok(())
}

fn failing_at_first() -> Endpoint {
    let requests = AtomicUsize::new(0);
    Endpoint::start(move |stream| {
        let first = requests.fetch_add(1, Ordering::SeqCst) == 0;
        let status = if first { "503 Busy" } else { "200 OK" };
        let _ = stream.write_all(&http(status, "", answer_with("sub", None).as_bytes()));
    })
}

#[test]
fn who_asks_for_a_token_while_an_event_is_written_waits_for_nobody() {
    let shipped = Shipped::default();
    let log = shipped.clone();
    let (done, is_done) = mpsc::channel();
    std::thread::spawn(move || {
        let subscriber = tracing_subscriber::fmt()
            .with_max_level(tracing_subscriber::filter::LevelFilter::DEBUG)
            .with_ansi(false)
            .with_writer(log.clone());
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let _guard = tracing::subscriber::set_default(subscriber.finish());
        let endpoints = [failing_at_first(), failing_at_first()];
        runtime.block_on(everything_that_is_logged(&didit(&endpoints[0].url))).unwrap();
        let didit = didit(&endpoints[1].url);
        log.didit.set(didit.clone()).unwrap();
        runtime.block_on(everything_that_is_logged(&didit)).unwrap();
        done.send(()).unwrap();
    });
    is_done.recv_timeout(Duration::from_secs(20)).expect("no event is emitted under a lock");

    let lines = shipped.lines.lock().unwrap();
    let ours: Vec<_> = lines.lines().filter(|line| line.contains("didit_auth")).collect();
    for said in
        ["token fetched", "no token could be fetched", "failure remembered", "rejected by the API"]
    {
        let line = ours.iter().find(|line| line.contains(said));
        assert!(line.is_some_and(|line| line.contains(" didit_auth: ")), "{said}: {ours:#?}");
    }
}
