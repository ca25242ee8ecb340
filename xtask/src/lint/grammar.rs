//! The objects of OpenAPI 3.0.3 and what may stand in them, as one table; and
//! the one walk over a document that says which object each node is.

use serde_json::Value;

use crate::document::child;

/// The objects by the names that the specification gives them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Document,
    Info,
    Contact,
    License,
    Server,
    ServerVariable,
    Components,
    PathItem,
    Operation,
    ExternalDocs,
    Parameter,
    RequestBody,
    MediaType,
    Encoding,
    Response,
    Callback,
    Example,
    Link,
    Header,
    Tag,
    Schema,
    Discriminator,
    Xml,
    SecurityScheme,
    Flows,
    Flow,
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
    Callback, Components, Contact, Discriminator, Document, Encoding, Example, ExternalDocs, Flow,
    Flows, Header, Info, License, Link, MediaType, Operation, Parameter, PathItem, RequestBody,
    Response, Schema, SecurityScheme, Server, ServerVariable, Tag, Xml,
};
use Of::{Any, Count, Flag, FlagOr, List, Map, Number, One, Text, Texts, Word};

type Fields = &'static [(&'static str, Of)];

/// The types of a schema.
pub(super) const TYPES: &[&str] = &["string", "number", "integer", "boolean", "array", "object"];
const STYLES: &[&str] =
    &["matrix", "label", "form", "simple", "spaceDelimited", "pipeDelimited", "deepObject"];
const PLACES: &[&str] = &["query", "header", "path", "cookie"];
const SCHEMES: &[&str] = &["apiKey", "http", "oauth2", "openIdConnect"];

impl Kind {
    /// Its keys; `!` marks those that must be there.
    #[rustfmt::skip]
    pub(super) fn fields(self) -> Fields {
        match self {
            Document => &[
                ("openapi!", Text), ("info!", One(Info)), ("servers", List(Server)),
                ("paths!", Map(PathItem)), ("components", One(Components)), ("security", Any),
                ("tags", List(Tag)), ("externalDocs", One(ExternalDocs)),
            ],
            Info => &[
                ("title!", Text), ("description", Text), ("termsOfService", Text),
                ("contact", One(Contact)), ("license", One(License)), ("version!", Text),
            ],
            Contact => &[("name", Text), ("url", Text), ("email", Text)],
            License => &[("name!", Text), ("url", Text)],
            Server => &[("url!", Text), ("description", Text), ("variables", Map(ServerVariable))],
            ServerVariable => &[("enum", Texts), ("default!", Text), ("description", Text)],
            Components => &[
                ("schemas", Map(Schema)), ("responses", Map(Response)),
                ("parameters", Map(Parameter)), ("examples", Map(Example)),
                ("requestBodies", Map(RequestBody)), ("headers", Map(Header)),
                ("securitySchemes", Map(SecurityScheme)), ("links", Map(Link)),
                ("callbacks", Map(Callback)),
            ],
            PathItem => &[
                ("summary", Text), ("description", Text), ("get", One(Operation)),
                ("put", One(Operation)), ("post", One(Operation)), ("delete", One(Operation)),
                ("options", One(Operation)), ("head", One(Operation)), ("patch", One(Operation)),
                ("trace", One(Operation)), ("servers", List(Server)),
                ("parameters", List(Parameter)),
            ],
            Operation => &[
                ("tags", Texts), ("summary", Text), ("description", Text),
                ("externalDocs", One(ExternalDocs)), ("operationId", Text),
                ("parameters", List(Parameter)), ("requestBody", One(RequestBody)),
                ("responses!", Map(Response)), ("callbacks", Map(Callback)), ("deprecated", Flag),
                ("security", Any), ("servers", List(Server)),
            ],
            ExternalDocs => &[("description", Text), ("url!", Text)],
            Parameter => &[
                ("name!", Text), ("in!", Word(PLACES)), ("description", Text), ("required", Flag),
                ("deprecated", Flag), ("allowEmptyValue", Flag), ("style", Word(STYLES)),
                ("explode", Flag), ("allowReserved", Flag), ("schema", One(Schema)),
                ("example", Any), ("examples", Map(Example)), ("content", Map(MediaType)),
            ],
            Header => &[
                ("description", Text), ("required", Flag), ("deprecated", Flag),
                ("allowEmptyValue", Flag), ("style", Word(STYLES)), ("explode", Flag),
                ("allowReserved", Flag), ("schema", One(Schema)), ("example", Any),
                ("examples", Map(Example)), ("content", Map(MediaType)),
            ],
            RequestBody => {
                &[("description", Text), ("content!", Map(MediaType)), ("required", Flag)]
            }
            MediaType => &[
                ("schema", One(Schema)), ("example", Any), ("examples", Map(Example)),
                ("encoding", Map(Encoding)),
            ],
            Encoding => &[
                ("contentType", Text), ("headers", Map(Header)), ("style", Word(STYLES)),
                ("explode", Flag), ("allowReserved", Flag),
            ],
            Response => &[
                ("description!", Text), ("headers", Map(Header)), ("content", Map(MediaType)),
                ("links", Map(Link)),
            ],
            // Its keys are expressions; no code comes of it.
            Callback => &[],
            Example => {
                &[("summary", Text), ("description", Text), ("value", Any), ("externalValue", Text)]
            }
            Link => &[
                ("operationRef", Text), ("operationId", Text), ("parameters", Any),
                ("requestBody", Any), ("description", Text), ("server", One(Server)),
            ],
            Tag => &[("name!", Text), ("description", Text), ("externalDocs", One(ExternalDocs))],
            Schema => &[
                ("title", Text), ("multipleOf", Number), ("maximum", Number),
                ("exclusiveMaximum", Flag), ("minimum", Number), ("exclusiveMinimum", Flag),
                ("maxLength", Count), ("minLength", Count), ("pattern", Text), ("maxItems", Count),
                ("minItems", Count), ("uniqueItems", Flag), ("maxProperties", Count),
                ("minProperties", Count), ("required", Texts), ("enum", Any), ("type", Word(TYPES)),
                ("allOf", List(Schema)), ("oneOf", List(Schema)), ("anyOf", List(Schema)),
                ("not", One(Schema)), ("items", One(Schema)), ("properties", Map(Schema)),
                ("additionalProperties", FlagOr(Schema)), ("description", Text), ("format", Text),
                ("default", Any), ("nullable", Flag), ("discriminator", One(Discriminator)),
                ("readOnly", Flag), ("writeOnly", Flag), ("xml", One(Xml)),
                ("externalDocs", One(ExternalDocs)), ("example", Any), ("deprecated", Flag),
            ],
            Discriminator => &[("propertyName!", Text), ("mapping", Any)],
            Xml => &[
                ("name", Text), ("namespace", Text), ("prefix", Text), ("attribute", Flag),
                ("wrapped", Flag),
            ],
            SecurityScheme => &[
                ("type!", Word(SCHEMES)), ("description", Text), ("name", Text),
                ("in", Word(PLACES)), ("scheme", Text), ("bearerFormat", Text),
                ("flows", One(Flows)), ("openIdConnectUrl", Text),
            ],
            Flows => &[
                ("implicit", One(Flow)), ("password", One(Flow)), ("clientCredentials", One(Flow)),
                ("authorizationCode", One(Flow)),
            ],
            Flow => &[
                ("authorizationUrl", Text), ("tokenUrl", Text), ("refreshUrl", Text),
                ("scopes!", Any),
            ],
        }
    }

    /// Where under `components` it is kept; only these may be a `$ref`.
    pub(super) fn section(self) -> Option<&'static str> {
        Some(match self {
            Schema => "schemas",
            Response => "responses",
            Parameter => "parameters",
            Example => "examples",
            RequestBody => "requestBodies",
            Header => "headers",
            SecurityScheme => "securitySchemes",
            Link => "links",
            Callback => "callbacks",
            _ => return None,
        })
    }
}

/// One object of the document.
#[derive(Debug, Clone)]
pub(super) struct Node<'a> {
    pub(super) kind: Kind,
    /// JSON pointer.
    pub(super) at: String,
    pub(super) value: &'a Value,
}

/// The `$ref` of the node, if it is one. A property may have that name, too.
pub(super) fn reference(value: &Value) -> Option<&str> {
    value.get("$ref").and_then(Value::as_str)
}

/// Every object of the document, parents before children.
pub(super) fn walk(root: &Value) -> Vec<Node<'_>> {
    let mut nodes = vec![Node { kind: Document, at: String::new(), value: root }];
    let mut next = 0;
    while let Some(Node { kind, at, value }) = nodes.get(next).cloned() {
        next += 1;
        if reference(value).is_some() && kind.section().is_some() {
            continue;
        }
        for (key, of) in kind.fields() {
            let key = key.trim_end_matches('!');
            let Some(inner) = value.get(key) else { continue };
            let at = child(&at, key);
            match *of {
                One(kind) => nodes.push(Node { kind, at, value: inner }),
                FlagOr(kind) if !inner.is_boolean() => nodes.push(Node { kind, at, value: inner }),
                List(kind) => {
                    for (index, value) in inner.as_array().into_iter().flatten().enumerate() {
                        nodes.push(Node { kind, at: child(&at, &index.to_string()), value });
                    }
                }
                Map(kind) => {
                    let extensible = matches!(kind, PathItem | Response);
                    for (key, value) in inner.as_object().into_iter().flatten() {
                        if !(extensible && key.starts_with("x-")) {
                            nodes.push(Node { kind, at: child(&at, key), value });
                        }
                    }
                }
                _ => {}
            }
        }
    }
    nodes
}
