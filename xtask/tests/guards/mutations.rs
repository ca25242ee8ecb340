//! Whatever becomes of a document, it ends in code or in findings with a place.

use std::time::Instant;

use serde_json::{Value, json};
use xtask::document::yaml;

use crate::kinds::become_of;
use crate::support::fixture_text;

/// A generator of numbers that is the same everywhere.
fn next(seed: &mut u64) -> usize {
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    (*seed >> 16) as usize
}

/// Removes, replaces or renames one node.
fn mutate(value: &mut Value, seed: &mut u64) {
    let reference = |name| json!({ "$ref": format!("#/components/schemas/{name}") });
    let odd = [
        json!(null),
        json!([]),
        json!({}),
        json!("x"),
        json!(-1),
        json!(true),
        reference("Report"),
        reference("Status"),
        json!({ "allOf": [reference("Party")], "nullable": true }),
        json!({ "type": "array", "items": reference("Tree") }),
    ];
    let children = match &*value {
        Value::Object(object) => object.len(),
        Value::Array(array) => array.len(),
        _ => 0,
    };
    if children == 0 || next(seed).is_multiple_of(6) {
        *value = odd[next(seed) % odd.len()].clone();
        return;
    }
    let at = next(seed) % children;
    match value {
        Value::Array(array) if next(seed).is_multiple_of(4) => drop(array.remove(at)),
        Value::Array(array) => mutate(&mut array[at], seed),
        Value::Object(object) => {
            let key = object.keys().nth(at).unwrap().clone();
            match next(seed) % 8 {
                0 => drop(object.remove(&key)),
                1 => {
                    let inner = object.remove(&key).unwrap();
                    object.insert(format!("{key}s"), inner);
                }
                _ => mutate(&mut object[&key], seed),
            }
        }
        _ => {}
    }
}

#[test]
fn whatever_becomes_of_a_document_it_ends_in_code_or_in_findings_with_a_place() {
    let start = Instant::now();
    // Of the other documents it is told what it needs to know.
    let text =
        fixture_text("shapes").replace("library.yaml", "auth.yaml").replace("/Book", "/Token");
    let (whole, _) = yaml::parse(&text).unwrap();
    let mut seed = 0x5eed;
    let mut outcomes = [0, 0];
    for _ in 0..1500 {
        if start.elapsed().as_secs() > 20 {
            break;
        }
        let mut value = whole.clone();
        for _ in 0..=next(&mut seed) % 3 {
            mutate(&mut value, &mut seed);
        }
        let text = value.to_string();
        let outcome = std::panic::catch_unwind(|| become_of("shapes", &text));
        match outcome.unwrap_or_else(|_| panic!("{text}")) {
            Ok((code, _)) => {
                assert!(code.ends_with("}\n"));
                outcomes[0] += 1;
            }
            Err(found) => {
                for finding in found {
                    assert!(finding.line > 0, "{finding}\n{text}");
                    assert_ne!(finding.rule, "generator", "{finding}\n{text}");
                }
                outcomes[1] += 1;
            }
        }
    }
    assert!(outcomes.iter().all(|count| *count > 50), "{outcomes:?}");
}
