//! From what the documents say to what the generator of types gets, and to how
//! much more tolerant than the document the types are.

pub mod changes;
pub mod types;
