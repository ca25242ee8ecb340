//! The decision of a session event, read when it is asked for.

use std::error::Error;
use std::fmt;

use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::generated::webhooks::types::SessionEvent;

/// A decision is of another shape than the type that was to read it. Never quotes it.
///
/// Its JSON is in [`SessionEvent::decision`]; reading that by serde says which member
/// it is, and what stands there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DecisionError;

impl fmt::Display for DecisionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the decision of the webhook is not of the documented shape")
    }
}

impl Error for DecisionError {}

impl SessionEvent {
    /// The decision, of webhooks of the third version; `None` if there is none.
    ///
    /// It is read here and not on arrival, so that nothing in it can fail a delivery;
    /// a member that is not documented does not fail it here either. The session and
    /// its status are the event's where the decision leaves them out.
    ///
    /// A decision of the second version has one object in place of each list, so it
    /// reads without its checks; one of the first has `kyc`, `aml` and `face`, which
    /// `decision_v1` reads. The JSON of all of them is in the field
    /// [`decision`](#structfield.decision).
    ///
    /// # Errors
    ///
    /// It is of another shape than documented.
    ///
    /// ```no_run
    /// use didit_api::webhooks::{DecisionError, Event};
    ///
    /// fn warnings(event: &Event) -> Result<usize, DecisionError> {
    ///     let decision = event.session().and_then(|session| session.decision());
    ///     Ok(decision.transpose()?.map_or(0, |decision| decision.warnings().count()))
    /// }
    /// ```
    ///
    /// From <https://docs.didit.me/integration/webhooks>.
    #[cfg(feature = "sessions")]
    pub fn decision(&self) -> Option<Result<crate::sessions::types::Decision, DecisionError>> {
        self.read()
    }

    /// The decision, of webhooks of the first version; `None` if there is none.
    ///
    /// # Errors
    ///
    /// It is of another shape than documented.
    ///
    /// From <https://docs.didit.me/identity-verification/webhooks>.
    #[cfg(feature = "sessions_v1")]
    pub fn decision_v1(
        &self,
    ) -> Option<Result<crate::sessions_v1::types::DecisionV1, DecisionError>> {
        self.read()
    }

    fn read<T: DeserializeOwned>(&self) -> Option<Result<T, DecisionError>> {
        let decision = self.decision.as_ref()?;
        let known = [("session_id", self.session_id.as_str()), ("status", self.status.as_str())];
        let lacks = |name: &str| decision.get(name).is_none_or(Value::is_null);
        let read = if decision.is_object() && known.iter().any(|(name, _)| lacks(name)) {
            let mut whole = decision.clone();
            for (name, text) in known.into_iter().filter(|(name, _)| lacks(name)) {
                whole[name] = text.into();
            }
            T::deserialize(whole)
        } else {
            T::deserialize(decision)
        };
        Some(read.map_err(|_| DecisionError))
    }
}
