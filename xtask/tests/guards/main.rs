//! What protects the workshop and its output from silent change.
//!
//! | module | what it guards |
//! | --- | --- |
//! | `surface` | the generated surface of every real document, one outline per operation and schema |
//! | `coverage` | the table of operations, and what happens to the file that holds it |
//! | `fixtures` | the whole output for small documents, byte by byte; `didit-api` compiles the same files |
//! | `folder` | what `generate` and `generate --check` do to a folder, and what they leave alone |
//! | `operations` | what lowering finds in operations that it cannot send, and what it records as taken away |
//! | `lowering` | what the rules about schemas refuse |
//! | `ci` | the steps, and what a failed one shows |
//! | `sandbox` | the printed lines, in a shell; the copy that must be the document |
//! | `kinds` | each kind of document that the generator alone fails at: what it is told, or its code |
//! | `lint` | what each malformed or unusual document is told |
//! | `messages` | every text that a person gets to read |
//!
//! After a wanted change: `INSTA_UPDATE=always cargo test -p xtask`, then read the diff.

#![forbid(unsafe_code)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "helpers fail a test by panicking"
)]

mod ci;
mod coverage;
mod fixtures;
mod folder;
mod kinds;
mod lint;
mod lowering;
mod messages;
mod operations;
mod outline;
mod sandbox;
mod support;
mod surface;
