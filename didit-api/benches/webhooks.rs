//! Verifying a delivery of 50 kB, against what nobody can do without. README.md says
//! how to read the numbers.
#![allow(clippy::unwrap_used, reason = "a bench fails by panicking")]

use std::hint::black_box;
use std::time::{Duration, Instant, UNIX_EPOCH};

use didit_api::reqwest::header::HeaderMap;
use didit_api::webhooks::{self, Verifier};
use hmac_sha256::HMAC;
use serde_json::{Value, json};

const SECRET: &str = "bench-secret";
const NOW: u64 = 1_774_970_000;
/// Where the bundled document has its example of a whole decision.
const EXAMPLE: &str = "/paths/~1v3~1session~1{sessionId}~1decision~1/get/responses/200/content\
                       /application~1json/examples/Person/value";

/// An event with a decision, of at least 50 kB, as the vendor writes it.
fn event() -> String {
    let document = include_str!("../src/generated/sessions.json");
    let document: Value = serde_json::from_str(document).unwrap();
    let mut decision = document.pointer(EXAMPLE).unwrap().clone();
    let check = decision["id_verifications"][0].clone();
    loop {
        let event = json!({
            "event_id": "e-1", "session_id": "s-1", "status": "Approved", "timestamp": NOW,
            "webhook_type": "status.updated", "vendor_data": "Zo\u{eb}", "decision": decision,
        });
        let body = ascii(&event.to_string());
        if body.len() >= 50_000 {
            return body;
        }
        decision["id_verifications"].as_array_mut().unwrap().push(check.clone());
    }
}

fn ascii(json: &str) -> String {
    let escaped = |character: char| match character.is_ascii() {
        true => character.to_string(),
        false => {
            let units = character.encode_utf16(&mut [0; 2]).to_vec();
            units.iter().map(|unit| format!("\\u{unit:04x}")).collect()
        }
    };
    json.chars().map(escaped).collect()
}

/// The same JSON with every object's keys in the reverse order, and blanks.
fn reversed(value: &Value) -> String {
    match value {
        Value::Object(members) => {
            let members = members.iter().rev();
            let members =
                members.map(|(key, value)| format!("{}: {}", json!(key), reversed(value)));
            format!("{{ {} }}", members.collect::<Vec<_>>().join(", "))
        }
        Value::Array(items) => {
            format!("[ {} ]", items.iter().map(reversed).collect::<Vec<_>>().join(", "))
        }
        other => other.to_string(),
    }
}

fn headers(names: &[&str], signed: &str) -> HeaderMap {
    let at = UNIX_EPOCH + Duration::from_secs(NOW);
    let headers = webhooks::sign(signed.as_bytes(), SECRET, at).unwrap();
    let mut kept = HeaderMap::new();
    for (name, value) in &headers {
        if names.contains(&name.as_str()) {
            kept.insert(name, value.clone());
        }
    }
    kept
}

fn time(work: impl Fn()) -> f64 {
    let start = Instant::now();
    work();
    start.elapsed().as_secs_f64()
}

fn floor(body: &[u8]) {
    black_box(HMAC::mac(black_box(body), SECRET));
    black_box(serde_json::from_slice::<Value>(black_box(body)).unwrap());
}

fn ratio(verifier: &Verifier, headers: &HeaderMap, body: &[u8], rounds: usize) -> f64 {
    let verify = || {
        black_box(verifier.verify(headers, black_box(body)).unwrap());
    };
    let mut ratios = Vec::new();
    for round in 0..rounds {
        let [ours, floor] = match round % 2 {
            0 => [time(verify), time(|| floor(body))],
            _ => {
                let floor = time(|| floor(body));
                [time(verify), floor]
            }
        };
        ratios.push(ours / floor);
    }
    ratios.sort_by(f64::total_cmp);
    ratios[rounds / 2]
}

fn main() {
    // `cargo test --benches` only wants to know whether it runs.
    let rounds = if std::env::args().any(|argument| argument == "--bench") { 2001 } else { 1 };
    let verifier = Verifier::with_secret(SECRET).unwrap();
    let verifier = verifier.clock(|| UNIX_EPOCH + Duration::from_secs(NOW));
    let sent = event();
    let again = reversed(&serde_json::from_str(&sent).unwrap());
    println!("verify / one HMAC and one parse, median of {rounds} interleaved pairs | ratio");
    for (name, headers, body) in [
        ("X-Signature", headers(&["x-signature"], &sent), &sent),
        ("X-Signature-V2", headers(&["x-signature-v2"], &sent), &sent),
        ("X-Signature-V2, written again", headers(&["x-signature-v2"], &sent), &again),
        (
            "X-Signature fails, X-Signature-V2, written again",
            headers(&["x-signature", "x-signature-v2"], &sent),
            &again,
        ),
    ] {
        let ratio = ratio(&verifier, &headers, body.as_bytes(), rounds);
        println!("{name}, {} bytes | {ratio:.2}", body.len());
    }
}
