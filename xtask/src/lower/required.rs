//! `x-untrusted-required`: members that the vendor calls required and leaves
//! out. The document keeps saying what the vendor says; the Rust types do not
//! count on it.

use serde_json::Value;

use super::{Draft, Rule};
use crate::document::{child, unescape};

pub(super) const RULE: Rule = Rule { name: "x-untrusted-required", prepare, finish: |_, _| {} };

fn prepare(draft: &mut Draft<'_>) {
    let list = match draft.document.value.get("x-untrusted-required") {
        None => return,
        Some(Value::Array(list)) => list.clone(),
        Some(_) => {
            draft
                .find("/x-untrusted-required", "`x-untrusted-required` is a list of JSON pointers");
            return;
        }
    };
    for (index, entry) in list.iter().enumerate() {
        let entry = entry.as_str().unwrap_or_default();
        let changed = relax(&mut draft.value, entry);
        if changed {
            draft.change(&RULE, entry, "optional, whatever the document says");
        } else {
            let at = child("/x-untrusted-required", &index.to_string());
            let form = "`/components/schemas/Name/properties/member`, of a required member";
            draft.find(&at, format!("`{entry}` changes nothing; it needs the form {form}"));
        }
    }
}

fn relax(document: &mut Value, entry: &str) -> bool {
    let Some((schema, member)) = entry.rsplit_once("/properties/") else { return false };
    let member = unescape(member);
    let required = document.pointer_mut(schema).and_then(|schema| schema.get_mut("required"));
    let Some(required) = required.and_then(Value::as_array_mut) else { return false };
    let before = required.len();
    required.retain(|name| name.as_str() != Some(&member));
    required.len() < before
}
