//! Signs of life from work that takes longer than a second, on the standard error.

use std::io::Write as _;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

static STEP: Mutex<String> = Mutex::new(String::new());

/// Says what is done from now on. It is shown only if it is still so at the
/// next full second, so that short work shows nothing.
pub fn step(what: impl Into<String>) {
    *STEP.lock().unwrap_or_else(PoisonError::into_inner) = what.into();
}

/// Does `work`, and meanwhile shows its steps: once each second, and only what is new.
pub fn shown<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    std::thread::scope(|scope| {
        let (done, over) = std::sync::mpsc::channel::<()>();
        scope.spawn(move || {
            let start = Instant::now();
            let mut last = String::new();
            // The sender is dropped when the work is over, also by a panic.
            while over
                .recv_timeout(Duration::from_secs(1))
                .is_err_and(|error| matches!(error, std::sync::mpsc::RecvTimeoutError::Timeout))
            {
                let step = STEP.lock().unwrap_or_else(PoisonError::into_inner).clone();
                if step != last {
                    let seconds = start.elapsed().as_secs();
                    // Nobody who reads it is no failure.
                    let _ = writeln!(std::io::stderr(), "{seconds:>4} s  {step}");
                    last = step;
                }
            }
        });
        let result = work();
        drop(done);
        result
    })
}
