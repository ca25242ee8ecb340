//! What an event says, by what it is about.

use std::fmt;

use serde::Deserialize;
use serde_json::Value;

use crate::generated::webhooks::types::{
    ActivityEvent, BusinessEvent, SessionEvent, TransactionEvent, TravelRuleEvent, UserEvent,
    WebhookType,
};
use crate::runtime::Personal;

/// What an event says, by what it is about.
///
/// A member of another type than documented reads as absent, and one that is not
/// documented is in `extra`; so the vendor may change what only informs, and the
/// event still arrives.
///
/// The types in it can be read from any JSON, as all types of this crate. What an
/// [`Event`](super::Event) gives is verified, and nothing else is.
#[derive(Clone)]
#[non_exhaustive]
pub enum EventData {
    /// A session: `status.updated` and `data.updated`, and all of the first version.
    Session(Box<SessionEvent>),
    /// The record of a person: `user.status.updated` and `user.data.updated`.
    User(UserEvent),
    /// The record of a company: `business.status.updated` and `business.data.updated`.
    Business(BusinessEvent),
    /// An entry of an activity log: `activity.created`.
    Activity(ActivityEvent),
    /// A transaction: `transaction.created` and `transaction.status.updated`.
    Transaction(TransactionEvent),
    /// A Travel Rule transfer: `travel_rule.status.updated`.
    TravelRule(TravelRuleEvent),
    /// A type that is not documented, or a session event without the session or its
    /// status: the whole body. It may be about a person, so `Debug` does not show it.
    Other(Value),
}

impl EventData {
    /// Reads the body of an event, whose type was read from it.
    pub(super) fn read(webhook_type: Option<&WebhookType>, json: Value) -> Self {
        use WebhookType as Type;
        let data = match webhook_type {
            // The first version has no type.
            None | Some(Type::StatusUpdated | Type::DataUpdated) => return session(json),
            Some(Type::UserStatusUpdated | Type::UserDataUpdated) => {
                UserEvent::deserialize(&json).map(Self::User)
            }
            Some(Type::BusinessStatusUpdated | Type::BusinessDataUpdated) => {
                BusinessEvent::deserialize(&json).map(Self::Business)
            }
            Some(Type::ActivityCreated) => ActivityEvent::deserialize(&json).map(Self::Activity),
            Some(Type::TransactionCreated | Type::TransactionStatusUpdated) => {
                TransactionEvent::deserialize(&json).map(Self::Transaction)
            }
            Some(Type::TravelRuleStatusUpdated) => {
                TravelRuleEvent::deserialize(&json).map(Self::TravelRule)
            }
            Some(Type::Other(_)) => return Self::Other(json),
        };
        data.unwrap_or(Self::Other(json))
    }
}

fn session(mut json: Value) -> EventData {
    // It is moved: to copy it would take as long as to parse it once more.
    let decision = json.as_object_mut().and_then(|members| members.remove("decision"));
    match SessionEvent::deserialize(&json) {
        Ok(mut session) => {
            session.decision = decision.filter(|decision| !decision.is_null());
            EventData::Session(Box::new(session))
        }
        Err(_) => {
            if let (Some(members), Some(decision)) = (json.as_object_mut(), decision) {
                members.insert("decision".to_owned(), decision);
            }
            EventData::Other(json)
        }
    }
}

impl fmt::Debug for EventData {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, data): (_, &dyn fmt::Debug) = match self {
            Self::Session(data) => ("Session", data),
            Self::User(data) => ("User", data),
            Self::Business(data) => ("Business", data),
            Self::Activity(data) => ("Activity", data),
            Self::Transaction(data) => ("Transaction", data),
            Self::TravelRule(data) => ("TravelRule", data),
            Self::Other(_) => ("Other", &Personal),
        };
        f.debug_tuple(name).field(data).finish()
    }
}
