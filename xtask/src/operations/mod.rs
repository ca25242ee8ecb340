//! The operations of a module as Rust, from the model.

pub mod calls;
pub mod describe;
mod example;
pub mod module;
