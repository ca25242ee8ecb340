//! `cargo xtask ci`.

use std::io;
use std::path::PathBuf;

use clap::Args;
use clap::builder::PossibleValuesParser;

use super::Outcome;
use super::steps::{STEPS, Step, run};
use crate::base::error::Error;
use crate::base::workspace::plural;

/// The arguments.
#[derive(Debug, Args)]
pub struct Ci {
    /// The steps to run, by name [default: all, in the order of the list]
    #[arg(value_name = "STEP", hide_possible_values = true)]
    #[arg(value_parser = PossibleValuesParser::new(STEPS.iter().map(|step| step.name)))]
    steps: Vec<String>,
    /// Print the steps and what each runs, and run none
    #[arg(long)]
    list: bool,
}

impl Ci {
    /// Runs everything that CI runs, or the steps that were named.
    ///
    /// # Errors
    ///
    /// A step could not be started; see [`Error`].
    pub fn run(self) -> Result<Outcome, Error> {
        let wanted =
            |step: &&Step| self.steps.is_empty() || self.steps.iter().any(|name| name == step.name);
        let steps: Vec<_> = STEPS.iter().filter(wanted).collect();
        if self.list {
            return Ok(Outcome { code: 0, text: steps.into_iter().map(listed).collect() });
        }
        let program = step_aside()?;
        let failed = run(&steps, &program, &mut io::stdout())?;
        let count = plural(steps.len(), "step", "steps");
        if failed.is_empty() {
            return Ok(Outcome { code: 0, text: format!("{count}, all ok\n") });
        }
        let names = failed.join(" ");
        let again = format!("run the rest again with `cargo xtask ci {names}`");
        Ok(Outcome { code: 4, text: format!("{count}, {} failed; {again}\n", failed.len()) })
    }
}

fn listed(step: &Step) -> String {
    let lines = step.lines.iter().enumerate();
    lines
        .map(|(at, line)| format!("{:<9} {line}\n", if at == 0 { step.name } else { "" }))
        .collect()
}

/// Windows does not let a running program be overwritten, which the step that
/// builds this one does. It does let it be renamed.
fn step_aside() -> Result<PathBuf, Error> {
    let program = std::env::current_exe().map_err(Error::io("find", "xtask".as_ref()))?;
    if cfg!(windows) {
        let aside = program.with_extension("running.exe");
        std::fs::rename(&program, &aside).map_err(Error::io("rename", &program))?;
        return Ok(aside);
    }
    Ok(program)
}
