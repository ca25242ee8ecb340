//! A document as a table of operations.

use std::io;
use std::sync::Arc;

use percent_encoding::percent_decode_str;
use serde_json::Value;

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
            let parameters = items(&item["parameters"]).chain(items(&definition["parameters"]));
            operations.push(Operation {
                id: definition["operationId"].as_str().unwrap_or_default().to_owned(),
                document: Arc::clone(&document),
                definition: definition.clone(),
                parameters: parameters.map(|one| resolve(&document, one).clone()).collect(),
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
    match (text("type"), text("scheme"), text("in")) {
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
    let mut allowed = Vec::new();
    for operation in operations {
        match operation.captures(path) {
            Some(captures) if operation.method == method => {
                return Route::Operation(operation, captures);
            }
            Some(_) => allowed.push(operation.method.as_str()),
            None => {}
        }
    }
    let slashed = format!("{path}/");
    // The same answer whether or not JSON objects keep their order.
    allowed.sort_unstable();
    if !allowed.is_empty() {
        Route::Methods(allowed.join(", "))
    } else if operations.iter().any(|operation| operation.captures(&slashed).is_some()) {
        Route::Slash
    } else {
        Route::Nothing
    }
}

impl Operation {
    fn captures(&self, path: &str) -> Option<Vec<(&str, String)>> {
        let mut captures = Vec::new();
        let mut segments = path.split('/');
        for wanted in self.path.split('/') {
            let found = segments.next()?;
            if wanted != found {
                let name = wanted.strip_prefix('{')?.strip_suffix('}')?;
                let text = percent_decode_str(found).decode_utf8_lossy().into_owned();
                captures.push((name, Some(text).filter(|text| !text.is_empty())?));
            }
        }
        segments.next().is_none().then_some(captures)
    }

    /// The status of success: the first that is documented.
    pub(super) fn success(&self) -> u16 {
        let documented = members(&self.definition["responses"]);
        let mut statuses = documented.filter_map(|(status, _)| status.parse().ok());
        statuses.find(|status| (200..300).contains(status)).unwrap_or(200)
    }

    /// The media type and the example that are documented for a status, its
    /// class or the rest; JSON where there are several.
    pub(super) fn example(&self, status: u16) -> Option<(&str, &Value)> {
        let responses = &self.definition["responses"];
        let class = format!("{}XX", status / 100);
        let response = [status.to_string().as_str(), &class, "default"]
            .into_iter()
            .find_map(|key| responses.get(key))?;
        let mut all: Vec<_> = members(&resolve(&self.document, response)["content"]).collect();
        all.sort_by_key(|(media, _)| !media.contains("json"));
        let (media, content) = all.first()?;
        let named = members(&content["examples"]).next();
        let named = named.map(|(_, example)| &resolve(&self.document, example)["value"]);
        let schema = resolve(&self.document, &content["schema"]);
        Some((media, content.get("example").or(named).unwrap_or(&schema["example"])))
    }
}
