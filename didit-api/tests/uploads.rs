//! What is said of a file before anything is sent.

#![cfg(feature = "checks")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::net::TcpListener;
use std::path::Path;

use didit_api::checks::Client;
use didit_api::checks::types::{FaceMatchRequest, IdVerificationRequest, PoaRequest};
use didit_api::{ApiKey, Error, ErrorKind, File, Transport};

/// The error of a call that is sent to nobody, or else the test fails.
async fn refused<T>(call: impl AsyncFnOnce(Client) -> Result<T, Error>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let transport = Transport::builder(base).authorize(ApiKey::new("key")).build().unwrap();
    let Err(error) = call(Client::new(transport)).await else { panic!("it was sent") };
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    assert!(listener.accept().is_err(), "somebody connected");
    error.to_string()
}

#[tokio::test]
async fn a_file_over_the_limit_of_its_page_is_refused_before_anything_is_sent() {
    let big = |megabytes: usize| vec![0_u8; megabytes * 1024 * 1024 + 1];
    let body = FaceMatchRequest::new(b"small", big(5));
    let error = refused(async |client| client.face_match(body).send().await).await;
    assert_eq!(
        error,
        "checks::face_match at 127.0.0.1: not sent, the file of `ref_image` has more than \
         the 5242880 bytes that the API takes"
    );
    let body = IdVerificationRequest::new(b"small").back_image(big(10));
    let error = refused(async |client| client.id_verification(body).send().await).await;
    assert!(error.contains("`back_image` has more than the 10485760 bytes"), "{error}");

    // From a path, which is not read for that.
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("uploads-planted.pdf");
    std::fs::write(&path, big(15)).unwrap();
    let body = PoaRequest::new(File::path(&path));
    let error = refused(async |client| client.poa(body).send().await).await;
    std::fs::remove_file(path).unwrap();
    assert!(error.contains("`document` has more than the 15728640 bytes"), "{error}");
    assert!(!error.contains("planted"), "{error}");
}

#[tokio::test]
async fn a_file_that_is_missing_or_a_folder_is_one_clear_error() {
    for (path, said) in [("planted/nowhere.jpg", "the file of `user_image`"), (".", "`user_image`")]
    {
        let body = FaceMatchRequest::new(File::path(path), b"small");
        let error = refused(async |client| client.face_match(body).send().await).await;
        assert!(error.contains(said) && !error.contains("planted"), "{error}");
        assert_eq!(error.lines().count(), 1);
    }
}
