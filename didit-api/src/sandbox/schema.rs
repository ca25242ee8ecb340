//! The keywords of an OpenAPI 3.0 schema that the documents use. A crate that
//! knows them all would bring 48 others into every user's tests.

use serde_json::Value;

/// Where a value breaks its schema, and which keyword it breaks. The value
/// itself is left out: it may be a secret.
pub(super) struct Violation(pub(super) String, pub(super) &'static str);

/// Follows `$ref` inside the document, so many times at most: two references
/// may point at each other.
pub(super) fn resolve<'a>(document: &'a Value, mut value: &'a Value) -> &'a Value {
    for _ in 0..16 {
        let target = value["$ref"].as_str().and_then(|to| document.pointer(to.get(1..)?));
        value = target.unwrap_or(value);
    }
    value
}

/// The members of an object; of anything else, none.
pub(super) fn members(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

/// The items of an array; of anything else, none.
pub(super) fn items(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

/// Checks `value`, found at `at`, against `schema`.
pub(super) fn check(
    document: &Value,
    schema: &Value,
    value: &Value,
    at: &str,
) -> Result<(), Violation> {
    let schema = resolve(document, schema);
    let broken = |at: &str, keyword| Err(Violation(at.to_owned(), keyword));
    if value.is_null() && schema["nullable"] == true {
        return Ok(());
    }
    if schema["type"].as_str().is_some_and(|name| !is(value, name)) {
        return broken(at, "type");
    }
    if schema["enum"].as_array().is_some_and(|known| !known.contains(value)) {
        return broken(at, "enum");
    }
    for part in items(&schema["allOf"]) {
        check(document, part, value, at)?;
    }
    for (index, item) in items(value).enumerate() {
        check(document, &schema["items"], item, &format!("{at}/{index}"))?;
    }
    for name in items(&schema["required"]).filter_map(Value::as_str) {
        if value.is_object() && value.get(name).is_none() {
            return broken(&format!("{at}/{name}"), "required");
        }
    }
    for (name, member) in members(value) {
        let (at, rest) = (format!("{at}/{name}"), &schema["additionalProperties"]);
        match schema["properties"].get(name) {
            Some(property) => check(document, property, member, &at)?,
            None if rest == false => return broken(&at, "additionalProperties"),
            None => check(document, rest, member, &at)?,
        }
    }
    Ok(())
}

fn is(value: &Value, name: &str) -> bool {
    match name {
        "string" => value.is_string(),
        "integer" => value.as_f64().is_some_and(|number| number.fract() == 0.0),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        "array" => value.is_array(),
        _ => value.is_object(),
    }
}

/// What texts from a form, a path, a query or a header mean by their schema.
pub(super) fn from_texts(document: &Value, schema: &Value, texts: &[String]) -> Value {
    let schema = resolve(document, schema);
    match (schema["type"].as_str(), texts) {
        (Some("integer" | "number" | "boolean"), [text]) => {
            serde_json::from_str(text).unwrap_or_else(|_| text.as_str().into())
        }
        (Some("array"), texts) => {
            let item = |text| from_texts(document, &schema["items"], std::slice::from_ref(text));
            texts.iter().map(item).collect()
        }
        (_, [text]) => text.as_str().into(),
        // A name sent twice without leave: an array, which fails its check.
        (_, texts) => texts.into(),
    }
}
