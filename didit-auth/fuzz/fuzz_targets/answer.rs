//! Any answer of the token endpoint becomes a token or an error, and neither
//! breaks a promise.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;

#[path = "../check.rs"]
mod check;

static CHECK: LazyLock<check::Check> = LazyLock::new(check::Check::new);

fuzz_target!(|input: &[u8]| CHECK.answer(input));
