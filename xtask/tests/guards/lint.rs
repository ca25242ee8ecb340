//! What each malformed or unusual document is told: one finding, its rule, its place.

use xtask::error::Finding;
use xtask::{lint, read};

const HEAD: &str = "openapi: 3.0.3\ninfo: {title: x, version: \"1\"}\n";

/// Every finding of a document that is not ours, read errors included.
fn findings(text: &str) -> Vec<Finding> {
    match read::document("elsewhere/shop.yaml".into(), text) {
        Ok(document) => lint::lint(&document),
        Err(found) => found,
    }
}

/// `rule@pointer` of each finding, of paths and components in flow style.
fn told(paths: &str, components: &str) -> Vec<String> {
    let text = format!("{HEAD}paths: {{{paths}}}\ncomponents: {{{components}}}\n");
    findings(&text).iter().map(|found| format!("{}@{}", found.rule, found.pointer)).collect()
}

#[track_caller]
fn operation(operation: &str, expected: &[&str]) {
    let paths = format!("/a: {{get: {{{operation}}}}}");
    assert_eq!(told(&paths, ""), expected);
}

#[track_caller]
fn schemas(schemas: &str, expected: &[&str]) {
    assert_eq!(told(CALL, &format!("schemas: {{{schemas}}}")), expected);
}

const OK: &str = "responses: {\"200\": {description: x}}";
const CALL: &str = "/a: {get: {operationId: a, responses: {\"200\": {description: x}}}}";

#[test]
fn a_right_document_is_told_nothing() {
    operation(&format!("operationId: a, {OK}"), &[]);
}

#[test]
fn operations_are_told_about_ids_parameters_bodies_and_answers() {
    operation(OK, &["no-operation-id@/paths/~1a/get"]);
    for id in ["2fa", "_2fa"] {
        operation(
            &format!("operationId: {id}, {OK}"),
            &["no-operation-id@/paths/~1a/get/operationId"],
        );
    }
    operation("operationId: a, responses: {}", &["responses@/paths/~1a/get/responses"]);
    operation(
        &format!(
            "operationId: a, parameters: [{{name: id, in: path, required: true, schema: {{type: string}}}}], {OK}"
        ),
        &["path-parameter@/paths/~1a/get/parameters/0"],
    );
    operation(
        &format!("operationId: a, security: [{{key: []}}], {OK}"),
        &["security@/paths/~1a/get/security/0"],
    );
}

#[test]
fn schemas_are_told_about_keys_names_refs_and_values() {
    let at = "/components/schemas";
    for (text, rule) in [
        ("A: {type: object, propertiess: {}}", format!("misspelt-key@{at}/A/propertiess")),
        ("A: {type: strin}", format!("wrong-type@{at}/A/type")),
        ("A: {$ref: '#/components/schemas/A'}", format!("circular-ref@{at}/A")),
        ("A: {$ref: '#/components/schemas/B'}", format!("unresolved-ref@{at}/A/$ref")),
        ("A: {$ref: 'other.yaml'}", format!("external-ref@{at}/A/$ref")),
        ("A: {type: string, pattern: '[a-'}", format!("pattern@{at}/A/pattern")),
        ("A: {type: integer, default: x}", format!("default@{at}/A/default")),
        ("A: {type: integer, example: x}", format!("example@{at}/A/example")),
        ("A: {$ref: '#/components/responses/R'}", format!("unresolved-ref@{at}/A/$ref")),
        ("A: {type: string, enum: []}", format!("unsatisfiable@{at}/A/enum")),
    ] {
        schemas(text, &[&rule]);
    }
}

#[test]
fn a_large_multiple_of_a_small_step_is_one() {
    let at = "example@/components/schemas/A/example";
    schemas("A: {type: number, multipleOf: 0.01, example: 1234567.89}", &[]);
    schemas("A: {type: number, multipleOf: 0.01, example: 1.005}", &[at]);
}

#[test]
fn aliases_that_multiply_nesting_and_circles_are_findings() {
    let mut text = "x-0: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]\n".to_owned();
    for level in 1..12 {
        let alias = format!("*a{}", level - 1);
        text += &format!("x-{level}: &a{level} [{}]\n", [alias.as_str(); 10].join(", "));
    }
    for text in [text, "[".repeat(100_000), "- ".repeat(5_000), "a: &a [*a]\n".to_owned()] {
        assert_eq!(findings(&text).first().map(|found| found.rule), Some("syntax"));
    }
}

/// A generator of numbers that is the same everywhere.
fn next(seed: &mut u64) -> usize {
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    (*seed >> 16) as usize
}

/// Removes, replaces or renames one node.
fn mutate(value: &mut serde_json::Value, seed: &mut u64) {
    use serde_json::{Value, json};
    let odd = [
        json!(null),
        json!([]),
        json!({}),
        json!("x"),
        json!(-1),
        json!({"$ref": "#/components/schemas/OpenResponse"}),
        json!({"allOf": [{"$ref": "#/components/schemas/OpenError"}, {"type": "string"}]}),
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
    let start = std::time::Instant::now();
    let whole = read::document("a/vault.yaml".into(), &crate::support::fixture_text("vault"));
    let whole = whole.unwrap().value;
    let mut seed = 0x5eed;
    let mut outcomes = [0, 0];
    for _ in 0..4000 {
        if start.elapsed().as_secs() > 20 {
            break;
        }
        let mut value = whole.clone();
        for _ in 0..=next(&mut seed) % 3 {
            mutate(&mut value, &mut seed);
        }
        let text = value.to_string();
        let found = match read::document("a/vault.json".into(), &text) {
            Ok(document) => lint::all(&document),
            Err(found) => found,
        };
        outcomes[usize::from(found.is_empty())] += 1;
        for finding in found {
            assert!(!finding.to_string().contains("panicked"), "{finding}\n{text}");
            assert!(finding.line > 0, "{finding}\n{text}");
            assert_ne!(finding.rule, "lint", "{finding}\n{text}");
        }
    }
    assert!(outcomes.iter().all(|count| *count > 50), "{outcomes:?}");
}

#[test]
fn a_waiver_takes_one_finding_away_and_expires_with_it() {
    let waived = |waiver: &str| {
        let text = format!(
            "{HEAD}paths: {{{CALL}}}\ncomponents: {{schemas: {{A: {{type: integer, example: x}}}}}}\nx-waivers: [{waiver}]\n"
        );
        findings(&text).iter().map(|found| found.rule).collect::<Vec<_>>()
    };
    let at = "/components/schemas/A/example";
    assert!(waived(&format!("{{rule: example, at: {at}, reason: as printed}}")).is_empty());
    assert_eq!(waived(&format!("{{rule: example, at: {at}}}")), ["example", "waiver"]);
    assert_eq!(waived("{rule: example, at: /info, reason: none}"), ["example", "waiver"]);
}

#[test]
fn our_own_documents_are_asked_for_more() {
    let text = crate::support::fixture_text("library");
    let mut document = read::document("openapi/library.yaml".into(), &text).unwrap();
    assert_eq!(lint::lint(&document), []);
    document.ours = true;
    let mut rules: Vec<_> = lint::lint(&document).iter().map(|found| found.rule).collect();
    rules.sort_unstable();
    rules.dedup();
    assert_eq!(rules, ["description", "example-missing", "provenance"]);
}
