//! What the generated clients stand on.
//!
//! [`Error`], [`ErrorBody`], [`ResponseValue`], [`ByteStream`] and what they hand
//! out are for everybody; the rest is for generated code and changes with the generator.

mod call;
mod download;
mod error;
mod error_body;
mod error_kind;
mod exchange;
mod form;
mod list_stream;
mod path_segment;
mod personal;
mod plain_text;
mod problem;
mod random;
mod response;
mod save;
mod stream;
mod string_enum;
mod tagged_union;
mod text;
mod tolerant;
mod transport_error;
mod upload;

#[doc(hidden)]
pub use call::Call;
pub use error::Error;
pub use error_body::ErrorBody;
pub use error_kind::ErrorKind;
#[doc(hidden)]
pub use form::Form;
pub use list_stream::ListStream;
#[doc(hidden)]
pub use personal::{Personal, debug};
pub use problem::ResponseProblem;
pub use response::{RateLimit, Response, ResponseValue};
pub use stream::ByteStream;
#[doc(hidden)]
pub use tolerant::tolerant;
pub use transport_error::{TransportError, TransportErrorKind};

/// What the macros of generated code need, whatever the crate that they are
/// used in depends on.
#[doc(hidden)]
pub mod private {
    #[cfg(feature = "schemars")]
    pub use super::string_enum::{description, string_schema};
    #[cfg(feature = "schemars")]
    pub use ::schemars;
    pub use ::serde;
    pub use ::serde_json;
}
