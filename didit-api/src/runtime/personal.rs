//! `Debug` of a type with members about a person.

use std::fmt;

/// Prints `[personal]`, in the place of what is about a person.
#[doc(hidden)]
pub struct Personal;

impl fmt::Debug for Personal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[personal]")
    }
}

/// What `derive(Debug)` prints. A call with a list compiles faster than a chain of
/// calls, and there are hundreds of types.
#[doc(hidden)]
pub fn debug(
    f: &mut fmt::Formatter<'_>,
    name: &str,
    members: &[(&str, &dyn fmt::Debug)],
) -> fmt::Result {
    let mut all = f.debug_struct(name);
    for (name, value) in members {
        all.field(name, value);
    }
    all.finish()
}
