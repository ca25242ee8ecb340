//! Several documents in one run: all their faults, and references between them.

use xtask::model::module::Model;
use xtask::model::usage::Usage;
use xtask::pipeline;

use crate::support::{Bench, documents, findings, places};

/// A document of one call, which answers with `schema`.
fn document(name: &str, schema: &str, schemas: &str) -> String {
    format!(
        "openapi: 3.0.3\ninfo: {{title: {name}, version: \"1\"}}\n\
         servers: [{{url: \"https://{name}.example\"}}]\nsecurity: []\npaths:\n  /{name}:\n    get:\n      \
         operationId: get_{name}\n      responses:\n        \"200\":\n          description: Found.\n          \
         content: {{application/json: {{schema: {{$ref: \"{schema}\"}}}}}}\ncomponents:\n  schemas:\n{schemas}"
    )
}

const THING: &str = "    Thing: {type: object, required: [a], properties: {a: {type: string}}}\n";

#[test]
fn documents_that_refer_to_each_other_name_each_others_types() {
    let left = document(
        "left",
        "right.yaml#/components/schemas/Other",
        "    Thing: {type: object, properties: {other: {$ref: \"right.yaml#/components/schemas/Other\"}}}\n",
    );
    let other = "    Other: {type: object, properties: {things: {type: array, items: {$ref: \"left.yaml#/components/schemas/Thing\"}}}}\n";
    let right = document("right", "./left.yaml#/components/schemas/Thing", other);
    let (documents, faults) = documents(&[("left", &left), ("right", &right)]);
    assert_eq!(faults, []);
    let model = Model::of(&documents);
    let usage = Usage::of(&model);
    let code = |name: &str| {
        let module = model.modules.iter().find(|module| module.name() == name).unwrap();
        pipeline::module(&model, module, &usage).unwrap()
    };
    assert!(code("left").contains("pub other: ::std::option::Option<crate::right::types::Other>"));
    assert!(code("left").contains("crate::ResponseValue<crate::right::types::Other>"));
    assert!(code("right").contains("::std::vec::Vec<crate::left::types::Thing>"));
}

#[test]
fn a_type_that_only_another_document_sends_can_be_made() {
    let sender = format!(
        "{}  /send:\n    post:\n      operationId: send_thing\n      requestBody:\n        content: {{application/json: \
         {{schema: {{$ref: \"owner.yaml#/components/schemas/Thing\"}}}}}}\n      responses: {{\"204\": {{description: Done.}}}}\n",
        document("sender", "", "").split("  /sender").next().unwrap(),
    );
    let owner = document("owner", "#/components/schemas/Thing", THING);
    let (documents, _) = documents(&[("owner", &owner), ("sender", &sender)]);
    let model = Model::of(&documents);
    let module = model.modules.iter().find(|module| module.name() == "owner").unwrap();
    let code = pipeline::module(&model, module, &Usage::of(&model)).unwrap();
    assert!(code.contains("pub fn new(a: impl "), "{code}");
}

#[test]
fn the_faults_of_all_documents_come_in_one_run_and_an_unread_one_makes_no_others() {
    let bench = Bench::with(&["auth", "library", "vault"]);
    bench.edit("openapi/vault.yaml", "type: integer\n          format: seconds", "type: intger");
    bench.edit("openapi/vault.yaml", "operationId: open_vault", "operationId: openVault");
    bench.edit(
        "openapi/library.yaml",
        "deprecated: true, description: Ign",
        "deprecated: yess, description: Ign",
    );
    // Both others refer to it.
    bench.write("openapi/auth.yaml", "openapi: 3.0.3\ninfo: [\n");
    for command in ["generate", "lint"] {
        let run = bench.xtask(&[command, "--openapi", "openapi"]);
        assert_eq!(run.code, 4, "{command}");
        let said = run.stdout + &run.stderr;
        for part in [
            "4 findings",
            "`intger`",
            "`open_vault`",
            "library.yaml:31:",
            "auth.yaml:3:1: [syntax]",
        ] {
            assert!(said.contains(part), "{command}: no {part} in\n{said}");
        }
    }
}

#[test]
fn a_reference_to_a_document_that_is_not_there_says_which_to_write() {
    let text = document("lonely", "nobody.yaml#/components/schemas/Thing", THING);
    let found = findings("lonely", &text, true);
    assert_eq!(places(&found).len(), 1, "{found:?}");
    assert_eq!(
        (found[0].rule, found[0].write.as_str()),
        ("unresolved-ref", "`nobody.yaml`, with it")
    );
}
