//! The objects of a document as progenitor gets them: the shapes alone.
//!
//! What bounds a value, and a default, would make types that refuse what the
//! vendor may send tomorrow; so neither is passed on. A list or a map that may be
//! absent is nullable, so that it is an `Option` as every other such member is.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::model::module::{Module, Named};
use crate::model::schema::{Shape, is_promised, path, shape};
use crate::openapi::refs::members;

/// A document of OpenAPI with nothing but schemas.
#[derive(Debug)]
pub struct Lowered {
    /// Name to schema: the objects, and an empty one for each type that the code
    /// has from elsewhere.
    pub schemas: Map<String, Value>,
    /// The names of the latter, with their Rust paths.
    pub elsewhere: BTreeMap<String, String>,
}

/// What progenitor is asked for.
pub fn lower(module: &Module<'_>) -> Lowered {
    let mut lowered = Lowered { schemas: Map::new(), elsewhere: BTreeMap::new() };
    for schema in &module.schemas {
        if shape(schema.value) == Shape::Object {
            let object = object(&mut lowered, module, schema);
            lowered.schemas.insert(schema.name.to_owned(), object);
        }
    }
    let empty = lowered.elsewhere.keys().map(|name| (name.clone(), json!({})));
    lowered.schemas.extend(empty.collect::<Vec<_>>());
    lowered
}

fn object(
    lowered: &mut Lowered,
    module: &Module<'_>,
    Named { name, value, .. }: &Named<'_>,
) -> Value {
    let (mut properties, mut required) = (Map::new(), Vec::new());
    for (key, member) in members(&value["properties"]) {
        let mut plain = member_type(lowered, module, member);
        if is_promised(module.value, name, key) {
            required.push(key);
        } else if matches!(shape(member), Shape::List(_) | Shape::Map(_)) {
            plain["nullable"] = true.into();
        }
        properties.insert(key.clone(), plain);
    }
    let mut object = json!({
        "type": "object",
        "properties": properties,
        "required": required,
    });
    if let Some(extra) = value.get("additionalProperties") {
        let any = || json!({});
        object["additionalProperties"] =
            if extra.is_object() { member_type(lowered, module, extra) } else { any() };
    }
    object
}

/// The type of a member, of an item, or of what else a map holds.
fn member_type(lowered: &mut Lowered, module: &Module<'_>, schema: &Value) -> Value {
    let mut plain = plain_type(lowered, module, schema);
    if schema["nullable"] == true {
        plain["nullable"] = true.into();
    }
    plain
}

fn plain_type(lowered: &mut Lowered, module: &Module<'_>, schema: &Value) -> Value {
    match shape(schema) {
        Shape::Named(document, name) => {
            let name = reference(lowered, module, document, name);
            let target = json!({ "$ref": format!("#/components/schemas/{name}") });
            // Beside a reference nothing is read, such as that it may be null.
            json!({ "allOf": [target] })
        }
        Shape::List(item) => {
            json!({ "type": "array", "items": member_type(lowered, module, item) })
        }
        Shape::Map(inner) if inner.as_object().is_some_and(|inner| !inner.is_empty()) => {
            json!({ "type": "object", "additionalProperties": member_type(lowered, module, inner) })
        }
        Shape::Map(_) => json!({ "type": "object" }),
        Shape::Text => json!({ "type": "string" }),
        Shape::Secret => json!({ "type": "string", "format": "password" }),
        Shape::File => json!({ "type": "string", "format": "binary" }),
        Shape::Integer => json!({ "type": "integer", "format": "int64" }),
        Shape::Integer32 => json!({ "type": "integer", "format": "int32" }),
        Shape::Seconds => json!({ "type": "integer", "format": "seconds" }),
        Shape::Number => json!({ "type": "number" }),
        Shape::Boolean => json!({ "type": "boolean" }),
        Shape::Object | Shape::Enum | Shape::Union | Shape::Any => json!({}),
    }
}

/// The name under which progenitor knows a schema: its own, or one that no object
/// here has.
fn reference(lowered: &mut Lowered, module: &Module<'_>, document: &str, name: &str) -> String {
    let own = &module.value["components"]["schemas"];
    if document == module.name() && shape(&own[name]) == Shape::Object {
        return name.to_owned();
    }
    let rust = path(document, name, module.name(), &quote::quote!()).to_string().replace(' ', "");
    let mut alias = name.to_owned();
    while lowered.elsewhere.get(&alias).is_some_and(|other| *other != rust)
        || (document != module.name() && own.get(&alias).is_some())
    {
        alias.push('X');
    }
    lowered.elsewhere.insert(alias.clone(), rust);
    alias
}
