//! Whether two photos show one person.
//!
//! Without any `DIDIT_*` variable it sends two sample files to the embedded sandbox
//! and needs no network; with `DIDIT_API_KEY` it sends the two whose paths are its
//! arguments.

use std::env;
use std::error::Error;
use std::io::Write as _;

use didit_auth::api::File;
use didit_auth::api::checks::types::FaceMatchRequest;
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
        let paths: Vec<_> = env::args_os().skip(1).collect();
        let [selfie, reference] = paths.as_slice() else {
            return Err(
                "give the paths of two photos: a selfie, and what to compare it with".into()
            );
        };
        println!("Asking the service that the DIDIT_* variables name.\n");
        // Read from the disk as they are sent, and never in memory as a whole.
        return compare(&Didit::from_env()?, File::path(selfie), File::path(reference)).await;
    }
    let sandbox = Sandbox::start()?;
    println!("No DIDIT_* variable is set: starting the embedded sandbox at {}.\n", sandbox.url());
    let didit = Didit::builder()
        .credentials(Credentials::api_key(Sandbox::CLIENT_SECRET)?)
        .verification_url(sandbox.url())
        .build()?;
    let photo = |name| File::from(b"a photo, as far as the sandbox cares").name(name);
    compare(&didit, photo("selfie.jpg"), photo("document.jpg")).await
}

async fn compare(didit: &Didit, selfie: File, reference: File) -> Result<(), Box<dyn Error>> {
    let wanted = FaceMatchRequest::new(selfie, reference).save_api_request(false);
    let answer = didit.checks().face_match(wanted).send().await?.into_inner();
    let Some(result) = answer.face_match else { return Err("the answer has no result".into()) };
    println!("status   {}", result.status.map_or("(not stated)".to_owned(), |it| it.to_string()));
    println!("score    {} of 100", result.score.map_or("no".to_owned(), |score| score.to_string()));
    for warning in result.warnings.iter().flatten() {
        println!("warning  {}", warning.short_description.as_deref().unwrap_or("(no text)"));
    }
    Ok(())
}
