//! Whether a value keeps to a schema of OpenAPI 3.0, but for `pattern`: a
//! regular expression is not worth a dependency. A crate that knows all of JSON
//! Schema would bring some fifty others, and would have to be told what 3.0
//! means by `nullable`.

use std::cell::Cell;

use serde_json::Value;

use super::bounds::out_of_bounds;
use super::format::has_format;
use super::refs::{child, items, members, resolve};

/// How much work a check is, and how deep it goes: schemas may contain
/// themselves. What is beyond is not held against the value.
const STEPS: u32 = 20_000;
const DEPTH: u32 = 100;

/// Where a value breaks its schema. The value itself is left out: it may be a
/// secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// JSON pointer into the value.
    pub at: String,
    /// The keyword that is broken.
    pub keyword: &'static str,
    /// The same for people: what is wrong there.
    pub what: String,
}

/// Checks `value` against `schema`, whose references are pointers from `root`.
///
/// A member that only one side of a call sends (`readOnly`, `writeOnly`) need
/// not be there. Of a `oneOf` with a discriminator, only the variant that the
/// value names counts.
///
/// # Errors
///
/// The first place where the value breaks the schema.
pub fn check(root: &Value, schema: &Value, value: &Value) -> Result<(), Violation> {
    Check { root, steps: Cell::new(STEPS) }.node(Place { at: "", depth: 0 }, schema, value)
}

struct Check<'a> {
    root: &'a Value,
    /// How many are left.
    steps: Cell<u32>,
}

/// Where in the value, and how deep in values and schemas.
#[derive(Clone, Copy)]
struct Place<'a> {
    at: &'a str,
    depth: u32,
}

impl<'a> Place<'a> {
    /// The same value, against another schema.
    fn again(self) -> Self {
        Self { depth: self.depth + 1, ..self }
    }

    fn broken(self, keyword: &'static str, what: impl Into<String>) -> Result<(), Violation> {
        Err(Violation { at: self.at.to_owned(), keyword, what: what.into() })
    }
}

impl Check<'_> {
    fn node(&self, place: Place<'_>, schema: &Value, value: &Value) -> Result<(), Violation> {
        if place.depth > DEPTH || self.steps.get() == 0 {
            return Ok(());
        }
        self.steps.set(self.steps.get() - 1);
        let schema = resolve(self.root, schema);
        if value.is_null() && schema["nullable"] == true {
            return Ok(());
        }
        if let Some(wanted) = schema["type"].as_str().filter(|wanted| !is(value, wanted)) {
            let found = name_of(value);
            return place.broken("type", format!("{found} where the schema says {wanted}"));
        }
        if schema["enum"].is_array() && !items(&schema["enum"]).any(|known| same(known, value)) {
            return place.broken("enum", "not among the values of the schema's `enum`");
        }
        if let Some(format) = schema["format"].as_str().filter(|name| !has_format(value, name)) {
            return place.broken("format", format!("not of the schema's format `{format}`"));
        }
        if let Some(keyword) = out_of_bounds(schema, value) {
            return place.broken(keyword, format!("against the schema's `{keyword}`"));
        }
        self.combined(place, schema, value)?;
        for (index, item) in items(value).enumerate() {
            self.below(place, &index.to_string(), &schema["items"], item)?;
        }
        if value.is_object() { self.object(place, schema, value) } else { Ok(()) }
    }

    fn object(&self, place: Place<'_>, schema: &Value, value: &Value) -> Result<(), Violation> {
        for name in items(&schema["required"]).filter_map(Value::as_str) {
            let property = resolve(self.root, &schema["properties"][name]);
            let one_sided = ["readOnly", "writeOnly"].iter().any(|key| property[key] == true);
            if value.get(name).is_none() && !one_sided {
                let at = &child(place.at, name);
                let what = format!("no `{name}`, which the schema requires");
                return Place { at, ..place }.broken("required", what);
            }
        }
        for (name, member) in members(value) {
            let rest = &schema["additionalProperties"];
            match schema["properties"].get(name) {
                Some(property) => self.below(place, name, property, member)?,
                None if rest == false => {
                    let at = &child(place.at, name);
                    let what = "a member that the schema does not allow";
                    return Place { at, ..place }.broken("additionalProperties", what);
                }
                None => self.below(place, name, rest, member)?,
            }
        }
        Ok(())
    }

    fn combined(&self, place: Place<'_>, schema: &Value, value: &Value) -> Result<(), Violation> {
        for part in items(&schema["allOf"]) {
            self.node(place.again(), part, value)?;
        }
        if let Some(variant) = named(schema, value) {
            return self.node(place.again(), variant, value);
        }
        let fits = |part: &&Value| self.node(place.again(), part, value).is_ok();
        for (keyword, most) in [("anyOf", usize::MAX), ("oneOf", 1)] {
            let count = items(&schema[keyword]).filter(fits).count();
            // Without steps left, it fitted what was not looked at.
            if schema[keyword].is_array() && !(1..=most).contains(&count) && self.steps.get() > 0 {
                let what = format!("fits {count} of the schemas of `{keyword}`");
                return place.broken(keyword, what);
            }
        }
        match schema.get("not") {
            Some(not) if fits(&not) && self.steps.get() > 0 => {
                place.broken("not", "what the schema's `not` excludes")
            }
            _ => Ok(()),
        }
    }

    fn below(
        &self,
        place: Place<'_>,
        key: &str,
        schema: &Value,
        value: &Value,
    ) -> Result<(), Violation> {
        if schema.is_null() {
            return Ok(());
        }
        let at = &child(place.at, key);
        self.node(Place { at, depth: place.depth + 1 }, schema, value)
    }
}

/// The schema of `oneOf` that the value names by its discriminator.
fn named<'a>(schema: &'a Value, value: &Value) -> Option<&'a Value> {
    let discriminator = &schema["discriminator"];
    let tag = value.get(discriminator["propertyName"].as_str()?)?.as_str()?;
    let target = discriminator["mapping"].get(tag).map_or(Some(tag), Value::as_str)?;
    let is_target = |text: &str| {
        // The name of a schema, or a reference.
        text == target || text.rsplit_once('/').is_some_and(|(_, name)| name == target)
    };
    items(&schema["oneOf"]).find(|one| one["$ref"].as_str().is_some_and(is_target))
}

/// Whether the value is of the type that the schema names.
fn is(value: &Value, wanted: &str) -> bool {
    match wanted {
        "string" => value.is_string(),
        "integer" => value.as_f64().is_some_and(|number| number.fract() == 0.0),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        // Not of the value is that wrong.
        _ => true,
    }
}

fn name_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

/// `1` and `1.0` are the same number.
fn same(one: &Value, other: &Value) -> bool {
    one == other
        || (one.is_f64() || other.is_f64()) && one.is_number() && one.as_f64() == other.as_f64()
}

#[cfg(test)]
mod tests;
