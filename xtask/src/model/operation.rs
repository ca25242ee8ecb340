//! One operation, with what it sends, what it gets, and what is shown of both.

use serde_json::Value;

use crate::document::location::child;
use crate::openapi::refs::{members, resolve, resolve_at};
use crate::openapi::security::{Scheme, alternatives};
use crate::openapi::{media, parameters, sample};

/// The header of the key that a client has for all calls.
const API_KEY: &str = "x-api-key";

/// An operation, its references followed.
#[derive(Debug)]
pub struct Operation<'a> {
    /// The document.
    pub module: &'a str,
    /// `operationId`, which is the method's name in Rust.
    pub id: &'a str,
    /// The HTTP method in capitals.
    pub method: String,
    /// The path template.
    pub path: &'a str,
    /// Where it stands.
    pub pointer: String,
    /// What the author wrote.
    pub value: &'a Value,
    /// The ways to authenticate: the names and kinds of schemes that go together
    /// (none for a public call), or why the SDK cannot send them.
    pub security: Vec<Result<Vec<(String, Scheme)>, String>>,
    /// Its own parameters, and those of its path.
    pub parameters: Vec<Parameter<'a>>,
    /// What it sends.
    pub body: Option<Body<'a>>,
    /// What it gets.
    pub answers: Vec<Answer<'a>>,
}

/// A parameter, its own or of its path.
#[derive(Debug)]
pub struct Parameter<'a> {
    /// Where it really stands.
    pub pointer: String,
    /// The whole of it.
    pub value: &'a Value,
    /// Its name on the wire.
    pub name: &'a str,
    /// `path`, `query`, `header`.
    pub place: &'a str,
    /// Whether the call needs it.
    pub required: bool,
}

/// The body of a request.
#[derive(Debug)]
pub struct Body<'a> {
    /// Where it really stands.
    pub pointer: String,
    /// Whether the call needs it.
    pub required: bool,
    /// One media type, in the dialect.
    pub content: Vec<Content<'a>>,
}

/// An answer.
#[derive(Debug)]
pub struct Answer<'a> {
    /// Its key: `200`, `4XX`.
    pub code: &'a str,
    /// Where it really stands.
    pub pointer: String,
    /// One media type, in the dialect, or none.
    pub content: Vec<Content<'a>>,
}

/// A media type and its schema.
#[derive(Debug)]
pub struct Content<'a> {
    /// The media type.
    pub media: &'a str,
    /// Where it stands.
    pub pointer: String,
    /// Schema and examples.
    pub value: &'a Value,
}

/// What a successful call gives.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Success<'a> {
    /// JSON of this schema.
    Json(&'a Value),
    /// A body of another media type, as it comes.
    Stream,
    /// No body.
    Nothing,
}

/// One example of a body.
#[derive(Debug)]
pub struct Example<'a> {
    /// The key of the answer that it shows, `200` or `4XX`; none for a request.
    pub code: Option<&'a str>,
    /// Its name, where the document gives several.
    pub name: Option<&'a str>,
    /// The body.
    pub value: &'a Value,
}

impl<'a> Operation<'a> {
    /// What `value` says, which stands at `method` of the path item at `item`.
    pub fn of(
        root: &'a Value,
        module: &'a str,
        path: &'a str,
        item: &str,
        method: &str,
        value: &'a Value,
    ) -> Self {
        let pointer = child(item, method);
        let parameters = parameters::merged(root, item, method).into_iter();
        let body = value.get("requestBody").map(|_| child(&pointer, "requestBody"));
        let body = body.and_then(|at| resolve_at(root, &at)).map(|(pointer, body)| Body {
            required: body["required"] == true,
            content: contents(&pointer, body),
            pointer,
        });
        let responses = child(&pointer, "responses");
        let answers = members(&value["responses"]).filter_map(|(code, _)| {
            let (pointer, answer) = resolve_at(root, &child(&responses, code))?;
            Some(Answer { code, content: contents(&pointer, answer), pointer })
        });
        Self {
            module,
            id: value["operationId"].as_str().unwrap_or_default(),
            method: method.to_uppercase(),
            path,
            value,
            security: alternatives(root, module, value),
            parameters: parameters.map(|(pointer, value)| Parameter::of(pointer, value)).collect(),
            body,
            answers: answers.collect(),
            pointer,
        }
    }

    /// A text of the operation, or an empty one.
    pub fn text(&self, pointer: &str) -> &'a str {
        self.value.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
    }

    /// The vendor's page.
    pub fn docs(&self) -> &'a str {
        let own = self.text("/externalDocs/url");
        if own.is_empty() { self.text("/x-source/page") } else { own }
    }

    /// Whether its use is discouraged.
    pub fn is_deprecated(&self) -> bool {
        self.value["deprecated"] == true
    }

    /// The answers of success.
    pub fn successes(&self) -> impl Iterator<Item = &Answer<'a>> {
        self.answers.iter().filter(|answer| answer.is_success())
    }

    /// What its answers of success have in common.
    pub fn success(&self) -> Success<'a> {
        self.successes().next().map_or(Success::Nothing, Answer::shape)
    }

    /// Each way to authenticate that the SDK can send: a scheme by its name.
    pub fn schemes(&self) -> impl Iterator<Item = &(String, Scheme)> {
        self.security.iter().flatten().flatten()
    }

    /// The credential that is an argument of the call: the name of its scheme, and
    /// its header. It belongs to this one call, such as the token of a session,
    /// and goes instead of those that the client has.
    pub fn credential(&self) -> Option<(&str, &str)> {
        self.schemes().find_map(|(name, scheme)| match scheme {
            Scheme::ApiKey(header) if header != API_KEY => Some((name.as_str(), header.as_str())),
            _ => None,
        })
    }

    /// The schema of its rows and the usual number of them on a page, if it is a list
    /// that comes in pages: it reads by `limit` and `offset`, and answers `results`
    /// and `next`.
    pub fn rows(&self, root: &'a Value) -> Option<(&'a Value, u64)> {
        let in_query = |name: &str| {
            let mut all = self.parameters.iter();
            all.find(|parameter| parameter.place == "query" && parameter.name == name)
        };
        let (limit, _) = (in_query("limit")?, in_query("offset")?);
        let Success::Json(schema) = self.success() else { return None };
        let properties = &resolve(root, schema)["properties"];
        let rows = properties["results"].get("items")?;
        let is_list = self.method == "GET" && properties.get("next").is_some();
        let usual = limit.value["schema"]["default"].as_u64()?;
        is_list.then_some((rows, usual))
    }

    /// The lists of its JSON body that must hold something: `minItems`.
    pub fn lists_that_hold_something(&self, root: &'a Value) -> Vec<&'a str> {
        let contents = self.body.iter().flat_map(|body| &body.content);
        let json = contents.filter(|content| media::is_json(content.media));
        let properties = json
            .flat_map(|content| members(&resolve(root, &content.value["schema"])["properties"]));
        let lists = properties.filter(|(_, list)| list["minItems"].as_u64() > Some(0));
        lists.map(|(name, _)| name.as_str()).collect()
    }

    /// Every example: of the request, then of each answer.
    pub fn examples(&self, root: &'a Value) -> Vec<Example<'a>> {
        let body = self.body.iter().flat_map(|body| &body.content).map(|content| (None, content));
        let answers = self.answers.iter().flat_map(|answer| {
            answer.content.iter().map(move |content| (Some(answer.code), content))
        });
        let all = body.chain(answers).flat_map(|(code, content)| {
            let examples = sample::examples(root, &content.pointer).into_iter();
            examples.map(move |(_, name, value)| Example { code, name, value })
        });
        all.collect()
    }
}

impl<'a> Parameter<'a> {
    fn of(pointer: String, value: &'a Value) -> Self {
        Self {
            pointer,
            name: value["name"].as_str().unwrap_or_default(),
            place: value["in"].as_str().unwrap_or_default(),
            required: value["required"] == true,
            value,
        }
    }
}

impl<'a> Answer<'a> {
    /// Whether the code is one of success.
    pub fn is_success(&self) -> bool {
        self.code.starts_with('2')
    }

    /// What it holds.
    pub fn shape(&self) -> Success<'a> {
        match self.content.first() {
            None => Success::Nothing,
            Some(content) if media::is_json(content.media) => {
                Success::Json(&content.value["schema"])
            }
            Some(_) => Success::Stream,
        }
    }
}

fn contents<'a>(pointer: &str, owner: &'a Value) -> Vec<Content<'a>> {
    let at = child(pointer, "content");
    members(&owner["content"])
        .map(|(media, value)| Content { media, pointer: child(&at, media), value })
        .collect()
}
