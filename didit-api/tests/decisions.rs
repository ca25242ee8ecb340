//! A decision is the largest of the answers, and the one that grows most often:
//! each of its examples, changed at random, is read and written back whole, or
//! refused with an error that says where and quotes nothing.

#![cfg(all(feature = "sandbox", feature = "sessions"))]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::collections::{BTreeMap, BTreeSet};

use didit_api::sandbox::{Answer, Sandbox};
use didit_api::sessions::types::Decision;
use didit_api::{ApiKey, Error, RetryPolicy, Transport};
use serde_json::{Value, json};

#[path = "support/calls.rs"]
mod calls;
#[path = "support/documents.rs"]
mod documents;
#[rustfmt::skip]
#[allow(unreachable_pub, clippy::all, reason = "generated code")]
mod generated;
use documents::{Document, places, same};
// What the generated code finds as `crate::…`.
use didit_api::*;

const MUTATIONS: usize = 500;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Change {
    Nothing,
    Add,
    Remove,
    Null,
    NewEnumValue,
    OtherType,
}

const CHANGES: &[Change] =
    &[Change::Add, Change::Remove, Change::Null, Change::NewEnumValue, Change::OtherType];

/// SplitMix64: the same numbers wherever it runs.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) % end as u64) as usize
    }

    fn one_of<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }

    /// One of the places, each depth being as likely as the others.
    fn place<'a>(&mut self, of: &'a [String]) -> &'a str {
        let depth = |place: &String| place.matches('/').count();
        let depths: Vec<_> = of.iter().map(depth).collect::<BTreeSet<_>>().into_iter().collect();
        let at = *self.one_of(&depths);
        let there: Vec<_> = of.iter().filter(|place| depth(place) == at).collect();
        there[self.below(there.len())]
    }
}

/// What the document says of decisions.
struct Schemas {
    document: Document,
}

impl Schemas {
    /// Of what is at this place of a decision, if it says anything of that.
    fn at(&self, place: &str) -> Option<&Value> {
        let mut schema = &self.document.json["components"]["schemas"]["Decision"];
        for step in place.split('/').skip(1) {
            let member = match schema["type"].as_str()? {
                "array" => &schema["items"],
                _ => schema["properties"].get(step).or(schema.get("additionalProperties"))?,
            };
            let member = self.document.resolve(member);
            // Where a description stands beside a reference.
            schema = member.pointer("/allOf/0").map_or(member, |one| self.document.resolve(one));
        }
        Some(schema)
    }

    fn is_enum(&self, place: &str) -> bool {
        self.at(place).is_some_and(|schema| schema["enum"].is_array())
    }

    /// Whether what is not documented there is of a type all the same.
    fn is_map(&self, place: &str) -> bool {
        let is_typed =
            |entry: &Value| ["type", "$ref", "allOf"].iter().any(|key| entry.get(key).is_some());
        self.at(place).is_some_and(|schema| is_typed(&schema["additionalProperties"]))
    }

    fn is_entry(&self, place: &str) -> bool {
        place.rsplit_once('/').is_some_and(|(of, _)| self.is_map(of))
    }

    fn is_required(&self, place: &str) -> bool {
        let (of, name) = place.rsplit_once('/').unwrap();
        let required = self.at(of).and_then(|schema| schema["required"].as_array());
        required.is_some_and(|required| required.iter().any(|one| one == name))
    }
}

/// Where each change can be made.
fn targets(decision: &Value, schemas: &Schemas) -> BTreeMap<Change, Vec<String>> {
    let all: Vec<_> =
        places(decision).into_iter().map(|at| (decision.pointer(&at).unwrap(), at)).collect();
    let chosen = |fits: &dyn Fn(&Value, &str) -> bool| -> Vec<String> {
        all.iter().filter(|(node, at)| fits(node, at)).map(|(_, at)| at.clone()).collect()
    };
    let is_member = |_: &Value, place: &str| {
        place.rsplit_once('/').is_some_and(|(of, _)| decision.pointer(of).unwrap().is_object())
    };
    let is_enum = |node: &Value, place: &str| node.is_string() && schemas.is_enum(place);
    BTreeMap::from([
        (Change::Nothing, vec![String::new()]),
        (Change::Add, chosen(&|node, place| node.is_object() && !schemas.is_map(place))),
        (Change::Remove, chosen(&is_member)),
        (Change::Null, chosen(&is_member)),
        (Change::NewEnumValue, chosen(&is_enum)),
        (Change::OtherType, chosen(&|node, _| !node.is_null())),
    ])
}

/// Changes this place.
fn mutate(decision: &mut Value, change: Change, place: &str, random: &mut Random) {
    let anything = [
        Value::Null,
        json!("mutant"),
        json!(73019),
        json!(-1.5),
        json!(true),
        json!(["mutant", 73019]),
        json!({ "mutant": { "mutant": ["mutant"] } }),
    ];
    let node = decision.pointer_mut(place).unwrap();
    match change {
        Change::Nothing => {}
        Change::Add => {
            node["a mutant"] = random.one_of(&anything).clone();
        }
        Change::Remove => {
            let (of, name) = place.rsplit_once('/').unwrap();
            decision.pointer_mut(of).unwrap().as_object_mut().unwrap().remove(name).unwrap();
        }
        Change::Null => *node = Value::Null,
        Change::NewEnumValue => *node = "A_MUTANT".into(),
        Change::OtherType => {
            let kind = std::mem::discriminant(node);
            let is_other = |one: &&Value| !one.is_null() && std::mem::discriminant(*one) != kind;
            let others: Vec<_> = anything.iter().filter(is_other).collect();
            *node = (*random.one_of(&others)).clone();
        }
    }
}

/// What the client says of a decision that cannot be read.
async fn refusal(sandbox: &Sandbox, client: &sessions::Client, body: &str) -> Error {
    let answer = Answer::status(200).header("content-type", "application/json").body(body);
    sandbox.next(answer.on("sessions::retrieve_decision"));
    client.retrieve_decision("s-1").send().await.unwrap_err()
}

#[tokio::test]
async fn a_changed_decision_is_read_whole_or_refused_by_its_place_and_without_its_text() {
    let sandbox = Sandbox::start().unwrap();
    let transport = Transport::builder(sandbox.url()).authorize(ApiKey::new("any"));
    let client = sessions::Client::new(transport.retry(RetryPolicy::none()).build().unwrap());
    let document = generated::DOCUMENTS.iter().find(|(name, ..)| *name == "sessions").unwrap();
    let schemas = Schemas { document: Document::new(document) };
    let operations = schemas.document.operations().into_iter();
    let answers =
        operations.filter(|one| one.id == "retrieve_decision").flat_map(|one| one.answers);
    let examples: Vec<_> = answers.filter(|one| one.key == "200").map(|one| one.body).collect();
    assert!(!examples.is_empty(), "there is no example of a decision");

    let mut random = Random(73019);
    let mut read: BTreeMap<Change, usize> = BTreeMap::new();
    let mut refused: BTreeMap<Change, usize> = BTreeMap::new();
    let mut wrong = Vec::new();
    // What is said of all of them, but for the place.
    let mut said = BTreeSet::new();
    for example in examples {
        let targets = targets(&example, &schemas);
        for count in 0..=MUTATIONS {
            let change = if count == 0 { Change::Nothing } else { *random.one_of(CHANGES) };
            let mut before = example.clone();
            let place = random.place(&targets[&change]);
            mutate(&mut before, change, place, &mut random);
            let body = serde_json::to_string_pretty(&before).unwrap();
            let error = match serde_json::from_slice::<Decision>(body.as_bytes()) {
                Ok(decision) => {
                    *read.entry(change).or_default() += 1;
                    let after = serde_json::to_value(decision).unwrap();
                    if !same(&before, &after) {
                        wrong.push(format!("{change:?} {place}: not written as it was read"));
                    }
                    continue;
                }
                Err(error) => error,
            };
            *refused.entry(change).or_default() += 1;
            let may_be = match change {
                Change::Nothing | Change::Add | Change::NewEnumValue => false,
                Change::Remove => schemas.is_required(place),
                // In a map of one type, null is of another.
                Change::Null => schemas.is_required(place) || schemas.is_entry(place),
                Change::OtherType => true,
            };
            if !may_be {
                wrong.push(format!("{change:?} {place}: refused, {error}"));
            }
            let failure = refusal(&sandbox, &client, &body).await;
            let at = format!("(line {}, column {})", error.line(), error.column());
            for text in [failure.to_string(), format!("{failure:?}"), format!("{failure:#?}")] {
                assert!(
                    error.line() > 0 && text.contains(&at),
                    "{change:?} {place}: {text}, not {at}"
                );
                said.insert(text.replace(&at, ""));
            }
            assert!(std::error::Error::source(&failure).is_none(), "{change:?} {place}");
        }
    }
    eprintln!("read: {read:?}, refused: {refused:?}");
    assert!(wrong.is_empty(), "{} findings:\n{}", wrong.len(), wrong.join("\n"));
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(CHANGES.iter().all(|change| read.contains_key(change)), "{read:?}");
    assert!(refused.contains_key(&Change::OtherType), "{refused:?}");
}
