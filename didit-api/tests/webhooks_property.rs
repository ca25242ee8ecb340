//! Whatever comes in, an event is what one of the secrets signed, and not long ago.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::time::{Duration, UNIX_EPOCH};

use didit_api::reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use didit_api::webhooks::{self, Verifier};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

const NOW: u64 = 1_774_970_000;
const SECRETS: [&str; 2] = ["new", "old"];
const NAMES: [&str; 4] = ["x-signature", "x-signature-v2", "x-signature-simple", "x-timestamp"];

/// What happens to a delivery between who sends it and who verifies it.
#[derive(Clone, Debug)]
enum Change {
    Nothing,
    Pretty,
    Flip { at: usize, bit: u8 },
    Insert { at: usize, byte: u8 },
    Cut { at: usize },
    Timestamp { seconds: u64 },
    Body { bytes: Vec<u8> },
    Drop { header: usize },
    Swap { headers: [usize; 2] },
    Twice { header: usize },
    Header { header: usize, value: Vec<u8> },
}

fn json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,6}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map("\\PC{0,2}", inner, 0..4)
                .prop_map(|members| Value::Object(Map::from_iter(members))),
        ]
    })
}

fn change() -> impl Strategy<Value = Change> {
    let (at, header, bytes) =
        (any::<usize>(), 0..4_usize, prop::collection::vec(any::<u8>(), 0..80));
    prop_oneof![
        3 => Just(Change::Nothing),
        3 => Just(Change::Pretty),
        1 => (at, 0..8_u8).prop_map(|(at, bit)| Change::Flip { at, bit }),
        1 => (at, any::<u8>()).prop_map(|(at, byte)| Change::Insert { at, byte }),
        1 => at.prop_map(|at| Change::Cut { at }),
        1 => (NOW - 700..NOW + 700).prop_map(|seconds| Change::Timestamp { seconds }),
        1 => bytes.clone().prop_map(|bytes| Change::Body { bytes }),
        2 => header.clone().prop_map(|header| Change::Drop { header }),
        1 => [0..4_usize, 0..4_usize].prop_map(|headers| Change::Swap { headers }),
        1 => header.clone().prop_map(|header| Change::Twice { header }),
        1 => (header, bytes).prop_map(|(header, value)| Change::Header { header, value }),
    ]
}

fn apply(change: Change, headers: &mut HeaderMap, body: &mut Vec<u8>) {
    let name = |header: usize| HeaderName::from_static(NAMES[header]);
    let value = |headers: &HeaderMap, header: usize| headers.get(NAMES[header]).cloned();
    match change {
        Change::Nothing => {}
        Change::Pretty => {
            let json: Result<Value, _> = serde_json::from_slice(body);
            *body = json.map_or(body.clone(), |json| serde_json::to_vec_pretty(&json).unwrap());
        }
        Change::Flip { at, bit } if !body.is_empty() => {
            let at = at % body.len();
            body[at] ^= 1 << bit;
        }
        Change::Insert { at, byte } => body.insert(at % (body.len() + 1), byte),
        Change::Flip { at, .. } | Change::Cut { at } => body.truncate(at % (body.len() + 1)),
        Change::Timestamp { seconds } => {
            let text = String::from_utf8_lossy(body);
            let text =
                text.replace(&format!("\"timestamp\":{NOW}"), &format!("\"timestamp\":{seconds}"));
            *body = text.into_bytes();
        }
        Change::Body { bytes } => *body = bytes,
        Change::Drop { header } => drop(headers.remove(NAMES[header])),
        Change::Swap { headers: [one, other] } => {
            let values = [value(headers, other), value(headers, one)];
            for (header, value) in [one, other].into_iter().zip(values) {
                value.map(|value| headers.insert(name(header), value));
            }
        }
        Change::Twice { header } => {
            value(headers, header).map(|value| headers.append(name(header), value));
        }
        Change::Header { header, value } => {
            let value = HeaderValue::from_bytes(&value).ok();
            value.map(|value| headers.insert(name(header), value));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4096))]

    #[test]
    fn an_event_is_what_a_secret_signed_and_of_now(
        json in json(),
        sent in prop_oneof![4 => Just(NOW), 1 => NOW - 700..NOW + 700],
        secret in prop_oneof![Just("new"), Just("old"), Just("another")],
        changes in prop::collection::vec(change(), 0..3),
    ) {
        let signed = json!({ "decision": json, "timestamp": sent, "status": "Approved" });
        let mut body = signed.to_string().into_bytes();
        let at = |seconds| UNIX_EPOCH + Duration::from_secs(seconds);
        let mut headers = webhooks::sign(&body, secret, at(sent)).unwrap();
        let is_changed = !changes.iter().all(|change| matches!(change, Change::Nothing));
        for change in changes {
            apply(change, &mut headers, &mut body);
        }
        let verifier = Verifier::new(SECRETS).unwrap().clock(move || at(NOW));
        let result = verifier.verify(&headers, &body);
        let is_known = SECRETS.contains(&secret);
        let is_fresh = sent.abs_diff(NOW) <= 300;
        if !is_changed {
            prop_assert_eq!(result.is_ok(), is_known && is_fresh);
        }
        if let Ok(event) = result {
            prop_assert!(is_known);
            // The bytes that were signed, or the same JSON. Whatever was done to it.
            let again: Value = serde_json::from_slice(&body).unwrap();
            prop_assert!(is_same(&again, &signed), "{again}");
            prop_assert_eq!(event.body(), body);
            prop_assert!(is_same(&event.json(), &again), "{again}");
            prop_assert!(event.timestamp().abs_diff(NOW as i64) <= 300);
        }
    }

    #[test]
    fn bytes_that_nobody_signed_are_no_event(
        body in prop::collection::vec(any::<u8>(), 0..200),
        values in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..70), 4),
    ) {
        let values = NAMES.iter().zip(values).filter_map(|(name, value)| {
            Some((HeaderName::from_static(name), HeaderValue::from_bytes(&value).ok()?))
        });
        let headers = values.collect();
        let verifier = Verifier::new(SECRETS).unwrap().clock(|| UNIX_EPOCH + Duration::from_secs(NOW));
        prop_assert!(verifier.verify(&headers, &body).is_err());
        prop_assert!(verifier.verify_simple(&headers, &body).is_err());
    }
}

/// As JSON; floats to the precision of serde_json's reader.
fn is_same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => {
            let [left, right] = [one, other].map(|number| number.as_f64().unwrap());
            let away = (left - right).abs();
            one == other
                || !(one.is_i64() && other.is_i64())
                    && away <= left.abs() * 1e-14 + f64::MIN_POSITIVE
        }
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len()
                && one.iter().zip(other).all(|(one, other)| is_same(one, other))
        }
        (Value::Object(one), Value::Object(other)) => {
            one.len() == other.len()
                && one.iter().all(|(key, one)| other.get(key).is_some_and(|it| is_same(one, it)))
        }
        _ => one == other,
    }
}
