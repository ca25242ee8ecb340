//! That each rule of lint is shown at work, and what waivers and drafts take away.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use crate::kinds::{become_of, kinds};
use crate::support::{findings, fixture_text, places};

/// The names of the rules in a file or folder of `src`: the first text of each `Rule::…(`.
fn rules(path: &Path, constructor: &str, names: &mut BTreeSet<String>) {
    if path.is_dir() {
        for entry in fs::read_dir(path).unwrap() {
            rules(&entry.unwrap().path(), constructor, names);
        }
        return;
    }
    let text = fs::read_to_string(path).unwrap();
    for rule in text.split(&format!("Rule::{constructor}(")).skip(1) {
        names.insert(rule.split('"').nth(1).unwrap().to_owned());
    }
}

fn all(constructor: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    // The layers that look at our own documents.
    for layer in ["document", "lint", "types"] {
        let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        rules(&src.join(layer), constructor, &mut names);
    }
    names
}

#[test]
fn each_rule_that_a_draft_must_keep_is_shown_by_a_kind() {
    let mut shown: BTreeSet<String> = BTreeSet::new();
    for (name, text) in kinds() {
        let found = become_of(&name, &text).err().unwrap_or_default();
        shown.extend(found.into_iter().map(|found| found.rule.to_owned()));
    }
    let wanted: BTreeSet<_> = all("dialect").union(&all("sense")).cloned().collect();
    let missing: Vec<_> = wanted.difference(&shown).map(String::as_str).collect();
    // `features` and `messages` show two of them; nothing is known that shows the third.
    assert_eq!(missing, ["document-name", "feature", "generator"]);
}

#[test]
fn prose_sources_and_examples_are_asked_for_and_a_draft_may_lack_them() {
    let found = findings("library", &fixture_text("library"), false);
    assert_eq!(places(&found), Vec::<String>::new());
    let mut shown = BTreeSet::new();
    for (from, to) in [
        ("description: In no order.", "description: \" \""),
        ("description: That you are.", "x-personal: true"),
        ("externalDocs: {url: \"https://library.example/docs/put\"}", "externalDocs: {url: \"\"}"),
        ("read: \"2026-11-24\"", "read: \"24.11.2026\""),
        ("evidence: documented", "evidence: somebody said so"),
        ("      x-source: &source {", "      x-source: &source {by: me, "),
        ("example: {title: One, subtitle: The first}", "x: x"),
        ("        \"5XX\": {description: The match is wet.}\n", ""),
        (
            "sure: {type: boolean, description: That you are.}",
            "the_token: {type: string, description: It.}",
        ),
        (", example: lent", ""),
        ("with a bearer token or an API key", "without saying how"),
        ("  version: \"1\"", "  version: \"2\""),
    ] {
        let text = fixture_text("library");
        assert!(text.contains(from), "{from}");
        let text = text.replacen(from, to, 1);
        let full = findings("library", &text, false);
        assert!(!full.is_empty(), "{from}");
        let prose = full.iter().filter(|found| found.prose);
        shown.extend(prose.map(|found| found.rule.to_owned()));
        assert!(findings("library", &text, true).iter().all(|found| !found.prose), "{from}");
    }
    assert_eq!(shown, all("prose"));
}

#[test]
fn the_source_stands_on_the_operations_or_where_there_are_none_on_the_document() {
    let without = "openapi: 3.0.3\ninfo: {title: Mail, version: \"1\"}\npaths: {}\n";
    let source = "x-source: {page: \"https://mail.example\", printed: no date, read: \"2026-11-24\", evidence: observed}\n";
    let found = |text: &str| {
        let found = findings("mail", text, false);
        found.iter().map(|found| found.rule.to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(found(without), ["provenance"]);
    assert_eq!(found(&format!("{without}{source}")), Vec::<String>::new());
    assert_eq!(found(&format!("{without}{}", source.replace("observed", "x"))), ["provenance"]);
    let library = fixture_text("library") + source;
    let found = findings("library", &library, false);
    assert_eq!(places(&found).len(), 1, "{found:?}");
    assert_eq!(found[0].message, "`x-source` of a document that has operations");
}

#[test]
fn a_waiver_takes_one_finding_away_and_expires_with_it() {
    let waived = |waiver: &str| {
        let text = format!(
            "openapi: 3.0.3\ninfo: {{title: x, version: \"1\"}}\npaths: {{}}\ncomponents:\n  schemas:\n    \
             A: {{type: object, properties: {{a: {{type: integer, example: x}}}}}}\nx-waivers: {waiver}\n"
        );
        findings("waived", &text, true).iter().map(|found| found.rule).collect::<Vec<_>>()
    };
    let at = "/components/schemas/A/properties/a/example";
    assert!(waived(&format!("[{{rule: example, at: {at}, reason: as printed}}]")).is_empty());
    assert_eq!(waived(&format!("[{{rule: example, at: {at}}}]")), ["example", "waiver"]);
    assert_eq!(waived("[{rule: example, at: /info, reason: none}]"), ["example", "waiver"]);
    assert_eq!(waived("{rule: example}"), ["example", "waiver"]);
}

#[test]
fn a_document_may_waive_a_finding_of_prose_and_is_a_draft_all_the_same() {
    let text = fixture_text("library").replace("description: That you are.", "x-personal: true");
    let waiver = "x-waivers:\n  - {rule: description, at: /components/schemas/Doubt/properties/sure, reason: Plain.}\n";
    let text = format!("{text}{waiver}");
    for draft in [true, false] {
        assert_eq!(places(&findings("library", &text, draft)), Vec::<String>::new(), "{draft}");
    }
}

#[test]
fn a_byte_order_mark_and_comments_change_nothing() {
    let text = format!("\u{feff}# first\n{}", fixture_text("library"));
    assert_eq!(places(&findings("library", &text, false)), Vec::<String>::new());
}
