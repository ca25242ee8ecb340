//! What protects the workshop and its output from silent change.
//!
//! | module | what it guards |
//! | --- | --- |
//! | `surface` | the generated surface of every real document, one outline per operation and schema |
//! | `fixtures` | the whole output for small documents, byte by byte; `didit-api` compiles the same files |
//! | `kinds` | each kind of oddity in a document: what a person is told, or the outline of the code |
//! | `compiled` | what becomes code compiles: every kind, and every awkward name in every slot |
//! | `awkward` | the document with those names |
//! | `lowering` | where the types differ from the documents, and that they do so in small ways only |
//! | `rules` | that each rule of lint is shown at work, and what waivers and drafts take away |
//! | `mutations` | that whatever becomes of a document ends in code or in findings with a place |
//! | `limits` | what is far too large, too deep or too repetitive |
//! | `documents` | several documents in one run: all their faults, references between them |
//! | `features` | the cargo feature of each document, in both manifests |
//! | `folder` | what `generate` and `generate --check` do to the folders, and what they leave alone |
//! | `import` | operations of a foreign document in our dialect, and what cannot be written |
//! | `refused` | what the file system refuses, and that nothing is written then |
//! | `messages` | every text that a person gets to read |
//! | `coverage` | the table of operations, and what happens to the file that holds it |
//! | `sandbox` | the printed lines, in a shell; the copy that must be the document |
//! | `ci` | the steps, and what a failed one shows |
//! | `outline`, `support` | nothing; what the others share |
//!
//! After a wanted change: `INSTA_UPDATE=always cargo test -p xtask`, then read the diff.

#![forbid(unsafe_code)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "helpers fail a test by panicking"
)]

mod awkward;
mod ci;
mod compiled;
mod coverage;
mod documents;
mod features;
mod fixtures;
mod folder;
mod import;
mod kinds;
mod limits;
mod lowering;
mod messages;
mod mutations;
mod outline;
mod refused;
mod rules;
mod sandbox;
mod support;
mod surface;
