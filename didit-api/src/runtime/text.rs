//! Arguments as text: in a path, a header, a query or a form.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC};
use serde::Serialize;
use serde_json::Value;

/// RFC 3986, section 2.3: all but unreserved characters.
pub(super) const UNRESERVED: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// One text for a scalar, one per item for a list, none for `null`; nothing
/// for what has no such notation: objects, and lists of lists.
pub(super) fn texts<T: Serialize + ?Sized>(value: &T) -> Option<Vec<String>> {
    list(&serde_json::to_value(value).ok()?)
}

/// The pairs of a form: each member as [`texts`] writes it.
///
/// # Errors
///
/// What cannot stand in a form: the body, or a member of it by its name.
pub(super) fn form_pairs<T: Serialize + ?Sized>(body: &T) -> Result<Vec<(String, String)>, String> {
    let Ok(Value::Object(members)) = serde_json::to_value(body) else {
        return Err("this body".to_owned());
    };
    let mut pairs = Vec::new();
    for (name, value) in members {
        let texts = list(&value).ok_or_else(|| format!("the member `{name}`"))?;
        pairs.extend(texts.into_iter().map(|text| (name.clone(), text)));
    }
    Ok(pairs)
}

fn list(value: &Value) -> Option<Vec<String>> {
    match value {
        Value::Null => Some(Vec::new()),
        Value::Array(items) => items.iter().map(scalar).collect(),
        value => Some(vec![scalar(value)?]),
    }
}

fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(_) | Value::Bool(_) => Some(value.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_list_gives_a_text_per_item_and_null_gives_none() {
        assert_eq!(texts(&json!(null)), Some(vec![]));
        assert_eq!(texts(&[true, false]).unwrap(), ["true", "false"]);
        assert_eq!(texts(&1.5).unwrap(), ["1.5"]);
        for value in [json!({}), json!([[1]]), json!([null])] {
            assert_eq!(texts(&value), None, "{value}");
        }
    }

    #[test]
    fn a_form_has_a_pair_per_member_and_per_item() {
        let form = json!({ "name": "a&b", "tags": [1, 2], "none": null });
        let pairs = form_pairs(&form).unwrap();
        assert_eq!(
            pairs,
            [("name", "a&b"), ("tags", "1"), ("tags", "2")].map(|(a, b)| (a.into(), b.into()))
        );
        assert_eq!(form_pairs(&json!([1])).unwrap_err(), "this body");
        assert_eq!(form_pairs(&json!({ "a": { "b": 1 } })).unwrap_err(), "the member `a`");
    }
}
