//! Medians, and an endpoint that keeps connections open and counts.
#![allow(dead_code, unreachable_pub, reason = "each bench uses its own part")]

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock};
use std::thread;

use didit_auth::{Credentials, Didit, TokenSource};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::{Builder, Handle};

/// One thread serves every endpoint: with one each, it would be the scheduler's
/// choice of their cores that is compared.
static SERVER: LazyLock<Handle> = LazyLock::new(|| {
    let runtime = Builder::new_current_thread().enable_io().build().unwrap();
    let handle = runtime.handle().clone();
    thread::spawn(move || runtime.block_on(std::future::pending::<()>()));
    handle
});

pub const ID: &str = "bench-client-id";
pub const SECRET: &str = "bench-client-secret";

/// Plays the token endpoint on loopback.
pub struct Endpoint {
    pub url: String,
    counts: Arc<[AtomicUsize; 2]>,
}

impl Endpoint {
    pub fn start() -> Self {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let counts = Arc::<[AtomicUsize; 2]>::default();
        let seen = Arc::clone(&counts);
        SERVER.spawn(async move {
            let listener = TcpListener::from_std(listener).unwrap();
            while let Ok((stream, _)) = listener.accept().await {
                seen[0].fetch_add(1, Ordering::SeqCst);
                let seen = Arc::clone(&seen);
                tokio::spawn(async move { serve(stream, &seen[1]).await });
            }
        });
        Self { url, counts }
    }

    /// Connections and requests so far.
    pub fn counts(&self) -> [usize; 2] {
        [0, 1].map(|index| self.counts[index].load(Ordering::SeqCst))
    }

    pub fn source(&self) -> TokenSource {
        let credentials = Credentials::new(ID, SECRET).unwrap();
        let didit = Didit::builder()
            .credentials(credentials)
            .auth_url(&self.url)
            .verification_url(&self.url)
            .build()
            .unwrap();
        didit.token_source().clone()
    }
}

async fn serve(stream: TcpStream, requests: &AtomicUsize) {
    // The documented members; a token of the length that such tokens have.
    let token = "t".repeat(146);
    let body = format!(
        r#"{{"iss":"https://didit.me","iat":1617220000,"sub":"app","client_id":"{ID}",
        "organization_id":"org","expires_in":86400,"exp":1618084000,"access_token":"{token}"}}"#
    );
    let answer = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.set_nodelay(true).unwrap();
    let mut stream = BufReader::new(stream);
    while read_request(&mut stream).await.is_some() {
        requests.fetch_add(1, Ordering::SeqCst);
        if stream.write_all(answer.as_bytes()).await.is_err() {
            return;
        }
    }
}

async fn read_request(stream: &mut BufReader<TcpStream>) -> Option<()> {
    let (mut line, mut length) = (String::new(), 0);
    loop {
        line.clear();
        if stream.read_line(&mut line).await.ok()? == 0 {
            return None;
        }
        if line == "\r\n" {
            break;
        }
        let lower = line.to_ascii_lowercase();
        if let Some(value) = lower.strip_prefix("content-length:") {
            length = value.trim().parse().ok()?;
        }
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await.ok().map(drop)
}

pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// `cargo test --benches` only wants to know whether it runs; `cargo bench` says
/// so.
pub fn is_test() -> bool {
    !std::env::args().any(|argument| argument == "--bench")
}
