//! Reading members that only inform.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

/// Reads a member of another type than the documented one as absent: what
/// `x-tolerant` in a document asks for.
///
/// # Errors
///
/// Only when the JSON itself is broken.
pub fn tolerant<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: DeserializeOwned,
{
    // The raw text, so that even a number out of every range is skipped.
    let json = Box::<RawValue>::deserialize(deserializer)?;
    Ok(serde_json::from_str(json.get()).unwrap_or_default())
}
