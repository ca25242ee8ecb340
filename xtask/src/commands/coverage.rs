//! `cargo xtask coverage`.

use std::fs;
use std::path::PathBuf;

use clap::Args;

use super::Outcome;
use crate::base::error::Error;
use crate::base::workspace::{plural, shown, workspace};
use crate::document::read;
use crate::model::module::Model;
use crate::output::coverage::{insert, table};
use crate::output::{diff, folder};
use crate::pipeline::checked;

/// What `--help` says.
pub const MANUAL: &str = "\
Write the table of operations into README

The table says of each operation of the documents where it is served, how it
authenticates, which version of the API it belongs to, where it is documented
(`x-source`: the date printed on the page, the day it was read, the evidence),
and how many examples the document has of it. Every cell is computed. It goes
between two lines of README, and nothing else of the file is touched:

    <!-- coverage:begin -->
    <!-- coverage:end -->

Example:
    cargo xtask coverage --check   # shows the difference, writes nothing";

/// The arguments.
#[derive(Debug, Args)]
pub struct Coverage {
    /// Write nothing; show the difference and exit with 4 if the table is stale
    #[arg(long)]
    check: bool,
    /// The folder with the documents [default: openapi/ of the workspace]
    #[arg(long, value_name = "DIR")]
    openapi: Option<PathBuf>,
    /// The file that holds the table [default: README.md of the workspace]
    #[arg(long, value_name = "FILE")]
    readme: Option<PathBuf>,
}

impl Coverage {
    /// Brings the table up to date, or with `--check` says how it is not.
    ///
    /// # Errors
    ///
    /// It could not run; see [`Error`].
    pub fn run(self) -> Result<Outcome, Error> {
        let openapi = self.openapi.unwrap_or_else(|| workspace().join("openapi"));
        let readme = self.readme.unwrap_or_else(|| workspace().join("README.md"));
        let (documents, faults) = read::folder(&openapi)?;
        let model = Model::of(&documents);
        checked(&model, faults, false)?;
        let old = fs::read_to_string(&readme).map_err(Error::io("read", &readme))?;
        let new = insert(&readme, &old, &table(&model))?;
        let name = shown(&readme);
        if old != new && self.check {
            let diff = diff::file("stale", &name.to_string(), &old, &new);
            let todo = "its table is not what the documents give; run `cargo xtask coverage`";
            return Ok(Outcome { code: 4, text: format!("{diff}{name}: {todo}\n") });
        }
        if old != new {
            folder::replace(&readme, &new)?;
        }
        let operations = plural(model.operations().count(), "operation", "operations");
        let done = if old == new { "up to date" } else { "written" };
        Ok(Outcome { code: 0, text: format!("{name}: {done}; {operations}\n") })
    }
}
