//! Every operation as a line for curl, filled from the examples of its document.

use std::fmt::Write as _;

use serde_json::{Map, Value};

use crate::contract::{Contract, Operation, Scheme};
use crate::document::{Document, resolve};
use crate::examples::parameters;
use crate::sample::{example, sample};

/// Where the sandbox is, and what it lets in.
#[derive(Debug, Clone, Copy)]
pub struct Access<'a> {
    /// `http://127.0.0.1:` and the port.
    pub url: &'a str,
    /// The client id.
    pub id: &'a str,
    /// The client secret, which is the API key as well.
    pub secret: &'a str,
}

/// A shell script that calls each operation once, those that give tokens first.
pub fn script(calls: &[(&Document, Contract)], access: &Access<'_>) -> String {
    let Access { url, id, secret } = access;
    let mut text = format!(
        "# The sandbox: {url}, until Ctrl-C. Client id: {id}. Client secret and API key: {secret}.\n"
    );
    let mut later = String::new();
    for (document, contract) in calls {
        for operation in &contract.operations {
            let call = Call::new(&document.value, operation);
            let line = call.line(access);
            let heading = format!("\n# {}\n", call.heading());
            if call.gives_token() {
                let token = r#"sed 's/.*"access_token": *"\([^"]*\)".*/\1/'"#;
                let _ = write!(text, "{heading}{line}\n\n# Its token, for the lines below\n");
                let _ = writeln!(text, "TOKEN=$({line} | {token})");
            } else {
                let _ = writeln!(later, "{heading}{line}");
            }
        }
    }
    text + &later
}

/// An operation and its definition.
struct Call<'a> {
    document: &'a Value,
    operation: &'a Operation,
    definition: &'a Value,
}

impl<'a> Call<'a> {
    fn new(document: &'a Value, operation: &'a Operation) -> Self {
        let definition = document.pointer(&operation.pointer).unwrap_or(&Value::Null);
        Self { document, operation, definition }
    }

    fn heading(&self) -> String {
        let summary = self.definition["summary"].as_str().and_then(|text| text.lines().next());
        let id = &self.operation.id;
        summary.map_or_else(|| id.clone(), |summary| format!("{id}: {summary}"))
    }

    /// The media type and the content of the first answer of success.
    fn success(&self) -> Option<(&'a String, &'a Value)> {
        let responses = self.definition["responses"].as_object()?;
        let (_, response) = responses.iter().find(|(status, _)| status.starts_with('2'))?;
        resolve(self.document, response)["content"].as_object()?.iter().next()
    }

    fn gives_token(&self) -> bool {
        let basic = self.operation.security.iter().any(|one| one.scheme == Scheme::Basic);
        let example = self.success().map(|(_, content)| example(self.document, content));
        basic && example.flatten().is_some_and(|example| example["access_token"].is_string())
    }

    fn line(&self, access: &Access<'_>) -> String {
        let mut line = "curl -sS".to_owned();
        match self.success() {
            // A shell's screen is no place for a PDF.
            Some((media, _)) if !media.contains("json") && !media.starts_with("text/") => {
                let (_, end) = media.rsplit_once('/').unwrap_or_default();
                let end = end.replace(|c: char| !c.is_ascii_alphanumeric(), "");
                let _ = write!(line, " -o {}.{end}", self.operation.id);
            }
            _ => line += r" -w '\n'",
        }
        if self.operation.method == "HEAD" {
            line += " -I";
        } else {
            let _ = write!(line, " -X {}", self.operation.method);
        }
        let url = self.parameters(access.url, &mut line);
        match self.operation.security.first().map(|one| &one.scheme) {
            Some(Scheme::Basic) => {
                let _ = write!(line, " -u {}", quoted(&format!("{}:{}", access.id, access.secret)));
            }
            Some(Scheme::Bearer) => line += " -H \"Authorization: Bearer $TOKEN\"",
            Some(Scheme::ApiKey { header: name }) => header(&mut line, name, access.secret),
            None => {}
        }
        self.body(&mut line);
        let _ = write!(line, " {}", quoted(&url));
        line
    }

    /// The URL with the parameters that must be there; those that are headers
    /// go into `line`.
    fn parameters(&self, host: &str, line: &mut String) -> String {
        let mut url = format!("{host}{}", self.operation.path);
        let mut query = form_urlencoded::Serializer::new(String::new());
        for parameter in parameters(self.document, self.operation) {
            let (Some(name), true) = (parameter["name"].as_str(), parameter["required"] == true)
            else {
                continue;
            };
            let value = example(self.document, parameter).cloned();
            let value = value.unwrap_or_else(|| sample(self.document, &parameter["schema"]));
            match parameter["in"].as_str() {
                Some("path") => url = url.replace(&format!("{{{name}}}"), &segment(&text(&value))),
                Some("query") => {
                    for value in value.as_array().unwrap_or(&vec![value.clone()]) {
                        query.append_pair(name, &text(value));
                    }
                }
                Some("header") => header(line, name, &text(&value)),
                _ => {}
            }
        }
        let query = query.finish();
        if query.is_empty() { url } else { format!("{url}?{query}") }
    }

    fn body(&self, line: &mut String) {
        let body = resolve(self.document, &self.definition["requestBody"]);
        let Some((media, content)) = body["content"].as_object().and_then(|all| all.iter().next())
        else {
            return;
        };
        let value = example(self.document, content).cloned();
        let value = value.unwrap_or_else(|| sample(self.document, &content["schema"]));
        let fields: Vec<_> = value.as_object().map(pairs).unwrap_or_default();
        if media == "application/x-www-form-urlencoded" {
            for (name, value) in fields {
                let _ = write!(line, " --data-urlencode {}", quoted(&format!("{name}={value}")));
            }
        } else if media == "multipart/form-data" {
            for (name, value) in fields {
                let _ = write!(line, " --form-string {}", quoted(&format!("{name}={value}")));
            }
        } else {
            header(line, "Content-Type", media);
            let body = if media.contains("json") { value.to_string() } else { text(&value) };
            let _ = write!(line, " --data-binary {}", quoted(&body));
        }
    }
}

/// The fields of a form; a list is its name repeated.
fn pairs(object: &Map<String, Value>) -> Vec<(&str, String)> {
    let items = |value: &Value| value.as_array().cloned().unwrap_or_else(|| vec![value.clone()]);
    let pair = |(name, value)| items(value).into_iter().map(move |item| (name, text(&item)));
    object.iter().map(|(name, value)| (name.as_str(), value)).flat_map(pair).collect()
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
