//! Everything that can go wrong on the way to a token.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod support;

use std::io::Write;
use std::net::TcpListener;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, SystemTime};

use didit_auth::{Credentials, Didit, DiditBuilder, Error, ErrorKind};
use support::{Endpoint, ID, SECRET, failure, http};

fn builder(url: &str) -> DiditBuilder {
    Didit::builder()
        .credentials(Credentials::new(ID, SECRET).unwrap())
        .auth_url(url)
        .verification_url(url)
        .attempts(1)
}

#[test]
fn a_base_url_that_cannot_be_used_is_refused_before_any_io() {
    for (url, named) in [
        ("apx.didit.me", "not an absolute URL"),
        ("", "not an absolute URL"),
        ("ftp://apx.didit.me", "scheme is not https"),
        ("https://id:pw@apx.didit.me", "user name or password"),
        ("https://apx.didit.me/?a=b", "query"),
        ("https://apx.didit.me/#a", "fragment"),
        ("http://apx.didit.me", "plain http"),
    ] {
        let error = builder(url).build().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Configuration, "{url}");
        assert!(error.to_string().starts_with("auth_url: "), "{error}");
        assert!(error.to_string().contains(named), "{url}: {error}");
        assert!(!error.to_string().contains("pw"), "{error}");
    }
}

#[test]
fn missing_credentials_and_an_impossible_user_agent_are_refused_before_any_io() {
    let error = Didit::builder().build().unwrap_err();
    assert!(error.to_string().contains("no credentials; give"), "{error}");
    let error = builder("https://apx.didit.me").application("two\nlines").build().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Configuration);
    assert!(error.to_string().contains("user agent"), "{error}");
}

#[tokio::test]
async fn a_refused_connection_is_transient_and_keeps_its_source() {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let url = format!("http://127.0.0.1:{port}");
    let error = builder(&url).build().unwrap().token().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connect);
    assert!(error.is_transient());
    assert_eq!(error.status(), None);
    assert!(error.to_string().contains(&url), "{error}");
    assert!(error.to_string().contains("refused"), "{error}");
    assert!(std::error::Error::source(&error).is_some());
}

#[tokio::test]
async fn a_name_that_does_not_resolve_is_said_to_be_one() {
    // RFC 6761: no resolver knows this name.
    let error = builder("https://didit.invalid").build().unwrap().token().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connect);
    assert!(error.is_transient());
    assert!(error.to_string().contains("could not be resolved"), "{error}");
}

#[tokio::test]
async fn a_host_without_tls_is_a_permanent_tls_error() {
    let endpoint = Endpoint::raw("HTTP/1.1 400 Bad Request\r\n\r\n");
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("https://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for mut stream in listener.incoming().map_while(Result::ok) {
            let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n");
            // Wait for the client's bytes, so that closing does not reset.
            let _ = std::io::Read::read(&mut stream, &mut [0; 1024]);
        }
    });
    let error = builder(&url).build().unwrap().token().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Tls, "{error}");
    assert!(!error.is_transient());
    assert!(endpoint.requests().is_empty());
}

#[tokio::test]
async fn a_connection_that_ends_in_the_tls_handshake_is_transient() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("https://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for mut stream in listener.incoming().map_while(Result::ok) {
            // Reads the greeting, so that closing does not reset.
            let _ = std::io::Read::read(&mut stream, &mut [0; 4096]);
        }
    });
    let error = builder(&url).build().unwrap().token().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connect, "{error}");
    assert!(error.is_transient());
}

#[tokio::test]
async fn a_hung_endpoint_ends_in_a_transient_timeout_within_the_limit() {
    let hung = Endpoint::start(|_| std::thread::sleep(Duration::from_secs(30)));
    let head = Endpoint::start(|stream| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{");
        std::thread::sleep(Duration::from_secs(30));
    });
    for endpoint in [hung, head] {
        let didit = builder(&endpoint.url).timeout(Duration::from_millis(200)).build().unwrap();
        let call = tokio::time::timeout(Duration::from_secs(10), didit.token());
        let error = call.await.expect("the client's own limit comes first").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Timeout, "{error}");
        assert!(error.is_transient());
        assert!(error.to_string().contains("in time"), "{error}");
    }
}

#[tokio::test]
async fn a_connection_that_breaks_without_an_answer_is_transient() {
    let error = failure(&Endpoint::raw("")).await;
    assert_eq!(error.kind(), ErrorKind::Connect);
    assert!(error.is_transient());
    assert!(error.to_string().contains("connection broke"), "{error}");
}

#[tokio::test]
async fn a_connection_that_breaks_in_the_body_of_a_success_is_transient_and_tried_again() {
    for broken in [
        "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"access",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\n{\"access",
    ] {
        let error = failure(&Endpoint::raw(broken)).await;
        assert_eq!((error.kind(), error.status()), (ErrorKind::Connect, Some(200)), "{error}");
        assert!(error.is_transient());
        assert!(error.to_string().contains("breaks off"), "{error}");

        let requests = AtomicUsize::new(0);
        let endpoint = Endpoint::start(move |stream| {
            let whole = http("200 OK", "", br#"{"access_token": "t"}"#);
            let first = requests.fetch_add(1, Ordering::SeqCst) == 0;
            let _ = stream.write_all(if first { broken.as_bytes() } else { &whole });
        });
        builder(&endpoint.url).attempts(2).build().unwrap().token().await.unwrap();
        assert_eq!(endpoint.requests().len(), 2);
    }
}

#[tokio::test]
async fn a_refusal_keeps_status_and_code_of_every_known_body_and_no_text() {
    let secret_as_code = format!(r#"{{"error":"{}"}}"#, SECRET.to_lowercase());
    for (body, code) in [
        (r#"{"error":"invalid_client"}"#, Some("invalid_client")),
        (r#"{"error":"invalid_client","error_description":"Sent s3."}"#, Some("invalid_client")),
        (r#"{"error":"oops","detail":"access_token: abc"}"#, Some("oops")),
        (r#"{"detail":"Not allowed."}"#, None),
        (r#"{"message":"Nope."}"#, None),
        (r#"{"grant_type":["Is required.","Is odd."],"x":"y"}"#, None),
        (r#"["One.","Two."]"#, None),
        (r#""just text""#, None),
        ("<html>\n<h1>Denied</h1>\r\n</html>", None),
        ("", None),
        ("{}", None),
        ("7", None),
        (r#"{"error":{"nested":"deep"}}"#, None),
        // What is no code is not shown as one.
        (r#"{"error":"Client authentication failed"}"#, None),
        (r#"{"error":"eyJhbGciOi"}"#, None),
        (r#"{"error":"\u202ecode"}"#, None),
        (r#"{"error":""}"#, None),
        (&format!(r#"{{"error":"{}"}}"#, "x".repeat(41)), None),
        (&secret_as_code, None),
        (r#"{"error":"a","error":"b"}"#, None),
    ] {
        let text = code.map(|code| format!(", {code}")).unwrap_or_default();
        for status in ["400 Bad Request", "401 Unauthorized", "403 Forbidden"] {
            let error = failure(&Endpoint::answering(status, "", body)).await;
            assert_eq!(error.kind(), ErrorKind::Rejected, "{status} {body}");
            assert_eq!(error.status(), status[..3].parse().ok());
            assert_eq!(error.code(), code, "{status} {body}");
            assert!(error.to_string().contains(&format!("{status}{text}. ")), "{body}: {error}");
            assert!(!error.is_transient());
            let hints = error.to_string().contains("Check the client id and the client secret");
            assert_eq!(
                hints,
                !status.starts_with("400") || code == Some("invalid_client"),
                "{error}"
            );
        }
    }
}

#[tokio::test]
async fn no_message_ends_its_sentences_twice_or_shows_what_a_server_wrote() {
    let said = "\u{202e}access_token: pLaNt.\u{2066} \u{1b}[31m ReFrEsH.";
    let body = format!(r#"{{"error_description":{said:?},"detail":{said:?}}}"#);
    for status in [
        "200 OK",
        "201 Created",
        "302 Found",
        "400 Bad",
        "401 No",
        "404 Gone",
        "429 Slow",
        "503 Busy",
    ] {
        for body in [&body, said, "{\"error\":\"invalid_client.\"}"] {
            let location = "Location: https://xn--example.test/ReFrEsH?access_token=pLaNt\r\n";
            let error = failure(&Endpoint::answering(status, location, body)).await;
            for text in [error.to_string(), format!("{error:?}")] {
                assert!(!text.contains("..") && !text.ends_with('.'), "{text}");
                assert!(!text.contains("pLaNt") && !text.contains("ReFrEsH"), "{text}");
                assert!(text.chars().all(|c| c.is_ascii() && !c.is_control()), "{text:?}");
            }
        }
    }
}

#[tokio::test]
async fn a_date_to_wait_for_is_measured_against_the_date_of_the_answer() {
    let format =
        |seconds| httpdate::fmt_http_date(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds));
    // Another clock than that of this machine, and an answer that took a while.
    let sent = 1_000_000_000;
    for (date, wait) in [(sent + 90, 90), (sent, 0), (sent - 5, 0)] {
        let headers = format!("Date: {}\r\nRetry-After: {}\r\n", format(sent), format(date));
        let error = failure(&Endpoint::answering("503 Busy", &headers, "")).await;
        assert_eq!(error.retry_after(), Some(Duration::from_secs(wait)), "{headers}");
    }
    let headers = format!("Date: soon\r\nRetry-After: {}\r\n", format(sent));
    let error = failure(&Endpoint::answering("503 Busy", &headers, "")).await;
    assert_eq!(error.retry_after(), Some(Duration::ZERO), "by the clock of this machine");
}

#[tokio::test]
async fn trouble_and_throttling_are_transient_and_carry_retry_after() {
    let date = httpdate::fmt_http_date(SystemTime::now() + Duration::from_secs(3600));
    for (status, kind, transient) in [
        ("408 Request Timeout", ErrorKind::Unavailable, true),
        ("429 Too Many Requests", ErrorKind::Throttled, true),
        ("500 Internal Server Error", ErrorKind::Unavailable, true),
        ("501 Not Implemented", ErrorKind::Unavailable, false),
        ("502 Bad Gateway", ErrorKind::Unavailable, true),
        ("503 Service Unavailable", ErrorKind::Unavailable, true),
        ("505 HTTP Version Not Supported", ErrorKind::Unavailable, false),
    ] {
        let html = "<html><body>Bad <b>gateway</b></body></html>";
        let retry_after = async |value: &str| -> Error {
            failure(&Endpoint::answering(status, &format!("Retry-After: {value}\r\n"), html)).await
        };
        let error = retry_after("7").await;
        assert_eq!(error.kind(), kind, "{status}");
        assert_eq!(error.is_transient(), transient, "{status}");
        assert_eq!(error.retry_after(), Some(Duration::from_secs(7)));
        assert!(error.to_string().contains(status), "{error}");
        let wait = retry_after(&date).await.retry_after().unwrap();
        assert!(wait > Duration::from_secs(3500) && wait <= Duration::from_secs(3600), "{wait:?}");
        let past = "Sun, 06 Nov 1994 08:49:37 GMT";
        assert_eq!(retry_after(past).await.retry_after(), Some(Duration::ZERO));
        for unreadable in ["soon", "-1", "1.5", "99999999999999999999999"] {
            assert_eq!(retry_after(unreadable).await.retry_after(), None, "{unreadable}");
        }
    }
}

#[tokio::test]
async fn the_status_of_a_failure_survives_a_broken_or_endless_body() {
    let broken =
        Endpoint::raw("HTTP/1.1 503 Busy\r\nContent-Length: 100\r\nRetry-After: 9\r\n\r\nwait");
    let error = failure(&broken).await;
    assert_eq!((error.status(), error.retry_after()), (Some(503), Some(Duration::from_secs(9))));
    let error = failure(&endless("HTTP/1.1 502 Bad Gateway\r\n\r\n")).await;
    assert_eq!((error.status(), error.kind()), (Some(502), ErrorKind::Unavailable));
}

#[tokio::test]
async fn other_refusals_point_at_the_base_url() {
    for status in ["404 Not Found", "405 Method Not Allowed"] {
        let error = failure(&Endpoint::answering(status, "", "")).await;
        assert_eq!(error.kind(), ErrorKind::Rejected);
        assert!(error.to_string().ends_with("Check the base URL"), "{error}");
    }
}

#[tokio::test]
async fn a_success_of_another_status_is_no_token() {
    for status in ["201 Created", "204 No Content"] {
        let error = failure(&Endpoint::answering(status, "", "")).await;
        assert_eq!(error.kind(), ErrorKind::Malformed);
        assert_eq!(error.status(), status[..3].parse().ok());
        assert!(error.to_string().contains("only a 200 brings a token"), "{error}");
    }
}

#[tokio::test]
async fn a_success_whose_body_cannot_be_read_keeps_its_status() {
    let gzip = http("200 OK", "Content-Encoding: gzip\r\n", b"\x1f\x8b\x08\x00");
    for (endpoint, named) in [
        (Endpoint::raw(gzip), "compressed"),
        (endless("HTTP/1.1 200 OK\r\n\r\n"), "longer than 65536 bytes"),
        (
            endless("HTTP/1.1 200 OK\r\nContent-Length: 1073741824\r\n\r\n"),
            "longer than 65536 bytes",
        ),
    ] {
        let error = failure(&endpoint).await;
        assert_eq!(error.kind(), ErrorKind::Malformed, "{error}");
        assert_eq!(error.status(), Some(200));
        assert!(error.to_string().contains(named), "{error}");
    }
}

/// Sends `head`, and then bytes until the client has had enough.
fn endless(head: &'static str) -> Endpoint {
    Endpoint::start(move |stream| {
        let _ = stream.write_all(head.as_bytes());
        while stream.write_all(&[b' '; 16 * 1024]).is_ok() {}
    })
}

#[tokio::test]
async fn what_a_client_reads_of_an_endless_body_is_bounded() {
    use std::sync::Arc;
    let sent = Arc::new(AtomicUsize::new(0));
    let (done, finished) = std::sync::mpsc::channel();
    let count = Arc::clone(&sent);
    let endpoint = Endpoint::start(move |stream| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n");
        while stream.write_all(&[b' '; 16 * 1024]).is_ok() {
            count.fetch_add(16 * 1024, Ordering::Relaxed);
        }
        let _ = done.send(());
    });
    failure(&endpoint).await;
    let hung_up = move || finished.recv_timeout(Duration::from_secs(10));
    tokio::task::spawn_blocking(hung_up).await.unwrap().expect("the client hangs up");
    // The limit, and what the kernel's socket buffers took.
    assert!(sent.load(Ordering::Relaxed) < 16 * 1024 * 1024, "{sent:?}");
}
