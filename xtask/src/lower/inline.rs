//! Types for schemas that the document does not name.

use std::collections::{BTreeMap, BTreeSet};

use heck::ToPascalCase as _;
use serde_json::{Value, json};

use super::Draft;
use crate::document::{child, members};

/// Names for schemas that have none. The generator would name all inline
/// schemas of an operation alike, or after their titles, and then take one for
/// the other.
pub(super) struct Names {
    taken: BTreeSet<String>,
    given: BTreeMap<String, Value>,
}

impl Names {
    pub(super) fn new(draft: &Draft<'_>) -> Self {
        let schemas = members(&draft.value, "/components/schemas");
        let taken = schemas.map(|(_, name, _)| name.to_pascal_case()).collect();
        Self { taken, given: BTreeMap::new() }
    }

    /// Moves every part of an inline `schema` that becomes a type of its own
    /// to `components.schemas`; a fault in it is reported where it `stands`.
    pub(super) fn hoist(
        &mut self,
        draft: &mut Draft<'_>,
        schema: &mut Value,
        name: &str,
        stands: &str,
    ) {
        if schema.get("$ref").is_some() {
            return;
        }
        for (part, suffix) in [("items", "Item"), ("additionalProperties", "Value")] {
            if let Some(part) = schema.get_mut(part).filter(|part| part.is_object()) {
                self.hoist(draft, part, &format!("{name}{suffix}"), stands);
            }
        }
        let own = ["properties", "allOf", "oneOf", "anyOf", "enum"];
        if !own.iter().any(|key| schema.get(key).is_some()) {
            if let Some(schema) = schema.as_object_mut() {
                schema.shift_remove("title");
            }
            return;
        }
        // The same schema under the same wish is the same type.
        let key = format!("{name} {schema}");
        if !self.given.contains_key(&key) {
            let wishes = (1..).map(|number| match number {
                1 => name.to_owned(),
                number => format!("{name}{number}"),
            });
            for wish in wishes {
                if self.taken.insert(wish.to_pascal_case()) {
                    let reference = json!({ "$ref": format!("#/components/schemas/{wish}") });
                    draft.value["components"]["schemas"][&wish] = schema.clone();
                    let pointer = child("/components/schemas", &wish);
                    draft.origins.insert(pointer, stands.to_owned());
                    self.given.insert(key.clone(), reference);
                    break;
                }
            }
        }
        if let Some(reference) = self.given.get(&key) {
            *schema = reference.clone();
        }
    }
}
