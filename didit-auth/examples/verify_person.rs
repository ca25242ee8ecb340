//! From an API key to a decision about a person.
//!
//! Without any `DIDIT_*` variable it starts the embedded sandbox, which plays
//! the person too, and needs no network. With `DIDIT_API_KEY` it lists your
//! workflows; with the id of one as its argument it creates a real session and
//! waits for you to go through it. It ends with the report on your disk and the
//! session deleted.

use std::env;
use std::error::Error;
use std::io::Write as _;
use std::time::{Duration, Instant};

use didit_auth::api::StatusGroup;
use didit_auth::api::sandbox::Sandbox;
use didit_auth::api::sessions::types::{CheckStatus, CreateSession, Decision};
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
        let didit = Didit::from_env()?;
        println!("Asking the service that the DIDIT_* variables name.\n");
        return match env::args().nth(1) {
            Some(workflow_id) => {
                verify(&didit, CreateSession::new(workflow_id), Duration::from_secs(5)).await
            }
            None => workflows(&didit).await,
        };
    }
    let sandbox = Sandbox::builder().pace(Duration::from_millis(600)).start()?;
    println!("No DIDIT_* variable is set: starting the embedded sandbox at {}.", sandbox.url());
    println!("It plays the person, too; nothing leaves this machine.\n");
    let didit = Didit::builder()
        .credentials(Credentials::api_key(Sandbox::CLIENT_SECRET)?)
        .verification_url(sandbox.url())
        .build()?;
    let wanted = CreateSession::new("11111111-2222-3333-4444-555555555555");
    let wanted = wanted.sandbox_scenario("review_face_match_borderline");
    verify(&didit, wanted, Duration::from_millis(300)).await
}

/// What a session can be made of.
async fn workflows(didit: &Didit) -> Result<(), Box<dyn Error>> {
    let page = didit.management().list_workflows().send().await?.into_inner();
    println!("Your workflows");
    for workflow in page.results.iter().flatten() {
        let id = workflow.workflow_id.as_deref().unwrap_or("(no id)");
        println!("   {id}  {}", workflow.workflow_label.as_deref().unwrap_or("(no name)"));
    }
    println!("\nNothing was created. Run this again with the id of one as its argument.");
    Ok(())
}

async fn verify(
    didit: &Didit,
    wanted: CreateSession,
    pause: Duration,
) -> Result<(), Box<dyn Error>> {
    println!("1. Create a session");
    let session = didit.sessions().create(wanted.vendor_data("user-42")).send().await?;
    println!("   session  {}", session.session_id);
    // A secret, shown to the one person it is for.
    println!("   open     {}\n", session.url.expose());

    println!("2. Wait for the person and the checks (Ctrl-C to give up)");
    let decision = wait(didit, &session.session_id, pause).await?;

    println!("\n3. Read the decision");
    describe(&decision);

    println!("\n4. Take the report");
    let report = didit.sessions().generate_pdf(&session.session_id).send();
    // More than any report has; the default is the limit of all answers.
    let report = report.await?.into_inner().limit(64 * 1024 * 1024);
    let path = env::temp_dir().join(format!("didit-{}.pdf", session.session_id));
    let length = report.save(&path).await?;
    println!("   {length} bytes of PDF, for you alone: {}", path.display());

    println!("\n5. Delete the session");
    let deleted = didit.sessions().delete(&session.session_id).send().await?.into_inner();
    let face = deleted.face_retention_outcome;
    println!("   face data: {}", face.map_or("(not stated)".to_owned(), |it| it.to_string()));
    Ok(())
}

/// Asks until nobody but you has anything to do any more. The vendor's webhooks
/// do this better in production.
async fn wait(
    didit: &Didit,
    session_id: &str,
    pause: Duration,
) -> Result<Decision, Box<dyn Error>> {
    let start = Instant::now();
    let mut seen = Vec::new();
    loop {
        let call = didit.sessions().retrieve_decision(session_id).send();
        let decision = call.await?.into_inner();
        let mut news = vec![format!("session   {}", decision.status)];
        news.extend(checks(&decision).map(line));
        for line in news.into_iter().filter(|line| !seen.contains(line)).collect::<Vec<_>>() {
            println!("   {:>5.1} s  {line}", start.elapsed().as_secs_f64());
            seen.push(line);
        }
        // A status of tomorrow would not end by itself, for all that is known.
        if decision.status.group() != StatusGroup::WaitsForPerson {
            return Ok(decision);
        }
        tokio::time::sleep(pause).await;
    }
}

/// The checks that there are so far, and how each stands.
fn checks(decision: &Decision) -> impl Iterator<Item = (&'static str, Option<&CheckStatus>)> {
    fn of<'a, T>(
        name: &'static str,
        checks: &'a Option<Vec<T>>,
        status: fn(&T) -> Option<&CheckStatus>,
    ) -> impl Iterator<Item = (&'static str, Option<&'a CheckStatus>)> {
        checks.iter().flatten().map(move |check| (name, status(check)))
    }
    of("document", &decision.id_verifications, |check| check.status.as_ref())
        .chain(of("alive", &decision.liveness_checks, |check| check.status.as_ref()))
        .chain(of("face", &decision.face_matches, |check| check.status.as_ref()))
        .chain(of("lists", &decision.aml_screenings, |check| check.status.as_ref()))
        .chain(of("place", &decision.ip_analyses, |check| check.status.as_ref()))
}

fn line((check, status): (&'static str, Option<&CheckStatus>)) -> String {
    format!("{check:<9} {}", status.map_or("(not stated)", CheckStatus::as_str))
}

fn describe(decision: &Decision) {
    let meaning = match decision.status.group() {
        StatusGroup::Decided => "that is final",
        StatusGroup::WaitsForReviewer => "somebody of yours decides, in the console",
        StatusGroup::EndedWithoutDecision => "create another session to try again",
        _ => "not a decision",
    };
    println!("   session   {}: {meaning}", decision.status);
    for check in checks(decision) {
        println!("   {}", line(check));
    }
    for warning in decision.warnings() {
        println!("   warning   {}", warning.short_description.as_deref().unwrap_or("(no text)"));
    }
    if let Some(document) = decision.id_verifications.iter().flatten().next() {
        // The name and the rest are in the fields; `Debug` keeps them out of logs.
        let shown = format!("{document:?}");
        let personal = shown.matches("[personal]").count();
        println!("   in logs   a document with {personal} members that show as [personal]");
    }
}
