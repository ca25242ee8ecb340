//! The sandbox as a program, for callers in other languages: `cargo xtask
//! sandbox` starts it and says how to call it.
//!
//! Its arguments are a port, 0 for a free one, OpenAPI documents as JSON files
//! that it plays beside the bundled ones, `--webhook` with a URL to post webhooks
//! to, and `--webhooks-anywhere` if that is of another machine. It prints one
//! line, its address, the client id and the secret that it accepts and the secret
//! that it signs webhooks with, and serves until its standard input ends: whoever
//! started it cannot leave it behind. A line there, `test`, `replay`, `tampered` or
//! `stale`, posts such a webhook. What becomes of each it says on its standard error.

use std::error::Error;
use std::io::{ErrorKind, Write as _};
use std::process::ExitCode;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use didit_api::sandbox::{Delivery, Sandbox};
use serde_json::Value;

fn main() -> ExitCode {
    match serve() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn serve() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let port = arguments.next().unwrap_or_default();
    let port =
        port.parse().map_err(|_| format!("the port is a number up to 65535, not `{port}`"))?;
    let mut sandbox = Sandbox::builder().port(port);
    while let Some(argument) = arguments.next() {
        sandbox = match argument.as_str() {
            "--webhook" => {
                let url = arguments.next().ok_or("--webhook needs a URL")?;
                sandbox.webhook(url, Sandbox::WEBHOOK_SECRET)
            }
            "--webhooks-anywhere" => sandbox.webhooks_anywhere(),
            path => {
                let text = std::fs::read_to_string(path);
                sandbox.document(text.map_err(|error| format!("cannot read {path}: {error}"))?)
            }
        };
    }
    let sandbox = sandbox.start().map_err(|error| match error.kind() {
        ErrorKind::InvalidInput => error.to_string(),
        _ => format!("cannot serve on 127.0.0.1, port {port}: {error}"),
    })?;
    let mut stdout = std::io::stdout();
    let (id, secret) = (Sandbox::CLIENT_ID, Sandbox::CLIENT_SECRET);
    writeln!(stdout, "{} {id} {secret} {}", sandbox.url(), Sandbox::WEBHOOK_SECRET)?;
    stdout.flush()?;
    let (typed, lines) = mpsc::channel();
    thread::spawn(move || {
        std::io::stdin().lines().map_while(Result::ok).try_for_each(|line| typed.send(line))
    });
    let mut shown = 0;
    loop {
        match lines.recv_timeout(Duration::from_millis(100)) {
            Ok(line) => post(&sandbox, line.trim()),
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return Ok(()),
        }
        let deliveries = sandbox.deliveries();
        deliveries.iter().skip(shown).for_each(|delivery| say(&line(delivery)));
        shown = deliveries.len();
    }
}

/// Posts what nobody may act on, of the newest webhook.
fn post(sandbox: &Sandbox, what: &str) {
    let deliveries = sandbox.deliveries();
    match (what, deliveries.last()) {
        ("test", _) => sandbox.send_test(),
        ("replay", Some(last)) => sandbox.send_replay(last),
        ("tampered", Some(last)) => sandbox.send_tampered(last),
        ("stale", Some(last)) => sandbox.send_stale(last, Duration::from_secs(600)),
        ("replay" | "tampered" | "stale", None) => say("no webhook was posted so far"),
        _ => say("type test, replay, tampered or stale"),
    }
}

fn say(line: &str) {
    // A reader that has gone is no reason to stop serving.
    let _ = writeln!(std::io::stderr(), "{line}");
}

/// What was posted, and what came of it; nothing that is about a person.
fn line(delivery: &Delivery) -> String {
    let event: Value = serde_json::from_slice(&delivery.body).unwrap_or_default();
    let text = |member: &str| event[member].as_str().unwrap_or("(none)").to_owned();
    let (what, status, attempt) = (text("webhook_type"), text("status"), delivery.attempt);
    let answer = match &delivery.status {
        Ok(status) => format!("answered {status}"),
        Err(why) => format!("no answer: {why}"),
    };
    format!("webhook {what}, status {status}, attempt {attempt}: {answer}")
}
