//! A server on a real socket that counts what it is sent.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use didit_api::{RetryPolicy, Transport, TransportBuilder};

/// Gives its answers, one per connection, and 500 after the last. An answer is a
/// status, and whatever headers follow it, a line each; `-` is none, by a
/// connection that is closed, and `...` none, by one that stays open.
pub(crate) struct Counter {
    url: String,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Counter {
    pub(crate) fn new(answers: &'static [&'static str]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let requests = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&requests);
        std::thread::spawn(move || {
            let mut held = Vec::new();
            let mut answers = answers.iter();
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let request = head(&mut stream);
                seen.lock().unwrap().push(request);
                match *answers.next().unwrap_or(&"500 No more") {
                    "-" => {}
                    "..." => held.push(stream),
                    answer => {
                        let (head, body) = answer.split_once("\n\n").unwrap_or((answer, ""));
                        let (head, length) = (head.replace('\n', "\r\n"), body.len());
                        let answer = format!(
                            "HTTP/1.1 {head}\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n{body}"
                        );
                        stream.write_all(answer.as_bytes()).ok();
                    }
                }
            }
        });
        Self { url, requests }
    }

    /// A transport to it that pauses for a moment only.
    pub(crate) fn transport(&self) -> TransportBuilder {
        let retry = RetryPolicy::default().first_pause(Duration::from_millis(1));
        Transport::builder(&self.url).timeout(Duration::from_millis(500)).retry(retry)
    }

    /// The heads of the requests so far, in small letters.
    pub(crate) fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }
}

fn head(stream: &mut TcpStream) -> String {
    let mut request = Vec::new();
    while !request.windows(4).any(|end| end == b"\r\n\r\n") {
        let mut bytes = [0; 4096];
        let count = stream.read(&mut bytes).unwrap();
        assert!(count > 0, "the request breaks off");
        request.extend_from_slice(&bytes[..count]);
    }
    String::from_utf8_lossy(&request).to_lowercase()
}
