//! From nothing to an access token, and a call of today's API.
//!
//! Without any `DIDIT_*` variable it starts the embedded sandbox and needs no
//! network; with `DIDIT_CLIENT_ID` and `DIDIT_CLIENT_SECRET` it asks the real
//! service, or the one at `DIDIT_AUTH_URL`.

use std::env;
use std::error::Error;
use std::io::Write as _;
use std::process::ExitCode;
use std::time::Instant;

use didit_auth::api::sandbox::Sandbox;
use didit_auth::{Credentials, Didit, Token};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

/// The standard one panics when nobody reads any more, as at the left of `| head`.
macro_rules! println {
    ($($text:tt)*) => {
        if writeln!(std::io::stdout(), $($text)*).is_err() {
            std::process::exit(0);
        }
    };
}

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<(), Box<dyn Error>> {
    let configured = env::vars_os().any(|(name, _)| name.to_string_lossy().starts_with("DIDIT_"));
    if configured {
        let didit = Didit::from_env()?;
        println!("Asking the service that the DIDIT_* variables name.\n");
        return tour(&didit, None).await;
    }
    let sandbox = Sandbox::start()?;
    println!("No DIDIT_* variable is set: starting the embedded sandbox at {}.", sandbox.url());
    println!("It plays the token endpoint on this machine; nothing leaves it.\n");
    let didit = Didit::builder()
        .credentials(Credentials::new(Sandbox::CLIENT_ID, Sandbox::CLIENT_SECRET)?)
        .auth_url(sandbox.url())
        .verification_url(sandbox.url())
        .build()?;
    tour(&didit, Some(&sandbox)).await
}

async fn tour(didit: &Didit, sandbox: Option<&Sandbox>) -> Result<(), Box<dyn Error>> {
    let start = Instant::now();
    let token = didit.token().await?;
    let first = start.elapsed();
    println!("Access token");
    describe(&token)?;

    let start = Instant::now();
    didit.token().await?;
    println!("\nAsked twice");
    println!("  first call     {first:.0?}, from the token endpoint");
    println!("  second call    {:.0?}, from memory", start.elapsed());
    if let Some(sandbox) = sandbox {
        println!("  requests       {} seen by the sandbox", sandbox.requests());
    }

    // The vendor takes the client secret as the API key, which this call wants.
    let workflows = didit.management().list_workflows().send().await?;
    println!("\nWith the same credentials, by API key");
    for workflow in workflows.results.iter().flatten() {
        println!("  workflow       {}", workflow.workflow_label.as_deref().unwrap_or("(no name)"));
    }

    println!("\nNext");
    match sandbox {
        Some(_) => println!(
            "  Set DIDIT_CLIENT_ID and DIDIT_CLIENT_SECRET (Didit console, your application)\n  \
             and run this again to get a real token."
        ),
        None => println!("  Send `token.header()` as the Authorization header of your API calls."),
    }
    println!("  didit-auth/examples/token.rs is the program to start from.");
    Ok(())
}

fn describe(token: &Token) -> Result<(), jiff::Error> {
    let answer = token.answer();
    let expiry = Timestamp::try_from(token.expires_at())?.to_zoned_datetime(TimeZone::system());
    let left =
        SignedDuration::from_secs(token.remaining().as_secs().try_into().unwrap_or(i64::MAX));
    println!("  issuer         {}", answer.iss.as_deref().unwrap_or("(not stated)"));
    println!("  client         {}", answer.client_id.as_deref().unwrap_or("(not stated)"));
    println!("  expires        {} (in {left:#})", expiry.strftime("%Y-%m-%d %H:%M:%S %:z"));
    println!("  length         {} characters, never printed", token.expose().len());
    Ok(())
}
