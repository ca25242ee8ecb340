//! What everything else stands on.

pub mod error;
pub mod finding;
pub mod progress;
pub mod workspace;
