//! Operations that cannot be lowered, and what lowering takes away from those that can.

use std::path::PathBuf;

use insta::assert_snapshot;
use xtask::lower::Draft;
use xtask::{check, generate, read};

use crate::support::{fixture_path, fixture_text, in_snapshots};

/// What lowering took away from a fixture.
fn changes(name: &str) -> String {
    let document = read::document(fixture_path(name), &fixture_text(name)).unwrap();
    let contract = check::check(&document).unwrap();
    let draft = Draft::prepare(&document, &contract).unwrap();
    let lines =
        draft.changes.iter().map(|one| format!("{} {}: {}", one.rule, one.pointer, one.note));
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn what_lowering_takes_away_is_recorded() {
    for name in ["ops_answers", "ops_parameters", "ops_requests", "ops_streams"] {
        in_snapshots("lowering", || assert_snapshot!(name, changes(name)));
    }
}

/// The findings in an operation at `path`.
fn findings(path: &str, operation: &str) -> String {
    let text = format!(
        r##"openapi: 3.0.3
info: {{title: A shop, version: "1"}}
servers: [{{url: "https://shop.example"}}]
security: []
paths:
  {path}:
    post:
      operationId: fill_cart
      externalDocs: {{url: "https://shop.example/docs"}}
{operation}
components:
  responses:
    Loop: {{$ref: "#/components/responses/Loop"}}
"##
    );
    let document = read::document(PathBuf::from("openapi/shop.yaml"), &text).unwrap();
    let findings = generate::module(&document).err().unwrap_or_default();
    findings.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

#[track_caller]
fn assert_findings(name: &str, operation: &str) {
    in_snapshots("lowering", || assert_snapshot!(name, findings("/carts/{id}", operation)));
}

const ID: &str = "        - {name: id, in: path, required: true, schema: {type: string}}";
const NONE: &str = "      responses: {\"204\": {description: None.}}";

#[test]
fn a_required_parameter_that_cannot_be_sent_is_found() {
    assert_findings(
        "required_parameters",
        &format!(
            r##"      parameters:
{ID}
        - {{name: other, in: path, required: true, schema: {{type: string}}}}
        - {{name: session, in: cookie, required: true, schema: {{type: string}}}}
        - {{name: "x y", in: header, required: true, schema: {{type: string}}}}
        - {{name: deep, in: query, required: true, schema: {{type: array, items: {{type: array, items: {{type: string}}}}}}}}
        - {{name: odd, in: query, required: true, style: deepObject, schema: {{type: array, items: {{type: string}}}}}}
        - {{$ref: "#/components/parameters/Nowhere"}}
{NONE}"##
        ),
    );
}

#[test]
fn a_body_that_has_no_notation_is_found() {
    assert_findings(
        "multipart",
        &format!(
            r##"      parameters:
{ID}
      requestBody: {{content: {{multipart/form-data: {{schema: {{type: object}}}}}}}}
{NONE}"##
        ),
    );
    assert_findings(
        "deep_form",
        &format!(
            r##"      parameters:
{ID}
      requestBody:
        content:
          application/x-www-form-urlencoded:
            schema:
              type: object
              properties:
                plain: {{type: string}}
                inner: {{type: object, properties: {{a: {{type: string}}}}}}
                lists: {{type: array, items: {{type: array, items: {{type: string}}}}}}
{NONE}"##
        ),
    );
}

#[test]
fn a_response_that_is_no_status_or_leads_nowhere_is_found() {
    assert_findings(
        "responses",
        &format!(
            r##"      parameters:
{ID}
      responses:
        "200": {{$ref: "#/components/responses/Loop"}}
        "404": {{$ref: "#/components/responses/Nowhere"}}
        default: {{$ref: "elsewhere.yaml"}}"##
        ),
    );
}

#[test]
fn a_path_parameter_with_a_name_that_rust_has_taken_is_found() {
    let operation = format!(
        "      parameters:\n        - {{name: send, in: path, required: true, schema: {{type: string}}}}\n{NONE}"
    );
    in_snapshots("lowering", || {
        assert_snapshot!("taken_name", findings("/carts/{send}", &operation));
    });
}

/// Every shape that published documents use, in one operation each: no panic,
/// and whatever comes out parses. (The compiler sees the fixtures.)
#[test]
fn unusual_operations_end_in_code_or_in_findings() {
    for (index, part) in [
        r##"      responses: {}"##,
        r##"      responses: {"101": {description: Upgrade.}}"##,
        r##"      responses: {"200": {description: A., content: {"*/*": {schema: {type: object}}}}}"##,
        r##"      responses: {"200": {description: A., content: {"*/*": {schema: {type: string}}}}}"##,
        r##"      responses: {"200": {description: A., content: {}}}"##,
        r##"      responses: {"200": {description: A., content: {"text/plain": {}}}, "304": {description: Same.}}"##,
        r##"      responses: {"200": {description: A., content: {"application/json": {schema: {type: array, items: {title: T, enum: [a, b]}}}}}, "400": {description: B., content: {"application/json": {schema: {title: T, type: object, properties: {a: {type: string}}}}}}}"##,
        r##"      x-dropshot-websocket: {}
      responses: {"204": {description: A.}}"##,
    ]
    .into_iter()
    .enumerate()
    {
        let found = findings("/carts/{id}", &format!("      parameters:\n{ID}\n{part}"));
        assert_eq!(found, "", "{index}");
    }
}
