//! Every session of an application, however many pages they take.
//!
//! Without any `DIDIT_*` variable it starts the embedded sandbox and needs no
//! network; with `DIDIT_API_KEY` it lists yours. Its argument is a status to list:
//! `Approved`, `In Review`.

use std::collections::BTreeMap;
use std::env;
use std::error::Error;
use std::io::Write as _;

use didit_auth::api::sandbox::Sandbox;
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
        return list(&Didit::from_env()?).await;
    }
    let sandbox = Sandbox::start()?;
    println!("No DIDIT_* variable is set: starting the embedded sandbox at {}.\n", sandbox.url());
    let didit = Didit::builder()
        .credentials(Credentials::api_key(Sandbox::CLIENT_SECRET)?)
        .verification_url(sandbox.url())
        .build()?;
    list(&didit).await
}

async fn list(didit: &Didit) -> Result<(), Box<dyn Error>> {
    let mut call = didit.sessions().list();
    if let Some(status) = env::args().nth(1) {
        call = call.status(status);
    }
    // One page is in memory at a time, and each is asked for when its first row is.
    let mut rows = call.stream();
    let mut statuses = BTreeMap::<String, u64>::new();
    while let Some(row) = rows.next().await {
        let row = row?;
        let checks: Vec<_> = row.feature_names().collect();
        println!("{}  {:<12}  {}", row.session_id, row.status.as_str(), checks.join(", "));
        *statuses.entry(row.status.to_string()).or_default() += 1;
    }
    println!("");
    for (status, count) in statuses {
        println!("{count:>6}  {status}");
    }
    Ok(())
}
