//! What the service posts to a webhook destination.

#[allow(dead_code, reason = "events are read by what verifies them")]
mod event;
mod event_data;
#[cfg(any(feature = "sessions", feature = "sessions_v1"))]
mod session_event;

pub use event::Event;
pub use event_data::EventData;
#[cfg(any(feature = "sessions", feature = "sessions_v1"))]
pub use session_event::DecisionError;

#[cfg(feature = "schemars")]
pub use crate::generated::webhooks::json_schemas;
pub use crate::generated::webhooks::types;
