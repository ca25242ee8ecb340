//! What a document promises about its calls, in the form that the later steps use.

use std::fmt;

/// The calls of one host.
#[derive(Debug, Clone)]
pub struct Contract {
    /// The one server's URL, without a trailing slash.
    pub base_url: String,
    /// Every operation, in the order of the document.
    pub operations: Vec<Operation>,
}

/// One call.
#[derive(Debug, Clone)]
pub struct Operation {
    /// `operationId`, which is also the method's name in Rust.
    pub id: String,
    /// The HTTP method in capitals.
    pub method: String,
    /// The path template.
    pub path: String,
    /// The alternatives that the call accepts; none for a public call.
    pub security: Vec<Security>,
    /// The vendor's page.
    pub docs: String,
    /// The date as printed on that page, if the author noted one (`x-source.printed`).
    pub printed: Option<String>,
    /// JSON pointer to the operation.
    pub pointer: String,
}

impl Operation {
    /// The lines that tell a reader of the generated docs how the call
    /// authenticates and where it is documented.
    pub fn doc_lines(&self) -> [String; 2] {
        let schemes: Vec<_> = self.security.iter().map(Security::to_string).collect();
        let authorization = match schemes.as_slice() {
            [] => "none".to_owned(),
            some => some.join(", or "),
        };
        let printed = match &self.printed {
            Some(date) => format!(" (as printed {date})"),
            None => String::new(),
        };
        [format!("Authorization: {authorization}."), format!("Source: <{}>{printed}.", self.docs)]
    }
}

/// A security scheme by the name that the document gives it.
#[derive(Debug, Clone)]
pub struct Security {
    /// The key under `components.securitySchemes`.
    pub name: String,
    /// How it goes over the wire.
    pub scheme: Scheme,
}

/// The ways to authenticate that the runtime knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scheme {
    /// `Authorization: Basic …`
    Basic,
    /// `Authorization: Bearer …`
    Bearer,
    /// A header of its own.
    ApiKey {
        /// The header's name.
        header: String,
    },
}

impl fmt::Display for Security {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = &self.name;
        match &self.scheme {
            Scheme::Basic => write!(f, "Basic (`{name}`)"),
            Scheme::Bearer => write!(f, "Bearer (`{name}`)"),
            Scheme::ApiKey { header } => write!(f, "API key in the header `{header}` (`{name}`)"),
        }
    }
}
