//! The workshop: what a maintainer of this workspace runs, cargo only.
//!
//! `cargo xtask generate` turns `openapi/*.yaml` into code. Each layer stands on
//! those above it:
//!
//! | layer | what it does |
//! | --- | --- |
//! | [`base`] | paths, findings, errors, signs of life |
//! | [`openapi`] | what the sandbox knows of documents, too: references, schemas, samples |
//! | [`document`] | YAML in, with the line and the column of every node |
//! | [`model`] | the documents taken apart once |
//! | [`lint`] | the rules of the dialect, and of this workspace |
//! | [`import`] | an operation of a foreign document, written in the dialect |
//! | [`lower`] | where the types are more tolerant than the document |
//! | [`types`] | progenitor, and what makes its structs ours |
//! | [`operations`] | the template of a client and its calls |
//! | [`output`] | files, folders, differences, the coverage table, curl lines |
//! | [`pipeline`] | all of these in a row |
//! | [`commands`] | one file each; [`cli`] is the command line |
//!
//! Nothing here depends on `didit-api`: generated code that does not compile
//! must not stop the command that mends it. What both need is a file of
//! `didit-api` that names nothing else of it, and is compiled here as well.

#![forbid(unsafe_code)]

pub mod base;
pub mod cli;
pub mod commands;
pub mod document;
pub mod import;
pub mod lint;
pub mod lower;
pub mod model;
#[path = "../../didit-api/src/openapi/mod.rs"]
pub mod openapi;
pub mod operations;
pub mod output;
pub mod pipeline;
pub mod types;
