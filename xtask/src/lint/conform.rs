//! Whether a value keeps to a schema of OpenAPI 3.0.
//!
//! A crate that knows all of JSON Schema would bring some forty others, and
//! would have to be told what 3.0 means by `nullable`.

use std::cell::Cell;

use serde_json::Value;

use super::keys::name_of;
use crate::document::{child, resolve};

/// Checks values against schemas of one document.
pub(super) struct Conform<'a> {
    root: &'a Value,
    /// What is left of the work allowed: schemas may contain themselves.
    steps: Cell<u32>,
}

/// Where in the value, and what is wrong there.
pub(super) type Fault = (String, String);

const STEPS: u32 = 20_000;
const DEPTH: u8 = 100;

impl<'a> Conform<'a> {
    pub(super) fn new(root: &'a Value) -> Self {
        Self { root, steps: Cell::new(STEPS) }
    }

    /// The first fault of `value`. A value that takes too long to check has none.
    pub(super) fn check(&self, schema: &Value, value: &Value) -> Result<(), Fault> {
        self.steps.set(STEPS);
        self.node(schema, value, "", 0)
    }

    fn node(&self, schema: &Value, value: &Value, at: &str, depth: u8) -> Result<(), Fault> {
        let steps = self.steps.get();
        if depth > DEPTH || steps == 0 {
            return Ok(());
        }
        self.steps.set(steps - 1);
        let schema = resolve(self.root, schema);
        if value.is_null() && schema.get("nullable") == Some(&Value::Bool(true)) {
            return Ok(());
        }
        let fault = |what: String| Err((at.to_owned(), what));
        if let Some(kind) = schema.get("type").and_then(Value::as_str)
            && !is(value, kind)
        {
            return fault(format!("{} where the schema says {kind}", name_of(value)));
        }
        if items(schema, "enum").next().is_some()
            && !items(schema, "enum").any(|known| same(known, value))
        {
            return fault("not among the values of the schema's `enum`".to_owned());
        }
        self.combined(schema, value, at, depth)?;
        match value {
            Value::Number(_) => {
                number(schema, value.as_f64().unwrap_or_default()).map_or(Ok(()), fault)
            }
            Value::String(text) => string(schema, text).map_or(Ok(()), fault),
            Value::Array(list) => {
                if let Some(what) = size(schema, "Items", list.len()) {
                    return fault(what);
                }
                let unique = schema.get("uniqueItems") == Some(&Value::Bool(true));
                // Long lists are long to compare, and no example is one.
                if unique
                    && list.len() < 100
                    && list.iter().enumerate().any(|(i, item)| list[..i].contains(item))
                {
                    return fault("an item twice, against `uniqueItems`".to_owned());
                }
                let Some(item_schema) = schema.get("items") else { return Ok(()) };
                list.iter().enumerate().try_for_each(|(index, item)| {
                    self.node(item_schema, item, &child(at, &index.to_string()), depth + 1)
                })
            }
            Value::Object(_) => self.object(schema, value, at, depth),
            _ => Ok(()),
        }
    }

    fn combined(&self, schema: &Value, value: &Value, at: &str, depth: u8) -> Result<(), Fault> {
        for part in items(schema, "allOf") {
            self.node(part, value, at, depth + 1)?;
        }
        let fits = |part: &Value| self.node(part, value, at, depth + 1).is_ok();
        for (key, most) in [("anyOf", usize::MAX), ("oneOf", 1)] {
            let count = items(schema, key).filter(|part| fits(part)).count();
            if items(schema, key).next().is_some()
                && (count == 0 || count > most)
                && self.steps.get() > 0
            {
                return Err((at.to_owned(), format!("fits {count} of the schemas of `{key}`")));
            }
        }
        match schema.get("not") {
            Some(not) if fits(not) && self.steps.get() > 0 => {
                Err((at.to_owned(), "what the schema's `not` excludes".to_owned()))
            }
            _ => Ok(()),
        }
    }

    fn object(&self, schema: &Value, value: &Value, at: &str, depth: u8) -> Result<(), Fault> {
        let members = value.as_object().into_iter().flatten();
        if let Some(what) =
            size(schema, "Properties", value.as_object().map_or(0, serde_json::Map::len))
        {
            return Err((at.to_owned(), what));
        }
        let property = |name: &str| schema.get("properties").and_then(|all| all.get(name));
        for name in items(schema, "required").filter_map(Value::as_str) {
            // Required on the one side only, and an example does not say which it is.
            let one_sided = property(name).is_some_and(|property| {
                let property = resolve(self.root, property);
                ["readOnly", "writeOnly"]
                    .iter()
                    .any(|key| property.get(key) == Some(&Value::Bool(true)))
            });
            if value.get(name).is_none() && !one_sided {
                return Err((at.to_owned(), format!("no `{name}`, which the schema requires")));
            }
        }
        for (name, member) in members {
            let at = child(at, name);
            match (property(name), schema.get("additionalProperties")) {
                (Some(property), _) => self.node(property, member, &at, depth + 1)?,
                (None, Some(Value::Bool(false))) => {
                    return Err((at, "a member that the schema does not allow".to_owned()));
                }
                (None, Some(rest)) => self.node(rest, member, &at, depth + 1)?,
                (None, None) => {}
            }
        }
        Ok(())
    }
}

fn items<'v>(schema: &'v Value, key: &str) -> impl Iterator<Item = &'v Value> {
    schema.get(key).and_then(Value::as_array).into_iter().flatten()
}

/// `1` and `1.0` are the same number.
fn same(one: &Value, other: &Value) -> bool {
    one == other || one.as_f64().is_some_and(|one| other.as_f64() == Some(one))
}

/// Whether the value is of the type that the schema names.
pub(super) fn is(value: &Value, kind: &str) -> bool {
    match kind {
        "string" => value.is_string(),
        "integer" => value.as_f64().is_some_and(|number| number.fract() == 0.0),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        // A finding of its own.
        _ => true,
    }
}

fn number(schema: &Value, number: f64) -> Option<String> {
    let bound = |key| schema.get(key).and_then(Value::as_f64);
    let open = |key| schema.get(key) == Some(&Value::Bool(true));
    if bound("minimum")
        .is_some_and(|least| number < least || (open("exclusiveMinimum") && number <= least))
    {
        return Some("below the schema's `minimum`".to_owned());
    }
    if bound("maximum")
        .is_some_and(|most| number > most || (open("exclusiveMaximum") && number >= most))
    {
        return Some("above the schema's `maximum`".to_owned());
    }
    let step = bound("multipleOf").filter(|step| *step > 0.0);
    let times = step.map_or(0.0, |step| number / step);
    // Relative: a large number has few digits left behind the point.
    ((times - times.round()).abs() > 1e-9 * times.abs().max(1.0))
        .then(|| "no multiple of the schema's `multipleOf`".to_owned())
}

fn string(schema: &Value, text: &str) -> Option<String> {
    if let Some(what) = size(schema, "Length", text.chars().count()) {
        return Some(what);
    }
    // A pattern that this engine does not know is not held against the value;
    // one that backtracks could take for ever.
    let pattern = schema.get("pattern").and_then(Value::as_str)?;
    let regex = regex::RegexBuilder::new(pattern).size_limit(1 << 20).build().ok()?;
    (!regex.is_match(text)).then(|| "not of the schema's `pattern`".to_owned())
}

fn size(schema: &Value, what: &str, size: usize) -> Option<String> {
    let bound = |end| schema.get(format!("{end}{what}")).and_then(Value::as_u64);
    let size = u64::try_from(size).ok()?;
    if bound("min").is_some_and(|least| size < least) {
        return Some(format!("less than the schema's `min{what}`"));
    }
    bound("max")
        .is_some_and(|most| size > most)
        .then(|| format!("more than the schema's `max{what}`"))
}

/// Whether a body of this media type is JSON.
pub(super) fn is_json(media: &str) -> bool {
    let essence = media.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    essence == "application/json" || essence.ends_with("+json")
}
