//! A plain socket in the role of the token endpoint: the test reads the bytes
//! that arrive and writes the bytes that go back.
#![allow(dead_code, unreachable_pub, reason = "each test file uses its own part")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::thread;

use didit_api::{Operation, Scheme, auth};
use didit_auth::{Credentials, Didit, Error};

pub const ID: &str = "planted-id";
pub const SECRET: &str = "pLaNtEd-s3cret";
pub const KEY: &str = "pLaNtEd-ap1-k3y";
pub const TOKEN: &str = "pLaNtEd.t0ken";

/// The answer that the vendor's page prints, byte for byte.
pub const PRINTED: &str = r#"{
  "iss": "https://didit.me",
  "iat": 1617220000,
  "sub": "your-application-uuid",
  "client_id": "your-client-id",
  "organization_id": "your-organization-id",
  "expires_in": 86400,
  "exp": 1618084000,
  "access_token": "your-cient-access-token"
}"#;

/// Takes away the variables that this crate reads, as they are where the tests run.
pub fn unconfigured(mut command: Command) -> Command {
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("DIDIT_") {
            command.env_remove(name);
        }
    }
    command
}

/// A server on loopback that records requests and answers by a closure.
pub struct Endpoint {
    pub url: String,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Endpoint {
    /// `answer` gets the stream after each request was read.
    pub fn start(answer: impl Fn(&mut TcpStream) + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let requests = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&requests);
        let answer = Arc::new(answer);
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let (seen, answer) = (Arc::clone(&seen), Arc::clone(&answer));
                thread::spawn(move || {
                    let mut stream = stream;
                    if let Some(request) = read_request(&stream) {
                        seen.lock().unwrap().push(request);
                        answer(&mut stream);
                    }
                });
            }
        });
        Self { url, requests }
    }

    /// Answers every request with `bytes`, and closes.
    pub fn raw(bytes: impl Into<Vec<u8>>) -> Self {
        let bytes = bytes.into();
        Self::start(move |stream| {
            let _ = stream.write_all(&bytes);
        })
    }

    /// Answers every request with `status`, `headers` and `body`.
    pub fn answering(status: &str, headers: &str, body: impl AsRef<[u8]>) -> Self {
        Self::raw(http(status, headers, body.as_ref()))
    }

    /// Every request so far, head and body.
    pub fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }
}

/// An HTTP answer; `headers` are lines that end in `\r\n`.
pub fn http(status: &str, headers: &str, body: &[u8]) -> Vec<u8> {
    let length = body.len();
    let mut bytes = format!(
        "HTTP/1.1 {status}\r\n{headers}Content-Length: {length}\r\nConnection: close\r\n\r\n"
    )
    .into_bytes();
    bytes.extend_from_slice(body);
    bytes
}

fn read_request(stream: &TcpStream) -> Option<String> {
    let mut reader = BufReader::new(stream.try_clone().ok()?);
    let mut text = String::new();
    while !text.ends_with("\r\n\r\n") {
        if reader.read_line(&mut text).ok()? == 0 {
            return None;
        }
    }
    let mut body = vec![0; content_length(&text)];
    reader.read_exact(&mut body).ok()?;
    text.push_str(&String::from_utf8(body).ok()?);
    Some(text)
}

fn content_length(head: &str) -> usize {
    let lower = head.to_lowercase();
    let value = lower.lines().find_map(|line| line.strip_prefix("content-length:"));
    value.and_then(|value| value.trim().parse().ok()).unwrap_or(0)
}

/// Asks once: what is under test is the answer to one request.
pub fn didit(url: &str) -> Didit {
    let credentials = Credentials::new(ID, SECRET).unwrap();
    Didit::builder()
        .credentials(credentials)
        .auth_url(url)
        .verification_url(url)
        .attempts(1)
        .build()
        .unwrap()
}

/// An operation that no document has.
pub fn operation(security: &'static [Scheme]) -> &'static Operation {
    let mut operation = *auth::Client::OPERATIONS[0];
    operation.document = "sessions";
    operation.id = "list";
    operation.method = "GET";
    operation.path = "/v3/sessions/";
    operation.security = security;
    Box::leak(Box::new(operation))
}

pub const API_KEY: Scheme = Scheme::ApiKey { header: "x-api-key" };

/// The error of the first call against `endpoint`.
pub async fn failure(endpoint: &Endpoint) -> Error {
    didit(&endpoint.url).token().await.unwrap_err()
}

/// The printed answer with `member` replaced by `json`, or removed.
pub fn answer_with(member: &str, json: Option<&str>) -> String {
    let mut members: Vec<(&str, &str)> = vec![
        ("iss", r#""https://didit.me""#),
        ("iat", "1617220000"),
        ("sub", r#""your-application-uuid""#),
        ("client_id", r#""your-client-id""#),
        ("organization_id", r#""your-organization-id""#),
        ("expires_in", "86400"),
        ("exp", "1618084000"),
        ("access_token", r#""pLaNtEd.t0ken""#),
    ];
    members.retain(|(name, _)| *name != member);
    members.extend(json.map(|json| (member, json)));
    let lines: Vec<String> =
        members.iter().map(|(name, json)| format!("{name:?}: {json}")).collect();
    format!("{{{}}}", lines.join(", "))
}
