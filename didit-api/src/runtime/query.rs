//! Values as text: alone, and as the `name=value` pairs of a query or a form.

use percent_encoding::utf8_percent_encode;
use reqwest::Request;
use serde::Serialize;
use serde_json::Value;

use super::CallError;
use super::request::UNRESERVED;

/// How a list or an object stands in a query (OpenAPI 3.0, "Style Values").
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QueryStyle {
    /// `a=1&a=2`; an object as `key=value` for each of its members.
    Repeated,
    /// `a=1,2`
    Comma,
    /// `a=1%202`
    Space,
    /// `a=1|2`
    Pipe,
    /// `a[key]=value`
    Bracketed,
}

/// Puts `value` into the query of `request`, and nothing if it is `None` or empty.
///
/// # Errors
///
/// The value holds lists or objects inside of lists or objects, for which
/// there is no notation.
pub fn append_query<T: Serialize + ?Sized>(
    request: &mut Request,
    name: &str,
    value: &T,
    style: QueryStyle,
) -> Result<(), CallError> {
    let failed = || CallError::InvalidRequest(format!("`{name}` cannot be written into a query"));
    let value = serde_json::to_value(value).map_err(|_| failed())?;
    let encode = |text: &str| utf8_percent_encode(text, UNRESERVED).to_string();
    let pair = |(name, text): (&str, String)| format!("{name}={}", encode(&text));
    let key = encode(name);
    let added: Vec<String> = match (&value, style) {
        (Value::Object(members), style) => {
            let texts = members
                .iter()
                .filter(|(_, value)| !value.is_null())
                .map(|(key, value)| text(value).map(|text| (encode(key), text)).ok_or_else(failed));
            let texts = texts.collect::<Result<Vec<_>, _>>()?;
            match style {
                QueryStyle::Repeated => {
                    texts.into_iter().map(|(member, text)| pair((&member, text))).collect()
                }
                QueryStyle::Bracketed => texts
                    .into_iter()
                    .map(|(member, text)| pair((&format!("{key}[{member}]"), text)))
                    .collect(),
                _ => texts
                    .into_iter()
                    .flat_map(|(member, text)| [member, encode(&text)])
                    .reduce(|list, item| list + style.separator() + &item)
                    .map(|list| format!("{key}={list}"))
                    .into_iter()
                    .collect(),
            }
        }
        (value, QueryStyle::Repeated | QueryStyle::Bracketed) => {
            let texts = texts(value).ok_or_else(failed)?;
            texts.into_iter().map(|text| pair((&key, text))).collect()
        }
        (value, style) => {
            let texts = texts(value).ok_or_else(failed)?;
            let list = texts.iter().map(|text| encode(text));
            let list = list.reduce(|list, item| list + style.separator() + &item);
            list.map(|list| format!("{key}={list}")).into_iter().collect()
        }
    };
    if !added.is_empty() {
        let before = request.url().query().map(str::to_owned).filter(|query| !query.is_empty());
        let query: Vec<_> = before.into_iter().chain(added).collect();
        request.url_mut().set_query(Some(&query.join("&")));
    }
    Ok(())
}

impl QueryStyle {
    fn separator(self) -> &'static str {
        match self {
            Self::Repeated | Self::Bracketed | Self::Comma => ",",
            Self::Space => "%20",
            Self::Pipe => "|",
        }
    }
}

/// The pairs of a form: a member that is a list gives one pair per item, one
/// that is `null` gives none.
///
/// # Errors
///
/// The body is no object, or a member holds more than a list of scalars.
pub(super) fn form_pairs<T: Serialize + ?Sized>(
    body: &T,
) -> Result<Vec<(String, String)>, CallError> {
    let failed = |what: &str| CallError::InvalidRequest(format!("{what} cannot stand in a form"));
    let Ok(Value::Object(members)) = serde_json::to_value(body) else {
        return Err(failed("this body"));
    };
    let mut pairs = Vec::new();
    for (name, value) in members {
        let texts = texts(&value).ok_or_else(|| failed(&format!("the member `{name}`")))?;
        pairs.extend(texts.into_iter().map(|text| (name.clone(), text)));
    }
    Ok(pairs)
}

fn texts(value: &Value) -> Option<Vec<String>> {
    match value {
        Value::Null => Some(Vec::new()),
        Value::Array(items) => items.iter().map(text).collect(),
        scalar => Some(vec![text(scalar)?]),
    }
}

/// The one text that stands for `value`, if it is a scalar.
pub(super) fn scalar<T: Serialize + ?Sized>(value: &T) -> Option<String> {
    text(&serde_json::to_value(value).ok()?)
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(_) | Value::Bool(_) => Some(value.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}
