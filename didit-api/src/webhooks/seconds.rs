//! Times in whole seconds, as the vendor gives them.

use std::time::{SystemTime, UNIX_EPOCH};

/// Seconds since 1970, cut off. Negative before.
pub(crate) fn since_1970(time: SystemTime) -> i64 {
    let seconds = |duration: std::time::Duration| i64::try_from(duration.as_secs());
    match time.duration_since(UNIX_EPOCH) {
        Ok(since) => seconds(since).unwrap_or(i64::MAX),
        Err(before) => seconds(before.duration()).map_or(i64::MIN, |seconds| -seconds),
    }
}
