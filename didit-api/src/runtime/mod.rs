//! What the generated clients stand on.
//!
//! [`Error`] and [`ResponseValue`] are for everybody; the rest is for generated
//! code and changes with the generator.

mod error;
mod hooks;
mod request;
mod response;
mod tolerant;
mod transport_error;

pub use error::{CallError, Error, InvalidResponse, ResponseProblem};
#[doc(hidden)]
pub use hooks::{ClientHooks, OperationInfo};
#[doc(hidden)]
pub use request::{RequestBuilderExt, encode_path};
pub use response::{Response, ResponseValue};
#[doc(hidden)]
pub use tolerant::tolerant;
pub use transport_error::{TransportError, TransportErrorKind};
