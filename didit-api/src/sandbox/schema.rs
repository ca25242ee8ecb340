//! The keywords of an OpenAPI 3.0 schema, but for `pattern`: a regular
//! expression is not worth a dependency. A crate that knows them all would
//! bring 48 others into every user's tests.

use serde_json::Value;

use super::format::has_format;

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
    Place { document, at, composed: 0 }.check(schema, value)
}

/// Where a value stands.
#[derive(Clone, Copy)]
struct Place<'a> {
    document: &'a Value,
    at: &'a str,
    /// How many schemas say something about the same value. One that is made
    /// of itself has no end.
    composed: usize,
}

impl Place<'_> {
    fn check(&self, schema: &Value, value: &Value) -> Result<(), Violation> {
        let schema = resolve(self.document, schema);
        if value.is_null() && schema["nullable"] == true {
            return Ok(());
        }
        if schema["type"].as_str().is_some_and(|name| !is(value, name)) {
            return self.broken("type");
        }
        if schema["enum"].as_array().is_some_and(|known| !known.contains(value)) {
            return self.broken("enum");
        }
        if schema["format"].as_str().is_some_and(|name| !has_format(value, name)) {
            return self.broken("format");
        }
        if let Some(keyword) = out_of_bounds(schema, value) {
            return self.broken(keyword);
        }
        self.compositions(schema, value)?;
        for (index, item) in items(value).enumerate() {
            self.below(&index.to_string(), &schema["items"], item)?;
        }
        for name in items(&schema["required"]).filter_map(Value::as_str) {
            if value.is_object() && value.get(name).is_none() {
                return Err(Violation(format!("{}/{name}", self.at), "required"));
            }
        }
        for (name, member) in members(value) {
            let rest = &schema["additionalProperties"];
            match schema["properties"].get(name) {
                Some(property) => self.below(name, property, member)?,
                None if rest == false => {
                    return Err(Violation(format!("{}/{name}", self.at), "additionalProperties"));
                }
                None => self.below(name, rest, member)?,
            }
        }
        Ok(())
    }

    fn compositions(&self, schema: &Value, value: &Value) -> Result<(), Violation> {
        if self.composed > 8 {
            return Ok(());
        }
        let deeper = Self { composed: self.composed + 1, ..*self };
        for part in items(&schema["allOf"]) {
            deeper.check(part, value)?;
        }
        let holds = |part: &&Value| deeper.check(part, value).is_ok();
        let count = |keyword: &str| items(&schema[keyword]).filter(holds).count();
        if schema["anyOf"].is_array() && count("anyOf") == 0 {
            return self.broken("anyOf");
        }
        if schema["oneOf"].is_array() && count("oneOf") != 1 {
            return self.broken("oneOf");
        }
        if schema.get("not").is_some_and(|part| holds(&part)) {
            return self.broken("not");
        }
        Ok(())
    }

    fn below(&self, name: &str, schema: &Value, value: &Value) -> Result<(), Violation> {
        let at = &format!("{}/{name}", self.at);
        Place { document: self.document, at, composed: 0 }.check(schema, value)
    }

    fn broken(&self, keyword: &'static str) -> Result<(), Violation> {
        Err(Violation(self.at.to_owned(), keyword))
    }
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

/// The keyword that bounds the value and does not hold.
fn out_of_bounds(schema: &Value, value: &Value) -> Option<&'static str> {
    let (low, high, size) = match value {
        Value::Number(number) => {
            let number = number.as_f64().unwrap_or_default();
            if let Some(step) = schema["multipleOf"].as_f64().filter(|step| *step > 0.0) {
                let steps = number / step;
                if (steps - steps.round()).abs() > 1e-9 * steps.abs().max(1.0) {
                    return Some("multipleOf");
                }
            }
            ("minimum", "maximum", number)
        }
        Value::String(text) => ("minLength", "maxLength", text.chars().count() as f64),
        Value::Array(items) => {
            let twice = |(at, item)| items[..at].contains(item);
            if schema["uniqueItems"] == true && items.iter().enumerate().any(twice) {
                return Some("uniqueItems");
            }
            ("minItems", "maxItems", items.len() as f64)
        }
        Value::Object(members) => ("minProperties", "maxProperties", members.len() as f64),
        Value::Null | Value::Bool(_) => return None,
    };
    let excluded = |keyword: &str| schema[keyword] == true && value.is_number();
    let below = |bound| size < bound || excluded("exclusiveMinimum") && size == bound;
    let above = |bound| size > bound || excluded("exclusiveMaximum") && size == bound;
    if schema[low].as_f64().is_some_and(below) {
        Some(low)
    } else if schema[high].as_f64().is_some_and(above) {
        Some(high)
    } else {
        None
    }
}
