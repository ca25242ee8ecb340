//! The shortest program that holds an access token.

#[tokio::main]
async fn main() -> Result<(), didit_auth::Error> {
    let didit = didit_auth::Didit::from_env()?; // no network I/O yet
    let token = didit.token().await?; // one request, then kept while it is good
    println!("good for {:?}", token.remaining());
    // `token.header()` is the Authorization header of your next request.
    Ok(())
}
