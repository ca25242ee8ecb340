//! The documents as one table of operations.

use std::io;
use std::sync::Arc;

use serde_json::Value;

use crate::openapi::media::is_json;
use crate::openapi::parameters::merged;
use crate::openapi::refs::{child, link, members, resolve_at};
use crate::openapi::sample::{example, examples, sample};
use crate::openapi::security::{Scheme, alternatives};

/// One empty page, as small as readers take it.
const PDF: &str = "%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj
trailer<</Root 1 0 R>>
%%EOF
";

/// What the names of documents that a test gives begin with. No bundled document has
/// a hyphen in its name.
pub(super) const GIVEN: &str = "document-";

/// One operation of a document.
#[derive(Clone)]
pub(super) struct Operation {
    /// Its document's name.
    document: String,
    /// Whether that document is one of the crate's own.
    pub(super) is_bundled: bool,
    pub(super) id: String,
    /// In capitals.
    pub(super) method: String,
    pub(super) path: String,
    /// Alternatives, each a list of schemes that must all be satisfied.
    pub(super) security: Vec<Vec<Scheme>>,
    /// All documents: where the pointers begin.
    pub(super) root: Arc<Value>,
    /// Pointer to the path item, and the operation's key there.
    item: (String, String),
}

/// Reads the operations of the documents, given by name and as JSON.
///
/// # Errors
///
/// A document is not JSON, or asks for a security scheme that is not known.
pub(super) fn read<'a>(
    documents: impl Iterator<Item = (String, &'a str)>,
) -> io::Result<Vec<Operation>> {
    let read = |(name, json): (String, &str)| Ok((name, serde_json::from_str(json)?));
    let documents = documents.map(read).collect::<io::Result<Vec<(String, Value)>>>()?;
    let root = Arc::new(link(documents));
    let mut operations = Vec::new();
    for (document, value) in members(&root) {
        let paths = child(&child("", document), "paths");
        for (path, _) in members(&value["paths"]) {
            let Some((at, item)) = resolve_at(&root, &child(&paths, path)) else { continue };
            for (method, operation) in members(item).filter(|(_, one)| one["responses"].is_object())
            {
                let id = operation["operationId"].as_str().unwrap_or_default();
                let schemes = alternatives(&root, document, operation).into_iter();
                let schemes = schemes.map(|all| Ok(all?.into_iter().map(|(_, one)| one).collect()));
                let security = schemes.collect::<Result<_, String>>().map_err(|why| {
                    let why = format!("the sandbox cannot play `{id}`: {why}");
                    io::Error::new(io::ErrorKind::InvalidData, why)
                })?;
                operations.push(Operation {
                    document: document.clone(),
                    is_bundled: !document.starts_with(GIVEN),
                    id: id.to_owned(),
                    method: method.to_uppercase(),
                    path: path.clone(),
                    security,
                    root: Arc::clone(&root),
                    item: (at.clone(), method.clone()),
                });
            }
        }
    }
    // A concrete path comes before one with parameters.
    operations.sort_by_key(|operation| operation.path.matches('{').count());
    Ok(operations)
}

impl Operation {
    /// Its id with its document: `auth::create_token`.
    pub(super) fn name(&self) -> String {
        format!("{}::{}", self.document, self.id)
    }

    /// Its parameters, and those of its path.
    pub(super) fn parameters(&self) -> impl Iterator<Item = &Value> {
        let (item, method) = &self.item;
        merged(&self.root, item, method).into_iter().map(|(_, parameter)| parameter)
    }

    /// The example of a parameter that is a text; empty if it has none.
    pub(super) fn example_of(&self, parameter: &str) -> String {
        let (item, method) = &self.item;
        let all = merged(&self.root, item, method).into_iter();
        let mut meant = all.filter(|(_, one)| one["name"] == parameter);
        let shown = meant.next().and_then(|(at, _)| example(&self.root, &at)?.as_str());
        shown.unwrap_or_default().to_owned()
    }

    /// What is documented of its request's body.
    pub(super) fn body(&self) -> Option<&Value> {
        self.part("requestBody").map(|(_, body)| body)
    }

    /// One of its members, and where it stands.
    fn part(&self, key: &str) -> Option<(String, &Value)> {
        let (item, method) = &self.item;
        resolve_at(&self.root, &child(&child(item, method), key))
    }

    fn statuses(&self) -> impl Iterator<Item = &String> {
        let responses = self.part("responses").map(|(_, responses)| responses);
        responses.into_iter().flat_map(members).map(|(status, _)| status)
    }

    /// The status of success: the first with an example, else the first.
    pub(super) fn success(&self) -> u16 {
        let successes = || {
            let class =
                |status: &String| if status == "2XX" { Some(200) } else { status.parse().ok() };
            self.statuses().filter_map(class).filter(|status| (200..300).contains(status))
        };
        let shown = |status: &u16| {
            self.content(*status).is_some_and(|(_, at)| example(&self.root, &at).is_some())
        };
        successes().find(shown).or_else(|| successes().next()).unwrap_or(200)
    }

    /// Of the statuses that say the same, the one that is documented by its
    /// number, or that an example of its class is named for; else the first.
    pub(super) fn error(&self, statuses: &[u16]) -> u16 {
        let named = |status: &&u16| {
            self.statuses().any(|one| *one == status.to_string())
                || self
                    .shown(**status)
                    .iter()
                    .any(|(name, _)| *name == Some(status.to_string().as_str()))
        };
        statuses.iter().find(named).or(statuses.first()).copied().unwrap_or(400)
    }

    /// What is documented for a status, its class or the rest.
    fn response(&self, status: u16) -> Option<(String, &Value)> {
        let (at, responses) = self.part("responses")?;
        let class = format!("{}XX", status / 100);
        let keys = [status.to_string(), class, "default".to_owned()];
        let key = keys.iter().find(|key| responses.get(key.as_str()).is_some())?;
        resolve_at(&self.root, &child(&at, key))
    }

    /// The media type of the answer, and where its content stands; JSON where
    /// there are several.
    fn content(&self, status: u16) -> Option<(&str, String)> {
        let (at, response) = self.response(status)?;
        let mut all: Vec<_> = members(&response["content"]).map(|(media, _)| media).collect();
        all.sort_by_key(|media| !is_json(media));
        let media = all.first()?;
        Some((media, child(&child(&at, "content"), media)))
    }

    /// The examples of the answer with this status, each with its name.
    pub(super) fn shown(&self, status: u16) -> Vec<(Option<&str>, &Value)> {
        let at = self.content(status).map(|(_, at)| at);
        let all = at.map(|at| examples(&self.root, &at)).unwrap_or_default();
        all.into_iter().map(|(_, name, value)| (name, value)).collect()
    }

    /// The media type of the answer with this status, the example that is named for
    /// it, else the first, else a value made from its schema, and that schema. Nothing
    /// where the examples are named for other statuses.
    pub(super) fn example(&self, status: u16) -> Option<(&str, Value, &Value)> {
        let (media, at) = self.content(status)?;
        let schema = &self.root.pointer(&at)?["schema"];
        let all = self.shown(status);
        let code = |name: &Option<&str>| name.and_then(|name| name.parse::<u16>().ok());
        let named = all.iter().find(|(name, _)| code(name) == Some(status));
        if named.is_none() && all.iter().any(|(name, _)| code(name).is_some()) {
            // Those are of other errors.
            return None;
        }
        let shown = named.or(all.first()).map(|(_, value)| (*value).clone());
        let shown = shown.unwrap_or_else(|| match media {
            "application/pdf" => PDF.into(),
            _ => sample(&self.root, schema),
        });
        Some((concrete(media), shown, schema))
    }

    /// The headers of the answer with this status that are documented as
    /// required or with an example.
    pub(super) fn headers(&self, status: u16) -> Vec<(&str, String)> {
        let Some((at, response)) = self.response(status) else { return Vec::new() };
        let list = child(&at, "headers");
        let headers = members(&response["headers"]).filter_map(|(name, _)| {
            let (at, header) = resolve_at(&self.root, &child(&list, name))?;
            let made =
                || (header["required"] == true).then(|| sample(&self.root, &header["schema"]));
            let value = example(&self.root, &at).cloned().or_else(made)?;
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            Some((name.as_str(), text))
        });
        headers.collect()
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
