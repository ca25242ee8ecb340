//! What a fetch leaves open. Alone in its process, which has one set of files.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::time::Duration;

use support::{Endpoint, didit};
use tokio::runtime::Builder;
use tokio::time::timeout;

fn open_files() -> usize {
    std::fs::read_dir("/proc/self/fd").unwrap().count()
}

#[test]
fn a_fetch_that_is_lost_keeps_no_file_of_its_runtime_open() {
    let endpoint = Endpoint::start(|stream| {
        // Until the client hangs up.
        let _ = std::io::Read::read(stream, &mut [0; 1]);
    });
    let sources: Vec<_> = (0..8).map(|_| didit(&endpoint.url)).collect();
    let runtime = || Builder::new_current_thread().enable_all().build().unwrap();
    // The first one of a process may open what all of them share: tokio's signals.
    drop(runtime());
    let before = open_files();
    for didit in &sources {
        let runtime = runtime();
        runtime.block_on(async {
            assert!(timeout(Duration::from_millis(30), didit.token()).await.is_err());
        });
    }
    // The endpoint's side of each connection is closed by a thread of its own.
    for _ in 0..100 {
        if open_files() <= before {
            return;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    assert_eq!(open_files(), before);
}
