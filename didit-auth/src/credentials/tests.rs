use data_encoding::BASE64;
use proptest::prelude::*;

use super::*;

fn decoded(credentials: &Credentials) -> Vec<u8> {
    let header = credentials.basic_header().unwrap();
    assert!(header.is_sensitive());
    let encoded = header.to_str().unwrap().strip_prefix("Basic ").unwrap();
    BASE64.decode(encoded.as_bytes()).unwrap()
}

#[test]
fn the_examples_of_rfc_7617_are_encoded_as_printed() {
    let basic = |id, secret| Credentials::new(id, secret).unwrap().basic_header().unwrap();
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
fn debug_shows_the_id_and_neither_secret_nor_key() {
    let pair = Credentials::new("id", "s3cret").unwrap();
    assert_eq!(
        format!("{pair:?}"),
        r#"Credentials(Parts { client_id: Some("id"), client_secret: Some(Secret([redacted])), api_key: None })"#
    );
    let both = pair.with_api_key("k3y").unwrap();
    assert_eq!(
        format!("{both:?}"),
        r#"Credentials(Parts { client_id: Some("id"), client_secret: Some(Secret([redacted])), api_key: Some(Secret([redacted])) })"#
    );
    assert_eq!(
        format!("{:?}", Credentials::api_key("k3y").unwrap()),
        r#"Credentials(Parts { client_id: None, client_secret: None, api_key: Some(Secret([redacted])) })"#
    );
}

#[test]
fn the_key_is_the_api_key_or_else_the_client_secret() {
    let pair = Credentials::new("id", "s3cret").unwrap();
    let key = Credentials::api_key("k3y").unwrap();
    let both = pair.clone().with_api_key("k3y").unwrap();
    for (credentials, value) in [(&pair, "s3cret"), (&key, "k3y"), (&both, "k3y")] {
        let header = credentials.api_key_header().unwrap();
        assert_eq!(header, value);
        assert!(header.is_sensitive());
    }
    assert_eq!(both.basic_header().unwrap(), pair.basic_header().unwrap());
    assert_eq!((both.client_id(), key.client_id()), (Some("id"), None));
    assert!(both.are_told_by("it was k3y") && both.are_told_by("it was s3cret"));

    let another = key.with_api_key("other").unwrap();
    assert_eq!(another.api_key_header().unwrap(), "other");
    let error = another.basic_header().unwrap_err();
    assert!(error.to_string().starts_with("a token needs the client id and the client secret: "));
}

#[test]
fn a_key_that_no_header_can_carry_is_refused_and_not_printed() {
    let pair = Credentials::new("id", "secret").unwrap();
    for (key, message) in [
        ("", "api_key is empty"),
        (" ", "api_key holds a blank"),
        ("pLaN ted", "api_key holds a blank"),
        (" pLaNted", "api_key holds a blank"),
        ("pLaNted\n", "api_key holds a control character, such as a line end"),
        ("pLaNted\0", "api_key holds a control character"),
        ("pLaNtéd", "api_key is not ASCII"),
    ] {
        for result in [Credentials::api_key(key), pair.clone().with_api_key(key)] {
            let error = result.unwrap_err();
            assert_eq!(error.kind(), crate::ErrorKind::Configuration);
            assert!(error.to_string().starts_with(message), "{error}");
            assert!(!error.to_string().contains("pLaN"), "{error}");
        }
    }
    let odd = Credentials::new("id", "s écret").unwrap().api_key_header().unwrap();
    assert_eq!(odd.as_bytes(), "s écret".as_bytes());
}

/// The three values as the headers tell them, or the error.
fn read(id: Option<&str>, secret: Option<&str>, key: Option<&str>) -> Result<[String; 2], String> {
    let value = |name: &str| match name {
        "DIDIT_CLIENT_ID" => id,
        "DIDIT_CLIENT_SECRET" => secret,
        "DIDIT_API_KEY" => key,
        _ => panic!("{name} is read"),
    };
    let credentials = Credentials::read(|name| Ok(value(name).map(Secret::from)))
        .map_err(|error| error.to_string())?;
    let pair = credentials.basic_header().map(|_| decoded(&credentials)).unwrap_or_default();
    let key = credentials.api_key_header().unwrap();
    Ok([String::from_utf8(pair).unwrap(), key.to_str().unwrap().to_owned()])
}

#[test]
fn the_environment_gives_a_key_a_pair_or_both() {
    let (id, secret, key) = (Some("id"), Some("s3cret"), Some("k3y"));
    for (given, expected) in [
        ((None, None, key), ["", "k3y"]),
        ((id, secret, None), ["id:s3cret", "s3cret"]),
        ((id, secret, key), ["id:s3cret", "k3y"]),
    ] {
        assert_eq!(read(given.0, given.1, given.2).unwrap(), expected);
    }
    for (given, expected) in [
        ((None, None, None), "not set: DIDIT_API_KEY, or DIDIT_CLIENT_ID and DIDIT_CLIENT_SECRET."),
        ((id, None, None), "not set: DIDIT_CLIENT_SECRET."),
        ((None, secret, None), "not set: DIDIT_CLIENT_ID."),
        ((id, None, key), "not set: DIDIT_CLIENT_SECRET."),
        ((None, secret, key), "not set: DIDIT_CLIENT_ID."),
        ((None, None, Some("")), "DIDIT_API_KEY is empty"),
        ((id, secret, Some("")), "DIDIT_API_KEY is empty"),
        ((None, None, Some("k3y k3y")), "DIDIT_API_KEY holds a blank"),
        ((None, None, Some("k3y\u{7f}")), "DIDIT_API_KEY holds a control character"),
        ((Some(""), secret, key), "DIDIT_CLIENT_ID is empty"),
        ((id, Some(""), key), "DIDIT_CLIENT_SECRET is empty"),
        ((Some("s3cret:id"), secret, key), "DIDIT_CLIENT_ID holds a colon"),
    ] {
        let error = read(given.0, given.1, given.2).unwrap_err();
        assert!(error.starts_with(expected), "{given:?}: {error}");
        assert!(!error.contains("k3y") && !error.contains("s3cret"), "{error}");
    }
}
