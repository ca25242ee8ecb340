//! What CI runs on stable Rust alone: the steps, and how they are run.

use std::ffi::OsString;
use std::io::{self, Read as _, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use crate::base::error::Error;
use crate::base::workspace::workspace;

/// Commands that stand or fall together.
#[derive(Debug)]
pub struct Step {
    /// What a person calls it.
    pub name: &'static str,
    /// As typed at the top of the workspace, variables first. `cargo xtask` is
    /// this very program: one that builds itself anew would wait for itself.
    pub lines: &'static [&'static str],
    /// What to do when it fails.
    pub fix: &'static str,
    /// Whether its output is for reading as it comes, instead of on failure.
    pub shown: bool,
}

/// Everything, the quick ones first. No step needs more than stable Rust and a
/// C compiler.
pub const STEPS: &[Step] = &[
    Step::new("format", &["cargo fmt --all --check"], "run `cargo fmt --all`"),
    Step::new("lint", &["cargo xtask lint"], "mend the documents as each finding says"),
    Step::new("generate", &["cargo xtask generate --check"], "run `cargo xtask generate`"),
    Step::new("coverage", &["cargo xtask coverage --check"], "run `cargo xtask coverage`"),
    Step::new(
        "clippy",
        &["cargo clippy --workspace --all-targets -- -D warnings"],
        "mend what it names; `cargo clippy --fix` does some of it",
    ),
    Step::new(
        "features",
        &[
            "cargo clippy -p didit-api --no-default-features -- -D warnings",
            "cargo clippy -p didit-api --no-default-features --features sandbox -- -D warnings",
            "cargo clippy -p didit-api --no-default-features --features schemars -- -D warnings",
            "cargo clippy -p didit-api --no-default-features --features sessions -- -D warnings",
            "cargo clippy -p didit-api --no-default-features --features sessions_v1 -- -D warnings",
            "cargo clippy -p didit-api --no-default-features --features users -- -D warnings",
            "cargo clippy -p didit-api --no-default-features --features webhooks -- -D warnings",
            "cargo clippy -p didit-api --no-default-features --features v3 -- -D warnings",
            "cargo clippy -p didit-api --no-default-features --features sandbox,schemars,sessions_v1,v3,rustls -- -D warnings",
            "cargo clippy -p didit-auth --no-default-features -- -D warnings",
            "cargo clippy -p didit-auth --no-default-features --features sessions -- -D warnings",
            "cargo clippy -p didit-auth --no-default-features --features sessions_v1 -- -D warnings",
            "cargo clippy -p didit-auth --no-default-features --features sessions_v1,v3 -- -D warnings",
            "cargo clippy -p didit-auth --no-default-features --features webhooks -- -D warnings",
            "cargo clippy -p didit-auth --no-default-features --features axum,sessions -- -D warnings",
        ],
        "mend what it names; a `#[cfg(feature = …)]` is missing or one too many",
    ),
    Step::new(
        "docs",
        &[
            "RUSTDOCFLAGS=-Dwarnings cargo doc --workspace --no-deps --features didit-auth/axum,didit-auth/sessions_v1,didit-auth/v3,didit-api/sandbox,didit-api/schemars",
        ],
        "mend the doc comments; those of generated code come from openapi/",
    ),
    Step::new(
        "package",
        // Of packages that need each other, cargo builds the second with what it
        // unpacked of the first in an earlier run: that is for a fresh machine.
        &[
            "cargo package --allow-dirty -p didit-api",
            "cargo package --allow-dirty --no-verify -p didit-api -p didit-auth",
        ],
        "a file is left out by `exclude`, or a dependency has no version",
    ),
    Step::new(
        "examples",
        &[
            "cargo run --quiet -p didit-auth --example verify_person",
            "cargo run --quiet -p didit-auth --example webhook_server",
            "cargo run --quiet -p didit-auth --example quickstart",
            "cargo run --quiet -p didit-auth --example list_sessions",
            "cargo run --quiet -p didit-auth --example face_match",
        ],
        "README promises that they run offline, without configuration",
    ),
    // The command that README prints, last: its count ends the output.
    Step {
        shown: true,
        ..Step::new(
            "tests",
            &["cargo test --workspace"],
            "a changed snapshot that is right: INSTA_UPDATE=always cargo test --workspace",
        )
    },
];

impl Step {
    /// A step whose output is shown when it fails.
    pub const fn new(
        name: &'static str,
        lines: &'static [&'static str],
        fix: &'static str,
    ) -> Self {
        Self { name, lines, fix, shown: false }
    }

    /// Runs the lines up to the first that fails; gives its output.
    fn run(&self, xtask: &Path) -> Result<Result<(), String>, Error> {
        for line in self.lines {
            let _ = writeln!(io::stderr(), "     … {}: {line}", self.name);
            if let Err(output) = ticking(self.name, || self.line(line, xtask))? {
                return Ok(Err(format!("$ {line}\n{}", output.trim_end())));
            }
        }
        Ok(Ok(()))
    }

    fn line(&self, line: &str, xtask: &Path) -> Result<Result<(), String>, Error> {
        let mut words = line.split_whitespace().peekable();
        let mut command = cargo();
        while let Some((name, value)) = words.peek().and_then(|word| word.split_once('=')) {
            command.env(name, value);
            words.next();
        }
        // The word `cargo` itself.
        words.next();
        if words.next_if_eq(&"xtask").is_some() {
            command = Command::new(xtask);
            command.current_dir(workspace());
        }
        let failed = || Error::io("run", "cargo".as_ref());
        command.args(words).stdin(Stdio::null());
        if self.shown {
            let status = command.status().map_err(failed())?;
            return Ok(if status.success() { Ok(()) } else { Err("see above".to_owned()) });
        }
        // One pipe for both, so that they come in their order.
        let (mut reader, writer) = io::pipe().map_err(failed())?;
        command.stdout(writer.try_clone().map_err(failed())?).stderr(writer);
        let mut child = command.spawn().map_err(failed())?;
        // It holds the pipe's other end, which would never close.
        drop(command);
        let mut output = Vec::new();
        reader.read_to_end(&mut output).map_err(failed())?;
        let status = child.wait().map_err(failed())?;
        let output = String::from_utf8_lossy(&output).into_owned();
        Ok(if status.success() { Ok(()) } else { Err(output) })
    }
}

/// Says on the standard error that `work` goes on, as long as it does.
fn ticking<T>(name: &str, work: impl FnOnce() -> T) -> T {
    let (done, ended) = mpsc::channel::<()>();
    let start = Instant::now();
    thread::scope(|scope| {
        scope.spawn(move || {
            while ended.recv_timeout(Duration::from_secs(10)) == Err(RecvTimeoutError::Timeout) {
                let _ = writeln!(io::stderr(), "     … {name}: {} s", start.elapsed().as_secs());
            }
        });
        let result = work();
        drop(done);
        result
    })
}

/// Runs every step, whatever becomes of the others, and writes a line for each
/// to `out`; `xtask` is the program for lines that begin so. Gives the names of
/// those that failed.
///
/// # Errors
///
/// A step could not be started, which the others then could not either.
pub fn run<'a>(
    steps: &[&'a Step],
    xtask: &Path,
    out: &mut dyn Write,
) -> Result<Vec<&'a str>, Error> {
    let mut failed = Vec::new();
    for step in steps {
        let start = Instant::now();
        let result = step.run(xtask)?;
        let (name, took) = (step.name, start.elapsed().as_secs_f64());
        let word = if result.is_ok() { "ok" } else { "FAILED" };
        let mut text = format!("{word:<7} {name:<9} in {took:.2} s\n");
        if let Err(output) = result {
            failed.push(name);
            text += &format!("{output}\nfix: {}\n", step.fix);
        }
        // A reader that has gone does not change what CI finds.
        let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
    }
    Ok(failed)
}

/// The cargo that runs this program, at the top of the workspace. What it set
/// for this program is taken away again: it would reach build scripts, and
/// have them run anew.
pub fn cargo() -> Command {
    let program = std::env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"));
    let mut command = Command::new(program);
    command.current_dir(workspace());
    for (name, _) in std::env::vars_os() {
        let set = name.to_string_lossy();
        if set.starts_with("CARGO_PKG_") || set.starts_with("CARGO_MANIFEST_") {
            command.env_remove(name);
        }
    }
    command
}
