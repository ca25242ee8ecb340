//! What the generator makes of xtask's fixtures: the very files that its own tests
//! compare byte by byte.
//!
//! The modules belong to the root of a test, `use fixtures::*`, beside
//! `use didit_api::*`: there generated code finds what it calls `crate::…`.

#![allow(
    dead_code,
    missing_docs,
    unreachable_pub,
    unused_qualifications,
    clippy::all,
    reason = "generated code, of which no test needs all"
)]

#[rustfmt::skip]
#[path = "../../../xtask/tests/guards/snapshots/fixtures/examples.snap.rs"]
pub(crate) mod examples;
#[rustfmt::skip]
#[path = "../../../xtask/tests/guards/snapshots/fixtures/library.snap.rs"]
pub(crate) mod library;
#[rustfmt::skip]
#[path = "../../../xtask/tests/guards/snapshots/fixtures/people.snap.rs"]
pub(crate) mod people;
#[rustfmt::skip]
#[path = "../../../xtask/tests/guards/snapshots/fixtures/shapes.snap.rs"]
pub(crate) mod shapes;
#[rustfmt::skip]
#[path = "../../../xtask/tests/guards/snapshots/fixtures/upload.snap.rs"]
pub(crate) mod upload;
#[rustfmt::skip]
#[path = "../../../xtask/tests/guards/snapshots/fixtures/vault.snap.rs"]
pub(crate) mod vault;
