//! `cargo xtask lint`.

use std::path::PathBuf;

use clap::Args;

use super::Outcome;
use crate::base::error::Error;
use crate::base::finding;
use crate::base::workspace::{plural, workspace};
use crate::document::read;
use crate::model::module::Model;
use crate::pipeline::checked;

/// The arguments.
#[derive(Debug, Args)]
pub struct Lint {
    /// Skip what is about prose, sources and examples
    #[arg(long)]
    draft: bool,
    /// The folder with the documents [default: openapi/ of the workspace]
    #[arg(long, value_name = "DIR")]
    openapi: Option<PathBuf>,
}

/// What is said of a draft, whatever else is.
pub const DRAFT: &str = "; prose, sources and examples were not looked at (--draft)";

impl Lint {
    /// Says what is wrong with the documents, and how to write it instead.
    ///
    /// # Errors
    ///
    /// It could not run; see [`Error`].
    pub fn run(self) -> Result<Outcome, Error> {
        let openapi = self.openapi.unwrap_or_else(|| workspace().join("openapi"));
        let (documents, faults) = read::folder(&openapi)?;
        let model = Model::of(&documents);
        let draft = if self.draft { DRAFT } else { "" };
        match checked(&model, faults, self.draft) {
            Err(Error::Findings(found)) => {
                let list = finding::list(&found);
                let note = draft.trim_start_matches("; ");
                let note = if note.is_empty() { String::new() } else { format!("{note}\n") };
                Ok(Outcome { code: 4, text: format!("{list}\n{note}") })
            }
            Err(error) => Err(error),
            Ok(()) => {
                let documents = plural(model.modules.len(), "document", "documents");
                let operations = plural(model.operations().count(), "operation", "operations");
                let text = format!("no findings; {documents}, {operations}{draft}\n");
                Ok(Outcome { code: 0, text })
            }
        }
    }
}
