//! The members of a JSON object, each of which may be there once.

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, Error, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

/// Those members of an answer that say what it is; the JSON text of each.
///
/// Refuses an object that names any member twice (RFC 8259, section 4: what a
/// reader makes of it is unpredictable). The values stay text: a number out of
/// every range harms nobody who does not read it.
#[derive(Default)]
pub(crate) struct Members<'a> {
    pub(crate) access_token: Option<&'a str>,
    error: Option<&'a str>,
    token_type: Option<&'a str>,
}

impl<'a> Members<'a> {
    /// `None` for anything but one such object. A byte order mark is skipped.
    pub(crate) fn read(body: &'a [u8]) -> Option<Self> {
        let json = std::str::from_utf8(body).ok()?;
        serde_json::from_str(json.strip_prefix('\u{feff}').unwrap_or(json)).ok()
    }

    /// Whether there is an `error`, whatever it says.
    pub(crate) fn is_error(&self) -> bool {
        self.error.is_some_and(|error| error != "null")
    }

    /// Whether `token_type` is absent, `null`, or Bearer in any case (RFC 6749,
    /// section 7.1).
    pub(crate) fn is_bearer(&self) -> bool {
        match serde_json::from_str::<Option<String>>(self.token_type.unwrap_or("null")) {
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
        let mut members = Members::default();
        let mut names = Vec::with_capacity(16);
        while let Some(Name(name)) = map.next_key()? {
            let member = match &*name {
                "access_token" => Some(&mut members.access_token),
                "error" => Some(&mut members.error),
                "token_type" => Some(&mut members.token_type),
                _ => None,
            };
            match member {
                Some(text) => *text = Some(map.next_value::<&RawValue>()?.get()),
                None => drop(map.next_value::<IgnoredAny>()?),
            }
            names.push(name);
        }
        names.sort_unstable();
        if names.windows(2).any(|pair| pair[0] == pair[1]) {
            return Err(A::Error::custom("a member is there twice"));
        }
        Ok(members)
    }
}
