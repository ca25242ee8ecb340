//! A web service that hears by webhooks what became of a person's verification.
//!
//! Without any `DIDIT_*` variable it needs no network: the embedded sandbox plays Didit
//! and the person, and posts what Didit would. With `DIDIT_API_KEY`,
//! `DIDIT_WEBHOOK_SECRET` and the id of a workflow as its argument it creates a real
//! session, and waits at 127.0.0.1:8080 for what a tunnel brings there. With
//! `RUST_LOG=trace` it logs what there is to log, and nothing of the person.

use std::env;
use std::error::Error;
use std::io::Write as _;
use std::process::ExitCode;

use axum::routing::post;
use axum::{Extension, Router};
use didit_auth::api::sandbox::Sandbox;
use didit_auth::api::sessions::types::CreateSession;
use didit_auth::webhooks::{self, Delivery, Event, MemoryStore, Outcome, Receiver, Verifier};
use didit_auth::{BoxError, Credentials, Didit};
use tokio::net::TcpListener;
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use tokio::sync::oneshot;
use tracing_subscriber::filter::LevelFilter;

const REAL: &str = "a DIDIT_* variable is set, so this is about a real session: set DIDIT_API_KEY and \
    DIDIT_WEBHOOK_SECRET, and give the id of a workflow, `cargo run -p didit-auth --example \
    webhook_server -- WORKFLOW_ID`; or unset all of them for the sandbox";

/// The standard one panics when nobody reads any more, as at the left of `| head`.
macro_rules! println {
    ($($text:tt)*) => {
        if writeln!(std::io::stdout(), $($text)*).is_err() {
            std::process::exit(0);
        }
    };
}

async fn on_webhook(decided: Extension<UnboundedSender<String>>, delivery: Delivery) -> Outcome {
    let handler = async |event: Event| {
        let Some(session) = event.session() else { return Ok(()) };
        println!("   {} is {}", session.session_id, session.status);
        // An error is answered with 500, and Didit tries again.
        if let Some(decision) = session.decision().transpose()? {
            let (status, warnings) = (&decision.status, decision.warnings().count());
            let line = format!("Session {} is {status}, warnings: {warnings}", session.session_id);
            decided.send(line)?;
        }
        Ok::<_, BoxError>(())
    };
    delivery.handle(handler).await
}

#[tokio::main]
async fn main() -> ExitCode {
    let level = env::var("RUST_LOG").ok().and_then(|level| level.parse::<LevelFilter>().ok());
    let log = tracing_subscriber::fmt().with_max_level(level.unwrap_or(LevelFilter::WARN));
    log.with_writer(std::io::stderr).init();
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("Error: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<(), Box<dyn Error>> {
    let is_real = env::vars_os().any(|(name, _)| name.to_string_lossy().starts_with("DIDIT_"));
    let real = if is_real {
        let wanted = CreateSession::new(env::args().nth(1).ok_or(REAL)?);
        Some((Didit::from_env()?, webhooks::verifier_from_env()?, wanted, None))
    } else {
        None
    };
    let port = if is_real { 8080 } else { 0 };
    let listener = TcpListener::bind(("127.0.0.1", port)).await;
    let listener = listener.map_err(|error| format!("cannot listen on port {port}: {error}"))?;
    let url = format!("http://{}/didit", listener.local_addr()?);
    let (didit, verifier, wanted, sandbox) = match real {
        Some(real) => real,
        None => {
            let secret = Sandbox::WEBHOOK_SECRET;
            let sandbox = Sandbox::builder().webhook(&url, secret).start()?;
            let didit = Didit::builder()
                .credentials(Credentials::api_key(Sandbox::API_KEY)?)
                .verification_url(sandbox.url());
            let wanted = CreateSession::new("11111111-2222-3333-4444-555555555555");
            let wanted = wanted.sandbox_scenario("decline_document_expired");
            (didit.build()?, Verifier::with_secret(secret)?, wanted, Some(sandbox))
        }
    };

    println!("1. Listen for webhooks");
    println!("   at {url}");
    match &sandbox {
        Some(_) => println!("   No DIDIT_* variable is set: the embedded sandbox sends them.\n"),
        None => println!("   Let a tunnel lead there, and make its URL a webhook destination.\n"),
    }
    let (decided, mut decisions) = unbounded_channel::<String>();
    let receiver = Receiver::new(verifier, MemoryStore::default());
    let routes = Router::new().route("/didit", post(on_webhook)).layer(Extension(decided));
    let (stop, stopped) = oneshot::channel::<()>();
    let server = axum::serve(listener, routes.with_state(receiver))
        .with_graceful_shutdown(async { drop(stopped.await) });
    let server = tokio::spawn(server.into_future());

    println!("2. Create a session");
    let session = didit.sessions().create(wanted).send().await?;
    // A secret, shown to the one person it is for.
    println!("   open {}\n", session.url.expose());

    println!("3. Hear what becomes of it");
    let decision = decisions.recv().await.ok_or("the service has ended")?;
    if let Some(sandbox) = sandbox {
        // Nobody can tell a replay from a retry, but that it was handled before.
        sandbox.webhooks_settled().await;
        let genuine = sandbox.deliveries();
        genuine.iter().for_each(|delivery| sandbox.send_replay(delivery));
        sandbox.webhooks_settled().await;
        println!("   the same {} again: no event is handled twice\n", genuine.len());
    }
    // What was heard is answered, too.
    drop(stop);
    server.await??;
    println!("{decision}");
    Ok(())
}
