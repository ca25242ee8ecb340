//! Files of a decision, and reports: fetched without credentials, and saved whole
//! or not at all.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::time::Duration;

use didit_api::{ErrorKind, Transport};

#[path = "support/server.rs"]
mod server;
use server::{Server, answer};

/// A folder of a test's own, empty, and gone with it.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("downloads-{name}"));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(&self.0).unwrap();
        let name = |entry: fs::DirEntry| entry.file_name().into_string().unwrap();
        entries.map(|entry| name(entry.unwrap())).collect()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn url(transport: &Transport) -> String {
    format!("{}/media/planted.jpg?X-Signature=planted", transport.base_url())
}

#[tokio::test]
async fn a_file_is_fetched_without_a_credential_and_saved_for_its_owner_only() {
    let folder = Folder::new("saved");
    let path = folder.0.join("portrait.jpg");
    fs::write(&path, "old").unwrap();
    let server = Server::with(&[&answer("200 OK", "a picture")]);
    let picture = server.transport.download(&url(&server.transport)).await.unwrap();
    assert_eq!(picture.save(&path).await.unwrap(), 9);
    assert_eq!(fs::read_to_string(&path).unwrap(), "a picture");
    assert_eq!(folder.names(), ["portrait.jpg"]);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }
    let request = server.requests().remove(0);
    let (line, head) = request.split_once("\r\n").unwrap();
    assert_eq!(line, "GET /media/planted.jpg?X-Signature=planted HTTP/1.1");
    let names: Vec<_> = head.lines().filter_map(|line| line.split_once(": ")).collect();
    let names: Vec<_> = names.iter().map(|(name, _)| name.to_lowercase()).collect();
    for name in ["authorization", "x-api-key", "cookie", "referer", "session-token"] {
        assert!(!names.contains(&name.to_owned()), "{names:?}");
    }
}

#[tokio::test]
async fn a_url_that_is_not_safe_is_refused_before_anything_is_sent_and_not_shown() {
    let transport = Transport::builder("http://127.0.0.1:9").build().unwrap();
    for url in [
        "http://planted.example/a.jpg",
        "ftp://planted.example/a.jpg",
        "file:///planted",
        "/planted.jpg",
        "planted",
        "https://planted:planted@media.example/a.jpg",
        "https://planted@media.example/a.jpg",
    ] {
        let error = transport.download(url).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidRequest, "{url}");
        let text = format!("{error} {error:?}");
        assert!(text.contains("begins with https://") && !text.contains("planted"), "{text}");
    }
}

#[tokio::test]
async fn no_redirect_is_followed() {
    let elsewhere = TcpListener::bind("127.0.0.1:0").unwrap();
    elsewhere.set_nonblocking(true).unwrap();
    let to = elsewhere.local_addr().unwrap();
    let redirect = format!(
        "HTTP/1.1 302 Found\r\nLocation: http://{to}/planted\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    );
    let server = Server::with(&[&redirect]);
    let error = server.transport.download(&url(&server.transport)).await.unwrap_err();
    assert_eq!(error.status().unwrap(), 302);
    assert!(!format!("{error} {error:?}").contains("planted"), "{error}");
    assert!(elsewhere.accept().is_err(), "somebody connected");
}

#[tokio::test]
async fn an_expired_url_says_to_read_the_decision_again() {
    for status in ["400 Bad Request", "403 Forbidden", "404 Not Found", "410 Gone"] {
        let server = Server::with(&[&answer(status, "<Error>planted</Error>")]);
        let error = server.transport.download(&url(&server.transport)).await.unwrap_err();
        let said = format!(
            "media::download at 127.0.0.1: {status}. The URL may have expired: read the decision again"
        );
        assert_eq!(error.to_string(), said);
    }
}

#[tokio::test]
async fn what_is_too_long_or_breaks_off_leaves_no_file_and_the_old_one_as_it_was() {
    let folder = Folder::new("broken");
    let path = folder.0.join("report.pdf");
    fs::write(&path, "old").unwrap();
    let endless = format!("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{}", "x".repeat(5000));
    let broken = "HTTP/1.1 200 OK\r\nContent-Length: 50\r\nConnection: close\r\n\r\nhalf";
    for (answer, kind) in [(&*endless, ErrorKind::Malformed), (broken, ErrorKind::Interrupted)] {
        let server = Server::with(&[answer]);
        let body = server.transport.download(&url(&server.transport)).await.unwrap();
        assert_eq!(body.limit(1000).save(&path).await.unwrap_err().kind(), kind);
        assert_eq!(folder.names(), ["report.pdf"]);
        assert_eq!(fs::read_to_string(&path).unwrap(), "old");
    }
}

#[tokio::test]
async fn a_file_that_cannot_be_written_is_an_error_that_says_so() {
    let folder = Folder::new("unwritable");
    for path in [folder.0.join("missing/report.pdf"), folder.0.join(".."), folder.0.clone()] {
        let server = Server::with(&[&answer("200 OK", "a report")]);
        let body = server.transport.download(&url(&server.transport)).await.unwrap();
        let error = body.save(&path).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::File, "{path:?}");
        assert!(error.to_string().contains("could not be saved, and nothing is left"), "{error}");
    }
    assert_eq!(folder.names(), <[&str; 0]>::default());
}

#[tokio::test]
async fn a_save_that_is_called_off_leaves_no_file() {
    let folder = Folder::new("dropped");
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let server = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut bytes = [0; 4096];
        let _ = stream.read(&mut bytes).unwrap();
        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhalf").unwrap();
        stream
    });
    let transport = Transport::builder(format!("http://{address}")).build().unwrap();
    let body = transport.download(&url(&transport)).await.unwrap();
    let saving = body.save(folder.0.join("report.pdf"));
    let called_off = tokio::time::timeout(Duration::from_millis(200), saving).await;
    assert!(called_off.is_err());
    assert_eq!(folder.names(), <[&str; 0]>::default());
    drop(server.join());
}
