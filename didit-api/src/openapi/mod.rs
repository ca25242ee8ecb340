//! What the sandbox and the workshop both know of OpenAPI 3.0 documents: where
//! a reference leads, whether a value keeps to a schema, what an operation
//! takes.
//!
//! All of it reads JSON values and nothing else. These files name no other file
//! of the crate, because the workshop compiles them as its own.

pub mod media;
pub mod parameters;
pub mod refs;
pub mod sample;
pub mod schema;
pub mod security;

mod bounds;
mod format;
