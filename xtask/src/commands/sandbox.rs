//! `cargo xtask sandbox`.

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;
use std::process::{Command, Stdio};

use clap::Args;
use serde_json::Value;

use super::Outcome;
use crate::ci::cargo;
use crate::cli::workspace;
use crate::curl::{self, Access};
use crate::document::Document;
use crate::error::{Error, shown};
use crate::{check, read};

/// The arguments.
#[derive(Debug, Args)]
pub struct Sandbox {
    /// The port of 127.0.0.1 to listen on; 0 is a free one
    #[arg(long, value_name = "N", default_value_t = 0)]
    port: u16,
}

impl Sandbox {
    /// Serves the documents on loopback until it is stopped.
    ///
    /// # Errors
    ///
    /// It could not run; see [`Error`].
    pub fn run(self) -> Result<Outcome, Error> {
        let documents = read::folder(&workspace().join("openapi"))?;
        let bundled = workspace().join("didit-api/src/generated");
        if let Some(text) = out_of_date(&documents, &bundled) {
            return Ok(Outcome { code: 4, text });
        }
        let mut calls = Vec::new();
        for document in &documents {
            calls.push((document, check::check(document).map_err(Error::Findings)?));
        }
        // Before the build, which takes its time.
        let port = self.port;
        let free = TcpListener::bind((Ipv4Addr::LOCALHOST, port));
        drop(free.map_err(|source| Error::Port { port, source })?);

        // A program of didit-api: this one does not link what it generates.
        let mut command = cargo();
        command.args(["run", "--package", "didit-api", "--example", "sandbox", "--features"]);
        // `auth` has no feature; it is always there.
        let names = documents.iter().map(|document| document.name.as_str());
        let features = names.filter(|name| *name != "auth").chain(["sandbox"]);
        command.arg(features.collect::<Vec<_>>().join(","));
        command.arg("--").arg(port.to_string());
        serve(command, |access| curl::script(&calls, access))
    }
}

/// Says which of the sandbox's own copies differs from `documents`, by content:
/// comments and layout of the YAML do not matter.
pub fn out_of_date(documents: &[Document], bundled: &Path) -> Option<String> {
    let copy = |document: &Document| bundled.join(format!("{}.json", document.name));
    let differs = |document: &&Document| {
        let text = fs::read_to_string(copy(document)).unwrap_or_default();
        serde_json::from_str::<Value>(&text).ok().as_ref() != Some(&document.value)
    };
    let changed =
        documents.iter().find(differs).map(|one| (shown(&one.path).to_string(), copy(one)));
    let known: Vec<_> = documents.iter().map(copy).collect();
    let files = fs::read_dir(bundled).into_iter().flatten().flatten().map(|entry| entry.path());
    let mut copies = files.filter(|path| path.extension().is_some_and(|end| end == "json"));
    let orphan =
        || copies.find(|path| !known.contains(path)).map(|path| ("no document".to_owned(), path));
    let (document, copy) = changed.or_else(orphan)?;
    Some(format!(
        "{} was not made from what {document} says now, and the sandbox would play it; \
         run `cargo xtask generate`\n",
        shown(&copy),
    ))
}

/// Starts the sandbox, prints what `text` makes of its first line, and waits
/// for its end.
fn serve(mut command: Command, text: impl FnOnce(&Access) -> String) -> Result<Outcome, Error> {
    let failed = || Error::io("run", Path::new("cargo"));
    // Its standard input ends with this process, and then it ends too.
    command.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().map_err(failed())?;
    let mut line = String::new();
    if let Some(stdout) = child.stdout.take() {
        BufReader::new(stdout).read_line(&mut line).map_err(failed())?;
    }
    if let [url, id, secret] = *line.split_whitespace().collect::<Vec<_>>() {
        let mut stdout = std::io::stdout();
        // A reader that has gone is no reason to stop serving.
        let _ = stdout.write_all(text(&Access { url, id, secret }).as_bytes());
        let _ = stdout.flush();
    }
    let _input = child.stdin.take();
    let status = child.wait().map_err(failed())?;
    // cargo, or the sandbox, has said why on the standard error.
    Err(Error::Ended { what: "the sandbox", status })
}
