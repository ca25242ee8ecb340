//! The keywords that bound how much a value is, or how large.

use serde_json::Value;

/// A longer list is not looked through for items that stand there twice.
const LONGEST_UNIQUE: usize = 100;

/// The keyword that bounds the value and does not hold.
pub(super) fn out_of_bounds(schema: &Value, value: &Value) -> Option<&'static str> {
    let (low, high, size) = match value {
        Value::Number(number) => {
            let number = number.as_f64().unwrap_or_default();
            if let Some(step) = schema["multipleOf"].as_f64().filter(|step| *step > 0.0) {
                let steps = number / step;
                // Relative: a large number has few digits left behind the point.
                if (steps - steps.round()).abs() > 1e-9 * steps.abs().max(1.0) {
                    return Some("multipleOf");
                }
            }
            ("minimum", "maximum", number)
        }
        Value::String(text) => ("minLength", "maxLength", text.chars().count() as f64),
        Value::Array(items) => {
            let twice = |(at, item)| items[..at].contains(item);
            let short = items.len() <= LONGEST_UNIQUE;
            if schema["uniqueItems"] == true && short && items.iter().enumerate().any(twice) {
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
