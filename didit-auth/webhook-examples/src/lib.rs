//! Didit's webhooks with other crates: code to copy.
//!
//! - [`actix`]: in a service of actix-web.
//! - [`postgres`]: each event once, however many processes receive them.

pub mod actix;
pub mod postgres;
