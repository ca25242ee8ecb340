//! Reading a value that has one of several shapes.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

/// The first of `shapes` that the value has: what `oneOf` and `anyOf` in a
/// document become.
///
/// # Errors
///
/// No shape fits, which the message says without the value; or the JSON itself
/// is broken.
pub fn one_of<'de, D, T>(deserializer: D, shapes: &[fn(&str) -> Option<T>]) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
{
    // The raw text, so that each shape is read from the start and by its own rules.
    let json = Box::<RawValue>::deserialize(deserializer)?;
    let value = shapes.iter().find_map(|shape| shape(json.get()));
    value.ok_or_else(|| D::Error::custom("none of the documented shapes"))
}
