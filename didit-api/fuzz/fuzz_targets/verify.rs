//! Any delivery becomes an event or an error, and neither breaks a promise.
#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../check.rs"]
mod check;

fuzz_target!(|input: &[u8]| check::delivery(input));
