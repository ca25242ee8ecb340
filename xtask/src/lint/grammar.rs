//! The objects of the dialect and what may stand in them, as one table; what
//! OpenAPI has beside it, and what to write instead; and the one walk over a
//! document that says which object each node is.

use serde_json::Value;

use crate::document::location::child;
use crate::openapi::refs::{items, members};

/// The objects, by the names that the specification gives them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Document,
    Info,
    Server,
    Components,
    PathItem,
    Operation,
    ExternalDocs,
    Parameter,
    RequestBody,
    MediaType,
    Response,
    Example,
    Schema,
    Discriminator,
    SecurityScheme,
}

/// What stands under a key.
#[derive(Debug, Clone, Copy)]
pub(super) enum Of {
    Any,
    Text,
    Texts,
    Flag,
    Number,
    Count,
    Word(&'static [&'static str]),
    One(Kind),
    List(Kind),
    Map(Kind),
    /// `additionalProperties`.
    FlagOr(Kind),
}

use Kind::{
    Components, Discriminator, Document, Example, ExternalDocs, Info, MediaType, Operation,
    Parameter, PathItem, RequestBody, Response, Schema, SecurityScheme, Server,
};
use Of::{Any, Count, Flag, FlagOr, List, Map, Number, One, Text, Texts, Word};

type Fields = &'static [(&'static str, Of)];

const TYPES: &[&str] = &["string", "number", "integer", "boolean", "array", "object"];
const PLACES: &[&str] = &["query", "header", "path"];
const SCHEMES: &[&str] = &["apiKey", "http", "oauth2", "openIdConnect"];

impl Kind {
    /// Its keys; `!` marks those that must be there.
    #[rustfmt::skip]
    pub(super) fn fields(self) -> Fields {
        match self {
            Document => &[
                ("openapi!", Text), ("info!", One(Info)), ("servers", List(Server)),
                ("paths!", Map(PathItem)), ("components", One(Components)), ("security", Any),
                ("externalDocs", One(ExternalDocs)), ("x-untrusted-required", Texts),
                ("x-waivers", Any), ("x-source", Any),
            ],
            Info => &[("title!", Text), ("version!", Text), ("description", Text)],
            Server => &[("url!", Text), ("description", Text)],
            Components => &[
                ("schemas", Map(Schema)), ("responses", Map(Response)),
                ("parameters", Map(Parameter)), ("securitySchemes", Map(SecurityScheme)),
            ],
            PathItem => &[
                ("get", One(Operation)), ("put", One(Operation)), ("post", One(Operation)),
                ("patch", One(Operation)), ("delete", One(Operation)),
                ("parameters", List(Parameter)),
            ],
            Operation => &[
                ("operationId!", Text), ("summary", Text), ("description", Text),
                ("externalDocs", One(ExternalDocs)), ("parameters", List(Parameter)),
                ("requestBody", One(RequestBody)), ("responses!", Map(Response)),
                ("deprecated", Flag), ("security", Any), ("x-source", Any), ("x-retry", Any),
            ],
            ExternalDocs => &[("description", Text), ("url!", Text)],
            Parameter => &[
                ("name!", Text), ("in!", Word(PLACES)), ("description", Text), ("required", Flag),
                ("deprecated", Flag), ("schema!", One(Schema)), ("example", Any),
                ("x-personal", Flag),
            ],
            RequestBody => {
                &[("description", Text), ("content!", Map(MediaType)), ("required", Flag)]
            }
            MediaType => {
                &[("schema!", One(Schema)), ("example", Any), ("examples", Map(Example))]
            }
            Response => &[("description!", Text), ("content", Map(MediaType))],
            Example => &[("summary", Text), ("description", Text), ("value!", Any)],
            Schema => &[
                ("type", Word(TYPES)), ("format", Text), ("description", Text), ("enum", Texts),
                ("properties", Map(Schema)), ("required", Texts), ("items", One(Schema)),
                ("additionalProperties", FlagOr(Schema)), ("nullable", Flag), ("allOf", List(Schema)),
                ("oneOf", List(Schema)), ("discriminator", One(Discriminator)),
                ("minimum", Number), ("maximum", Number), ("minLength", Count), ("maxLength", Count),
                ("minItems", Count), ("maxItems", Count), ("default", Any), ("example", Any),
                ("deprecated", Flag), ("x-personal", Flag), ("x-tolerant", Flag),
            ],
            Discriminator => &[("propertyName!", Text), ("mapping", Any)],
            SecurityScheme => &[
                ("type!", Word(SCHEMES)), ("description", Text), ("name", Text),
                ("in", Word(PLACES)), ("scheme", Text),
            ],
        }
    }

    /// Where under `components` it is kept; only these may be a `$ref`.
    pub(super) fn section(self) -> Option<&'static str> {
        Some(match self {
            Schema => "schemas",
            Response => "responses",
            Parameter => "parameters",
            _ => return None,
        })
    }
}

/// What to write instead of a key that OpenAPI has and the dialect leaves out.
#[rustfmt::skip]
pub(super) fn instead(kind: Kind, key: &str) -> Option<&'static str> {
    Some(match (kind, key) {
        (Schema, "anyOf") => "`oneOf` with a `discriminator`; without one no `type` at all, which is any JSON",
        (Schema, "not") => "nothing; say it in the description",
        (Schema, "title") => "a name under components.schemas",
        (Schema, "readOnly" | "writeOnly") => "two schemas, one of what is sent and one of what is received",
        (Schema, "pattern" | "uniqueItems" | "multipleOf" | "exclusiveMinimum" | "exclusiveMaximum"
            | "minProperties" | "maxProperties") => "nothing; say it in the description",
        (Schema, "xml" | "externalDocs") => "nothing; a link can stand in the description",
        (Parameter, "style" | "explode" | "allowReserved" | "allowEmptyValue") => {
            "nothing: a query has `name=value`, once for each item of a list"
        }
        (Parameter, "content") => "`schema:`, of text if the caller writes the notation",
        (Parameter, "examples") => "`example:`",
        (MediaType, "encoding") => "nothing: a form has `name=value`, once for each item of a list",
        (Response, "headers" | "links") => "nothing; say it in the description",
        (Document, "tags") | (Operation, "tags" | "callbacks") => "nothing; one document is one resource",
        (Document | PathItem | Operation, "servers") | (Server, "variables") => {
            "a document of its own for what another host serves"
        }
        (PathItem, "$ref") => "the operations themselves",
        (PathItem, "summary" | "description") => "`summary` and `description` of each operation",
        (PathItem, "head" | "options" | "trace") => "nothing; no method is made of it",
        (Components, "examples" | "requestBodies" | "headers" | "links" | "callbacks") => {
            "the object itself where it is used"
        }
        (Info, "contact" | "license" | "termsOfService") => "nothing; a link can stand in the description",
        (SecurityScheme, "flows" | "openIdConnectUrl" | "bearerFormat") => {
            "`type: http` and `scheme: bearer`: the SDK sends a token that it is given"
        }
        (Example, "externalValue") => "`value:`",
        _ => return None,
    })
}

/// One object of a document.
#[derive(Debug, Clone)]
pub(super) struct Node<'a> {
    pub(super) kind: Kind,
    /// JSON pointer.
    pub(super) at: String,
    pub(super) value: &'a Value,
    /// The pointer of the object around it is the key of this one's place: `properties`.
    pub(super) within: &'static str,
}

impl Node<'_> {
    /// Its `$ref`, if it is one.
    pub(super) fn reference(&self) -> Option<&str> {
        self.kind.section().and_then(|_| self.value.get("$ref")).and_then(Value::as_str)
    }
}

/// Every object of the document at `at`, parents before children.
pub(super) fn walk<'a>(at: String, root: &'a Value) -> Vec<Node<'a>> {
    let mut nodes = vec![Node { kind: Document, at, value: root, within: "" }];
    let mut next = 0;
    while let Some(node) = nodes.get(next).cloned() {
        next += 1;
        if node.reference().is_some() {
            continue;
        }
        for (key, of) in node.kind.fields() {
            let within = key.trim_end_matches('!');
            let Some(inner) = node.value.get(within) else { continue };
            let at = child(&node.at, within);
            match *of {
                One(kind) => nodes.push(Node { kind, at, value: inner, within }),
                FlagOr(kind) if !inner.is_boolean() => {
                    nodes.push(Node { kind, at, value: inner, within });
                }
                List(kind) => nodes.extend(items(inner).enumerate().map(|(index, value)| Node {
                    kind,
                    at: child(&at, &index.to_string()),
                    value,
                    within,
                })),
                Map(kind) => nodes.extend(members(inner).map(|(key, value)| Node {
                    kind,
                    at: child(&at, key),
                    value,
                    within,
                })),
                _ => {}
            }
        }
    }
    nodes
}
