//! The macros that generated types are made of, as another crate meets them.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]
#![allow(unreachable_pub, reason = "as in generated code")]

use didit_api::{string_enum, tagged_union};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

// Names that generated types may have and the macros must not mean.
mod awkward {
    pub struct String;
    pub struct Result;
    pub struct Option;
    pub struct Value;
    pub fn shadows() -> (String, Result, Option, Value) {
        (String, Result, Option, Value)
    }

    crate::string_enum! {
        /// Where it stands.
        ///
        /// In the end, somewhere.
        pub open enum State(Unknown) {
            InReview = "In Review",
            Other = "Other",
            None = "none",
        }
    }

    crate::string_enum! {
        #[derive(PartialOrd, Ord)]
        pub closed enum Verdict { Ok = "ok", Err = "err" }
    }

    #[derive(Clone, Debug, serde::Deserialize, serde::Serialize)]
    #[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
    pub struct User {
        pub kind: ::std::string::String,
        pub name: ::std::string::String,
    }

    crate::tagged_union! {
        /// Somebody.
        pub enum Party by "kind" { User(User) = "user", Crowd(::std::vec::Vec<User>) = "crowd" }
    }

    #[derive(Clone, Debug, serde::Deserialize, serde::Serialize)]
    #[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
    pub struct D {}

    crate::tagged_union! {
        pub enum Odd(Unknown) by "the kind" {
            Other(::std::boxed::Box<Odd>) = "other",
            D(D) = "d",
        }
    }
}
use awkward::{Odd, Party, State, Verdict};

fn read<T: for<'de> Deserialize<'de>>(json: &Value) -> serde_json::Result<T> {
    serde_json::from_str(&json.to_string())
}

#[track_caller]
fn survives<T: for<'de> Deserialize<'de> + Serialize>(json: &Value) {
    assert_eq!(serde_json::to_value(read::<T>(json).unwrap()).unwrap(), *json);
}

#[test]
fn an_open_enum_keeps_texts_that_it_does_not_know() {
    for text in ["In Review", "Other", "none", "", "Lost"] {
        survives::<State>(&json!(text));
        let state = State::from(text);
        assert_eq!((state.as_str(), state.to_string()), (text, text.to_owned()));
        assert_eq!(state, State::from(text.to_owned()));
    }
    assert_eq!(State::from("Other"), State::Other);
    assert_eq!(State::from("Lost"), State::Unknown("Lost".to_owned()));
    assert!(read::<State>(&json!(7)).is_err());
    let _ = awkward::shadows();
}

#[test]
fn a_closed_enum_refuses_texts_that_it_does_not_know_without_quoting_them() {
    survives::<Verdict>(&json!("ok"));
    assert_eq!((Verdict::Err.as_str(), Verdict::Ok.to_string()), ("err", "ok".to_owned()));
    let error = read::<Verdict>(&json!("planted")).unwrap_err().to_string();
    assert!(error.starts_with("no value of Verdict") && !error.contains("planted"), "{error}");
    assert!(Verdict::Ok < Verdict::Err);
}

#[test]
fn a_union_is_read_by_its_tag_and_written_as_it_was() {
    let user = json!({ "kind": "user", "name": "Sergey" });
    survives::<Party>(&user);
    assert!(matches!(read(&user).unwrap(), Party::User(user) if user.name == "Sergey"));
    for other in
        [json!({ "kind": "robot", "n": [1] }), json!({ "kind": 7 }), json!({}), json!("user")]
    {
        survives::<Party>(&other);
        assert!(matches!(read(&other).unwrap(), Party::Other(json) if json == other));
    }
    survives::<Odd>(&json!({ "the kind": "nobody" }));
}

#[test]
fn a_union_whose_tag_and_members_disagree_is_an_error_that_quotes_nothing() {
    let error = read::<Party>(&json!({ "kind": "user", "name": ["planted"] })).unwrap_err();
    assert!(error.to_string().starts_with("not a documented User"), "{error}");
    assert!(!error.to_string().contains("planted"), "{error}");
}

#[test]
fn debug_of_a_union_shows_nothing_of_json_that_it_does_not_know() {
    let other: Party = read(&json!({ "kind": "planted", "name": "planted" })).unwrap();
    assert_eq!(format!("{other:?} {other:#?}"), "Other([personal]) Other([personal])");
    let user: Party = read(&json!({ "kind": "user", "name": "Sergey" })).unwrap();
    assert_eq!(format!("{user:?}"), r#"User(User { kind: "user", name: "Sergey" })"#);
}

#[cfg(feature = "schemars")]
#[test]
fn their_json_schemas_say_what_is_documented_and_what_else_is_taken() {
    assert_eq!(
        schemars::schema_for!(State).as_value()["anyOf"],
        json!([{ "type": "string", "enum": ["In Review", "Other", "none"] }, { "type": "string" }])
    );
    assert_eq!(
        schemars::schema_for!(State).as_value()["description"],
        "Where it stands.\n\nIn the end, somewhere."
    );
    let verdict = schemars::schema_for!(Verdict);
    assert_eq!(verdict.as_value()["enum"], json!(["ok", "err"]));
    assert_eq!(verdict.as_value().get("description"), None);
    let party = schemars::schema_for!(Party);
    assert_eq!(party.as_value()["description"], "Somebody.");
    assert_eq!(party.as_value()["anyOf"][0], json!({ "$ref": "#/$defs/User" }));
    assert_eq!(party.as_value()["anyOf"][2], json!({}));
}
