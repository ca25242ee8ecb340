//! A foreign document: OpenAPI 3.0, in JSON or YAML, with the place of every node.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::base::error::Error;
use crate::base::finding::{Finding, Rule};
use crate::document::documents::{Document, Documents};
use crate::document::location::child;
use crate::document::names::nearest;
use crate::document::yaml;
use crate::model::module::METHODS;
use crate::openapi::refs::members;

const CONTRACT: Rule = Rule::dialect(
    "contract",
    "import reads OpenAPI 3.0, in JSON or YAML",
    "the path of such a document",
);
const UNKNOWN: Rule = Rule::dialect(
    "unknown-operation",
    "an operation is named by its `operationId`, or by method and path",
    "one that `cargo xtask import --list` names",
);

/// The name under which the contract is linked.
pub const NAME: &str = "contract";

/// The document, linked as the only one.
#[derive(Debug)]
pub struct Contract {
    /// For references and findings.
    pub documents: Documents,
    /// The beginning of the file's hash: the vendor does not count versions.
    pub hash: String,
    /// The day on which the file was read: `2026-11-24`.
    pub read: String,
}

/// One of its operations.
#[derive(Debug, Clone, Copy)]
pub struct Foreign<'a> {
    /// `operationId`, as the contract spells it.
    pub id: &'a str,
    /// In small letters.
    pub method: &'a str,
    /// The path template.
    pub path: &'a str,
    /// What the contract says.
    pub value: &'a Value,
}

impl Foreign<'_> {
    /// Where it stands.
    pub fn pointer(&self) -> String {
        child(&child(&format!("/{NAME}/paths"), self.path), self.method)
    }
}

impl Contract {
    /// Reads the file.
    ///
    /// # Errors
    ///
    /// It cannot be read, or is no OpenAPI 3.0.
    pub fn read(path: &Path) -> Result<Self, Error> {
        let bytes = fs::read(path).map_err(Error::io("read", path))?;
        let text = String::from_utf8_lossy(&bytes);
        let fault =
            |message: String| Error::Findings(vec![Finding::in_file(path, &CONTRACT, message)]);
        // JSON is YAML but for one thing.
        let text =
            if text.trim_start().starts_with('{') { unpaired(&text) } else { text.into_owned() };
        let (value, locations) = yaml::parse(&text)
            .map_err(|(at, why)| fault(format!("line {}, column {}: {why}", at.line, at.column)))?;
        let version = value["openapi"].as_str().unwrap_or_default();
        if !version.starts_with("3.0.") || !value["paths"].is_object() {
            let said = if version.is_empty() { "no OpenAPI document" } else { "not OpenAPI 3.0" };
            return Err(fault(said.to_owned()));
        }
        let hash: String =
            Sha256::digest(&bytes).iter().take(4).map(|byte| format!("{byte:02x}")).collect();
        let document = Document { name: NAME.to_owned(), path: path.to_owned(), value, locations };
        // In UTC; the date is the beginning of the text.
        let read = jiff::Timestamp::now().to_string().chars().take(10).collect();
        Ok(Self { documents: Documents::link(vec![document], Vec::new()), hash, read })
    }

    /// The document as it was linked.
    pub fn value(&self) -> &Value {
        &self.documents.root[NAME]
    }

    /// Every operation, in its order.
    pub fn operations(&self) -> Vec<Foreign<'_>> {
        let mut all = Vec::new();
        for (path, item) in members(&self.value()["paths"]) {
            for (method, value) in members(item).filter(|(key, _)| METHODS.contains(&key.as_str()))
            {
                let id = value["operationId"].as_str().unwrap_or_default();
                all.push(Foreign { id, method, path, value });
            }
        }
        all
    }

    /// The operations of these ids; a pair of method and path names one as well.
    ///
    /// # Errors
    ///
    /// There is none of that id.
    pub fn find(&self, ids: &[String]) -> Result<Vec<Foreign<'_>>, Error> {
        let all = self.operations();
        let mut found = Vec::new();
        let mut faults = Vec::new();
        for id in ids {
            let is = |one: &&Foreign<'_>| {
                one.id == id
                    || id.to_lowercase() == format!("{} {}", one.method, one.path).to_lowercase()
            };
            match all.iter().find(is) {
                Some(one) => found.push(*one),
                None => {
                    let near = nearest(id, all.iter().map(|one| one.id));
                    let what = format!("no operation `{id}`");
                    let finding = self.documents.finding(&UNKNOWN, &format!("/{NAME}/paths"), what);
                    faults.push(match near {
                        Some(near) => finding.write(format!("did you mean `{near}`?")),
                        None => finding,
                    });
                }
            }
        }
        if faults.is_empty() { Ok(found) } else { Err(Error::Findings(faults)) }
    }

    /// The path of the file.
    pub fn path(&self) -> PathBuf {
        self.documents.list.first().map(|document| document.path.clone()).unwrap_or_default()
    }
}

/// JSON writes a character beyond 16 bits as two escapes, which YAML does not
/// know: here it is the character itself.
fn unpaired(json: &str) -> String {
    let mut text = String::with_capacity(json.len());
    let mut rest = json;
    while let Some(at) = rest.find("\\u") {
        let unit = |from: usize| {
            let digits = rest.get(from..from + 6)?.strip_prefix("\\u")?;
            u16::from_str_radix(digits, 16).ok()
        };
        // An escaped backslash before it makes a `u` of it.
        let escaped = rest[..at].bytes().rev().take_while(|byte| *byte == b'\\').count() % 2 == 1;
        let pair = unit(at).zip(unit(at + 6)).filter(|_| !escaped);
        let pair = pair.and_then(|(high, low)| char::decode_utf16([high, low]).next()?.ok());
        match pair.filter(|c| u32::from(*c) > 0xFFFF) {
            Some(c) => {
                text.push_str(&rest[..at]);
                text.push(c);
                rest = &rest[at + 12..];
            }
            None => {
                text.push_str(&rest[..at + 2]);
                rest = &rest[at + 2..];
            }
        }
    }
    text + rest
}
