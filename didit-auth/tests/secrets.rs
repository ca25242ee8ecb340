//! A client secret, an API key and a token are planted, everything that can happen happens,
//! and none may be found in anything that a person or a log could see.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod support;

use std::error::Error as StdError;
use std::fmt::Debug;
use std::io::Write;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use didit_api::reqwest::header::HeaderValue;
use didit_api::runtime::Call;
use didit_api::{Authorization, Authorize, Operation, Scheme, Secret, Transport, auth};
use didit_auth::{Credentials, Didit};
use support::{API_KEY, Endpoint, ID, KEY, SECRET, TOKEN, answer_with, http, operation};

/// The secret, the token, the key, and these as they could travel in base64 and in
/// hexadecimal.
fn planted() -> Vec<String> {
    let base64 = |text: &str| data_encoding::BASE64_NOPAD.encode(text.as_bytes());
    vec![
        SECRET.to_owned(),
        TOKEN.to_owned(),
        KEY.to_owned(),
        base64(SECRET),
        base64(KEY),
        base64(TOKEN),
        base64(&format!("{ID}:{SECRET}")),
        data_encoding::HEXLOWER.encode(SECRET.as_bytes()),
        data_encoding::HEXLOWER.encode(KEY.as_bytes()),
    ]
}

/// Everything that was printed or logged, in one text.
#[derive(Clone, Default)]
struct Seen(Arc<Mutex<Vec<u8>>>);

impl Seen {
    fn debug(&self, value: &impl Debug) {
        self.text(&format!("{value:?}\n{value:#?}\n"));
    }

    fn error(&self, error: &(dyn StdError + 'static)) {
        let mut next = Some(error);
        while let Some(error) = next {
            self.text(&format!("{error}\n{error:?}\n{error:#?}\n"));
            next = error.source();
        }
    }

    fn text(&self, text: &str) {
        self.0.lock().unwrap().extend_from_slice(text.as_bytes());
    }

    fn all(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap()).into_owned()
    }
}

impl Write for Seen {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Every answer that the other tests know, with secrets wherever one fits.
fn endpoints() -> Vec<Endpoint> {
    let basic = data_encoding::BASE64.encode(format!("{ID}:{SECRET}").as_bytes());
    let echo = format!(r#"{{"error":"{SECRET}","error_description":"sent Basic {basic}"}}"#);
    // A server that echoes in its own way: as a refresh token, in hexadecimal.
    let hex = data_encoding::HEXLOWER.encode(SECRET.as_bytes());
    let fields =
        format!(r#"{{"access_token":"{TOKEN}","detail":"{hex}","x":["{SECRET}", "{KEY}"]}}"#);
    let html = format!("<html>{SECRET} {basic} {}</html>", "x".repeat(100_000));
    let mut endpoints = Vec::new();
    for status in [
        "200 OK",
        "201 Created",
        "204 No Content",
        "301 Moved",
        "307 Temporary",
        "400 Bad Request",
        "401 Unauthorized",
        "403 Forbidden",
        "404 Not Found",
        "408 Timeout",
        "429 Slow down",
        "500 Oops",
        "501 No",
        "503 Busy",
    ] {
        let headers =
            format!("Set-Cookie: session={TOKEN}{KEY}\r\nLocation: http://127.0.0.1:1/\r\n");
        for body in ["", &echo, &fields, &html] {
            endpoints.push(Endpoint::answering(status, &headers, body));
        }
    }
    let token = format!(r#""{TOKEN}""#);
    for body in [
        answer_with("expires_in", Some(&token)),
        answer_with("expires_in", Some("0")),
        answer_with("iat", Some(&token)),
        answer_with("token_type", Some(&token)),
        answer_with("error", Some(&token)),
        answer_with("access_token", Some(&format!("[{token}]"))),
        answer_with("access_token", Some(&format!(r#""{TOKEN}\r\n""#))),
        answer_with("sub", Some(&token)).replace("\"sub\"", "\"access_token\""),
        answer_with("sub", None).replace('}', ""),
        format!("{token} {token}"),
    ] {
        endpoints.push(Endpoint::answering("200 OK", "", body));
    }
    let full = answer_with("sub", None);
    endpoints.push(Endpoint::raw(http("200 OK", "Content-Encoding: br\r\n", full.as_bytes())));
    let cut = format!("HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n{full}");
    endpoints.push(Endpoint::raw(cut));
    endpoints.push(Endpoint::raw(format!("{TOKEN} is no HTTP\r\n\r\n")));
    endpoints.push(Endpoint::raw(""));
    endpoints.push(Endpoint::start(|_| std::thread::sleep(Duration::from_secs(2))));
    endpoints
}

/// Credentials for the generated client, without the auth crate.
#[derive(Debug)]
struct Raw(Secret);

impl Authorize for Raw {
    fn authorize<'a>(&'a self, _: &'static Operation, scheme: Scheme) -> Authorization<'a> {
        Box::pin(async move {
            let encoded = data_encoding::BASE64.encode(self.0.expose().as_bytes());
            let header = HeaderValue::from_str(&format!("Basic {encoded}"))?;
            Ok((scheme == Scheme::Basic).then_some(header))
        })
    }
}

/// The auth crate's calls: of the token endpoint, and with the key.
async fn drive(url: &str, seen: &Seen) {
    let credentials = Credentials::new(ID, SECRET).unwrap().with_api_key(KEY).unwrap();
    seen.debug(&credentials);
    let builder = Didit::builder()
        .credentials(credentials)
        .auth_url(url)
        .verification_url(url)
        .timeout(Duration::from_millis(500))
        .api_timeout(Duration::from_millis(500));
    seen.debug(&builder);
    let didit = builder.build().unwrap();
    seen.debug(&didit);
    seen.debug(didit.token_source());
    match didit.token().await {
        Ok(token) => {
            seen.debug(&token);
            seen.debug(token.header());
            seen.debug(token.answer());
        }
        Err(error) => {
            seen.error(&error);
            seen.text(error.code().unwrap_or_default());
        }
    }
    drive_key(&didit, seen).await;
    seen.debug(&didit);
}

async fn drive_key(didit: &Didit, seen: &Seen) {
    seen.debug(didit.transport());
    let call = Call::new(didit.transport(), operation(&[API_KEY]));
    seen.debug(&call);
    // What a success holds is the caller's own.
    if let Err(error) = call.send_empty().await {
        seen.error(&error);
        if let Some(response) = error.response() {
            seen.debug(response);
        }
    }
}

/// A key alone, and one that is asked for again when it is refused.
async fn drive_other_keys(seen: &Seen) {
    for status in ["200 OK", "401 Unauthorized", "403 Forbidden"] {
        let endpoint = Endpoint::answering(status, "", format!(r#"{{"detail": "{KEY}"}}"#));
        let begin = || Didit::builder().auth_url(&endpoint.url).verification_url(&endpoint.url);
        let fixed = begin().credentials(Credentials::api_key(KEY).unwrap());
        let asked = begin().credentials_from(|| async { Credentials::api_key(KEY) });
        for builder in [fixed, asked] {
            seen.debug(&builder);
            let didit = builder.build().unwrap();
            seen.error(&didit.token().await.unwrap_err());
            drive_key(&didit, seen).await;
            seen.debug(&didit);
        }
    }
    for key in [String::new(), format!("{KEY}\n"), format!(" {KEY}"), format!("{KEY}é")] {
        seen.error(&Credentials::api_key(key).unwrap_err());
    }
}

/// The raw generated call.
async fn drive_raw(url: &str, seen: &Seen) {
    let builder = Transport::builder(url)
        .authorize(Raw(format!("{ID}:{SECRET}").into()))
        .timeout(Duration::from_millis(500));
    seen.debug(&builder);
    let client = auth::Client::new(builder.build().unwrap());
    seen.debug(&client);
    let call = client
        .create_token(auth::types::TokenRequest::new(auth::types::GrantType::ClientCredentials));
    seen.debug(&call);
    match call.send().await {
        Ok(answer) => {
            seen.debug(&answer);
            seen.debug(answer.response());
            seen.debug(&answer.into_inner());
        }
        Err(error) => {
            seen.error(&error);
            if let Some(response) = error.response() {
                seen.debug(response);
            }
        }
    }
}

/// Calls that sign themselves; returns the tokens that went with them.
#[cfg(feature = "sessions_v1")]
async fn drive_api(seen: &Seen) -> Vec<String> {
    use didit_api::sandbox::{Answer, Sandbox};
    use didit_api::sessions_v1::types::CreateSessionV1Request;
    let sandbox = Sandbox::builder().credentials(ID, SECRET).start().unwrap();
    let didit = Didit::builder()
        .credentials(Credentials::new(ID, SECRET).unwrap())
        .auth_url(sandbox.url())
        .verification_url(sandbox.url())
        .build()
        .unwrap();
    let mut tokens = Vec::new();
    let echo = format!(r#"{{"detail": "{SECRET} {TOKEN}"}}"#);
    for answer in [
        Answer::honest(),
        Answer::status(201).body(format!(r#"{{"session_id": 1, "url": "{TOKEN}"}}"#)),
        Answer::status(201).body(format!(
            r#"{{"session_id": "1", "url": "{TOKEN}", "session_token": "{TOKEN}"}}"#
        )),
        Answer::status(401).body(echo.clone()).times(9),
        Answer::status(403).body(echo),
        Answer::status(503).body(SECRET),
        Answer::drop_connection(),
    ] {
        tokens.push(didit.token().await.unwrap().expose().to_owned());
        sandbox.next(answer.on("sessions_v1::create"));
        let call = didit.sessions_v1().create(CreateSessionV1Request::new());
        seen.debug(&call);
        match call.send().await {
            Ok(session) => {
                seen.debug(&session);
                seen.debug(&session.into_inner());
            }
            Err(error) => seen.error(&error),
        }
        sandbox.answer_honestly();
        seen.debug(&didit);
        seen.debug(&sandbox);
        seen.debug(&sandbox.received());
    }
    tokens
}

#[tokio::test]
async fn no_secret_is_found_in_any_output_debug_chain_or_log() {
    let seen = Seen::default();
    let writer = seen.clone();
    tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .init();

    for endpoint in endpoints() {
        drive(&endpoint.url, &seen).await;
        drive_raw(&endpoint.url, &seen).await;
    }
    for url in ["http://127.0.0.1:1", "https://127.0.0.1:1", "https://didit.invalid"] {
        drive(url, &seen).await;
        drive_raw(url, &seen).await;
    }
    for (id, secret) in [
        (format!("{SECRET}:"), SECRET.to_owned()),
        (ID.to_owned(), format!("{SECRET}\n")),
        (format!("{SECRET}\0"), String::new()),
    ] {
        seen.error(&Credentials::new(id, secret).unwrap_err());
    }
    for url in [
        format!("https://{SECRET}@apx.didit.me"),
        format!("https://apx.didit.me/?{SECRET}"),
        format!("https://apx.didit.me/#{SECRET}"),
        format!("{SECRET}://apx.didit.me"),
        format!("not a url {SECRET}"),
    ] {
        seen.debug(&Transport::builder(&url));
        seen.error(&Transport::builder(&url).build().unwrap_err());
        let builder = Didit::builder()
            .auth_url(&url)
            .verification_url(url)
            .credentials(Credentials::new(ID, SECRET).unwrap());
        seen.debug(&builder);
        seen.error(&builder.build().unwrap_err());
    }

    drive_other_keys(&seen).await;
    #[cfg(feature = "sessions_v1")]
    let tokens = drive_api(&seen).await;
    #[cfg(not(feature = "sessions_v1"))]
    let tokens = Vec::new();

    let all = seen.all();
    // The search means something: all three sources have spoken.
    assert!(all.contains("hyper_util::client"), "no log of the HTTP stack");
    assert!(all.contains("reqwest::connect"), "no log of reqwest");
    assert!(all.contains("401 Unauthorized") && all.contains("[redacted]"), "no error text");
    assert!(all.contains(" didit_auth: "), "no event of this crate");
    for secret in planted().into_iter().chain(tokens) {
        let found = all.find(&secret).map(|at| {
            let from = all[..at].char_indices().rev().nth(200).map_or(0, |(index, _)| index);
            all[from..at].to_owned()
        });
        assert_eq!(found, None, "{secret} follows this text");
    }
}

#[test]
fn no_secret_is_found_in_any_snapshot() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut folders = vec![root.to_owned()];
    let mut snapshots = 0;
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
            let (path, name) = (entry.path(), entry.file_name().to_string_lossy().into_owned());
            if path.is_dir() && name != "target" && !name.starts_with('.') {
                folders.push(path);
            } else if name.contains(".snap") {
                let text = String::from_utf8_lossy(&std::fs::read(&path).unwrap()).into_owned();
                snapshots += 1;
                for secret in planted() {
                    assert!(!text.contains(&secret), "{} in {}", secret, path.display());
                }
            }
        }
    }
    assert!(snapshots > 0, "no snapshot was searched");
}
