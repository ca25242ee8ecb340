use data_encoding::BASE64;
use proptest::prelude::*;

use super::*;

fn decoded(credentials: &Credentials) -> Vec<u8> {
    let header = credentials.basic().unwrap();
    assert!(header.is_sensitive());
    let encoded = header.to_str().unwrap().strip_prefix("Basic ").unwrap();
    BASE64.decode(encoded.as_bytes()).unwrap()
}

#[test]
fn the_examples_of_rfc_7617_are_encoded_as_printed() {
    let basic = |id, secret| Credentials::new(id, secret).unwrap().basic().unwrap();
    assert_eq!(basic("Aladdin", "open sesame"), "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
    assert_eq!(basic("test", "123\u{A3}"), "Basic dGVzdDoxMjPCow==");
}

#[test]
fn a_secret_of_ten_kilobytes_with_every_odd_character_is_encoded_whole() {
    let secret = "s:ü %+/=&\u{1F511}~".repeat(700);
    assert!(secret.len() > 10_000);
    let credentials = Credentials::new("id with %+ and é", secret.as_str()).unwrap();
    assert_eq!(decoded(&credentials), format!("id with %+ and é:{secret}").into_bytes());
}

proptest! {
    #[test]
    fn the_header_decodes_to_the_very_bytes(id in "[^:\\p{Cc}]{1,40}", secret in "\\P{Cc}{1,80}") {
        let credentials = Credentials::new(id.as_str(), secret.as_str()).unwrap();
        prop_assert_eq!(decoded(&credentials), format!("{id}:{secret}").into_bytes());
    }

    #[test]
    fn control_characters_are_refused_wherever_they_are(
        before in "\\P{Cc}{0,9}", control in "\\p{Cc}", after in "\\P{Cc}{0,9}"
    ) {
        let text = format!("{before}{control}{after}");
        prop_assert!(Credentials::new(text.replace(':', ""), "secret").is_err());
        prop_assert!(Credentials::new("id", text.as_str()).is_err());
    }
}

#[test]
fn what_is_refused_is_named_and_not_printed() {
    for (id, secret, message) in [
        ("", "s3cret", "client_id is empty"),
        ("id", "", "client_secret is empty"),
        ("an:id", "s3cret", "client_id holds a colon"),
        ("id\n", "s3cret", "client_id holds a control character"),
        ("id", "s3cret\r\n", "client_secret holds a control character"),
    ] {
        let error = Credentials::new(id, secret).unwrap_err();
        assert_eq!(error.kind(), crate::ErrorKind::Configuration);
        assert!(error.to_string().starts_with(message), "{error}");
        assert!(!error.to_string().contains("s3cret"));
    }
}

#[test]
fn an_echoed_secret_or_a_piece_of_it_is_noticed() {
    let credentials = Credentials::new("id", "s3Cret").unwrap();
    for text in ["s3Cret", "bad s3cret", "S3CRET", "3cre"] {
        assert!(credentials.are_told_by(text), "{text}");
    }
    assert!(!credentials.are_told_by("invalid_client"));
}

#[test]
fn debug_shows_the_id_and_not_the_secret() {
    let credentials = Credentials::new("id", "s3cret").unwrap();
    insta::assert_snapshot!(
        format!("{credentials:?}"),
        @r#"Credentials { client_id: "id", client_secret: Secret([redacted]) }"#
    );
}
