//! Where in the document the generator fails: it rarely says.
//!
//! Halves are tried, then halves of the half that fails, so that the work stays
//! near that of a few whole runs however many operations there are, and however
//! many of them fail. In what fails alone, the smallest part is looked for
//! without which it passes.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use crate::document::{child, members, unescape};
use crate::error::Finding;
use crate::lower::Draft;
use crate::render::{Fault, generate};

/// More than this many at once help nobody.
const MOST: usize = 50;

const SCHEMAS: &str = "/components/schemas";

/// Every schema and operation that the generator cannot take, of a document of
/// which it gave no code because of `fault`.
pub(crate) fn blame(draft: &Draft<'_>, fault: &Fault) -> Vec<Finding> {
    let mut search = Search { draft, bad: Vec::new() };
    let schemas: Vec<_> = members(&draft.value, SCHEMAS).map(|(at, ..)| at).collect();
    search.halve(&schemas);
    // An operation that uses a bad schema would be blamed for it.
    if search.bad.is_empty() {
        let operations = &draft.contract.operations;
        search.halve(&operations.iter().map(|it| it.pointer.clone()).collect::<Vec<_>>());
    }
    if search.bad.is_empty() {
        search.bad.push((String::new(), explain(fault)));
    }
    let finding = |(at, why): &(String, String)| {
        draft.document.finding(draft.origin(at), why).rule("generator")
    };
    search.bad.iter().map(finding).collect()
}

struct Search<'a> {
    draft: &'a Draft<'a>,
    bad: Vec<(String, String)>,
}

impl Search<'_> {
    /// Looks for what fails among `suspects`.
    fn halve(&mut self, suspects: &[String]) {
        if self.bad.len() >= MOST || suspects.is_empty() {
            return;
        }
        let Err(fault) = attempt(&self.only(suspects)) else { return };
        let found = self.bad.len();
        match suspects {
            [one] => {
                let at = self.narrow(one);
                let owner = self.name(one);
                self.bad.push((at, format!("{}, in `{owner}`", explain(&fault))));
            }
            _ => {
                let (left, right) = suspects.split_at(suspects.len() / 2);
                self.halve(left);
                self.halve(right);
            }
        }
        if let ([.., last], true) = (suspects, found == self.bad.len()) {
            // Each half passes: it is two that do not go together.
            let ends = 1..=suspects.len();
            let end = ends.collect::<Vec<_>>();
            let end = end.partition_point(|end| attempt(&self.only(&suspects[..*end])).is_ok());
            let last = suspects.get(end).unwrap_or(last);
            let message = format!("{}, together with what is before", explain(&fault));
            self.bad.push((last.clone(), format!("{message} `{}`", self.name(last))));
        }
    }

    /// The document with nothing but `suspects` and what they refer to.
    fn only(&self, suspects: &[String]) -> Value {
        let whole = &self.draft.value;
        let mut kept: BTreeSet<String> = suspects.iter().cloned().collect();
        let mut paths = Map::new();
        for pointer in suspects.iter().filter(|pointer| pointer.starts_with("/paths/")) {
            let Some((item, method)) = pointer.rsplit_once('/') else { continue };
            let Some(from) = whole.pointer(item) else { continue };
            let path = unescape(&item["/paths/".len()..]);
            let into = paths.entry(path).or_insert_with(|| json!({}));
            for key in ["parameters", method] {
                if let Some(member) = from.get(key) {
                    into[key] = member.clone();
                    refer(whole, member, &mut kept);
                }
            }
        }
        let mut value = json!({ "paths": paths });
        for key in ["openapi", "info"] {
            value[key] = whole[key].clone();
        }
        for (section, ..) in members(whole, "/components") {
            for (at, name, member) in members(whole, &section) {
                let section = &section["/components/".len()..];
                if kept.contains(&at) {
                    value["components"][section][name] = member.clone();
                } else if section == "schemas" {
                    // It stays, as one that says nothing: references to it must resolve.
                    value["components"][section][name] = json!({});
                }
            }
        }
        value
    }

    /// The smallest part of what `pointer` names without which the rest passes.
    fn narrow(&self, pointer: &str) -> String {
        let value = self.only(&[pointer.to_owned()]);
        let mut at = pointer.to_owned();
        'deeper: loop {
            let keys: Vec<String> = match value.pointer(&at) {
                Some(Value::Object(object)) => object.keys().cloned().collect(),
                Some(Value::Array(array)) => (0..array.len()).map(|it| it.to_string()).collect(),
                _ => return at,
            };
            for key in keys {
                let mut without = value.clone();
                match without.pointer_mut(&at) {
                    Some(Value::Object(object)) => drop(object.remove(&key)),
                    Some(Value::Array(array)) => {
                        drop(key.parse().map(|index: usize| array.remove(index)));
                    }
                    _ => return at,
                }
                if attempt(&without).is_ok() {
                    at = child(&at, &key);
                    continue 'deeper;
                }
            }
            return at;
        }
    }

    fn name<'a>(&'a self, pointer: &'a str) -> &'a str {
        let mut operations = self.draft.contract.operations.iter();
        let operation = operations.find(|operation| operation.pointer == pointer);
        let name = pointer.strip_prefix(SCHEMAS).map(|name| name.trim_start_matches('/'));
        operation.map(|operation| operation.id.as_str()).or(name).unwrap_or(pointer)
    }
}

fn attempt(value: &Value) -> Result<(), Fault> {
    let spec = serde_json::from_value(value.clone());
    let spec = spec.map_err(|error| Fault::Refused(error.to_string()))?;
    generate(&spec).map(drop)
}

fn explain(fault: &Fault) -> String {
    match fault {
        Fault::Refused(why) => format!("the generator refuses this: {why}"),
        Fault::Panicked => "the generator cannot take this; write it in a simpler way".to_owned(),
    }
}

/// Adds the pointers of all that `node` refers to.
fn refer(whole: &Value, node: &Value, seen: &mut BTreeSet<String>) {
    match node {
        Value::Object(object) => {
            if let Some(Value::String(target)) = object.get("$ref")
                && let Some(pointer) = target.strip_prefix('#')
                && seen.insert(pointer.to_owned())
                && let Some(target) = whole.pointer(pointer)
            {
                refer(whole, target, seen);
            }
            object.values().for_each(|member| refer(whole, member, seen));
        }
        Value::Array(array) => array.iter().for_each(|item| refer(whole, item, seen)),
        _ => {}
    }
}
