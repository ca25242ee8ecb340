//! `cargo xtask sandbox`.

use std::fs;
use std::io::{self, BufRead as _, BufReader, Write as _};
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;

use clap::Args;
use serde_json::Value;

use super::Outcome;
use super::steps::cargo;
use crate::base::error::Error;
use crate::base::workspace::{shown, workspace};
use crate::document::documents::{Document, Documents};
use crate::document::read;
use crate::model::module::Model;
use crate::output::curl::{self, Access, Webhook};
use crate::pipeline::checked;

/// The arguments.
#[derive(Debug, Args)]
pub struct Sandbox {
    /// The port of 127.0.0.1 to listen on; 0 is a free one
    #[arg(long, value_name = "N", default_value_t = 0)]
    port: u16,
    /// Post webhooks to this URL of your own, as the vendor does
    #[arg(long, value_name = "URL")]
    webhook: Option<String>,
    /// Let webhooks go to other machines than this one
    #[arg(long)]
    webhooks_anywhere: bool,
}

impl Sandbox {
    /// Serves the documents on loopback until it is stopped.
    ///
    /// # Errors
    ///
    /// It could not run; see [`Error`].
    pub fn run(self) -> Result<Outcome, Error> {
        let (documents, faults) = read::folder(&workspace().join("openapi"))?;
        let model = Model::of(&documents);
        checked(&model, faults, false)?;
        let bundled = workspace().join("didit-api/src/generated");
        if let Some(text) = out_of_date(&documents, &bundled) {
            return Ok(Outcome { code: 4, text });
        }
        // Before the build, which takes its time.
        let port = self.port;
        let free = TcpListener::bind((Ipv4Addr::LOCALHOST, port));
        drop(free.map_err(|source| Error::Port { port, source })?);

        let mut command = Command::new(build(&documents)?);
        command.arg(port.to_string());
        if self.webhooks_anywhere {
            command.arg("--webhooks-anywhere");
        }
        let webhook = self.webhook.as_deref();
        command.args(webhook.iter().flat_map(|url| ["--webhook", url]));
        serve(command, webhook, |access| curl::script(&model, access))
    }
}

/// Builds the sandbox's program, which is didit-api's: this one does not link what
/// it generates. Of the whole workspace, so that its dependencies are those that
/// the tests were built with.
fn build(documents: &Documents) -> Result<PathBuf, Error> {
    let mut command = cargo();
    command.args(["build", "--workspace", "--example", "sandbox", "--features"]);
    // `auth` has no feature; it is always there.
    let names = documents.list.iter().map(|document| document.name.as_str());
    let features = names.filter(|name| *name != "auth").chain(["sandbox"]);
    command.arg(features.map(|name| format!("didit-api/{name}")).collect::<Vec<_>>().join(","));
    let status = command.status().map_err(Error::io("run", Path::new("cargo")))?;
    if !status.success() {
        return Err(Error::Ended { what: "the build of the sandbox", status });
    }
    let program = std::env::current_exe().map_err(Error::io("find", Path::new("xtask")))?;
    let program = program.with_file_name("examples").join("sandbox");
    Ok(program.with_extension(std::env::consts::EXE_EXTENSION))
}

/// Says which of the sandbox's own copies differs from `documents`, by content:
/// comments and layout of the YAML do not matter.
pub fn out_of_date(documents: &Documents, bundled: &Path) -> Option<String> {
    let documents = &documents.list;
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
fn serve(
    mut command: Command,
    webhook: Option<&str>,
    text: impl FnOnce(&Access) -> String,
) -> Result<Outcome, Error> {
    let failed = || Error::io("run", Path::new("the sandbox"));
    // Its standard input ends with this process, and then it ends too.
    command.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().map_err(failed())?;
    let mut line = String::new();
    if let Some(stdout) = child.stdout.take() {
        BufReader::new(stdout).read_line(&mut line).map_err(failed())?;
    }
    if let [url, id, secret, webhook_secret] = *line.split_whitespace().collect::<Vec<_>>() {
        let mut stdout = io::stdout();
        // A reader that has gone is no reason to stop serving.
        let webhook = webhook.map(|url| Webhook { url, secret: webhook_secret });
        let _ = stdout.write_all(text(&Access { url, id, secret, webhook }).as_bytes());
        let _ = stdout.flush();
    }
    let mut input = child.stdin.take();
    // What is typed is for the sandbox. It has its end when this process has, and not when
    // nothing more is typed: what the thread gives back is kept until then.
    let _typed = thread::spawn(move || {
        let copied = input.as_mut().map(|input| io::copy(&mut io::stdin(), input));
        (input, copied)
    });
    let status = child.wait().map_err(failed())?;
    // It has said why on the standard error.
    Err(Error::Ended { what: "the sandbox", status })
}
