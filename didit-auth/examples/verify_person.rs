//! From credentials to a decision about a person.
//!
//! Without any `DIDIT_*` variable it starts the embedded sandbox, which plays
//! the person too, and needs no network; with `DIDIT_CLIENT_ID` and
//! `DIDIT_CLIENT_SECRET` it creates a real session and waits for you to go
//! through it.

use std::env;
use std::error::Error;
use std::io::Write as _;
use std::time::{Duration, Instant};

use didit_auth::api::sandbox::{Answer, Sandbox};
use didit_auth::api::sessions_v1::types::{
    CheckStatusV1, CreateSessionV1Request, DecisionV1, SessionStatusV1,
};
use didit_auth::{Credentials, Didit};

/// The standard one panics when nobody reads any more, as at the left of `| head`.
macro_rules! println {
    ($($text:tt)*) => {
        if writeln!(std::io::stdout(), $($text)*).is_err() {
            std::process::exit(0);
        }
    };
}

// What it ends with is printed with its causes, which say what to do.
#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let configured = env::vars_os().any(|(name, _)| name.to_string_lossy().starts_with("DIDIT_"));
    if configured {
        println!("Asking the service that the DIDIT_* variables name.\n");
        return verify(&Didit::from_env()?, Duration::from_secs(5)).await;
    }
    let sandbox = Sandbox::start()?;
    println!("No DIDIT_* variable is set: starting the embedded sandbox at {}.", sandbox.url());
    println!("It plays the person, too; nothing leaves this machine.\n");
    for status in ["Not Started", "In Progress", "In Progress", "In Review"] {
        let unfinished = format!(
            r#"{{"session_id": "11111111-2222-3333-4444-555555555555", "status": "{status}"}}"#
        );
        sandbox.next(Answer::honest().on("retrieve_decision").body(unfinished));
    }
    let didit = Didit::builder()
        .credentials(Credentials::new(Sandbox::CLIENT_ID, Sandbox::CLIENT_SECRET)?)
        .auth_url(sandbox.url())
        .verification_url(sandbox.url())
        .build()?;
    verify(&didit, Duration::from_millis(300)).await
}

async fn verify(didit: &Didit, pause: Duration) -> Result<(), Box<dyn Error>> {
    println!("1. Create a session");
    let wanted = CreateSessionV1Request::new().features("OCR + FACE");
    let session = didit.sessions_v1().create(wanted).send().await?;
    println!("   session  {}", session.session_id);
    // A secret, shown to the one person it is for.
    println!("   open     {}\n", session.url.expose());

    println!("2. Wait for the person and the checks (Ctrl-C to give up)");
    let decision = wait(didit, &session.session_id, pause).await?;

    println!("\n3. Read the decision");
    describe(&decision);

    println!("\n4. Take the report");
    let report = didit.sessions_v1().generate_pdf(&session.session_id).send();
    // More than any report has; the default is the limit of all answers.
    let mut report = report.await?.into_inner().limit(64 * 1024 * 1024);
    let mut length = 0;
    while let Some(bytes) = report.chunk().await? {
        length += bytes.len();
    }
    println!("   {length} bytes of PDF, read piece by piece and kept nowhere");
    Ok(())
}

/// Asks until the session has come to an end. The vendor's webhooks do this
/// better in production.
async fn wait(
    didit: &Didit,
    session_id: &str,
    pause: Duration,
) -> Result<DecisionV1, Box<dyn Error>> {
    let start = Instant::now();
    let mut last = None;
    loop {
        let call = didit.sessions_v1().retrieve_decision(session_id).send();
        let decision = call.await?.into_inner();
        if last.as_ref() != Some(&decision.status) {
            println!("   {:>5.1} s  {}", start.elapsed().as_secs_f64(), decision.status);
        }
        match decision.status {
            SessionStatusV1::NotStarted
            | SessionStatusV1::InProgress
            | SessionStatusV1::InReview => {}
            // Whatever else there is, or will be, is not going to change by itself.
            _ => return Ok(decision),
        }
        last = Some(decision.status);
        tokio::time::sleep(pause).await;
    }
}

fn describe(decision: &DecisionV1) {
    let show = |check: &str, status: Option<&CheckStatusV1>| {
        if let Some(status) = status {
            println!("   {check:<9}{status}");
        }
    };
    println!("   session  {}", decision.status);
    show("document", decision.kyc.as_ref().and_then(|kyc| kyc.status.as_ref()));
    show("face", decision.face.as_ref().and_then(|face| face.status.as_ref()));
    show("lists", decision.aml.as_ref().and_then(|aml| aml.status.as_ref()));
    show("place", decision.location.as_ref().and_then(|place| place.status.as_ref()));
    for warning in decision.warnings.iter().flatten() {
        println!("   warning  {}", warning.short_description.as_deref().unwrap_or("(no text)"));
    }
    if let Some(kyc) = &decision.kyc {
        // The name and the rest are in the fields; `Debug` keeps them out of logs.
        let shown = format!("{kyc:?}");
        println!("   in logs  {}…", shown.chars().take(60).collect::<String>());
    }
}
