//! The workshop: what a maintainer of this workspace runs, cargo only.
//!
//! `cargo xtask generate` turns `openapi/*.yaml` into `didit-api/src/generated/`.
//! Its steps, in the order in which a document passes them:
//!
//! | step | module | what it does |
//! | --- | --- | --- |
//! | read | [`read`], [`yaml`], [`json`] | text to a [`document::Document`] that knows line and column of every node |
//! | check | [`check`], [`lint`] | every fault that can be known beforehand; gives the [`contract::Contract`] |
//! | lower | [`lower`] | where the Rust types are made more tolerant than the document |
//! | render | [`render`] | progenitor; what it cannot take becomes a finding |
//! | tidy | [`tidy`] | progenitor's code put onto `crate::runtime`, its docs made readable |
//! | write or compare | [`output`], [`stale`] | the folder brought up to date, or the difference shown |
//!
//! `cargo xtask coverage` writes the table of operations ([`coverage`]); its
//! counts and the generated docs share the document's [`examples`].
//!
//! [`generate`] strings them together, [`cli`] is the command line with its
//! [`commands`], [`names`] are those that the generator makes, [`error`] says
//! what went wrong and where, [`progress`] what takes long. [`ci`] is the list
//! of what CI runs; [`curl`], with values from [`sample`], writes the calls that
//! `cargo xtask sandbox` prints.
//!
//! Nothing here depends on `didit-api`: generated code that does not compile
//! must not stop the command that mends it.

#![forbid(unsafe_code)]

mod blame;
pub mod check;
pub mod ci;
pub mod cli;
pub mod commands;
pub mod contract;
pub mod coverage;
pub mod curl;
pub mod document;
pub mod error;
pub mod examples;
pub mod generate;
pub mod json;
pub mod lint;
pub mod lower;
pub mod names;
pub mod output;
pub mod progress;
pub mod read;
pub mod render;
pub mod sample;
pub mod stale;
pub mod tidy;
pub mod yaml;
