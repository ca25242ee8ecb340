//! A document as a table of operations.

use std::io;
use std::sync::Arc;

use percent_encoding::percent_decode_str;
use serde_json::Value;

use super::sample::{PDF, sample};
use super::schema::{items, members, resolve};

/// What an operation asks of its caller.
pub(super) enum Scheme {
    Basic,
    Bearer,
    /// A key in the header of this name.
    ApiKey(String),
}

/// One operation of a document.
pub(super) struct Operation {
    pub(super) id: String,
    pub(super) document: Arc<Value>,
    pub(super) definition: Value,
    /// Its parameters and those of its path.
    pub(super) parameters: Vec<Value>,
    /// Alternatives, each a list of schemes that must all be satisfied.
    pub(super) security: Vec<Vec<Scheme>>,
    method: String,
    path: String,
}

/// What method and path lead to.
pub(super) enum Route<'a> {
    /// The operation, and its path parameters: names and values.
    Operation(&'a Operation, Vec<(&'a str, String)>),
    /// The path has these methods only.
    Methods(String),
    /// The path exists with a slash at its end.
    Slash,
    Nothing,
}

/// Reads the operations of one document.
pub(super) fn read(json: &str) -> io::Result<Vec<Operation>> {
    let document: Arc<Value> = Arc::new(serde_json::from_str(json)?);
    let mut operations = Vec::new();
    for (path, item) in members(&document["paths"]) {
        for (method, definition) in members(item).filter(|(_, one)| one["responses"].is_object()) {
            let mut parameters: Vec<Value> = Vec::new();
            for one in items(&item["parameters"]).chain(items(&definition["parameters"])) {
                let one = resolve(&document, one);
                // The operation's own takes the place of the path's.
                parameters.retain(|other| ["in", "name"].iter().any(|key| other[key] != one[key]));
                parameters.push(one.clone());
            }
            operations.push(Operation {
                id: definition["operationId"].as_str().unwrap_or_default().to_owned(),
                document: Arc::clone(&document),
                definition: definition.clone(),
                parameters,
                security: items(definition.get("security").unwrap_or(&document["security"]))
                    .map(|all| members(all).map(|(name, _)| scheme(&document, name)).collect())
                    .collect::<io::Result<_>>()?,
                method: method.to_uppercase(),
                path: path.clone(),
            });
        }
    }
    // A concrete path comes before one with parameters.
    operations.sort_by_key(|operation| operation.path.matches('{').count());
    Ok(operations)
}

fn scheme(document: &Value, name: &str) -> io::Result<Scheme> {
    let scheme = resolve(document, &document["components"]["securitySchemes"][name]);
    let text = |member: &str| scheme[member].as_str().unwrap_or_default();
    // The name of an HTTP scheme is written in any case.
    match (text("type"), text("scheme").to_ascii_lowercase().as_str(), text("in")) {
        ("http", "basic", _) => Ok(Scheme::Basic),
        ("http", "bearer", _) => Ok(Scheme::Bearer),
        ("apiKey", _, "header") => Ok(Scheme::ApiKey(text("name").to_owned())),
        _ => Err(io::Error::new(
            io::ErrorKind::InvalidData,
            format!("the sandbox cannot play the security scheme `{name}`"),
        )),
    }
}

/// Finds the operation for a method and a path.
pub(super) fn route<'a>(operations: &'a [Operation], method: &str, path: &str) -> Route<'a> {
    // The first template that fits is the path, whatever its methods are.
    let Some(first) = operations.iter().find(|one| captures(&one.path, path).is_some()) else {
        let slashed = format!("{path}/");
        let exists = operations.iter().any(|one| captures(&one.path, &slashed).is_some());
        return if exists { Route::Slash } else { Route::Nothing };
    };
    let mut allowed = Vec::new();
    for operation in operations.iter().filter(|one| one.path == first.path) {
        if operation.method == method {
            let captures = captures(&operation.path, path).unwrap_or_default();
            return Route::Operation(operation, captures);
        }
        allowed.push(operation.method.as_str());
    }
    // The same answer whether or not JSON objects keep their order.
    allowed.sort_unstable();
    Route::Methods(allowed.join(", "))
}

/// The parameters of a path, if it fits the template.
fn captures<'a>(template: &'a str, path: &str) -> Option<Vec<(&'a str, String)>> {
    let mut captures = Vec::new();
    let mut segments = path.split('/');
    for wanted in template.split('/') {
        segment(wanted, segments.next()?, &mut captures)?;
    }
    segments.next().is_none().then_some(captures)
}

/// One segment: `decision`, `{id}` or `{name}.{kind}`.
fn segment<'a>(
    mut wanted: &'a str,
    mut found: &str,
    captures: &mut Vec<(&'a str, String)>,
) -> Option<()> {
    while let Some((before, rest)) = wanted.split_once('{') {
        let (name, after) = rest.split_once('}')?;
        found = found.strip_prefix(before)?;
        let next = after.split('{').next().unwrap_or_default();
        let end = if next.is_empty() { found.len() } else { found.rfind(next)? };
        let (text, left) = found.split_at_checked(end)?;
        let text = percent_decode_str(text).decode_utf8_lossy().into_owned();
        captures.push((name, Some(text).filter(|text| !text.is_empty())?));
        (wanted, found) = (after, left);
    }
    (wanted == found).then_some(())
}

impl Operation {
    /// The status of success: the first with an example, else the first.
    pub(super) fn success(&self) -> u16 {
        let statuses = || {
            let documented = members(&self.definition["responses"]);
            let class =
                |status: &str| if status == "2XX" { Some(200) } else { status.parse().ok() };
            let statuses = documented.filter_map(move |(status, _)| class(status));
            statuses.filter(|status| (200..300).contains(status))
        };
        let shown = |status: &u16| {
            let content = self.content(*status);
            content.is_some_and(|(_, content)| self.example_of(content).is_some())
        };
        statuses().find(shown).or_else(|| statuses().next()).unwrap_or(200)
    }

    /// Of the statuses that say the same, the one that is documented by its
    /// number, else the first.
    pub(super) fn error(&self, statuses: &[u16]) -> u16 {
        let responses = &self.definition["responses"];
        let named = |status: &&u16| responses.get(status.to_string()).is_some();
        statuses.iter().find(named).or(statuses.first()).copied().unwrap_or(400)
    }

    /// What is documented for a status, its class or the rest.
    fn response(&self, status: u16) -> Option<&Value> {
        let responses = &self.definition["responses"];
        let class = format!("{}XX", status / 100);
        let keys = [status.to_string(), class, "default".to_owned()];
        let response = keys.iter().find_map(|key| responses.get(key))?;
        Some(resolve(&self.document, response))
    }

    /// Its media type and content; JSON where there are several.
    fn content(&self, status: u16) -> Option<(&str, &Value)> {
        let mut all: Vec<_> = members(&self.response(status)?["content"]).collect();
        all.sort_by_key(|(media, _)| !media.contains("json"));
        all.first().map(|(media, content)| (media.as_str(), *content))
    }

    /// The first example of a response's content or of a header.
    fn example_of<'a>(&'a self, owner: &'a Value) -> Option<&'a Value> {
        let named = members(&owner["examples"]).next();
        let named = named.and_then(|(_, one)| resolve(&self.document, one).get("value"));
        let schema = resolve(&self.document, &owner["schema"]);
        owner.get("example").or(named).or_else(|| schema.get("example"))
    }

    /// The media type of the answer with this status, its example or else a
    /// value made from its schema, and that schema.
    pub(super) fn example(&self, status: u16) -> Option<(&str, Value, &Value)> {
        let (media, content) = self.content(status)?;
        let schema = &content["schema"];
        let example = self.example_of(content).cloned();
        let example = example.unwrap_or_else(|| match media {
            "application/pdf" => PDF.into(),
            _ => sample(&self.document, schema),
        });
        Some((concrete(media), example, schema))
    }

    /// The headers of the answer with this status that are documented as
    /// required or with an example.
    pub(super) fn headers(&self, status: u16) -> impl Iterator<Item = (&String, String)> {
        let response = self.response(status).unwrap_or(&Value::Null);
        members(&response["headers"]).filter_map(|(name, header)| {
            let header = resolve(&self.document, header);
            let example = self.example_of(header).cloned();
            let required = header["required"] == true;
            let made = || required.then(|| sample(&self.document, &header["schema"]));
            let value = example.or_else(made)?;
            Some((name, value.as_str().map_or_else(|| value.to_string(), str::to_owned)))
        })
    }
}

/// A media type that can be sent, for one with a wildcard.
fn concrete(media: &str) -> &str {
    match media {
        "image/*" => "image/png",
        "text/*" => "text/plain",
        media if media.ends_with("/*") => "application/octet-stream",
        media => media,
    }
}
