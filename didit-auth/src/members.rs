//! The members of a JSON object, each of which may be there once.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, Error, MapAccess, Visitor};
use serde_json::value::RawValue;

/// Refuses an object that names a member twice (RFC 8259, section 4: what a
/// reader makes of it is unpredictable).
///
/// The values stay text: a number out of every range harms nobody who does not
/// read it.
pub(crate) struct Members<'a>(BTreeMap<Cow<'a, str>, &'a RawValue>);

impl<'a> Members<'a> {
    /// `None` for anything but one such object. A byte order mark is skipped.
    pub(crate) fn read(body: &'a [u8]) -> Option<Self> {
        let json = std::str::from_utf8(body).ok()?;
        serde_json::from_str(json.strip_prefix('\u{feff}').unwrap_or(json)).ok()
    }

    /// The JSON text of a member.
    pub(crate) fn get(&self, name: &str) -> Option<&'a str> {
        self.0.get(name).copied().map(RawValue::get)
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

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Collect)
    }
}

/// A member's name; a copy only where it has escapes.
#[derive(Deserialize)]
struct Name<'a>(#[serde(borrow)] Cow<'a, str>);

struct Collect;

impl<'de> Visitor<'de> for Collect {
    type Value = Members<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members = BTreeMap::new();
        while let Some((Name(name), value)) = map.next_entry()? {
            if members.insert(name, value).is_some() {
                return Err(A::Error::custom("a member is there twice"));
            }
        }
        Ok(Members(members))
    }
}
