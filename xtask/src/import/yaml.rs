//! Values as YAML, with comments.

use std::fmt::Write as _;

use serde_json::Value;

/// The key under which a mapping holds the comment that stands before its members.
pub const COMMENT: &str = "#";

/// The value as a block, each line behind so many spaces.
pub fn block(value: &Value, indent: usize) -> String {
    let mut text = String::new();
    write(&mut text, value, indent);
    text
}

fn write(text: &mut String, value: &Value, indent: usize) {
    let spaces = " ".repeat(indent);
    // Writing to a String cannot fail.
    match value {
        Value::Object(members) => {
            if let Some(comment) = members.get(COMMENT).and_then(Value::as_str) {
                for line in comment.lines() {
                    let _ = writeln!(text, "{spaces}# {line}");
                }
            }
            for (key, member) in members.iter().filter(|(key, _)| *key != COMMENT) {
                let _ = write!(text, "{spaces}{}:", scalar(&Value::from(key.as_str())));
                below(text, member, indent);
            }
        }
        Value::Array(list) => {
            for item in list {
                match item {
                    Value::Object(members) if members.keys().any(|key| key != COMMENT) => {
                        // The first member stands behind the dash.
                        let start = text.len();
                        write(text, item, indent + 2);
                        let first = text[start..].find(|c| c != ' ').unwrap_or_default() + start;
                        text.replace_range(start..first, &format!("{spaces}- "));
                    }
                    _ => {
                        let _ = writeln!(text, "{spaces}- {}", flow(item));
                    }
                }
            }
        }
        scalar => {
            let _ = writeln!(text, "{spaces}{}", flow(scalar));
        }
    }
}

/// What stands behind a key.
fn below(text: &mut String, value: &Value, indent: usize) {
    let comment = value.get(COMMENT).and_then(Value::as_str);
    let bare = value.as_object().is_some_and(|members| members.keys().all(|key| key == COMMENT));
    let list = value.as_array().is_some_and(|list| !list.is_empty());
    match value {
        _ if bare => {
            let _ = writeln!(
                text,
                " {{}}{}",
                comment.map_or(String::new(), |said| format!(" # {said}"))
            );
        }
        Value::Object(_) => {
            text.push('\n');
            write(text, value, indent + 2);
        }
        Value::Array(_) if list => {
            text.push('\n');
            write(text, value, indent + 2);
        }
        other => {
            let _ = writeln!(text, " {}", flow(other));
        }
    }
}

/// A scalar, or what is empty, or short enough to stand in a line.
fn flow(value: &Value) -> String {
    match value {
        Value::Object(_) | Value::Array(_) => value.to_string(),
        other => scalar(other),
    }
}

/// Plain where YAML reads the same text, else quoted as JSON does.
fn scalar(value: &Value) -> String {
    let Value::String(text) = value else { return value.to_string() };
    let plain = |c: char| c.is_ascii_alphanumeric() || "_-./ {}()$".contains(c);
    let starts = |c: char| c.is_ascii_alphabetic() || "/_$".contains(c);
    let word = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"];
    let safe = text.starts_with(starts)
        && text.chars().all(plain)
        && !text.ends_with(' ')
        && !word.contains(&text.to_lowercase().as_str());
    if safe { text.clone() } else { value.to_string() }
}
