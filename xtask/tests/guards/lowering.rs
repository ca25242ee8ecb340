//! Where the types differ from the documents: listed by `--explain`, and in
//! small ways only.

use xtask::document::read;
use xtask::lower::changes;
use xtask::model::module::Model;
use xtask::model::usage::Usage;

use crate::support::{Bench, in_snapshots, tests};

#[test]
fn each_difference_is_listed_with_its_place_in_the_document() {
    let (documents, _) = read::folder(&tests("fixtures")).unwrap();
    let model = Model::of(&documents);
    let usage = Usage::of(&model);
    let mut rules = Vec::new();
    for module in &model.modules {
        for change in changes::of(module, &usage) {
            let at = module.document.value.pointer(&change.pointer);
            assert!(at.is_some(), "{}: {} {}", module.name(), change.rule, change.pointer);
            rules.push(change.rule);
        }
    }
    rules.sort_unstable();
    rules.dedup();
    assert_eq!(rules, ["open-enum", "x-personal", "x-tolerant", "x-untrusted-required"]);
}

#[test]
fn explain_shows_them() {
    let bench = Bench::with(&["auth", "library", "vault"]);
    let run = bench.generate(&["--explain"]);
    let lines: Vec<_> = run.stdout.lines().skip(1).collect();
    in_snapshots("outputs", || insta::assert_snapshot!("explain", lines.join("\n")));
}

#[test]
fn what_no_operation_uses_is_for_reading_and_so_is_what_it_holds() {
    let text = "openapi: 3.0.3\ninfo: {title: x, version: \"1\"}\npaths: {}\ncomponents:\n  schemas:\n    \
                Event: {type: object, properties: {kind: {$ref: \"#/components/schemas/Kind\"}}}\n    \
                Kind: {type: string, enum: [a]}\n";
    let sent = text.replace(
        "paths: {}",
        "paths:\n  /a:\n    get:\n      operationId: a\n      parameters: [{name: kind, in: query, \
         schema: {$ref: \"#/components/schemas/Kind\"}}]\n      responses: {\"204\": {description: x}}",
    );
    let open = |text: &str| {
        let (documents, _) = crate::support::documents(&[("events", text)]);
        let model = Model::of(&documents);
        Usage::of(&model).is_received("/events/components/schemas/Kind")
    };
    assert!(open(text) && open(&sent));
    // Only a parameter's: closed.
    assert!(!open(&sent.replace(
        "    Event: {type: object, properties: {kind: {$ref: \"#/components/schemas/Kind\"}}}\n",
        ""
    )));
}
