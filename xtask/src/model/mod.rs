//! The documents taken apart once: what every later step asks of them.
//!
//! Built from any documents, also faulty ones: `lint` says what is wrong with
//! them, and the steps after it rely on that.

pub mod docs;
pub mod module;
pub mod operation;
pub mod schema;
pub mod usage;
pub mod words;
