//! Every operation as a line for curl, filled from the examples of its document.

use std::fmt::Write as _;

use serde_json::{Map, Value, json};

use crate::model::module::Model;
use crate::model::operation::{Content, Operation, Success};
use crate::openapi::sample::{example, sample};
use crate::openapi::security::Scheme;
use crate::openapi::{media, refs};

/// Any will do.
const WORKFLOW: &str = "11111111-2222-3333-4444-555555555555";

/// Where the sandbox is, and what it lets in.
#[derive(Debug, Clone, Copy)]
pub struct Access<'a> {
    /// `http://127.0.0.1:` and the port.
    pub url: &'a str,
    /// The client id.
    pub id: &'a str,
    /// The client secret, which is the API key as well.
    pub secret: &'a str,
    /// Where its webhooks go, if anywhere.
    pub webhook: Option<Webhook<'a>>,
}

/// Where webhooks go.
#[derive(Debug, Clone, Copy)]
pub struct Webhook<'a> {
    /// The receiver's.
    pub url: &'a str,
    /// What they are signed with.
    pub secret: &'a str,
}

/// A shell script that calls each operation once, those that give tokens first.
pub fn script(model: &Model<'_>, access: &Access<'_>) -> String {
    let Access { url, id, secret, webhook } = access;
    let mut text = format!(
        "# The sandbox: {url}, until Ctrl-C. Client id: {id}. Client secret and API key: {secret}.\n"
    );
    let mut later = String::new();
    let root = &model.documents.root;
    let mut sessions = model.operations().filter(|one| one.path == "/v3/session/");
    if let (Some(Webhook { url, secret }), Some(create)) = (webhook, sessions.next()) {
        let body = json!({ "workflow_id": WORKFLOW, "sandbox_scenario": "approve" });
        let line = line(root, create, access, Some(body));
        let receiver = format!(
            "# For the receiver at {url}. What became of each webhook is said below.\n\
             # X-Signature is the HMAC-SHA256 of the body's bytes with this secret, in hex. Refuse\n\
             # what has another, or a `timestamp` over 300 s from now; act once on an `event_id`.\n\
             # Type test, replay, tampered or stale and Return, and the newest comes so.\n\
             DIDIT_WEBHOOK_SECRET={secret}"
        );
        let heading = "# A session that is `In Progress` and then `Approved`: two webhooks";
        let _ = write!(text, "\n{receiver}\n\n{heading}\n{line}\n");
    }
    for operation in model.operations() {
        let line = line(root, operation, access, None);
        let heading = format!("\n# {}\n", heading(operation));
        if gives_token(root, operation) {
            let token = r#"sed 's/.*"access_token": *"\([^"]*\)".*/\1/'"#;
            let _ = write!(text, "{heading}{line}\n\n# Its token, for the lines below\n");
            let _ = writeln!(text, "TOKEN=$({line} | {token})");
        } else {
            let _ = writeln!(later, "{heading}{line}");
        }
    }
    text + &later
}

fn heading(operation: &Operation<'_>) -> String {
    match operation.text("/summary").lines().next() {
        Some(summary) => format!("{}: {summary}", operation.id),
        None => operation.id.to_owned(),
    }
}

fn gives_token(root: &Value, operation: &Operation<'_>) -> bool {
    let basic = operation.schemes().any(|(_, scheme)| *scheme == Scheme::Basic);
    let content = operation.successes().flat_map(|answer| &answer.content).next();
    let example = content.and_then(|content| example(root, &content.pointer));
    basic && example.is_some_and(|example| example["access_token"].is_string())
}

/// The line for an operation, with a body of its own or the example.
fn line(
    root: &Value,
    operation: &Operation<'_>,
    access: &Access<'_>,
    own: Option<Value>,
) -> String {
    let mut line = "curl -sS".to_owned();
    let content = operation.successes().flat_map(|answer| &answer.content).next();
    match (operation.success(), content) {
        // A shell's screen is no place for a PDF.
        (Success::Stream, Some(content)) if !content.media.starts_with("text/") => {
            let (_, end) = content.media.rsplit_once('/').unwrap_or_default();
            let end = end.replace(|c: char| !c.is_ascii_alphanumeric(), "");
            let _ = write!(line, " -o {}.{end}", operation.id);
        }
        _ => line += r" -w '\n'",
    }
    let _ = write!(line, " -X {}", operation.method);
    let url = parameters(root, operation, access.url, &mut line);
    match operation.schemes().next().map(|(_, scheme)| scheme) {
        Some(Scheme::Basic) => {
            let _ = write!(line, " -u {}", quoted(&format!("{}:{}", access.id, access.secret)));
        }
        Some(Scheme::Bearer) => line += " -H \"Authorization: Bearer $TOKEN\"",
        Some(Scheme::ApiKey(name)) => header(&mut line, name, access.secret),
        None => {}
    }
    if let Some(content) = operation.body.iter().flat_map(|body| &body.content).next() {
        body(root, content, own, &mut line);
    }
    let _ = write!(line, " {}", quoted(&url));
    line
}

/// The URL with the parameters that must be there; those that are headers go
/// into `line`.
fn parameters(root: &Value, operation: &Operation<'_>, host: &str, line: &mut String) -> String {
    let mut url = format!("{host}{}", operation.path);
    let mut query = form_urlencoded::Serializer::new(String::new());
    for parameter in operation.parameters.iter().filter(|parameter| parameter.required) {
        let value = example(root, &parameter.pointer).cloned();
        let value = value.unwrap_or_else(|| sample(root, &parameter.value["schema"]));
        let name = parameter.name;
        match parameter.place {
            "path" => url = url.replace(&format!("{{{name}}}"), &segment(&text(&value))),
            "header" => header(line, name, &text(&value)),
            _ => {
                for value in value.as_array().unwrap_or(&vec![value.clone()]) {
                    query.append_pair(name, &text(value));
                }
            }
        }
    }
    let query = query.finish();
    if query.is_empty() { url } else { format!("{url}?{query}") }
}

fn body(root: &Value, content: &Content<'_>, own: Option<Value>, line: &mut String) {
    let value = own.or_else(|| example(root, &content.pointer).cloned());
    let value = value.unwrap_or_else(|| sample(root, &content.value["schema"]));
    let fields = value.as_object().map(pairs).unwrap_or_default();
    if media::is_form(content.media) {
        for (name, value) in fields {
            let _ = write!(line, " --data-urlencode {}", quoted(&format!("{name}={value}")));
        }
    } else if media::is_multipart(content.media) {
        let properties = &refs::resolve(root, &content.value["schema"])["properties"];
        for (name, value) in fields {
            let member = &properties[name];
            let file = member["format"] == "binary" || member["items"]["format"] == "binary";
            // Of a file the content stands here; `;` and `@` would have a meaning.
            let _ = match file {
                true => write!(line, " -F {}", quoted(&format!("{name}=file;filename={name}"))),
                false => write!(line, " --form-string {}", quoted(&format!("{name}={value}"))),
            };
        }
    } else {
        header(line, "Content-Type", content.media);
        let _ = write!(line, " --data-binary {}", quoted(&value.to_string()));
    }
}

/// The fields of a form; a list is its name repeated.
fn pairs(object: &Map<String, Value>) -> Vec<(&str, String)> {
    let texts = |value: &Value| match value {
        Value::Array(_) => refs::items(value).map(text).collect(),
        value => vec![text(value)],
    };
    let pairs = |(name, value)| texts(value).into_iter().map(move |text| (name, text));
    object.iter().map(|(name, value)| (name.as_str(), value)).flat_map(pairs).collect()
}

fn header(line: &mut String, name: &str, value: &str) {
    let _ = write!(line, " -H {}", quoted(&format!("{name}: {value}")));
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// One segment of a path. A space is `%20` there, not `+`.
fn segment(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>().replace('+', "%20")
}

/// As one word of a POSIX shell.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}
