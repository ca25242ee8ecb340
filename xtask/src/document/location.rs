//! JSON pointers, and where in a text file each node stands.

use std::collections::BTreeMap;

pub use crate::openapi::refs::child;

/// A place in a text file, both numbers counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Location {
    /// The line.
    pub line: usize,
    /// The column, in characters.
    pub column: usize,
}

/// The beginning of a file.
pub const START: Location = Location { line: 1, column: 1 };

/// JSON pointer to location. A member of a mapping stands where its key does.
#[derive(Debug, Clone, Default)]
pub struct Locations(BTreeMap<String, Location>);

impl Locations {
    /// Records where the node that `pointer` names stands.
    pub fn insert(&mut self, pointer: String, location: Location) {
        self.0.insert(pointer, location);
    }

    /// Where the node stands, or else its nearest ancestor that exists.
    pub fn nearest(&self, mut pointer: &str) -> Location {
        loop {
            match (self.0.get(pointer), pointer.rfind('/')) {
                (Some(location), _) => return *location,
                (None, Some(end)) => pointer = &pointer[..end],
                (None, None) => return START,
            }
        }
    }
}

/// The key that a step of a pointer stands for.
pub fn unescape(step: &str) -> String {
    step.replace("~1", "/").replace("~0", "~")
}

/// The last step of a pointer, as a key.
pub fn last(pointer: &str) -> String {
    unescape(pointer.rsplit('/').next().unwrap_or_default())
}
