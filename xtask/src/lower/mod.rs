//! Where the Rust types are made more tolerant than the document says.
//!
//! The document says what the vendor says; a rule here makes the types survive
//! what the vendor does, or says it in words that the generator takes. A rule
//! works on the document before the generator sees it (`prepare`), on the
//! generated code (`finish`), or on both. Every change is recorded, so that what
//! was taken away can be listed. A rule that was asked for and changes nothing
//! fails the run: a workaround that nobody needs is one that nobody remembers.
//!
//! The rules about operations come first, so that those about schemas find each
//! schema where the generator will:
//!
//! | rule | files | what it does |
//! | --- | --- | --- |
//! | parameters | `parameters`, `values`, `encoding` | references, names that Rust has taken, lists in queries, path segments |
//! | bodies | `bodies` | one of several media types, those that the generator does not know, optional bodies |
//! | answers | `answers`, `status`, `inline`, `sums` | several shapes of success or error become a sum, chosen by status; other media stream |

mod all_of;
mod answers;
mod attributes;
mod bodies;
mod calls;
mod encoding;
mod enums;
mod inline;
mod media;
pub mod names;
mod optional;
mod parameters;
mod personal;
mod plain;
mod references;
mod required;
mod schemas;
mod status;
mod sums;
mod tolerant;
mod unions;
mod values;

use std::collections::BTreeMap;

use heck::ToPascalCase as _;
use openapiv3::OpenAPI;
use serde::Deserialize as _;
use serde_json::Value;

use self::calls::Call;
use crate::contract::{Contract, Operation};
use crate::document::Document;
use crate::error::Finding;

/// Every rule, in the order of its application.
const RULES: &[Rule] = &[
    personal::RULE,
    parameters::RULE,
    bodies::RULE,
    answers::RULE,
    required::RULE,
    references::RULE,
    plain::RULE,
    all_of::RULE,
    unions::SINGLE,
    references::LOOPS,
    optional::RULE,
    names::RULE,
    unions::APART,
    enums::RULE,
    tolerant::RULE,
];

/// One way to differ from the document.
pub struct Rule {
    /// The name that messages and the list of changes use.
    pub name: &'static str,
    /// Changes the document's text before the generator sees it.
    pub prepare: fn(&mut Draft<'_>),
    /// Changes the generated code.
    pub finish: fn(&mut Draft<'_>, &mut syn::File),
}

/// A document on its way through the rules.
pub struct Draft<'a> {
    /// What the author wrote.
    pub document: &'a Document,
    /// What it promises about its calls.
    pub contract: &'a Contract,
    /// What the generator gets to see.
    pub value: Value,
    /// What was changed so far.
    pub changes: Vec<Change>,
    /// By the name of the generated builder: where the operation stands, and
    /// what its code has to say differently.
    calls: BTreeMap<String, (String, Call)>,
    /// Where the author wrote what a rule has moved.
    origins: BTreeMap<String, String>,
    /// The schemas whose Rust types are asked for, with their numbers.
    probes: BTreeMap<String, usize>,
    /// The Rust type of each schema that has one, by the schema's pointer into
    /// the author's document; after the rule `names`.
    pub idents: BTreeMap<String, String>,
    findings: Vec<Finding>,
}

/// One difference between the document and the generated code.
#[derive(Debug, Clone)]
pub struct Change {
    /// The rule that made it.
    pub rule: &'static str,
    /// Where: JSON pointer into the author's document.
    pub pointer: String,
    /// What was changed, for people.
    pub note: String,
}

impl<'a> Draft<'a> {
    /// The document after the first half of every rule.
    ///
    /// # Errors
    ///
    /// What cannot be lowered.
    pub fn prepare(document: &'a Document, contract: &'a Contract) -> Result<Self, Vec<Finding>> {
        let value = document.value.clone();
        let mut draft = Self {
            document,
            contract,
            value,
            changes: contract.changes.clone(),
            calls: BTreeMap::new(),
            origins: BTreeMap::new(),
            probes: BTreeMap::new(),
            idents: BTreeMap::new(),
            findings: Vec::new(),
        };
        for rule in RULES {
            (rule.prepare)(&mut draft);
        }
        draft.outcome()?;
        Ok(draft)
    }

    /// The second half of every rule, on the code that the generator gave.
    ///
    /// # Errors
    ///
    /// A rule that was asked for and changed nothing.
    pub fn finish(&mut self, file: &mut syn::File) -> Result<(), Vec<Finding>> {
        for rule in RULES {
            (rule.finish)(self, file);
        }
        self.outcome()
    }

    /// The typed model of the lowered document, which is what progenitor takes.
    ///
    /// # Errors
    ///
    /// A rule has made the document something else than OpenAPI.
    pub fn spec(&self) -> Result<OpenAPI, Finding> {
        OpenAPI::deserialize(&self.value).map_err(|error| {
            let message = format!("lowering broke this document: {error}; mend xtask's rules");
            Finding::in_file(&self.document.path, message)
        })
    }

    /// Shows every schema to `visit`, what it holds before itself; what is
    /// noted is recorded as a change.
    fn each_schema(
        &mut self,
        rule: &Rule,
        mut visit: impl FnMut(&str, &mut schemas::Schema, &mut Vec<String>),
    ) {
        let mut value = std::mem::take(&mut self.value);
        let mut notes = Vec::new();
        schemas::each(&mut value, &mut |pointer, schema| {
            if let Some(schema) = schema.as_object_mut() {
                visit(pointer, schema, &mut notes);
                for note in notes.drain(..) {
                    self.change(rule, pointer, note);
                }
            }
        });
        self.value = value;
    }

    /// Records a change.
    pub fn change(&mut self, rule: &Rule, pointer: &str, note: impl Into<String>) {
        let (pointer, note) = (pointer.to_owned(), note.into());
        self.changes.push(Change { rule: rule.name, pointer, note });
    }

    /// Records what cannot be lowered.
    pub fn find(&mut self, pointer: &str, message: impl Into<String>) {
        let finding = self.document.finding(pointer, message).rule("lowering");
        self.findings.push(finding.why("the generator has no code for it as it stands"));
    }

    /// Where in the author's document the node stands that is at `pointer` now.
    pub fn origin<'p>(&'p self, pointer: &'p str) -> &'p str {
        self.origins.get(pointer).map_or(pointer, String::as_str)
    }

    fn call(&mut self, operation: &Operation) -> &mut Call {
        let builder = operation.id.to_pascal_case();
        let note = self.calls.entry(builder);
        &mut note.or_insert_with(|| (operation.pointer.clone(), Call::default())).1
    }

    fn outcome(&mut self) -> Result<(), Vec<Finding>> {
        match std::mem::take(&mut self.findings) {
            none if none.is_empty() => Ok(()),
            some => Err(some),
        }
    }
}
