//! Media types: which is JSON, and which of several is used.

use serde_json::{Map, Value};

/// The media type without its parameters, in small letters.
pub(super) fn essence(media: &str) -> String {
    media.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// Whether a body of this type is JSON (RFC 6839, section 3.1). Some frameworks
/// write `*/*` where they mean it: then the schema tells.
pub(super) fn is_json(media: &str, value: &Value) -> bool {
    let essence = essence(media);
    let structured = || {
        let schema = value.get("schema");
        schema.is_some_and(|schema| schema.get("type").is_none_or(|kind| kind != "string"))
    };
    matches!(essence.as_str(), "application/json" | "text/json")
        || essence.ends_with("+json")
        || (matches!(essence.as_str(), "*/*" | "application/*") && structured())
}

/// What goes over the wire for a type that is JSON.
pub(super) fn json_name(media: &str) -> String {
    let essence = essence(media);
    if essence.contains('*') { "application/json".to_owned() } else { essence }
}

/// Whether a header can carry it.
pub(super) fn is_sendable(essence: &str) -> bool {
    essence.contains('/') && essence.chars().all(|c| c.is_ascii_graphic() && c != '*')
}

/// The entry with the least rank; the first among equals.
pub(super) fn choose(
    content: &Map<String, Value>,
    rank: impl Fn(&str, &Value) -> u8,
) -> Option<(&String, &Value)> {
    content.iter().min_by_key(|(media, value)| rank(media, value))
}

/// All names but `kept`, for people.
pub(super) fn others(content: &Map<String, Value>, kept: &str) -> String {
    let others = content.keys().filter(|media| *media != kept);
    others.map(|media| format!("`{media}`")).collect::<Vec<_>>().join(", ")
}
