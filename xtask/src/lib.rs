//! The workshop: what a maintainer of this workspace runs, cargo only.
//!
//! `cargo xtask generate` turns `openapi/*.yaml` into `didit-api/src/generated/`.
//! Its steps, in the order in which a document passes them:
//!
//! | step | module | what it does |
//! | --- | --- | --- |
//! | read | [`read`], [`yaml`] | YAML to a [`document::Document`] that knows line and column of every node |
//! | check | [`check`] | what the later steps rely on; gives the [`contract::Contract`] |
//! | lower | [`lower`] | where the Rust types are made more tolerant than the document |
//! | render | [`render`] | progenitor, with its panics turned into errors |
//! | tidy | [`tidy`] | progenitor's code put onto `crate::runtime`, its docs made readable |
//! | write or compare | [`output`], [`stale`] | the folder brought up to date, or the difference shown |
//!
//! [`generate`] strings them together, [`cli`] is the command line, [`error`]
//! says what went wrong and where.
//!
//! Nothing here depends on `didit-api`: generated code that does not compile
//! must not stop the command that mends it.

#![forbid(unsafe_code)]

pub mod check;
pub mod cli;
pub mod contract;
pub mod document;
pub mod error;
pub mod generate;
pub mod lower;
pub mod output;
pub mod read;
pub mod render;
pub mod stale;
pub mod tidy;
pub mod yaml;
