//! `cargo xtask generate`.

use std::path::PathBuf;
use std::time::Instant;

use clap::Args;

use super::Outcome;
use super::lint::DRAFT;
use crate::base::error::Error;
use crate::base::progress;
use crate::base::workspace::{plural, workspace};
use crate::lower::changes::Change;
use crate::output::diff;
use crate::output::folder::Difference;
use crate::pipeline::generate;

/// The arguments.
#[derive(Debug, Args)]
pub struct Generate {
    /// Write nothing; show what is stale and exit with 4 if anything is
    #[arg(long)]
    check: bool,
    /// List where the code says less, or more, than the documents
    #[arg(long)]
    explain: bool,
    /// Skip what is about prose, sources and examples
    #[arg(long)]
    draft: bool,
    /// The folder with the documents [default: openapi/ of the workspace]
    #[arg(long, value_name = "DIR")]
    openapi: Option<PathBuf>,
    /// The crate for the code: src/generated/ and tests/generated/ in it [default:
    /// didit-api/ of the workspace]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

impl Generate {
    /// Brings the generated folder up to date, or with `--check` says how it is not.
    ///
    /// # Errors
    ///
    /// It could not run; see [`Error`].
    pub fn run(self) -> Result<Outcome, Error> {
        let start = Instant::now();
        let openapi = self.openapi.unwrap_or_else(|| workspace().join("openapi"));
        let out = self.out.unwrap_or_else(|| workspace().join("didit-api"));
        let generated = progress::shown(|| generate(&openapi, self.draft))?;
        let difference = Difference::of(&out, generated.files)?;
        if self.check && !difference.is_empty() {
            return Ok(Outcome { code: 4, text: stale(&difference) });
        }
        if !self.check {
            difference.apply()?;
        }
        let documents = plural(generated.documents, "document", "documents");
        let (done, took) = (done(&difference), start.elapsed().as_secs_f64());
        let changes = plural(generated.changes.len(), "place", "places");
        let draft = if self.draft { DRAFT } else { "" };
        let mut text = format!("{done}; {documents} in {took:.2} s; lowered in {changes}{draft}\n");
        if self.explain {
            text += &explained(&generated.changes);
        }
        Ok(Outcome { code: 0, text })
    }
}

/// One line for each change: the rule, the place, what it did.
fn explained(changes: &[(String, Change)]) -> String {
    let width = changes.iter().map(|(_, change)| change.rule.len()).max().unwrap_or_default();
    let line = |(source, Change { rule, pointer, note }): &(String, Change)| {
        format!("{rule:width$}  {source}#{pointer}: {note}\n")
    };
    changes.iter().map(line).collect()
}

fn stale(difference: &Difference) -> String {
    let count = difference.changed.len() + difference.orphans.len();
    let files = plural(count, "file is", "files are");
    let shown = diff::show(difference);
    format!("{shown}{files} not what the documents give; run `cargo xtask generate`\n")
}

fn done(difference: &Difference) -> String {
    let Difference { changed, orphans, unchanged, .. } = difference;
    let mut parts = Vec::new();
    if !changed.is_empty() {
        let names = changed.iter().map(|(name, _, content)| match name.ends_with(".rs") {
            true => format!("{name} ({} lines)", content.lines().count()),
            false => name.clone(),
        });
        parts.push(format!("wrote {}", names.collect::<Vec<_>>().join(", ")));
    }
    if !orphans.is_empty() {
        let names: Vec<_> = orphans.iter().map(|(name, _)| name.as_str()).collect();
        parts.push(format!("removed {}", names.join(", ")));
    }
    if *unchanged > 0 {
        parts.push(format!("{unchanged} unchanged"));
    }
    parts.join("; ")
}
