//! A duration as services really send it.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::value::RawValue;

/// A whole number of seconds: what the documents call `format: seconds`.
///
/// Read from an integer (`86400`), an integral float (`86400.0`, `8.64e4`) or a
/// decimal string (`"86400"`). A number beyond 64 bits becomes the nearest
/// bound. Anything else, a fraction included, is an error.
///
/// ```
/// use didit_api::Seconds;
/// for text in ["86400", "86400.0", "8.64e4", "\"86400\""] {
///     assert_eq!(serde_json::from_str::<Seconds>(text)?, Seconds(86_400));
/// }
/// assert_eq!(serde_json::from_str::<Seconds>("1e400")?, Seconds(i64::MAX));
/// assert!(serde_json::from_str::<Seconds>("0.5").is_err());
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Seconds(pub i64);

impl Seconds {
    fn from_json(json: &str) -> Option<Self> {
        // The JSON grammar is already checked; what is left is a number, or a
        // string that has to be one without sign tricks, blanks or exponent.
        let number = match serde_json::from_str::<String>(json) {
            Ok(text) => {
                let digits = text.strip_prefix('-').unwrap_or(&text);
                let decimal = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
                decimal.then_some(text)?
            }
            Err(_) => json.to_owned(),
        };
        if let Ok(seconds) = number.parse() {
            return Some(Self(seconds));
        }
        let float: f64 = number.parse().ok()?;
        // `as` saturates, infinities included.
        (float.is_infinite() || float.fract() == 0.0).then_some(Self(float as i64))
    }
}

impl<'de> Deserialize<'de> for Seconds {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let json = Box::<RawValue>::deserialize(deserializer)?;
        Self::from_json(json.get()).ok_or_else(|| D::Error::custom("not a whole number of seconds"))
    }
}

#[cfg(feature = "schemars")]
crate::json_schema::inline_schema!(Seconds => { "type": "integer", "format": "seconds" });
