//! What can be wrong with a body.

use std::fmt;

use serde_json::error::Category;

/// What is wrong with a body. Never quotes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ResponseProblem {
    /// There are more bytes than the transport reads.
    #[non_exhaustive]
    TooLarge {
        /// The limit, in bytes.
        limit: usize,
    },
    /// The connection broke off before the end of the body.
    Truncated,
    /// The body is compressed, though no compression was asked for.
    Compressed,
    /// The body is empty.
    Empty,
    /// A page of a list holds nothing, though there are said to be more.
    EmptyPage,
    /// A page of a list is the one before once more, though there are said to be
    /// others.
    RepeatedPage,
    /// The body is not UTF-8.
    NotUtf8,
    /// The body is not JSON.
    #[non_exhaustive]
    NotJson {
        /// Where it stops being JSON, counted from 1.
        line: usize,
        /// The column, counted from 1.
        column: usize,
    },
    /// The body is JSON of another shape than documented.
    #[non_exhaustive]
    Shape {
        /// Where the first difference is, counted from 1.
        line: usize,
        /// The column, counted from 1.
        column: usize,
    },
}

impl ResponseProblem {
    /// The parser's own message is left out: it quotes what it found.
    pub(super) fn from_json(body: &str, error: &serde_json::Error) -> Self {
        let (line, column) = (error.line(), error.column());
        if body.is_empty() {
            Self::Empty
        } else if error.classify() == Category::Data {
            Self::Shape { line, column }
        } else {
            Self::NotJson { line, column }
        }
    }
}

impl fmt::Display for ResponseProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLarge { limit } => write!(f, "its body is longer than {limit} bytes"),
            Self::Truncated => f.write_str("its body breaks off"),
            Self::Compressed => f.write_str("its body is compressed, which was not asked for"),
            Self::Empty => f.write_str("its body is empty"),
            Self::EmptyPage => f.write_str("it is an empty page, and says that more follow"),
            Self::RepeatedPage => {
                f.write_str("it is the page before once more, and says that others follow")
            }
            Self::NotUtf8 => f.write_str("its body is not UTF-8"),
            Self::NotJson { line, column } => {
                write!(f, "its body is not JSON (line {line}, column {column})")
            }
            Self::Shape { line, column } => {
                write!(f, "its body is not of the documented shape (line {line}, column {column})")
            }
        }
    }
}
