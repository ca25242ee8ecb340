//! What the generated clients stand on.
//!
//! [`Error`], [`ResponseValue`] and [`ByteStream`] are for everybody; the rest is
//! for generated code and changes with the generator.

mod error;
mod hooks;
mod one_of;
mod query;
mod request;
mod response;
mod stream;
mod tolerant;
mod transport_error;

pub use error::{CallError, Error, InvalidResponse, ResponseProblem};
#[doc(hidden)]
pub use hooks::{ClientHooks, OperationInfo};
#[doc(hidden)]
pub use one_of::one_of;
#[doc(hidden)]
pub use query::{QueryStyle, append_query};
#[doc(hidden)]
pub use request::{RequestBuilderExt, encode_path, header_value};
#[doc(hidden)]
pub use response::Unread;
pub use response::{Response, ResponseValue};
pub use stream::{ByteStream, StreamError};
#[doc(hidden)]
pub use tolerant::tolerant;
pub use transport_error::{TransportError, TransportErrorKind};
