//! What the rules about schemas refuse, and that they leave a document that is one.

use xtask::error::Finding;
use xtask::lower::Draft;
use xtask::{check, generate, read};

use crate::support::{fixture_path, fixture_text};

fn findings(fixture: &str, from: &str, to: &str) -> String {
    let text = fixture_text(fixture);
    assert!(text.contains(from), "{from}");
    let document = read::document(fixture_path(fixture), &text.replacen(from, to, 1)).unwrap();
    let found = generate::module(&document).err().unwrap_or_default();
    found.iter().map(|Finding { line, message, .. }| format!("{line}: {message}\n")).collect()
}

#[test]
fn a_rule_that_is_asked_for_and_changes_nothing_is_a_finding() {
    let entry = "/components/schemas/Report/properties/promised";
    for wrong in [
        "/components/schemas/Report/properties/note",
        "/components/schemas/Report/properties/nowhere",
        "/components/schemas/Nobody/properties/promised",
        "promised",
    ] {
        let found = findings("types_answers", entry, wrong);
        assert!(found.starts_with(&format!("9: `{wrong}` changes nothing")), "{found}");
    }
    for (from, to) in [
        ("x-personal: true", "x-personal: yes please"),
        ("version: \"1\"", "version: \"1\"\n  x-personal: true"),
    ] {
        let found = findings("types_personal", from, to);
        assert!(found.contains("`x-personal` changes nothing here"), "{found}");
    }
}

#[test]
fn a_reference_that_leads_nowhere_is_a_finding() {
    for wrong in ["#/components/schemas/Nowhere", "#/nowhere", "other.yaml#/Name", "", "#"] {
        let found = findings("types_odd", "#/components/schemas/Taken/properties/inner", wrong);
        assert!(found.contains(&format!("`{wrong}` ")), "{found}");
    }
}

#[test]
fn a_lowered_document_is_still_a_document_and_each_change_has_its_place() {
    for fixture in ["types_answers", "types_names", "types_odd", "types_personal", "vault"] {
        let document = read::document(fixture_path(fixture), &fixture_text(fixture)).unwrap();
        let contract = check::check(&document).unwrap();
        let draft = Draft::prepare(&document, &contract).unwrap();
        draft.spec().unwrap();
        for change in &draft.changes {
            // Lowering names the inline answer of `read_odd`.
            let named = change.pointer.starts_with("/components/schemas/ReadOdd");
            let found = named || document.value.pointer(&change.pointer).is_some();
            assert!(found, "{fixture}: {} {}", change.rule, change.pointer);
        }
    }
}

/// Each level doubles what is below: 40 of them would not end if each were
/// merged anew.
#[test]
fn parts_that_many_schemas_share_are_merged_once() {
    let levels = 40;
    let mut text = "openapi: 3.0.3\ninfo: {title: Levels, version: \"1\"}\npaths:\n  /a:\n    get:\n      \
                    operationId: a\n      responses: {\"204\": {description: x}}\ncomponents:\n  schemas:\n    \
                    L0: {type: object, required: [a], properties: {a: {type: string}}}\n"
        .to_owned();
    for level in 1..=levels {
        let below = format!("{{$ref: \"#/components/schemas/L{}\"}}", level - 1);
        text += &format!("    L{level}: {{allOf: [{below}, {below}]}}\n");
    }
    let document = read::document("levels.yaml".into(), &text).unwrap();
    let contract = check::check(&document).unwrap();
    let draft = Draft::prepare(&document, &contract).unwrap();
    let last = &draft.value["components"]["schemas"][format!("L{levels}")];
    assert_eq!(last["required"], serde_json::json!(["a"]));
}
