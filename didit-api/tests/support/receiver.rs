//! Who receives webhooks, on a socket of its own in the test's runtime.
#![allow(dead_code, unreachable_pub, reason = "each test uses its own part")]

use std::sync::{Arc, Mutex};

use didit_api::reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use didit_api::webhooks::{Event, Verifier, VerifyError};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// Closes the connection.
pub const CLOSES: u16 = 0;
/// Does not answer, and keeps the connection.
pub const HANGS: u16 = 1;

#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    /// `POST /webhooks HTTP/1.1`, and the lines of the headers.
    pub head: String,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Request {
    pub fn verified(&self, secret: &str) -> Result<Event, VerifyError> {
        Verifier::with_secret(secret).unwrap().verify(&self.headers, &self.body)
    }

    /// What it says, if the secret signed it.
    pub fn json(&self, secret: &str) -> serde_json::Value {
        self.verified(secret).unwrap().json()
    }
}

pub struct Receiver {
    pub url: String,
    requests: Arc<Mutex<Vec<Request>>>,
}

impl Receiver {
    /// Answers with these statuses, and with 200 from then on.
    pub async fn answering(statuses: &[u16]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/webhooks", listener.local_addr().unwrap());
        let requests = Arc::new(Mutex::new(Vec::new()));
        let (kept, statuses) = (Arc::clone(&requests), statuses.to_vec());
        tokio::spawn(async move {
            let mut statuses = statuses.into_iter();
            let mut open = Vec::new();
            loop {
                let (mut stream, _) = listener.accept().await.unwrap();
                let request = read(&mut stream).await;
                kept.lock().unwrap().push(request);
                let status = statuses.next().unwrap_or(200);
                let location = "Location: /elsewhere\r\n";
                let answer =
                    format!("HTTP/1.1 {status} X\r\n{location}Content-Length: 2\r\n\r\nok");
                match status {
                    CLOSES => {}
                    HANGS => open.push(stream),
                    _ => stream.write_all(answer.as_bytes()).await.unwrap(),
                }
            }
        });
        Self { url, requests }
    }

    pub async fn start() -> Self {
        Self::answering(&[]).await
    }

    pub fn requests(&self) -> Vec<Request> {
        self.requests.lock().unwrap().clone()
    }
}

async fn read(stream: &mut TcpStream) -> Request {
    let mut bytes = Vec::new();
    let end = loop {
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break end;
        }
        assert_ne!(stream.read_buf(&mut bytes).await.unwrap(), 0);
    };
    let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
    let headers: HeaderMap = head
        .lines()
        .skip(1)
        .map(|line| {
            let (name, value) = line.split_once(": ").unwrap();
            (HeaderName::try_from(name).unwrap(), HeaderValue::try_from(value).unwrap())
        })
        .collect();
    let length: usize = headers["content-length"].to_str().unwrap().parse().unwrap();
    let mut body = bytes.split_off(end + 4);
    while body.len() < length {
        assert_ne!(stream.read_buf(&mut body).await.unwrap(), 0);
    }
    assert_eq!(body.len(), length);
    Request { head, headers, body }
}
