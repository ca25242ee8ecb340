//! A document in which every awkward name stands in every slot where lint lets it:
//! names that generated code uses, and names that Rust and serde know.

use serde_json::{Map, Value, json};
use xtask::document::names::pascal;

use crate::support::{findings, in_snapshots};

const NAMES: &[&str] = &[
    "client",
    "transport",
    "builder",
    "types",
    "call",
    "send",
    "new",
    "body",
    "value",
    "self",
    "super",
    "crate",
    "error",
    "result",
    "option",
    "string",
    "vec",
    "box",
    "some",
    "none",
    "ok",
    "err",
    "default",
    "clone",
    "debug",
    "into",
    "from",
    "serde",
    "std",
    "core",
    "f",
    "type",
    "async",
    "gen",
    "union",
    "try",
    "dyn",
    "macro_rules",
    "raw",
    "str",
    "u8",
    "bool",
    "i64",
    "deserialize",
    "serialize",
    "serializer",
    "json_schema",
    "schemars",
    "serde_json",
    "secret",
    "seconds",
    "operation",
    "operations",
    "scheme",
    "runtime",
    "api",
    "calls",
    "collected",
    "outcome",
    "round_trip",
    "example",
    "path",
    "query",
    "header",
    "json",
    "form",
    "extra",
    "fmt",
    "formatter",
    "d",
    "e",
    "t",
    "map",
    "future",
    "send_stream",
    "post",
    "pre",
    "exec",
    "encode_path",
    "path_segment",
    "response",
    "response_value",
    "base_url",
    "json_schemas",
    "tolerant",
    "text",
    "name",
    "main",
    "test",
    "doc",
    "derive",
    "cfg_attr",
    "non_exhaustive",
    "must_use",
    "deprecated",
    "move",
    "await",
    "static",
    "where",
    "drop",
    "copy",
    "eq",
    "ord",
    "hash",
    "send_empty",
    "sync",
    "sized",
    "iterator",
    "to_string",
    "to_owned",
    "as_str",
    "try_from",
    "auth",
    "support",
];

/// Where a name can stand.
#[derive(Clone, Copy)]
enum Slot {
    Operation,
    Path,
    Query,
    Header,
    Schema,
    Member,
    Text,
}

/// The names that lint has nothing against in this slot.
fn taken(slot: Slot) -> Vec<&'static str> {
    let fits = |name: &&&'static str| {
        let document =
            document(|other| if other as u8 == slot as u8 { vec![**name] } else { vec![] });
        findings("awkward", &document.to_string(), true).is_empty()
    };
    NAMES.iter().filter(fits).copied().collect()
}

/// The document with all of them.
pub(crate) fn awkward() -> String {
    document(taken).to_string()
}

fn document(names: impl Fn(Slot) -> Vec<&'static str>) -> Value {
    let done = json!({ "204": { "description": "Done." } });
    let mut paths = Map::new();
    for id in names(Slot::Operation) {
        let operation = json!({ "operationId": id, "responses": done });
        paths.insert(format!("/operations/{id}"), json!({ "get": operation }));
    }
    let parameter = |name: &str, place: &str, required| {
        let schema = json!({ "type": "string" });
        json!({ "name": name, "in": place, "required": required, "schema": schema })
    };
    for (slot, place) in [(Slot::Path, "path"), (Slot::Query, "query"), (Slot::Header, "header")] {
        for required in [true, false].into_iter().filter(|required| *required || place != "path") {
            let names = names(slot);
            let parameters: Vec<_> =
                names.iter().map(|name| parameter(name, place, required)).collect();
            let in_path = names.iter().filter(|_| place == "path");
            let path: String = in_path.map(|name| format!("/{{{name}}}")).collect();
            let id = format!("all_in_{place}_{required}");
            let body = json!({ "required": required, "content": { "application/json": { "schema": {
                "$ref": "#/components/schemas/AllMembers"
            } } } });
            let operation = json!({
                "operationId": id, "parameters": parameters, "requestBody": body, "responses": done
            });
            paths.insert(format!("/{id}{path}"), json!({ "post": operation }));
        }
    }
    let mut schemas = Map::new();
    let mut members = Map::new();
    for name in names(Slot::Member).into_iter().chain(["plain"]) {
        members.insert(name.to_owned(), json!({ "type": "string" }));
    }
    let texts = names(Slot::Text);
    if !texts.is_empty() {
        schemas.insert("AllTexts".to_owned(), json!({ "type": "string", "enum": texts }));
        members.insert("all_texts".to_owned(), json!({ "$ref": "#/components/schemas/AllTexts" }));
    }
    for name in names(Slot::Schema).into_iter().map(pascal) {
        members.insert(
            format!("of_{name}"),
            json!({ "$ref": format!("#/components/schemas/{name}") }),
        );
        let list = json!({ "type": "array", "items": { "type": "string" } });
        let secret = json!({ "type": "string", "format": "password", "x-personal": true });
        let required = json!({ "type": "string", "nullable": true });
        let properties = json!({ "list": list, "secret": secret, "required": required });
        let object = json!({
            "type": "object", "x-tolerant": true, "required": ["required"],
            "properties": properties, "additionalProperties": { "type": "integer" },
        });
        schemas.insert(name, object);
    }
    let required: Vec<_> = members.keys().cloned().collect();
    let all = |required: &[String]| json!({ "type": "object", "required": required, "properties": members });
    schemas.insert("AllMembers".to_owned(), all(&[]));
    schemas.insert("AllRequired".to_owned(), all(&required));
    let receive = json!({ "200": { "description": "All.", "content": { "application/json": { "schema": {
        "$ref": "#/components/schemas/AllRequired"
    } } } } });
    let send = json!({ "required": true, "content": { "application/json": { "schema": {
        "$ref": "#/components/schemas/AllRequired"
    } } } });
    let exchange =
        json!({ "operationId": "exchange_all", "requestBody": send, "responses": receive });
    paths.insert("/exchange_all".to_owned(), json!({ "post": exchange }));
    json!({
        "openapi": "3.0.3", "info": { "title": "Awkward", "version": "1" }, "security": [],
        "servers": [{ "url": "https://awkward.example" }],
        "paths": paths, "components": { "schemas": schemas },
    })
}

#[test]
fn most_awkward_names_are_fine_in_most_slots() {
    use Slot::{Header, Member, Operation, Path, Query, Schema, Text};
    let refused = |slot| {
        let taken = taken(slot);
        NAMES.iter().filter(|name| !taken.contains(name)).copied().collect::<Vec<_>>().join(" ")
    };
    let rows = [
        ("operation", Operation),
        ("path", Path),
        ("query", Query),
        ("header", Header),
        ("schema", Schema),
        ("member", Member),
        ("text", Text),
    ];
    let rows = rows.map(|(name, slot)| format!("{name}: {}", refused(slot)));
    in_snapshots("outputs", || insta::assert_snapshot!("awkward_names_refused", rows.join("\n")));
}
