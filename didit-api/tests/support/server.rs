//! A server on a real socket that gives prepared answers, for tests of the wire.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use didit_api::reqwest::header::HeaderValue;
use didit_api::{Authorization, Authorize, Operation, Scheme, Transport};

/// Gives its answers, one per connection, and hands out what it was sent.
pub(crate) struct Server {
    pub(crate) transport: Transport,
    requests: JoinHandle<Vec<String>>,
}

impl Server {
    pub(crate) fn with(answers: &[&str]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let answers: Vec<String> = answers.iter().map(|answer| (*answer).to_owned()).collect();
        let requests = std::thread::spawn(move || {
            let serve = |answer: String| {
                let (mut stream, _) = listener.accept().unwrap();
                let mut request = Vec::new();
                while !is_complete(&request) {
                    let mut bytes = [0; 1024];
                    let count = stream.read(&mut bytes).unwrap();
                    request.extend_from_slice(&bytes[..count]);
                }
                stream.write_all(answer.as_bytes()).unwrap();
                String::from_utf8(request).unwrap()
            };
            answers.into_iter().map(serve).collect()
        });
        let transport = Transport::builder(base).authorize(Tokens::default()).response_limit(100);
        Self { transport: transport.timeout(Duration::from_secs(5)).build().unwrap(), requests }
    }

    /// The requests, as many as there were answers.
    pub(crate) fn requests(self) -> Vec<String> {
        self.requests.join().unwrap()
    }
}

fn is_complete(request: &[u8]) -> bool {
    let text = String::from_utf8_lossy(request).to_lowercase();
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return false };
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
    length.is_none_or(|length| body.len() >= length.parse().unwrap())
}

/// One answer, whose connection ends with it.
pub(crate) fn answer(status: &str, body: &str) -> String {
    let length = body.len();
    format!("HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}")
}

/// Supplies a new token after the first rejection.
#[derive(Debug, Default)]
pub(crate) struct Tokens(AtomicUsize);

impl Authorize for Tokens {
    fn authorize<'a>(&'a self, _: &'static Operation, _: Scheme) -> Authorization<'a> {
        let token = format!("Bearer t{}", self.0.load(Ordering::Relaxed));
        Box::pin(async move { Ok(Some(HeaderValue::try_from(token)?)) })
    }

    fn rejected(&self, _: &'static Operation, _: Scheme, _: &HeaderValue) -> bool {
        self.0.fetch_add(1, Ordering::Relaxed) == 0
    }
}
