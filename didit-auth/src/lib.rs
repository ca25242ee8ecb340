//! Access tokens for [Didit](https://didit.me), the identity-verification
//! service. Unofficial.
//!
//! ```no_run
//! # async fn run() -> Result<(), didit_auth::Error> {
//! let didit = didit_auth::Didit::from_env()?;
//! let token = didit.token().await?;
//! println!("good for {:?}", token.remaining());
//! # Ok(())
//! # }
//! ```
//!
//! [`Didit::from_env`] reads `DIDIT_CLIENT_ID` and `DIDIT_CLIENT_SECRET`.
//! [`Didit::token`] asks the token endpoint once and keeps the answer until
//! shortly before it expires. `token.header()` is the `Authorization` header,
//! ready to send and marked sensitive.

mod answer;
mod clock;
mod credentials;
mod didit;
mod endpoint;
mod error;
mod error_body;
mod fetch;
mod flight;
mod members;
mod provider;
mod source;
mod token;

pub use didit_api as api;

pub use crate::credentials::Credentials;
pub use crate::didit::{Didit, DiditBuilder};
pub use crate::error::{Error, ErrorKind};
pub use crate::source::TokenSource;
pub use crate::token::Token;
