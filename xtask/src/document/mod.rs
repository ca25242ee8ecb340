//! YAML in, with the place of every node.

pub mod documents;
pub mod location;
pub mod names;
pub mod read;
pub mod yaml;
