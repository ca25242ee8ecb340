//! Everything that can be known to be wrong with a document before code is made of it.
//!
//! | module | what it asks |
//! | --- | --- |
//! | `grammar` | nothing; it is the table of OpenAPI's objects and the walk over a document |
//! | `keys` | known keys, values of the right type, nothing missing |
//! | `refs` | that each `$ref` arrives, at an object of the right kind, without a circle |
//! | `paths` | templates and their parameters, ids, answers |
//! | `declared` | that security schemes and tags are declared, and can be sent |
//! | `schemas` | schemas that something can satisfy |
//! | `examples`, `conform` | examples and defaults that keep to their schema |
//! | `ours` | what this workspace asks of its own documents |
//! | `waivers` | nothing; they take findings away |
//!
//! What the generator cannot take as it stands is the business of `lower`, which
//! rewrites it or finds it; `all` asks both.

mod conform;
mod declared;
mod examples;
mod grammar;
mod keys;
mod ours;
mod paths;
mod refs;
mod schemas;
mod waivers;

use serde_json::Value;

use crate::document::Document;
use crate::error::Finding;
use crate::render::without_panic;
use grammar::{Kind, Node};

/// Who asks for a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Level {
    /// The generator: no code, or wrong code, would come of it.
    Generator,
    /// OpenAPI; the code would be right all the same.
    OpenApi,
    /// This workspace, of its own documents.
    Ours,
}

/// What may be found, and what a person needs to know about it.
struct Rule {
    name: &'static str,
    level: Level,
    why: &'static str,
    write: &'static str,
}

/// The document, taken apart once for all rules.
struct Subject<'a> {
    document: &'a Document,
    nodes: Vec<Node<'a>>,
}

impl<'a> Subject<'a> {
    fn root(&self) -> &'a Value {
        &self.document.value
    }

    /// The nodes of one kind that are not a `$ref`.
    fn each(&self, kind: Kind) -> impl Iterator<Item = &Node<'a>> {
        self.nodes
            .iter()
            .filter(move |node| node.kind == kind && grammar::reference(node.value).is_none())
    }
}

/// What was found so far.
struct Report<'a> {
    document: &'a Document,
    findings: Vec<Finding>,
}

impl Report<'_> {
    fn find(&mut self, rule: &Rule, at: &str, what: impl Into<String>) {
        self.advise(rule, at, what, rule.write);
    }

    /// With the very words to write, where the rule knows them.
    fn advise(&mut self, rule: &Rule, at: &str, what: impl Into<String>, write: impl Into<String>) {
        let stops = rule.level == Level::Generator || self.document.ours;
        if rule.level == Level::Ours && !self.document.ours {
            return;
        }
        let finding = self.document.finding(at, what).rule(rule.name).why(rule.why).write(write);
        let waivable = rule.level != Level::Generator;
        self.findings.push(Finding { stops, waivable, ..finding });
    }
}

type Check = fn(&Subject<'_>, &mut Report<'_>);

const CHECKS: &[(&str, Check)] = &[
    ("keys", keys::check),
    ("refs", refs::check),
    ("paths", paths::check),
    ("declared", declared::check),
    ("schemas", schemas::check),
    ("examples", examples::check),
    ("ours", ours::check),
];

/// Everything that is wrong with the document, in the order of its lines.
///
/// A finding that `stops` keeps code from being made; the others are OpenAPI's
/// word against a document that is not ours.
pub fn lint(document: &Document) -> Vec<Finding> {
    let subject = Subject { document, nodes: grammar::walk(&document.value) };
    let mut report = Report { document, findings: Vec::new() };
    for (name, check) in CHECKS {
        if without_panic(|| check(&subject, &mut report)).is_none() {
            let message = format!("the rules of `lint::{name}` broke on this document; mend them");
            report.findings.push(document.finding("", message).rule("lint"));
        }
    }
    waivers::apply(&subject, &mut report);
    report.findings.sort();
    report.findings.dedup();
    report.findings
}

/// [`lint`], and where nothing stops it what the steps after it find.
pub fn all(document: &Document) -> Vec<Finding> {
    let mut findings = lint(document);
    if !findings.iter().any(|finding| finding.stops) {
        findings.extend(crate::generate::module(document).err().into_iter().flatten());
    }
    findings
}

/// How many operations the rules were asked of.
pub fn operations(document: &Document) -> usize {
    paths::calls(&document.value).len()
}
