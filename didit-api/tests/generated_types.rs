//! The types of small documents read what servers send, lose none of it, and
//! show no person in `Debug`.
//!
//! The files are the snapshots that xtask's own tests compare byte by byte.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]
#![allow(
    missing_docs,
    dead_code,
    unused_imports,
    unused_mut,
    unused_qualifications,
    unreachable_pub,
    clippy::all,
    reason = "generated code, allowed here what `mod generated` is allowed"
)]

use std::fmt::Debug;

use didit_api::{Operation, PathSegment, Scheme, Seconds, Secret, Transport, runtime, sandbox};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

#[rustfmt::skip]
#[path = "../../xtask/tests/guards/snapshots/fixtures/types_answers.snap.rs"]
mod types_answers;
#[rustfmt::skip]
#[path = "../../xtask/tests/guards/snapshots/fixtures/types_names.snap.rs"]
mod types_names;
#[rustfmt::skip]
#[path = "../../xtask/tests/guards/snapshots/fixtures/types_odd.snap.rs"]
mod types_odd;
#[rustfmt::skip]
#[path = "../../xtask/tests/guards/snapshots/fixtures/types_personal.snap.rs"]
mod types_personal;

use types_answers::types::{
    Order, ReadReportBody, Report, ReportDocument, ReportKnownOrText, ReportTextOrNumber, Status,
    Tree,
};

/// Through the type and back, from text and from a value.
fn round<T: Serialize + DeserializeOwned>(json: &Value) -> Value {
    let from_text: T = serde_json::from_str(&json.to_string()).unwrap();
    let from_value: T = serde_json::from_value(json.clone()).unwrap();
    let there = serde_json::to_value(&from_text).unwrap();
    assert_eq!(there, serde_json::to_value(&from_value).unwrap());
    there
}

/// A report that holds what it must, and these members.
fn report(members: Value) -> Value {
    let mut report = json!({
        "id": "not even a uuid",
        "status": "Approved",
        "created_at": "2026-11-24T04:05:06.7890Z",
        "must_be_there": null,
        "list": [],
    });
    report.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
    report
}

#[test]
fn what_comes_in_goes_out_again() {
    for members in [
        json!({}),
        json!({ "promised": "kept" }),
        json!({ "status": "Other" }),
        json!({ "status": "" }),
        json!({ "status": "Awaiting User" }),
        json!({ "last_status": "a new one", "inline_status": "warm" }),
        json!({ "inline_status": "tepid" }),
        json!({ "statuses": ["Approved", "News", "In Review"], "by_day": { "mon": "News" } }),
        json!({ "statuses": [], "by_day": {}, "tags": [], "labels": {} }),
        json!({ "clash": "IN_REVIEW", "mixed": { "level": 4, "maybe": "no", "step": "three" } }),
        json!({ "created_at": "24.11.2026", "note": "longer than three" }),
        json!({ "list": [1, 1, -1, i64::MAX], "tags": ["a", "b"], "labels": { "k": "v" } }),
        json!({ "free": { "a": [1, { "b": null }], "n": 1.5 }, "anything": [null, "x"] }),
        json!({ "big": u64::MAX, "small": 3_000_000_000_i64, "score": 0.1234567890123 }),
        json!({ "price": "19.990", "maybe_named": {} }),
        json!({ "text_or_number": 5 }),
        json!({ "text_or_number": 5.5 }),
        json!({ "text_or_number": "five" }),
        json!({ "text_or_number": { "five": [5] } }),
        json!({ "known_or_text": "Approved" }),
        json!({ "known_or_text": "whatever" }),
        json!({ "document": { "kind": "passport", "number": "X1", "held_for": 3 } }),
        json!({ "document": { "kind": "passport", "tolerant": { "count": 3 } } }),
        json!({ "document": { "kind": "card", "number": "C1" } }),
        json!({ "document": { "kind": "licence", "number": "L1", "since": 1999 } }),
        json!({ "alike": { "level": 1, "known": "k", "x": { "y": 1 } } }),
        json!({ "only_one": { "level": 1 }, "not_this": "that", "impossible": { "a": "b" } }),
        json!({ "merged": { "extra_member": "m", "level": 1, "step": "four" } }),
        json!({ "tree": { "name": "a", "parent": { "name": "b" }, "either": { "name": "c" },
            "children": [{ "name": "d", "either": "text", "children": [] }] } }),
        json!({ "open": { "known": "k", "extra": "e", "more": [1], "most": null } }),
        json!({ "tolerant": { "count": 1, "list": [], "status": "News" } }),
    ] {
        let json = report(members);
        assert_eq!(round::<Report>(&json), json);
    }
}

/// `null` and absent say the same for an optional member; absent comes out.
#[test]
fn a_null_where_the_document_says_optional_reads_as_absent() {
    let members = [
        "promised",
        "last_status",
        "inline_status",
        "statuses",
        "by_day",
        "clash",
        "mixed",
        "note",
        "tags",
        "labels",
        "free",
        "anything",
        "big",
        "small",
        "score",
        "price",
        "maybe_named",
        "text_or_number",
        "known_or_text",
        "document",
        "alike",
        "only_one",
        "not_this",
        "merged",
        "impossible",
        "tree",
        "open",
        "tolerant",
    ];
    for member in members {
        assert_eq!(
            round::<Report>(&report(json!({ member: null }))),
            report(json!({})),
            "{member}"
        );
    }
}

#[test]
fn what_is_required_must_be_there_and_only_the_nullable_may_be_null() {
    let mut without_nullable = report(json!({}));
    without_nullable.as_object_mut().unwrap().remove("must_be_there");
    for json in [without_nullable, report(json!({ "id": null })), report(json!({ "list": null }))] {
        assert!(serde_json::from_value::<Report>(json.clone()).is_err(), "{json}");
    }
}

#[test]
fn an_unknown_value_of_an_open_enum_is_kept_and_a_known_one_is_known() {
    let read = |text: &str| serde_json::from_value::<Status>(json!(text)).unwrap();
    assert_eq!(read("In Review"), Status::InReview);
    // The document has a value `Other` of its own.
    assert_eq!(read("Other"), Status::Other);
    assert_eq!(read("Brand New"), Status::Unknown("Brand New".to_owned()));
    assert_eq!(read("Brand New").to_string(), "Brand New");
    assert_eq!("Brand New".parse::<Status>().unwrap(), read("Brand New"));
    assert_eq!(Status::try_from("In Review").unwrap(), Status::InReview);
    assert!(serde_json::from_value::<Status>(json!(7)).is_err());
}

#[test]
fn an_enum_that_only_requests_hold_stays_closed() {
    assert!(serde_json::from_value::<Order>(json!("sideways")).is_err());
    assert!(serde_json::from_value::<ReadReportBody>(json!({ "reason": "fun" })).is_err());
    let body = json!({ "reason": "audit" });
    assert_eq!(round::<ReadReportBody>(&body), body);
}

#[test]
fn a_union_is_read_by_the_shape_that_fits() {
    let read = |json: Value| serde_json::from_value::<Report>(report(json)).unwrap();
    let document = |json: Value| read(json!({ "document": json })).document.unwrap();
    assert!(matches!(document(json!({ "kind": "card" })), ReportDocument::Card(_)));
    assert!(matches!(document(json!({ "kind": "passport" })), ReportDocument::Passport(_)));
    assert!(matches!(document(json!({ "kind": "new" })), ReportDocument::Other(_)));
    // Inside a union, durations and tolerant members read as they do elsewhere.
    let passport = json!({ "kind": "passport", "held_for": "60", "tolerant": { "count": "x" } });
    let ReportDocument::Passport(passport) = document(passport) else { panic!() };
    assert_eq!(passport.held_for, Some(Seconds(60)));
    assert_eq!(passport.tolerant.unwrap().count, None);
    let number = read(json!({ "text_or_number": 5 })).text_or_number;
    assert!(matches!(number, Some(ReportTextOrNumber::Integer(5))));
    let known = read(json!({ "known_or_text": "In Review" })).known_or_text;
    assert_eq!(known, Some(ReportKnownOrText::InReview));
}

#[test]
fn a_tolerant_type_takes_a_mistyped_list_and_enum() {
    let json = json!({ "count": [], "list": "no list", "status": 5 });
    assert_eq!(round::<types_answers::types::Tolerant>(&json), json!({}));
    // The document writes this type `api-overview`.
    assert_eq!(round::<types_names::types::ApiOverview2>(&json!({ "a": 1 })), json!({}));
}

#[test]
fn members_keep_their_names_on_the_wire_whatever_rust_calls_them() {
    let json = json!({
        "fooBar": "1", "foo_bar": "2", "FOO_BAR": 3, "@type": "4", "$type": "5", "type": "6",
        "+1": 7, "-1": 8, "": "9", "2fa": true, "extra": "10", "_id": "11", "ключ": "12",
        "builder": "13", "try": "14", "unknown": { "member": [15] },
    });
    assert_eq!(round::<types_names::types::Fields>(&json), json);
    let fields: types_names::types::Fields = serde_json::from_value(json).unwrap();
    assert_eq!((fields.type_.as_deref(), fields.foo_bar.as_deref()), (Some("6"), Some("2")));
    assert_eq!(fields.extra.len(), 1);
}

/// The JSON comes back equal.
fn keeps<T: Serialize + DeserializeOwned>(json: Value) {
    assert_eq!(round::<T>(&json), json);
}

#[test]
fn odd_schemas_read_and_write_what_they_describe_and_more() {
    use types_odd::types::*;
    keeps::<ReadOddResponseItem>(json!({ "a": "1" }));
    keeps::<ReadOddResponseItem>(json!({ "b": "2" }));
    keeps::<ReadOddResponseItem>(json!({ "c": "3" }));
    keeps::<DerivedTwice>(json!({ "kind": "k", "own": "o" }));
    assert!(serde_json::from_value::<DerivedTwice>(json!({ "kind": "k" })).is_err());
    keeps::<ChildOfItself>(json!({ "kind": "k", "more": { "of": "it" } }));
    keeps::<UsesNullables>(json!({ "text": null, "one": null, "list": [null, "a"] }));
    keeps::<UsesNullables>(json!({ "text": "t", "one": "new", "list": [], "map": { "a": 1 },
        "union": 7, "alias": "a" }));
    keeps::<Seconds>(json!(-5));
    keeps::<Password>(json!("short"));
    keeps::<Pair>(json!([1.5, 2.5, 3.5]));
    keeps::<Uuids>(json!(["b", "a", "a"]));
    keeps::<Bounds>(json!(-1));
    keeps::<Int8>(json!(300));
    keeps::<HugeBound>(json!(-1));
    keeps::<IntegerEnum>(json!(3));
    keeps::<Symbols>(json!("="));
    keeps::<PlusMinus>(json!("+1"));
    keeps::<NoValues>(json!("any"));
    keeps::<DemandsMore>(json!({ "a": "a" }));
    keeps::<Conditions>(json!({}));
    keeps::<UnionAndMembers>(json!({ "a": "a", "c": [1] }));
    keeps::<BothUnions>(json!(1));
    keeps::<TextOrEnum>(json!("c"));
    keeps::<TwoEnums>(json!("b"));
    keeps::<TwoLists>(json!([1, "a"]));
    keeps::<ListOrOne>(json!([{ "kind": "k" }]));
    keeps::<ListOrOne>(json!({ "kind": "k" }));
    for json in [json!(true), json!(1), json!(1.5), json!("a"), json!({ "a": 1 }), json!([1])] {
        keeps::<Scalars>(json.clone());
        keeps::<Anything>(json.clone());
        keeps::<WithAnything>(json.clone());
        keeps::<OfItself>(json);
    }
    keeps::<Nested>(json!({ "kind": "two", "a": "a" }));
    keeps::<Nested>(json!({ "kind": "three", "c": "c" }));
    keeps::<ListOfItself>(json!([[], [[]]]));
    keeps::<MapOfItself>(json!({ "a": { "b": {} } }));
    keeps::<Tagged>(json!({ "kind": "two", "a": "a" }));
    keeps::<Deep>(json!({ "a": { "a": "x" }, "b": { "a": "y" } }));
    keeps::<OpenMembers>(json!({ "a": "a", "b": 1, "c": "not an integer" }));
    keeps::<SecretRest>(json!({ "a": "a", "b": "secret" }));
    keeps::<Closed>(json!({ "a": "a" }));
    keeps::<RequiredTree>(json!({ "up": { "up": null } }));
    assert!(serde_json::from_value::<RequiredTree>(json!({})).is_err());
    keeps::<LongList>(json!({ "list": [[{ "a": ["x", "y"] }, {}]] }));
    let rest: SecretRest = serde_json::from_value(json!({ "b": "planted" })).unwrap();
    shows_nobody(&rest);
}

#[cfg(feature = "schemars")]
#[test]
fn the_json_schema_of_an_open_enum_takes_any_text() {
    let schema = types_answers::json_schemas().remove("Status").unwrap().to_value();
    let [named, any] = &schema["anyOf"].as_array().unwrap()[..] else { panic!("{schema}") };
    assert!(named["enum"].as_array().unwrap().contains(&json!("In Review")));
    assert_eq!((&any["type"], any.get("enum")), (&json!("string"), None));
    assert_eq!(types_names::json_schemas().len(), 28);
    assert!(types_odd::json_schemas().len() > 80);
}

/// A person in whom every text that nobody may see begins with `planted`.
fn person() -> Value {
    json!({
        "id": "p-1",
        "last_name": "planted-last",
        "name": "planted-name",
        "first-name": "planted-first",
        "gender": "planted-gender",
        "face": { "url": "planted-url" },
        "aliases": ["planted-alias"],
        "document": { "number": "planted-number" },
        "address": { "city": "planted-city", "country": "Freedonia" },
        "merged": { "city": "planted-merged", "floor": 77_123_001, "country": "Freedonia" },
        "pin": "planted-pin",
        "guardian": { "planted": "no city" },
        "either": { "street": "planted-street" },
        "code": "planted-code",
        "friends": { "count": 1, "ada": { "city": "planted-friend" } },
        "moved": { "city": "planted-moved" },
        "second_street": "planted-second",
        "odd": "planted-odd",
        "planted-member": "planted-extra",
    })
}

/// Both forms of `Debug`, without anything planted.
fn shows_nobody(value: &impl Debug) -> String {
    let text = format!("{value:?} {value:#?}");
    assert!(!text.contains("planted") && !text.contains("77123001"), "{text}");
    text
}

#[test]
fn personal_data_shows_in_no_debug_of_types_and_builders() {
    use types_personal::types::{self, *};
    let json = person();
    assert_eq!(round::<Person>(&json), json);
    let person: Person = serde_json::from_value(json).unwrap();
    let text = shows_nobody(&person);
    assert!(text.contains("p-1") && text.contains("Freedonia") && text.contains("[personal]"));
    shows_nobody(&types::builder::Person::from(person.clone()));
    shows_nobody(&person.name);
    shows_nobody(&person.gender);
    shows_nobody(&person.gender.as_ref().map(|gender| Gender::clone(gender)));
    let face = person.face.clone().unwrap();
    shows_nobody(&face);
    let Face::Variant1(face) = face else { panic!() };
    shows_nobody(&face);
    shows_nobody(&types::builder::FaceVariant1::from(face));
    let document = person.document.clone().unwrap();
    shows_nobody(&document);
    shows_nobody(&types::builder::PersonDocument::from(document));
    shows_nobody(&types::builder::Address::from(person.address.clone().unwrap()));
    shows_nobody(&types::builder::PersonMerged::from(person.merged.clone().unwrap()));
    shows_nobody(&Person::builder().last_name("planted").pin(Some("planted".into())));
    shows_nobody(&Face::Text("planted".to_owned()));
    shows_nobody(&person.guardian);
    shows_nobody(&person.either);
    shows_nobody(&person.code);
    shows_nobody(&person.friends);
    shows_nobody(&person.moved);
    shows_nobody(&person.second_street);
}

#[test]
fn personal_data_shows_in_no_debug_of_a_call() {
    let transport = Transport::builder("http://127.0.0.1:9").build().unwrap();
    let client = types_personal::Client::new(transport);
    let person: types_personal::types::Person = serde_json::from_value(person()).unwrap();
    let call = client.find_person().number("planted").name("planted".to_owned());
    let filter = serde_json::Map::from_iter([("street".to_owned(), json!("planted"))]);
    let text = shows_nobody(&call.key(Secret::from("planted")).filter(filter).body(person));
    assert!(text.contains("[redacted]"), "{text}");
    shows_nobody(&client.add_notes().body(vec!["planted".to_owned()]));
}
