//! What can be wrong with a body.

/// Why a body has no canonical form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Problem {
    /// It, or its canonical form, is longer than [`MAX_BODY`](super::MAX_BODY).
    TooLong,
    NotUtf8,
    Syntax,
    Trailing,
    KeyTwice,
    LoneSurrogate,
    TooDeep,
    HugeNumber,
}

impl Problem {
    pub(super) fn text(self) -> &'static str {
        match self {
            Self::TooLong => "it is longer than 1 MiB",
            Self::NotUtf8 => "it is not UTF-8",
            Self::Syntax => "it is broken off, or breaks the grammar of JSON",
            Self::Trailing => "something follows its end",
            Self::KeyTwice => "an object has a key twice",
            Self::LoneSurrogate => "an escape is half of a surrogate pair",
            Self::TooDeep => "it is nested deeper than 127 levels",
            Self::HugeNumber => "a number is too large for a 64-bit float",
        }
    }
}
