//! The few cases of a session's status that a program tells apart.

/// What a session's status means for whoever waits: `SessionStatus::group`, of
/// `sessions::types` and of `webhooks::types`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum StatusGroup {
    /// Approved or declined.
    Decided,
    /// The person has something to do.
    WaitsForPerson,
    /// Somebody of yours has to look at it.
    WaitsForReviewer,
    /// It is over, and nothing was decided.
    EndedWithoutDecision,
    /// A status that was not documented when this was written: not decided.
    Unknown,
}

/// `group` of the `SessionStatus` of a module: the same statuses are in two
/// documents, since neither's feature is to need the other's.
macro_rules! group {
    ($module:ident) => {
        impl crate::$module::types::SessionStatus {
            /// Which of the few cases it is that a program tells apart.
            ///
            /// ```
            /// use didit_api::StatusGroup;
            #[doc = concat!("use didit_api::", stringify!($module), "::types::SessionStatus;")]
            ///
            /// assert_eq!(SessionStatus::Declined.group(), StatusGroup::Decided);
            /// assert_eq!(SessionStatus::KycExpired.group(), StatusGroup::EndedWithoutDecision);
            /// assert_eq!(SessionStatus::from("Of Tomorrow").group(), StatusGroup::Unknown);
            /// ```
            pub fn group(&self) -> StatusGroup {
                match self {
                    Self::Approved | Self::Declined => StatusGroup::Decided,
                    Self::NotStarted
                    | Self::InProgress
                    | Self::AwaitingUser
                    | Self::Resubmitted => StatusGroup::WaitsForPerson,
                    Self::InReview => StatusGroup::WaitsForReviewer,
                    Self::Expired | Self::Abandoned | Self::KycExpired => {
                        StatusGroup::EndedWithoutDecision
                    }
                    Self::Other(_) => StatusGroup::Unknown,
                }
            }
        }
    };
}

#[cfg(feature = "sessions")]
group!(sessions);
#[cfg(feature = "webhooks")]
group!(webhooks);

#[cfg(all(feature = "sessions", feature = "webhooks"))]
impl From<crate::webhooks::types::SessionStatus> for crate::sessions::types::SessionStatus {
    fn from(status: crate::webhooks::types::SessionStatus) -> Self {
        Self::from(status.as_str())
    }
}
