//! A fault in a document: where, what, why it matters, what to write instead.

use std::fmt;
use std::path::{Path, PathBuf};

use super::workspace::shown;

/// What may be found, and what a person needs to know about it.
#[derive(Debug)]
pub struct Rule {
    /// Its name, by which a waiver names it.
    pub name: &'static str,
    /// Why it matters for this SDK.
    pub why: &'static str,
    /// How to write it instead, where that does not depend on the place.
    pub write: &'static str,
    /// Whether a document without it still gives right code.
    pub kind: Kind,
}

/// What a rule is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The dialect: without it there is no code, or wrong code.
    Dialect,
    /// OpenAPI or good sense: the code would be right all the same, so that
    /// `x-waivers` may name it.
    Sense,
    /// Prose, sources and examples: the same, and a draft may lack them.
    Prose,
}

impl Rule {
    /// A rule of the dialect.
    pub const fn dialect(name: &'static str, why: &'static str, write: &'static str) -> Self {
        Self { name, why, write, kind: Kind::Dialect }
    }

    /// A rule that the code does not depend on.
    pub const fn sense(name: &'static str, why: &'static str, write: &'static str) -> Self {
        Self { name, why, write, kind: Kind::Sense }
    }

    /// A rule about what people read.
    pub const fn prose(name: &'static str, why: &'static str, write: &'static str) -> Self {
        Self { name, why, write, kind: Kind::Prose }
    }
}

/// A fault at a place that an editor can jump to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// The document, as it was named to us.
    pub path: PathBuf,
    /// Line, counted from 1; 0 when the fault belongs to the whole file.
    pub line: usize,
    /// Column in characters, counted from 1.
    pub column: usize,
    /// JSON pointer to the node; empty for the whole document.
    pub pointer: String,
    /// The rule's name.
    pub rule: &'static str,
    /// What is wrong.
    pub message: String,
    /// Why it matters for this SDK.
    pub why: &'static str,
    /// How to write it instead.
    pub write: String,
    /// Whether `x-waivers` may name it.
    pub waivable: bool,
    /// Whether `--draft` passes it over.
    pub prose: bool,
}

impl Finding {
    /// A fault of a file as a whole.
    pub fn in_file(path: &Path, rule: &Rule, message: impl Into<String>) -> Self {
        Self {
            path: path.to_owned(),
            line: 0,
            column: 0,
            pointer: String::new(),
            rule: rule.name,
            message: message.into(),
            why: rule.why,
            write: rule.write.to_owned(),
            waivable: rule.kind != Kind::Dialect,
            prose: rule.kind == Kind::Prose,
        }
    }

    /// With the very words to write, where the rule knows them.
    #[must_use]
    pub fn write(self, write: impl Into<String>) -> Self {
        Self { write: write.into(), ..self }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", shown(&self.path))?;
        if self.line > 0 {
            write!(f, ":{}:{}", self.line, self.column)?;
        }
        write!(f, ": [{}] {}", self.rule, self.message)?;
        let notes = [("at ", &*self.pointer), ("why: ", self.why), ("write: ", &*self.write)];
        for (label, text) in notes.into_iter().filter(|(_, text)| !text.is_empty()) {
            write!(f, "\n    {label}{text}")?;
        }
        Ok(())
    }
}

/// The findings as a person reads them, and how many there are.
pub fn list(findings: &[Finding]) -> String {
    let blocks: Vec<_> = findings.iter().map(Finding::to_string).collect();
    match blocks.as_slice() {
        [one] => one.clone(),
        many => format!("{} findings\n{}", many.len(), many.join("\n")),
    }
}
