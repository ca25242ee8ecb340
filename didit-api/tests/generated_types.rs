//! What generated types read and write, shown by types of every shape.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::fmt::Debug;

use didit_api::*;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

#[path = "support/fixtures.rs"]
mod fixtures;
use fixtures::*;

use library::types::Book;
use people::types::Person;
use shapes::types::{Document, Names, Open, Order, Party, Report, Status, Tree, Webhook, Wish};

/// Through the type and back, read from text and from a value.
fn round<T: Serialize + DeserializeOwned>(json: &Value) -> Value {
    let from_text: T = serde_json::from_str(&json.to_string()).unwrap();
    let from_value: T = serde_json::from_value(json.clone()).unwrap();
    let there = serde_json::to_value(&from_text).unwrap();
    assert_eq!(there, serde_json::to_value(&from_value).unwrap());
    there
}

fn refused<T: DeserializeOwned + Debug>(json: Value) -> String {
    serde_json::from_value::<T>(json).unwrap_err().to_string()
}

/// A report that holds what it must, and these members.
fn report(members: Value) -> Value {
    let mut report = json!({
        "id": "not even a uuid",
        "status": "Approved",
        "must_be_there": null,
        "must_be_one": null,
        "list": [],
        "anything": null,
    });
    report.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
    report
}

fn read(members: Value) -> Report {
    serde_json::from_value(report(members)).unwrap()
}

#[test]
fn what_comes_in_goes_out_again() {
    for members in [
        json!({}),
        json!({ "promised": "kept", "must_be_there": "it is", "old": true }),
        json!({ "must_be_one": { "kind": "user", "name": "Ann" } }),
        json!({ "last_status": "a new one", "statuses": ["Approved", "News", "In Review"] }),
        json!({ "statuses": [], "labels": {}, "by_day": { "mon": "News", "tue": "" } }),
        json!({ "grid": [[1.5, -2.0], null, []] }),
        json!({ "list": [1, 1, -1, i64::MAX, i64::MIN] }),
        json!({ "free": { "a": [1, { "b": null }], "n": 1.5 }, "anything": [null, { "x": 1 }] }),
        json!({ "small": 11, "took": -5, "score": 0.123_456_789_012_3 }),
        json!({ "tree": { "name": "a", "parent": { "name": "b", "parent": { "name": "c" } },
            "children": [{ "name": "d", "children": [] }] } }),
        json!({ "open": { "known": "k", "more": [1], "most": null } }),
        json!({ "book": { "title": "One", "subtitle": null, "state": "lost" }, "books": [] }),
    ] {
        let json = report(members);
        assert_eq!(round::<Report>(&json), json);
    }
}

/// `null` and absent say the same of an optional member; absent comes out.
#[test]
fn a_null_where_the_document_says_optional_reads_as_absent() {
    let all = json!({
        "promised": null, "last_status": null, "statuses": null, "by_day": null, "grid": null,
        "labels": null, "free": null, "small": null, "took": null, "score": null, "old": null,
        "party": null, "document": null, "tree": null, "open": null, "names": null, "book": null,
        "books": null,
    });
    assert_eq!(round::<Report>(&report(all)), report(json!({})));
    let tree = json!({ "name": "a", "parent": null, "children": null });
    assert_eq!(round::<Tree>(&tree), json!({ "name": "a" }));
}

#[test]
fn what_is_required_must_be_there_and_only_the_nullable_may_be_null() {
    for member in ["id", "status", "must_be_there", "must_be_one", "list", "anything"] {
        let mut without = report(json!({}));
        without.as_object_mut().unwrap().remove(member);
        let error = refused::<Report>(without);
        assert!(error.contains(&format!("missing field `{member}`")), "{error}");
    }
    for member in ["id", "status", "list"] {
        refused::<Report>(report(json!({ member: null })));
    }
    // Documented as required, and named in `x-untrusted-required`.
    assert_eq!(read(json!({})).promised, None);
}

#[test]
fn an_open_enum_keeps_what_it_does_not_know_though_a_value_has_the_name_of_its_variant() {
    let [known, other, empty, new] = ["In Review", "Other", "", "Brand New"].map(|text| {
        assert_eq!(round::<Status>(&json!(text)), text);
        serde_json::from_value::<Status>(json!(text)).unwrap()
    });
    assert_eq!((known, other, empty), (Status::InReview, Status::Other, Status::X));
    assert_eq!(new, Status::OtherValue("Brand New".to_owned()));
    let event = serde_json::from_value::<Webhook>(json!({ "event": "+1" })).unwrap().event;
    assert_eq!(event, Some(Status::Plus1));
}

#[test]
fn an_enum_that_only_requests_hold_is_closed_and_quotes_nothing() {
    assert_eq!(round::<Order>(&json!("up")), "up");
    let error = refused::<Order>(json!("planted"));
    assert!(!error.contains("planted"), "{error}");
}

#[test]
fn a_union_is_read_by_its_mapping_or_else_by_the_names_and_enums_of_its_types() {
    let party = |json| read(json!({ "party": json })).party.unwrap();
    let user = |kind| json!({ "kind": kind, "name": "Ann" });
    assert!(matches!(party(user("user")), Party::User(user) if user.name == "Ann"));
    assert!(matches!(party(user("robot")), Party::Robot(user) if user.name == "Ann"));
    let team = json!({ "kind": "a_team", "lead": user("user") });
    assert!(matches!(party(team), Party::ATeam(team) if team.lead.is_some()));
    let document = |kind| read(json!({ "document": { "kind": kind } })).document.unwrap();
    assert!(matches!(document("passport"), Document::Passport(_)));
    assert!(matches!(document("pass"), Document::Pass(_)));
    assert!(matches!(document("Card"), Document::Card(_)));
}

#[test]
fn a_union_is_written_as_it_was_and_what_it_does_not_know_is_kept_whole() {
    for party in [
        json!({ "kind": "robot", "name": "Ann" }),
        json!({ "kind": "a_team", "lead": { "kind": "chief", "name": "Ann" } }),
        json!({ "kind": "Team", "size": [7], "lead": null }),
        json!({ "name": "nobody's" }),
        json!(7),
    ] {
        let json = report(json!({ "party": party, "must_be_one": party }));
        assert_eq!(round::<Report>(&json), json);
    }
    let passport = json!({ "kind": "visa", "number": 7 });
    assert_eq!(round::<Document>(&passport), passport);
}

#[test]
fn a_member_beyond_the_document_is_kept_where_it_says_so_and_skipped_elsewhere() {
    let open: Open = serde_json::from_value(json!({ "known": "k", "new": [1] })).unwrap();
    assert_eq!((open.known.as_deref(), &open.extra["new"]), (Some("k"), &json!([1])));
    assert_eq!(round::<Report>(&report(json!({ "new": 1 }))), report(json!({})));
}

#[test]
fn members_keep_their_names_on_the_wire_whatever_rust_calls_them() {
    let json = json!({
        "@kind": "1", "camelCase": "2", "type": "3", "self": "4", "+1": 5, "2fa": true, "": "7",
        "ключ": "8",
    });
    assert_eq!(round::<Names>(&json), json);
    let names: Names = serde_json::from_value(json).unwrap();
    assert_eq!((names.kind.as_deref(), names.camel_case.as_deref()), (Some("1"), Some("2")));
    assert_eq!((names.type_.as_deref(), names.self_.as_deref()), (Some("3"), Some("4")));
    assert_eq!((names.plus1, names.x2fa, names.x.as_deref()), (Some(5), Some(true), Some("7")));
}

#[test]
fn what_another_document_names_is_that_documents_type() {
    let book: Book = read(json!({ "book": { "title": "One", "subtitle": null } })).book.unwrap();
    let wish = Wish::new("audit", [], Order::Up, None).book(book);
    let wished = json!({ "title": "One", "subtitle": null });
    assert_eq!(serde_json::to_value(&wish).unwrap()["book"], wished);
}

#[test]
fn a_new_value_holds_what_is_required_and_takes_texts_as_they_are() {
    let wish = Wish::new("audit", ["a".to_owned()], Order::Down, Some("b".to_owned()));
    let least = json!({ "reason": "audit", "items": ["a"], "zeal": "down", "maybe": "b" });
    assert_eq!(serde_json::to_value(&wish).unwrap(), least);
    let parent = Tree::new("b").children([Tree::new("c")]);
    let labels = [("k".to_owned(), "v".to_owned())];
    let wish = wish.limit(3).labels(labels).tree(Tree::new("a").parent(parent)).anything("text");
    let mut all = least;
    all.as_object_mut().unwrap().extend(Map::from_iter([
        ("limit".to_owned(), json!(3)),
        ("labels".to_owned(), json!({ "k": "v" })),
        (
            "tree".to_owned(),
            json!({ "name": "a", "parent": { "name": "b", "children": [{ "name": "c" }] } }),
        ),
        ("anything".to_owned(), json!("text")),
    ]));
    assert_eq!(serde_json::to_value(&wish).unwrap(), all);
    let person = Person::new("p-1", "Lovelace").first_name("Ada").gender("female").pin("1234");
    let json = json!({ "id": "p-1", "last_name": "Lovelace", "first-name": "Ada",
        "gender": "female", "pin": "1234" });
    assert_eq!(serde_json::to_value(&person).unwrap(), json);
}

#[test]
fn a_tolerant_type_reads_a_mistyped_member_as_absent_unless_it_is_required() {
    use vault::types::OpenResponse;
    let json = json!({ "key": "k", "reason": null, "second_key": 7, "open_for": "soon" });
    assert_eq!(round::<OpenResponse>(&json), json!({ "key": "k", "reason": null }));
    let json = json!({ "key": "k", "reason": "r", "second_key": "s", "open_for": "60" });
    let answer: OpenResponse = serde_json::from_value(json).unwrap();
    assert_eq!((answer.open_for, answer.second_key.is_some()), (Some(Seconds(60)), true));
    for json in [
        json!({ "reason": null }),
        json!({ "key": "k" }),
        json!({ "key": 7, "reason": null }),
        json!({ "key": "k", "reason": 7 }),
    ] {
        refused::<OpenResponse>(json);
    }
}
