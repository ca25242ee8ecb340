//! What the rules look at, and where they put what they find.

use serde_json::Value;

use super::grammar::{Kind, Node, walk};
use crate::base::finding::{Finding, Rule};
use crate::model::module::{Model, Module};

/// One document, in the company of the others.
pub(super) struct Subject<'a> {
    pub(super) model: &'a Model<'a>,
    pub(super) module: &'a Module<'a>,
    pub(super) nodes: Vec<Node<'a>>,
}

impl<'a> Subject<'a> {
    pub(super) fn new(model: &'a Model<'a>, module: &'a Module<'a>) -> Self {
        let nodes = walk(format!("/{}", module.name()), module.value);
        Self { model, module, nodes }
    }

    pub(super) fn root(&self) -> &'a Value {
        &self.model.documents.root
    }

    /// The nodes of one kind that are not a `$ref`.
    pub(super) fn each(&self, kind: Kind) -> impl Iterator<Item = &Node<'a>> {
        self.nodes.iter().filter(move |node| node.kind == kind && node.reference().is_none())
    }
}

/// What was found so far.
pub(super) struct Report<'a> {
    pub(super) model: &'a Model<'a>,
    pub(super) findings: Vec<Finding>,
}

impl Report<'_> {
    /// With the rule's own advice.
    pub(super) fn find(&mut self, rule: &Rule, at: &str, what: impl Into<String>) {
        self.advise(rule, at, what, rule.write);
    }

    /// With the very words to write.
    pub(super) fn advise(
        &mut self,
        rule: &Rule,
        at: &str,
        what: impl Into<String>,
        write: impl Into<String>,
    ) {
        self.findings.push(self.model.documents.finding(rule, at, what).write(write));
    }
}
