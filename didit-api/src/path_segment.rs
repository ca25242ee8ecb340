//! A value that may stand in the path of a URL.

use std::error::Error as StdError;
use std::fmt;
use std::str::FromStr;

use percent_encoding::percent_decode_str;

/// How often a text is decoded before it is refused.
const MOST_DECODED: usize = 8;

/// One segment of a URL's path, such as the id of a session.
///
/// An id that is empty, `.` or `..`, or that holds a slash, would address
/// something else than the call it was given to, and the call carries a
/// credential. Such a text is no `PathSegment`, however often it is
/// percent-encoded: servers and proxies differ in how often they decode.
///
/// Whoever calls the generated methods passes a text; this type is for those
/// who want to check it earlier.
///
/// ```
/// use didit_api::{PathSegment, PathSegmentError};
///
/// assert_eq!(PathSegment::try_from("3fa85f64")?.as_str(), "3fa85f64");
/// assert_eq!(PathSegment::try_from(".."), Err(PathSegmentError::Dots));
/// assert_eq!(PathSegment::try_from("%2e%2E"), Err(PathSegmentError::Dots));
/// # Ok::<(), PathSegmentError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
pub struct PathSegment(String);

impl PathSegment {
    /// The text as it was given, not percent-encoded.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// # Errors
    ///
    /// What would make `text` more, or less, than one segment.
    pub(crate) fn check(text: &str) -> Result<(), PathSegmentError> {
        let mut text = text.to_owned();
        for _ in 0..MOST_DECODED {
            let decoded = percent_decode_str(&text).decode_utf8_lossy().into_owned();
            let unsafe_in_paths = |c: char| matches!(c, '/' | '\\' | '?' | '#') || c.is_control();
            match decoded.as_str() {
                "" => return Err(PathSegmentError::Empty),
                "." | ".." => return Err(PathSegmentError::Dots),
                other if other.contains(unsafe_in_paths) => {
                    return Err(PathSegmentError::Character);
                }
                same if same == text => return Ok(()),
                _ => text = decoded,
            }
        }
        // Each round is another walk through the text.
        Err(PathSegmentError::Encoded)
    }
}

impl TryFrom<String> for PathSegment {
    type Error = PathSegmentError;

    fn try_from(text: String) -> Result<Self, PathSegmentError> {
        Self::check(&text)?;
        Ok(Self(text))
    }
}

impl TryFrom<&str> for PathSegment {
    type Error = PathSegmentError;

    fn try_from(text: &str) -> Result<Self, PathSegmentError> {
        text.to_owned().try_into()
    }
}

impl TryFrom<&String> for PathSegment {
    type Error = PathSegmentError;

    fn try_from(text: &String) -> Result<Self, PathSegmentError> {
        text.as_str().try_into()
    }
}

impl FromStr for PathSegment {
    type Err = PathSegmentError;

    fn from_str(text: &str) -> Result<Self, PathSegmentError> {
        text.try_into()
    }
}

impl fmt::Display for PathSegment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Why a text cannot be a [`PathSegment`]. Never quotes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PathSegmentError {
    /// The text is empty.
    Empty,
    /// The text is `.` or `..`, which stand for other places.
    Dots,
    /// The text holds `/`, `\`, `?`, `#` or a control character.
    Character,
    /// The text is percent-encoded many times over.
    Encoded,
}

impl fmt::Display for PathSegmentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "is empty",
            Self::Dots => "is `.` or `..`, which would address another resource",
            Self::Character => {
                "holds `/`, `\\`, `?`, `#` or a control character, \
                 which would address another resource"
            }
            Self::Encoded => "is percent-encoded many times over; give the id as it is",
        })
    }
}

impl StdError for PathSegmentError {}
