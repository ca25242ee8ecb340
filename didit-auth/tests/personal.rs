//! A person is planted in a decision, and may be found in nothing that a log or
//! an error could show.

#![cfg(feature = "sessions_v1")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod support;

use std::error::Error as StdError;
use std::fmt::Debug;
use std::io::Write;
use std::sync::{Arc, Mutex};

use didit_auth::api::sessions_v1::types::{NewStatusV1, UpdateStatusV1Request};
use didit_auth::{Credentials, Didit};
use support::{Endpoint, PRINTED};

const PLANTED: [&str; 4] = ["Plantagenet", "PL4NT3D", "planted-portrait", "planted-comment"];

const PERSON: &str = r#"{
    "session_id": "s-1", "status": "In Review",
    "vendor_data": "Plantagenet",
    "kyc": {
        "status": "Approved", "full_name": "Ada Plantagenet", "document_number": "PL4NT3D",
        "portrait_image": "https://example.com/planted-portrait.jpg",
        "parsed_address": {"city": "Plantagenet"},
        "a_field_of_tomorrow": "Plantagenet"
    },
    "aml": {"hits": [{"caption": "Ada Plantagenet", "properties": {"name": ["Plantagenet"]}}]},
    "reviews": [{"user": "Plantagenet", "comment": "planted-comment"}],
    "extra_images": ["planted-portrait"],
    "another_field": ["Plantagenet"]
}"#;

/// Everything that was printed or logged.
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

#[tokio::test]
async fn a_planted_person_appears_in_no_debug_log_or_error() {
    let seen = Seen::default();
    let writer = seen.clone();
    tracing_subscriber::fmt()
        .with_max_level(tracing_subscriber::filter::LevelFilter::TRACE)
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .init();
    let tokens = Endpoint::answering("200 OK", "", PRINTED);
    let didit = |api: &Endpoint| {
        Didit::builder()
            .credentials(Credentials::new("id", "secret").unwrap())
            .auth_url(&tokens.url)
            .verification_url(&api.url)
            .build()
            .unwrap()
    };

    let api = Endpoint::answering("200 OK", "", PERSON);
    let client = didit(&api);
    let call = client.sessions_v1().retrieve_decision("s-1");
    seen.debug(&call);
    let answer = call.send().await.unwrap();
    seen.debug(&answer);
    seen.debug(answer.response());
    let decision = answer.into_inner();
    seen.debug(&decision);
    seen.debug(&decision.kyc);
    seen.debug(&decision.aml);
    seen.debug(&decision.reviews);
    // It is all there for whoever asks for it.
    let kyc = decision.kyc.clone().unwrap();
    assert_eq!(kyc.full_name.as_deref(), Some("Ada Plantagenet"));
    assert_eq!(kyc.extra["a_field_of_tomorrow"], "Plantagenet");

    // A decision that cannot be read: of another type here and there, or cut off.
    for body in [
        PERSON.replace(r#""Approved", "full_name""#, r#"["Plantagenet"], "full_name""#),
        PERSON.replace(r#""Ada Plantagenet", "document_number""#, r#"7, "document_number""#),
        PERSON.replace(r#""status": "In Review""#, r#""status": {"Plantagenet": 1}"#),
        PERSON[..PERSON.len() / 2].to_owned(),
    ] {
        let api = Endpoint::answering("200 OK", "", &body);
        let call = didit(&api).sessions_v1().retrieve_decision("s-1").send().await;
        let error = call.unwrap_err();
        seen.error(&error);
    }
    // A status that nobody documented, with a person in its body.
    let api = Endpoint::answering("500 Oops", "", PERSON);
    let call = didit(&api).sessions_v1().retrieve_decision("s-1").send().await;
    seen.error(&call.unwrap_err());
    // What we send of a person.
    let api = Endpoint::answering("200 OK", "", r#"{"session_id": "s-1"}"#);
    let client = didit(&api);
    let body = UpdateStatusV1Request::new(NewStatusV1::Declined).comment("planted-comment");
    seen.debug(&body);
    let call = client.sessions_v1().update_status("s-1", body);
    seen.debug(&call);
    call.send().await.unwrap();
    assert!(api.requests()[0].contains("planted-comment"));

    let text = String::from_utf8(seen.0.lock().unwrap().clone()).unwrap();
    // The search finds something where there is something.
    assert!(text.contains("KycV1 { address: [personal]") && text.contains("token fetched"));
    for planted in PLANTED {
        let at = text.find(planted).map(|at| &text[at.saturating_sub(200)..at + planted.len()]);
        assert_eq!(at, None, "{planted} shows");
    }
}
