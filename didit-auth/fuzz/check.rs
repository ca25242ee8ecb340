//! One answer, through the public API and a socket, and what must hold for
//! whatever it says. For the fuzzer and for tests/corpus.rs.
//!
//! The whole way is taken, not the parser alone: this crate then needs no door
//! to its inside, and the framing of the answer is in the chain.

use std::error::Error as StdError;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use didit_auth::{Credentials, Didit, Error, ErrorKind, Token};
use tokio::runtime::{Builder, Runtime};

const SECRET: &str = "pLaNtEd-s3cret";
/// The longest message that is bearable in a log, in characters.
const LONGEST_MESSAGE: usize = 1000;
const LONGEST_LIFETIME: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// A client, and the endpoint that it talks to.
pub struct Check {
    runtime: Runtime,
    didit: Didit,
    answer: Arc<Mutex<Vec<u8>>>,
}

impl Check {
    /// One client for all answers, as in a service.
    pub fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let answer = Arc::new(Mutex::new(Vec::new()));
        let next = Arc::clone(&answer);
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let next = Arc::clone(&next);
                thread::spawn(move || serve(stream, &next));
            }
        });
        let credentials = Credentials::new("planted-id", SECRET).unwrap();
        let didit = Didit::builder()
            .credentials(credentials)
            .auth_url(&url)
            .verification_url(url)
            .attempts(1);
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        Self { runtime, didit: didit.build().unwrap(), answer }
    }

    /// `input` is a status of three digits, a line feed and a body; or a body
    /// alone, whose status is 200.
    pub fn answer(&self, input: &[u8]) {
        let (status, body) = split(input);
        *self.answer.lock().unwrap() = http(status, body);
        match self.runtime.block_on(self.didit.token_source().warm_up()) {
            Ok(token) => check_token(&token, status),
            Err(error) => check_error(&error, status, body),
        }
    }
}

fn split(input: &[u8]) -> (u16, &[u8]) {
    if let [a @ b'2'..=b'5', b @ b'0'..=b'9', c @ b'0'..=b'9', b'\n', body @ ..] = input {
        let digit = |byte: &u8| u16::from(byte - b'0');
        return (digit(a) * 100 + digit(b) * 10 + digit(c), body);
    }
    (200, input)
}

fn http(status: u16, body: &[u8]) -> Vec<u8> {
    // These two have no body (RFC 9110, section 6.4.1).
    let body = if matches!(status, 204 | 304) { &[] } else { body };
    let mut bytes =
        format!("HTTP/1.1 {status} x\r\ncontent-length: {}\r\n\r\n", body.len()).into_bytes();
    bytes.extend_from_slice(body);
    bytes
}

fn serve(mut stream: TcpStream, answer: &Mutex<Vec<u8>>) -> Option<()> {
    stream.set_nodelay(true).ok()?;
    let mut reader = BufReader::new(stream.try_clone().ok()?);
    let (mut line, mut length) = (String::new(), 0);
    loop {
        line.clear();
        if reader.read_line(&mut line).ok()? == 0 {
            return None;
        }
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().ok()?;
        }
        if line == "\r\n" {
            reader.read_exact(&mut vec![0; length]).ok()?;
            let bytes = answer.lock().unwrap().clone();
            stream.write_all(&bytes).ok()?;
        }
    }
}

fn check_token(token: &Token, status: u16) {
    let text = token.expose();
    assert!((200..300).contains(&status), "a token from {status}");
    assert!(!text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic()), "{text:?}");
    assert_eq!(token.header().as_bytes(), format!("Bearer {text}").as_bytes());
    assert!(token.header().is_sensitive());
    assert!(token.lifetime() <= LONGEST_LIFETIME, "{:?}", token.lifetime());
    assert!(token.remaining() <= token.lifetime());
    // What a service may do with any token, whatever its times are.
    let _ = (token.expires_at(), format!("{token:?}"));
}

fn check_error(error: &Error, status: u16, body: &[u8]) {
    let expected = match status {
        200..300 => ErrorKind::Malformed,
        300..400 => ErrorKind::Redirected,
        429 => ErrorKind::Throttled,
        408 | 500..600 => ErrorKind::Unavailable,
        _ => ErrorKind::Rejected,
    };
    let mut texts = vec![error.to_string(), format!("{error:?}")];
    // Anything else and the answer was not even read.
    assert_eq!((error.kind(), error.status()), (expected, Some(status)), "{texts:?}");
    texts.extend(error.code().map(str::to_owned));
    let mut source = error.source();
    while let Some(inner) = source {
        texts.extend([inner.to_string(), format!("{inner:?}")]);
        source = inner.source();
    }
    // Of what the server wrote a code is shown, and nothing else.
    let runs = telling_runs(body);
    for text in texts {
        assert!(text.chars().count() <= LONGEST_MESSAGE, "{text}");
        // In particular no control characters, neither of terminals nor of the
        // direction of writing.
        assert!(text.bytes().all(|byte| matches!(byte, b' '..=b'~')), "{text:?}");
        assert!(!text.contains(SECRET), "{text}");
        assert!(!runs.iter().any(|run| text.contains(run.as_str())), "{text}");
    }
}

/// Eight characters in a row of the body's `access_token`, of a kind that our
/// own sentences never have: letters and digits, a capital and a digit in them.
fn telling_runs(body: &[u8]) -> Vec<String> {
    let body = body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body);
    let json: serde_json::Value = serde_json::from_slice(body).unwrap_or_default();
    let token = json.get("access_token").and_then(|token| token.as_str()).unwrap_or_default();
    let is_telling = |run: &&[u8]| {
        run.iter().all(u8::is_ascii_alphanumeric)
            && run.iter().any(u8::is_ascii_uppercase)
            && run.iter().any(u8::is_ascii_digit)
    };
    let runs = token.as_bytes().windows(8).filter(is_telling);
    runs.map(|run| String::from_utf8_lossy(run).into_owned()).collect()
}
