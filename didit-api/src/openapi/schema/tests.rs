use serde_json::json;

use super::*;

/// Where the value breaks the schema, and which keyword.
fn broken(schema: &Value, value: &Value) -> Option<(String, &'static str)> {
    broken_in(&Value::Null, schema, value)
}

fn broken_in(root: &Value, schema: &Value, value: &Value) -> Option<(String, &'static str)> {
    check(root, schema, value).err().map(|violation| (violation.at, violation.keyword))
}

#[test]
fn each_keyword_is_named_where_it_is_broken() {
    let object = json!({
        "type": "object", "required": ["a", "id", "secret"], "additionalProperties": false,
        "properties": {
            "a": { "type": "integer" },
            "a/b": { "type": "array", "items": { "type": "boolean" } },
            "id": { "readOnly": true }, "secret": { "writeOnly": true }
        }
    });
    for (schema, value, at, keyword) in [
        (json!({ "type": "string" }), json!(1), "", "type"),
        (json!({ "type": "string" }), json!(null), "", "type"),
        (json!({ "enum": ["a", 1] }), json!("b"), "", "enum"),
        (json!({ "format": "uuid" }), json!("b"), "", "format"),
        (json!({ "minimum": 1 }), json!(0.5), "", "minimum"),
        (json!({ "maximum": 1, "exclusiveMaximum": true }), json!(1), "", "maximum"),
        (json!({ "multipleOf": 0.1 }), json!(0.25), "", "multipleOf"),
        (json!({ "minLength": 2 }), json!("é"), "", "minLength"),
        (json!({ "uniqueItems": true }), json!([1, 2, 1]), "", "uniqueItems"),
        (json!({ "maxItems": 1 }), json!([1, 2]), "", "maxItems"),
        (json!({ "minProperties": 1 }), json!({}), "", "minProperties"),
        (object.clone(), json!({}), "/a", "required"),
        (object.clone(), json!({ "a": 1.5 }), "/a", "type"),
        (object.clone(), json!({ "a": 1, "a/b": [true, 1] }), "/a~1b/1", "type"),
        (object.clone(), json!({ "a": 1, "c": 1 }), "/c", "additionalProperties"),
        (json!({ "allOf": [{ "type": "string" }] }), json!(1), "", "type"),
        (json!({ "anyOf": [{ "type": "string" }] }), json!(1), "", "anyOf"),
        (json!({ "oneOf": [{}, { "type": "string" }] }), json!("a"), "", "oneOf"),
        (json!({ "not": { "type": "string" } }), json!("a"), "", "not"),
    ] {
        assert_eq!(broken(&schema, &value), Some((at.to_owned(), keyword)), "{schema} {value}");
    }
}

#[test]
fn what_a_schema_allows_is_allowed() {
    for (schema, value) in [
        (json!({ "type": "string", "nullable": true, "enum": ["a"] }), json!(null)),
        (json!({ "type": "integer", "enum": [1] }), json!(1.0)),
        (json!({ "type": "number", "multipleOf": 0.1 }), json!(70.3)),
        (json!({ "type": "no such type", "format": "no such format" }), json!(1)),
        (json!({ "pattern": "[0-9" }), json!("a")),
        (json!({ "uniqueItems": true }), json!(vec![1; 101])),
        (json!({ "additionalProperties": { "type": "string" } }), json!({ "a": "b" })),
        (json!({ "$ref": 7 }), json!(1)),
        (json!(true), json!(1)),
        (json!({}), json!({ "a": [null] })),
    ] {
        assert_eq!(broken(&schema, &value), None, "{schema} {value}");
    }
}

#[test]
fn a_discriminator_names_the_only_variant_that_counts() {
    let variant = |member: &str| {
        let required = ["kind", member];
        json!({ "type": "object", "required": required, "properties": { member: { "type": "string" } } })
    };
    let root = json!({ "d": { "User": variant("name"), "Firm": variant("number") } });
    let schema = json!({
        "oneOf": [{ "$ref": "#/d/User" }, { "$ref": "#/d/Firm" }],
        "discriminator": { "propertyName": "kind", "mapping": { "firm": "#/d/Firm", "person": "User" } }
    });
    for (value, violation) in [
        (json!({ "kind": "firm", "number": "1" }), None),
        (json!({ "kind": "person", "name": "a" }), None),
        (json!({ "kind": "User", "name": "a" }), None),
        // The message is about the variant, not about the union.
        (json!({ "kind": "firm", "number": 1 }), Some(("/number", "type"))),
        (json!({ "kind": "firm", "name": "a" }), Some(("/number", "required"))),
        // An unknown tag, or none: whatever fits one.
        (json!({ "kind": "club", "name": "a" }), None),
        (json!({ "kind": "club", "name": "a", "number": "1" }), Some(("", "oneOf"))),
        (json!({ "name": "a" }), Some(("", "oneOf"))),
    ] {
        let violation = violation.map(|(at, keyword)| (at.to_owned(), keyword));
        assert_eq!(broken_in(&root, &schema, &value), violation, "{value}");
    }
}

#[test]
fn a_schema_that_contains_itself_often_comes_to_an_end() {
    let itself = json!({ "$ref": "#/s" });
    for keyword in ["allOf", "anyOf", "oneOf"] {
        let root = json!({ "s": { keyword: [itself, itself] } });
        assert_eq!(broken_in(&root, &itself, &json!(1)), None, "{keyword}");
    }
    let root = json!({ "s": { "properties": { "next": itself }, "type": "object" } });
    let mut value = json!(1);
    for _ in 0..50 {
        value = json!({ "next": value });
    }
    assert_eq!(broken_in(&root, &itself, &value), Some(("/next".repeat(50), "type")));
}

#[test]
fn a_violation_says_what_is_wrong_and_not_what_was_there() {
    let schema = json!({ "required": ["a"], "properties": { "a": { "type": "string" } } });
    let what = |value| check(&Value::Null, &schema, &value).unwrap_err().what;
    assert_eq!(what(json!({})), "no `a`, which the schema requires");
    assert_eq!(what(json!({ "a": 1234 })), "a number where the schema says string");
}
