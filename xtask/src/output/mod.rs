//! What is written: the generated folders, the table in README, and what is shown.

pub mod coverage;
pub mod curl;
pub mod diff;
pub mod file;
pub mod folder;
