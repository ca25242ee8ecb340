//! What an operation takes beside its body.

use serde_json::Value;

use super::refs::{child, items, resolve_at};

/// The parameters of the operation `method` of a path item, each with the
/// pointer to where it really stands: those of the path item, then the
/// operation's own. One of the operation takes the place of the path item's
/// with the same name in the same part of the request.
pub fn merged<'a>(root: &'a Value, path_item: &str, method: &str) -> Vec<(String, &'a Value)> {
    let mut merged: Vec<(String, &Value)> = Vec::new();
    for owner in [path_item, &child(path_item, method)] {
        let list = child(owner, "parameters");
        let count = root.pointer(&list).map_or(0, |list| items(list).count());
        for index in 0..count {
            let Some(one) = resolve_at(root, &child(&list, &index.to_string())) else { continue };
            let same = |other: &&mut (String, &Value)| {
                ["in", "name"].iter().all(|key| other.1.get(key) == one.1.get(key))
            };
            match merged.iter_mut().find(same) {
                Some(other) => *other = one,
                None => merged.push(one),
            }
        }
    }
    merged
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_operations_own_parameter_takes_the_place_of_its_paths() {
        let own = json!({ "name": "b", "in": "query", "required": true });
        let root = json!({
            "item": {
                "parameters": [
                    { "name": "a", "in": "query" }, { "name": "b", "in": "query" },
                    { "$ref": "#/nowhere" }, 7
                ],
                "get": { "parameters": [{ "name": "b", "in": "header" }, { "$ref": "#/b" }] }
            },
            "b": own
        });
        let merged = merged(&root, "/item", "get");
        let places: Vec<_> = merged.iter().map(|(pointer, _)| pointer.as_str()).collect();
        assert_eq!(
            places,
            ["/item/parameters/0", "/b", "/item/parameters/3", "/item/get/parameters/0"]
        );
        assert_eq!(merged[1].1, &own);
    }
}
