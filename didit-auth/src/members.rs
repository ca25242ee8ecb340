//! The members of a JSON object, each of which may be there once.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, Visitor};
use serde_json::value::RawValue;

/// Refuses an object that names a member twice (RFC 8259, section 4: what a
/// reader makes of it is unpredictable).
///
/// The values stay text: a number out of every range harms nobody who does not
/// read it.
pub(crate) struct Members(BTreeMap<String, Box<RawValue>>);

impl Members {
    /// `None` for anything but one such object. A byte order mark is skipped.
    pub(crate) fn read(body: &[u8]) -> Option<Self> {
        serde_json::from_slice(body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body)).ok()
    }

    /// The JSON text of a member.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(|value| value.get())
    }

    /// Whether there is an `error`, whatever it says.
    pub(crate) fn is_error(&self) -> bool {
        self.get("error").is_some_and(|error| error != "null")
    }

    /// Whether `token_type` is absent, `null`, or Bearer in any case (RFC 6749,
    /// section 7.1).
    pub(crate) fn is_bearer(&self) -> bool {
        match serde_json::from_str::<Option<String>>(self.get("token_type").unwrap_or("null")) {
            Ok(None) => true,
            Ok(Some(kind)) => kind.eq_ignore_ascii_case("Bearer"),
            Err(_) => false,
        }
    }
}

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Collect)
    }
}

struct Collect;

impl<'de> Visitor<'de> for Collect {
    type Value = Members;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
        let mut members = BTreeMap::new();
        while let Some((name, value)) = map.next_entry()? {
            if members.insert(name, value).is_some() {
                return Err(A::Error::custom("a member is there twice"));
            }
        }
        Ok(Members(members))
    }
}
