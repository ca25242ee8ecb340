//! Compiled, and never run: what xtask's test `compiled` generates from documents
//! with every oddity and every awkward name, which that test builds by name.

#![allow(
    missing_docs,
    dead_code,
    deprecated,
    unused_imports,
    unused_mut,
    unused_qualifications,
    unreachable_pub,
    clippy::all,
    reason = "generated code, allowed here what `mod generated` is allowed"
)]

// What the generated code finds as `crate::…`.
use didit_api::*;

#[path = "support/calls.rs"]
mod calls;

// Each document is a module here; what they call `crate::auth` is theirs, too.
include!(concat!(env!("CARGO_TARGET_TMPDIR"), "/kinds.rs"));
