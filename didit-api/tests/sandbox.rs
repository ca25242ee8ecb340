//! The sandbox, met over plain sockets as a client in any language meets it.
#![cfg(feature = "sandbox")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "that is how a test fails")]

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use didit_api::sandbox::{Answer, Sandbox};
use serde_json::{Value, json};

const TOKEN: &str = "/auth/v2/token/";
const FORM: &str = "Content-Type: application/x-www-form-urlencoded";
/// base64 of `sandbox-client-id:sandbox-client-secret`.
const BASIC: &str = "Authorization: Basic c2FuZGJveC1jbGllbnQtaWQ6c2FuZGJveC1jbGllbnQtc2VjcmV0";
const GRANT: &str = "grant_type=client_credentials";

struct Reply {
    status: u16,
    head: String,
    body: String,
}

impl Reply {
    fn header(&self, name: &str) -> Option<&str> {
        let lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines.into_iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    fn json(&self) -> Value {
        serde_json::from_str(&self.body).expect(&self.body)
    }
}

/// What comes back until the connection is closed, as it is.
fn raw(sandbox: &Sandbox, method: &str, path: &str, headers: &[&str], body: &str) -> String {
    let mut stream = TcpStream::connect(sandbox.url().trim_start_matches("http://")).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
    let headers: String = headers.iter().map(|header| format!("{header}\r\n")).collect();
    let length = body.len();
    let head = format!(
        "{method} {path} HTTP/1.1\r\nHost: sandbox\r\nConnection: close\r\nContent-Length: {length}\r\n{headers}\r\n"
    );
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(body.as_bytes()).unwrap();
    let mut bytes = Vec::new();
    // A reset is one of the things that are provoked here.
    stream.read_to_end(&mut bytes).ok();
    String::from_utf8(bytes).unwrap()
}

fn send(sandbox: &Sandbox, method: &str, path: &str, headers: &[&str], body: &str) -> Reply {
    let text = raw(sandbox, method, path, headers, body);
    let (head, body) = text.split_once("\r\n\r\n").expect(&text);
    Reply { status: head[9..12].parse().unwrap(), head: head.to_owned(), body: body.to_owned() }
}

fn ask(sandbox: &Sandbox) -> Reply {
    send(sandbox, "POST", TOKEN, &[BASIC, FORM], GRANT)
}

fn start() -> Sandbox {
    Sandbox::start().unwrap()
}

/// A document with the kinds of operation that the token's has not.
fn second_document() -> String {
    let string = json!({ "type": "string" });
    let error = json!({ "application/json": { "schema": { "type": "object" }, "example": { "detail": "Not you." } } });
    json!({
        "openapi": "3.0.3",
        "paths": {
            "/v9/session/": { "post": {
                "operationId": "create_session",
                "security": [{ "bearer": [] }],
                "requestBody": { "required": true, "content": { "application/json": { "schema": {
                    "type": "object",
                    "required": ["callback"],
                    "additionalProperties": false,
                    "properties": {
                        "callback": string,
                        "note": { "allOf": [{ "$ref": "#/components/schemas/Note" }], "nullable": true },
                        "tags": { "type": "array", "items": string },
                        "count": { "type": "integer" }
                    }
                } } } },
                "responses": {
                    "201": { "content": { "application/json": { "example": { "session_id": "s-1" } } } },
                    "4XX": { "content": error }
                }
            } },
            "/v9/session/{session_id}/": {
                "parameters": [{ "name": "session_id", "in": "path", "required": true, "schema": { "type": "integer" } }],
                "get": {
                    "operationId": "read_session",
                    "security": [{ "key": [] }, { "bearer": [] }],
                    "parameters": [
                        { "name": "part", "in": "query", "required": true, "schema": { "type": "string", "enum": ["all"] } },
                        { "name": "X-Trace", "in": "header", "schema": { "type": "integer" } }
                    ],
                    "responses": { "200": { "content": { "text/plain": { "example": "plain" } } }, "4XX": { "content": error } }
                },
                "delete": { "operationId": "delete_session", "responses": { "204": { "description": "Gone." } } }
            },
            "/v9/session/latest/": { "get": { "operationId": "latest_session", "responses": { "200": { "description": "" } } } }
        },
        "components": {
            "schemas": { "Note": string },
            "securitySchemes": {
                "bearer": { "type": "http", "scheme": "bearer" },
                "key": { "type": "apiKey", "in": "header", "name": "x-api-key" }
            }
        }
    })
    .to_string()
}

fn two_hosts() -> Sandbox {
    Sandbox::builder().document(second_document()).start().unwrap()
}

fn token(sandbox: &Sandbox) -> String {
    format!("Authorization: Bearer {}", ask(sandbox).json()["access_token"].as_str().unwrap())
}

fn create(sandbox: &Sandbox, authorization: &str, body: &str) -> Reply {
    send(sandbox, "POST", "/v9/session/", &[authorization, "Content-Type: application/json"], body)
}

#[test]
fn good_credentials_get_the_documented_answer_with_a_token_of_its_own() {
    let sandbox = start();
    let (first, second) = (ask(&sandbox), ask(&sandbox));
    assert_eq!((first.status, first.header("content-type")), (200, Some("application/json")));
    let body = first.json();
    assert_eq!(body["iss"], "https://didit.me");
    assert_eq!(body["client_id"], Sandbox::CLIENT_ID);
    assert_eq!(body["expires_in"], 86_400);
    assert_eq!(body["exp"].as_u64().unwrap() - body["iat"].as_u64().unwrap(), 86_400);
    assert_ne!(body["access_token"], second.json()["access_token"]);
    assert_ne!(body["access_token"], ask(&start()).json()["access_token"]);
}

#[test]
fn a_token_answer_has_the_members_and_types_of_the_bundled_schema() {
    let document: Value = serde_json::from_str(include_str!("../src/generated/auth.json")).unwrap();
    let schema = &document["components"]["schemas"]["TokenResponse"];
    let answer = ask(&start()).json();
    for (name, value) in answer.as_object().unwrap() {
        let documented = schema["properties"][name]["type"].as_str().unwrap();
        let found = if value.is_string() { "string" } else { "integer" };
        assert_eq!(documented, found, "{name}");
    }
    assert_eq!(answer.as_object().unwrap().len(), schema["properties"].as_object().unwrap().len());
}

#[test]
fn a_refused_token_request_has_the_status_and_body_that_a_client_must_cope_with() {
    let sandbox = start();
    let wrong_secret = "Authorization: Basic c2FuZGJveC1jbGllbnQtaWQ6d3Jvbmc=";
    let no_colon = "Authorization: Basic c2FuZGJveA==";
    let json = "Content-Type: application/json";
    let long = "a".repeat(1024 * 1024 + 1);
    for (what, headers, body, status, code) in [
        ("no credentials", vec![FORM], GRANT, 401, "invalid_client"),
        ("a bearer", vec!["Authorization: Bearer x", FORM], GRANT, 401, "invalid_client"),
        ("wrong secret", vec![wrong_secret, FORM], GRANT, 401, "invalid_client"),
        ("not base64", vec!["Authorization: Basic %%%", FORM], GRANT, 401, "invalid_client"),
        ("no colon", vec![no_colon, FORM], GRANT, 401, "invalid_client"),
        ("other grant", vec![BASIC, FORM], "grant_type=password", 400, "unsupported_grant_type"),
        ("no grant", vec![BASIC, FORM], "scope=all", 400, "invalid_request"),
        ("empty form", vec![BASIC, FORM], "", 400, "invalid_request"),
        (
            "grant twice",
            vec![BASIC, FORM],
            "grant_type=client_credentials&grant_type=x",
            400,
            "invalid_request",
        ),
        ("JSON", vec![BASIC, json], "{}", 415, "invalid_request"),
        ("no content type", vec![BASIC], GRANT, 415, "invalid_request"),
        ("too long", vec![BASIC, FORM], long.as_str(), 413, "invalid_request"),
    ] {
        let reply = send(&sandbox, "POST", TOKEN, &headers, body);
        assert_eq!((reply.status, reply.json()["error"].as_str()), (status, Some(code)), "{what}");
        assert!(!reply.json()["error_description"].as_str().unwrap().is_empty(), "{what}");
        let challenge = (status == 401).then_some("Basic realm=\"didit\"");
        assert_eq!(reply.header("www-authenticate"), challenge, "{what}");
    }
    assert_eq!(sandbox.tokens_issued(), 0);
}

#[test]
fn parameters_of_the_content_type_and_the_case_of_the_scheme_do_not_matter() {
    let sandbox = start();
    let form = format!("{FORM}; charset=UTF-8");
    let basic = BASIC.replace("Basic", "basic");
    assert_eq!(send(&sandbox, "POST", TOKEN, &[&basic, &form], GRANT).status, 200);
}

#[test]
fn a_wrong_method_names_the_right_ones_and_an_unknown_path_is_not_found() {
    let sandbox = two_hosts();
    let reply = send(&sandbox, "GET", TOKEN, &[], "");
    assert_eq!((reply.status, reply.header("allow")), (405, Some("POST")));
    let reply = send(&sandbox, "PUT", "/v9/session/7/", &[], "");
    assert_eq!((reply.status, reply.header("allow")), (405, Some("DELETE, GET")));
    let reply = send(&sandbox, "POST", "/auth/v3/token/", &[], "");
    assert_eq!((reply.status, reply.json()), (404, json!({ "detail": "Not found." })));
}

#[test]
fn a_path_without_its_last_slash_is_redirected_with_its_query() {
    let reply = send(&start(), "POST", "/auth/v2/token?a=b", &[BASIC, FORM], GRANT);
    assert_eq!((reply.status, reply.header("location")), (301, Some("/auth/v2/token/?a=b")));
}

#[test]
fn a_bearer_operation_takes_issued_tokens_only() {
    let sandbox = two_hosts();
    let body = r#"{"callback":"https://example.com"}"#;
    let token = token(&sandbox);
    let reply = create(&sandbox, &token, body);
    assert_eq!((reply.status, reply.json()), (201, json!({ "session_id": "s-1" })));
    for (authorization, text) in [
        ("X-Nothing: 1", "No bearer token was sent."),
        ("Authorization: Bearer other", "The bearer token was not issued here, or was revoked."),
        (BASIC, "No bearer token was sent."),
    ] {
        let reply = create(&sandbox, authorization, body);
        assert_eq!((reply.status, reply.json()), (401, json!({ "detail": text })));
        assert_eq!(reply.header("www-authenticate"), Some("Bearer"));
    }
    sandbox.revoke_tokens();
    assert_eq!(create(&sandbox, &token, body).status, 401);
}

#[test]
fn a_token_expires() {
    let life = Duration::from_millis(1_500);
    let sandbox =
        Sandbox::builder().document(second_document()).token_lifetime(life).start().unwrap();
    assert_eq!(ask(&sandbox).json()["expires_in"], 1);
    let token = token(&sandbox);
    assert_eq!(create(&sandbox, &token, r#"{"callback":"x"}"#).status, 201);
    std::thread::sleep(life);
    let reply = create(&sandbox, &token, r#"{"callback":"x"}"#);
    assert_eq!(
        (reply.status, reply.json()["detail"].as_str()),
        (401, Some("The bearer token has expired."))
    );
}

#[test]
fn a_lifetime_beyond_the_clock_does_no_harm() {
    let sandbox = Sandbox::builder().token_lifetime(Duration::MAX).start().unwrap();
    assert_eq!(ask(&sandbox).json()["expires_in"], u64::MAX);
}

#[test]
fn a_body_is_checked_against_its_schema() {
    let sandbox = two_hosts();
    let token = token(&sandbox);
    for (body, status) in [
        (r#"{"callback":"x","note":null,"tags":["a"],"count":3.0}"#, 201),
        ("{}", 400),
        ("[]", 400),
        ("{", 400),
        ("", 400),
        (r#"{"callback":null}"#, 400),
        (r#"{"callback":"x","note":7}"#, 400),
        (r#"{"callback":"x","tags":["a",7]}"#, 400),
        (r#"{"callback":"x","count":3.5}"#, 400),
        (r#"{"callback":"x","other":1}"#, 400),
    ] {
        assert_eq!(create(&sandbox, &token, body).status, status, "{body}");
    }
    let reply = create(&sandbox, &token, r#"{"callback":"x","tags":["a",7]}"#);
    assert_eq!(
        reply.json()["detail"],
        "Against its schema at `/tags/1`: a number where the schema says string."
    );
}

#[test]
fn parameters_are_checked_and_any_of_several_schemes_will_do() {
    let sandbox = two_hosts();
    let key = format!("X-Api-Key: {}", Sandbox::CLIENT_SECRET);
    let bearer = token(&sandbox);
    for (path, headers, status) in [
        ("/v9/session/7/?part=all", vec![key.as_str()], 200),
        ("/v9/session/7/?part=all", vec![bearer.as_str(), "X-Trace: 1"], 200),
        ("/v9/session/7/?part=all", vec!["X-Api-Key: wrong"], 401),
        ("/v9/session/7/?part=all", vec![], 401),
        ("/v9/session/seven/?part=all", vec![key.as_str()], 400),
        ("/v9/session/7/", vec![key.as_str()], 400),
        ("/v9/session/7/?part=some", vec![key.as_str()], 400),
        ("/v9/session/7/?part=all", vec![key.as_str(), "X-Trace: a"], 400),
        ("/v9/session//?part=all", vec![key.as_str()], 404),
    ] {
        assert_eq!(send(&sandbox, "GET", path, &headers, "").status, status, "{path} {status}");
    }
    let reply = send(&sandbox, "GET", "/v9/session/7/?part=all", &[&key], "");
    assert_eq!((reply.body.as_str(), reply.header("content-type")), ("plain", Some("text/plain")));
    assert_eq!(send(&sandbox, "DELETE", "/v9/session/7/", &[], "").status, 204);
    assert_eq!(send(&sandbox, "GET", "/v9/session/latest/", &[], "").status, 200);
    assert_eq!(sandbox.count("latest_session"), 1);
}

#[test]
fn queued_answers_are_given_in_order_and_then_the_sandbox_is_honest_again() {
    let sandbox = start();
    sandbox.next(Answer::status(503).header("Retry-After", "7").body("busy").times(2));
    sandbox.next(Answer::status(200).body("<html>").times(0));
    sandbox.next(Answer::honest().header("x-extra", "1"));
    for _ in 0..2 {
        let reply = ask(&sandbox);
        assert_eq!(
            (reply.status, reply.body.as_str(), reply.header("retry-after")),
            (503, "busy", Some("7"))
        );
    }
    let reply = ask(&sandbox);
    assert_eq!((reply.status, reply.header("x-extra")), (200, Some("1")));
    assert_eq!(ask(&sandbox).header("x-extra"), None);
    assert_eq!((sandbox.count("create_token"), sandbox.tokens_issued()), (4, 2));
}

#[test]
fn an_answer_can_be_for_one_operation_and_for_ever() {
    let sandbox = two_hosts();
    sandbox.next(Answer::status(401).on("create_session").always());
    let token = token(&sandbox);
    for _ in 0..3 {
        assert_eq!(create(&sandbox, &token, r#"{"callback":"x"}"#).status, 401);
    }
    sandbox.answer_honestly();
    assert_eq!(create(&sandbox, &token, r#"{"callback":"x"}"#).status, 201);
}

#[test]
fn an_answer_can_be_late_slow_cut_short_or_missing() {
    let sandbox = start();
    let pause = Duration::from_millis(60);

    let before = Instant::now();
    sandbox.next(Answer::honest().delay(pause));
    assert_eq!(ask(&sandbox).status, 200);
    assert!(before.elapsed() >= pause);

    let before = Instant::now();
    sandbox.next(Answer::status(200).body("abc").drip(pause));
    assert_eq!(ask(&sandbox).body, "abc");
    assert!(before.elapsed() >= pause * 3);

    sandbox.next(Answer::honest().truncated());
    let reply = ask(&sandbox);
    let announced: usize = reply.header("content-length").unwrap().parse().unwrap();
    assert_eq!(reply.body.len(), announced / 2);

    sandbox.next(Answer::status(200).header("Content-Length", "9").body("abc"));
    assert_eq!(ask(&sandbox).body, "abc");

    sandbox.next(Answer::drop_connection());
    assert_eq!(raw(&sandbox, "POST", TOKEN, &[BASIC, FORM], GRANT), "");
    assert_eq!(sandbox.count("create_token"), 5);
}

#[test]
fn an_answer_that_http_does_not_allow_is_reported_in_its_place() {
    let sandbox = start();
    sandbox.next(Answer::status(7));
    sandbox.next(Answer::status(200).header("a b", "c"));
    for _ in 0..2 {
        let reply = ask(&sandbox);
        assert_eq!(reply.status, 500);
        assert!(reply.body.starts_with("the sandbox cannot send this answer: "), "{}", reply.body);
    }
}

#[test]
fn a_hung_request_is_counted_at_once_and_ends_with_the_sandbox() {
    let sandbox = start();
    sandbox.next(Answer::hang());
    let mut stream = TcpStream::connect(sandbox.url().trim_start_matches("http://")).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
    stream
        .write_all(b"POST /auth/v2/token/ HTTP/1.1\r\nHost: sandbox\r\nContent-Length: 9\r\n\r\n")
        .unwrap();
    while sandbox.requests() == 0 {
        std::thread::sleep(Duration::from_millis(1));
    }
    assert_eq!(ask(&sandbox).status, 200);
    drop(sandbox);
    let mut rest = Vec::new();
    stream.read_to_end(&mut rest).ok();
    assert_eq!(rest, b"");
}

#[test]
fn requests_connections_and_tokens_are_counted() {
    let sandbox = start();
    ask(&sandbox);
    send(&sandbox, "GET", "/nowhere/?secret=1", &[], "");
    assert_eq!((sandbox.requests(), sandbox.connections(), sandbox.tokens_issued()), (2, 2, 1));
    assert_eq!((sandbox.count("create_token"), sandbox.count("sessions_v1::create")), (1, 0));
    let received = sandbox.received();
    assert_eq!(received[0].operation.as_deref(), Some("auth::create_token"));
    assert_eq!(received[0].header("Authorization"), Some("[redacted]"));
    assert_eq!(received[0].header("content-type"), Some("application/x-www-form-urlencoded"));
    assert_eq!(received[0].body, Some(json!({ "grant_type": "client_credentials" })));
    assert_eq!((&received[1].operation, &received[1].body), (&None, &None));
    assert_eq!((received[1].method.as_str(), received[1].path.as_str()), ("GET", "/nowhere/"));
}

/// What a test that is wrong about the documents panics with.
fn panic_of(test: impl FnOnce()) -> String {
    let test = std::panic::AssertUnwindSafe(test);
    let panic = std::panic::catch_unwind(test).unwrap_err();
    panic.downcast_ref::<String>().unwrap().clone()
}

#[test]
fn a_name_that_no_document_has_fails_the_test() {
    let document = second_document().replace("create_session", "create_token");
    let sandbox = Sandbox::builder().document(document).start().unwrap();
    let none = panic_of(|| assert_eq!(sandbox.count("create_tokens"), 0));
    assert!(none.starts_with("no document has an operation `create_tokens`; there are "), "{none}");
    assert!(none.contains("sessions_v1::retrieve_decision"), "{none}");
    let none = panic_of(|| sandbox.next(Answer::hang().on("auth::create")));
    assert!(none.starts_with("no document has an operation `auth::create`"), "{none}");
    let several = panic_of(|| assert_eq!(sandbox.count("create_token"), 0));
    assert!(several.starts_with("`create_token` is one of "), "{several}");
    assert!(several.contains("auth::create_token") && several.contains("document-0::create_token"));
    assert_eq!(sandbox.count("auth::create_token"), 0);
}

#[test]
fn answers_that_no_request_took_fail_the_test() {
    let sandbox = start();
    sandbox.assert_consumed();
    sandbox.next(Answer::status(503));
    sandbox.next(Answer::status(502).on("sessions_v1::create").always());
    let left = panic_of(|| sandbox.assert_consumed());
    assert!(left.contains("503") && left.contains("sessions_v1::create"), "{left}");
    assert_eq!(ask(&sandbox).status, 503);
    let left = panic_of(|| sandbox.assert_consumed());
    assert!(!left.contains("503") && left.contains("sessions_v1::create"), "{left}");
    send(&sandbox, "POST", "/v1/session/", &[], "");
    sandbox.assert_consumed();
}

#[test]
fn an_api_key_is_the_secret_or_one_of_its_own_and_is_not_shown() {
    let seal = json!({ "$ref": "#/components/schemas/Seal" });
    let document = json!({
        "openapi": "3.0.3",
        "paths": { "/v9/keys/": { "post": {
            "operationId": "rotate",
            "security": [{ "key": [] }],
            "parameters": [{ "name": "X-Seal", "in": "header", "schema": seal }],
            "requestBody": { "content": { "application/json": { "schema": {
                "type": "object",
                "properties": {
                    "old": seal,
                    "older": { "type": "array", "items": { "allOf": [seal] } },
                    "name": { "type": "string" }
                }
            } } } },
            "responses": { "204": { "description": "" } }
        } } },
        "components": {
            "schemas": { "Seal": { "type": "string", "format": "password" } },
            "securitySchemes": { "key": { "type": "apiKey", "in": "header", "name": "x-own-key" } }
        }
    });
    let builder = || Sandbox::builder().document(document.to_string());
    let rotate = |sandbox: &Sandbox, key: &str| {
        let key = format!("X-Own-Key: {key}");
        let headers = [&key as &str, "X-Seal: s", "Content-Type: application/json"];
        let body = r#"{"old":"s","older":["s"],"name":"n"}"#;
        send(sandbox, "POST", "/v9/keys/", &headers, body).status
    };
    let sandbox = builder().start().unwrap();
    assert_eq!((rotate(&sandbox, Sandbox::API_KEY), rotate(&sandbox, "other")), (204, 401));
    let sandbox = builder().api_key("own").start().unwrap();
    assert_eq!((rotate(&sandbox, Sandbox::API_KEY), rotate(&sandbox, "own")), (401, 204));
    sandbox.set_api_key("next");
    assert_eq!((rotate(&sandbox, "own"), rotate(&sandbox, "next")), (401, 204));
    let received = sandbox.received().remove(0);
    assert_eq!(received.header("x-own-key"), Some("[redacted]"));
    assert_eq!(received.header("x-seal"), Some("[redacted]"));
    let body = json!({ "old": "[redacted]", "older": ["[redacted]"], "name": "n" });
    assert_eq!(received.body, Some(body));
}

#[test]
fn rotated_credentials_replace_the_old_ones() {
    let sandbox = start();
    // id `new`, secret `a:b`: only the first colon separates.
    sandbox.set_credentials("new", "a:b");
    assert_eq!(ask(&sandbox).status, 401);
    let reply = send(&sandbox, "POST", TOKEN, &["Authorization: Basic bmV3OmE6Yg==", FORM], GRANT);
    assert_eq!((reply.status, reply.json()["client_id"].as_str()), (200, Some("new")));
}

#[test]
fn dropping_a_sandbox_frees_its_port() {
    let sandbox = start();
    let port: u16 = sandbox.url().rsplit(':').next().unwrap().parse().unwrap();
    let taken = Sandbox::builder().port(port).start().unwrap_err();
    assert_eq!(taken.kind(), std::io::ErrorKind::AddrInUse);
    drop(sandbox);
    assert!(TcpStream::connect(("127.0.0.1", port)).is_err());
    assert_eq!(ask(&Sandbox::builder().port(port).start().unwrap()).status, 200);
}

#[test]
fn a_document_that_cannot_be_played_is_an_error_at_the_start() {
    let start =
        |document: String| Sandbox::builder().document(document).start().unwrap_err().to_string();
    assert!(start("{".to_owned()).contains("line 1"));
    let digest = second_document().replace(r#""scheme":"bearer""#, r#""scheme":"digest""#);
    assert_eq!(
        start(digest),
        "the sandbox cannot play `create_session`: `bearer` is no scheme that the SDK sends"
    );
}

#[test]
fn nothing_prints_a_secret() {
    let sandbox = Sandbox::builder().credentials("id", "pl4nted-secret");
    let mut printed = format!("{sandbox:?}");
    let sandbox = sandbox.start().unwrap();
    sandbox.next(Answer::status(200).header("x-token", "pl4nted-secret").body("pl4nted-secret"));
    printed +=
        &format!("{:?}", Answer::status(200).header("a", "pl4nted-secret").body("pl4nted-secret"));
    send(&sandbox, "POST", TOKEN, &["Authorization: Basic pl4nted-secret"], "pl4nted-secret");
    let refused = send(
        &sandbox,
        "POST",
        TOKEN,
        &["Authorization: Basic aWQ6cGw0bnRlZC1zZWNyZXQ=", FORM],
        "grant_type=pl4nted-secret",
    );
    assert_eq!(refused.status, 400);
    printed += &format!("{sandbox:?} {:?} {}", sandbox.received(), refused.body);
    assert!(!printed.contains("pl4nted"), "{printed}");
    assert!(printed.contains(sandbox.url()) && printed.contains("requests: 2"), "{printed}");
}

#[tokio::test(start_paused = true)]
async fn a_sandbox_serves_and_ends_inside_a_runtime_with_paused_time() {
    let sandbox = start();
    sandbox.next(Answer::honest().delay(Duration::from_millis(20)));
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    for _ in 0..2 {
        let request = client.post(format!("{}{TOKEN}", sandbox.url()));
        let request = request.basic_auth(Sandbox::CLIENT_ID, Some(Sandbox::CLIENT_SECRET));
        let reply = request.form(&[("grant_type", "client_credentials")]).send().await.unwrap();
        assert_eq!(reply.status(), 200);
        reply.bytes().await.unwrap();
    }
    assert_eq!((sandbox.requests(), sandbox.connections()), (2, 1));
    drop(sandbox);
}

#[test]
fn a_rich_document_is_played_as_it_says() {
    let sandbox = Sandbox::builder().document(include_str!("sandbox/rich.json")).start().unwrap();
    let bearer = token(&sandbox);
    let key = format!("X-Api-Key: {}", Sandbox::CLIENT_SECRET);
    let headers = [bearer.as_str(), key.as_str()];
    for (method, path, status) in [
        ("GET", "/v2/people/?status=Approved&status=Declined&id=1,2", 200),
        ("GET", "/v2/people/?status=approved", 400),
        ("GET", "/v2/people/?id=1,x", 400),
        ("GET", "/v2/people/?id=2147483648", 400),
        ("GET", "/v2/people/?limit=0", 400),
        ("GET", "/v2/people/?ratio=0", 400),
        ("GET", "/v2/people/?since=2026-02-29T00:00:00Z", 400),
        ("GET", "/v2/people/?since=2028-02-29T00:00:00.5%2B01:00", 200),
        ("GET", "/v2/people/latest/", 200),
        // The concrete path hides the methods of the one with a parameter.
        ("DELETE", "/v2/people/latest/", 405),
        ("DELETE", "/v2/people/7/", 204),
        ("DELETE", "/v2/people/0/", 400),
        ("PUT", "/v2/photos/a.b.gif", 400),
    ] {
        assert_eq!(send(&sandbox, method, path, &headers, "").status, status, "{method} {path}");
    }
    let decision = send(&sandbox, "GET", "/v8/session/s/decision/", &headers, "");
    assert_eq!(decision.json()["kyc"], json!({ "portrait_image": null }));
    assert_eq!(decision.header("x-revision"), Some("1"));
    let pdf = send(&sandbox, "GET", "/v8/session/s/generate-pdf/", &headers, "");
    assert_eq!(pdf.header("content-type"), Some("application/pdf"));
    assert!(pdf.body.starts_with("%PDF-1.4\n") && pdf.body.ends_with("%%EOF\n"), "{}", pdf.body);
}

#[test]
fn a_parameter_is_read_by_the_schema_behind_it_and_by_the_operations_own_words() {
    let sandbox = Sandbox::builder()
        .document(
            r##"{
                "openapi": "3.0.3", "info": { "title": "Pages", "version": "1" },
                "paths": { "/pages/": {
                    "parameters": [
                        { "name": "size", "in": "query", "required": true, "schema": { "type": "integer" } }
                    ],
                    "get": {
                        "operationId": "list_pages",
                        "parameters": [
                            { "name": "page", "in": "query", "schema":
                                { "allOf": [{ "$ref": "#/components/schemas/Page" }], "description": "Which." } },
                            { "name": "filter", "in": "query", "required": true, "style": "deepObject",
                                "schema": { "type": "object" } },
                            { "name": "size", "in": "query", "schema": { "type": "string" } }
                        ],
                        "responses": { "204": { "description": "None." } }
                    }
                } },
                "components": { "schemas": { "Page": { "type": "integer", "minimum": 1 } } }
            }"##,
        )
        .start()
        .unwrap();
    for (query, status) in [
        ("page=2&filter[a]=b", 204),
        ("page=0&filter[a]=b", 400),
        ("page=x&filter[a]=b", 400),
        ("size=large&filter[a]=b", 204),
    ] {
        let path = format!("/pages/?{query}");
        assert_eq!(send(&sandbox, "GET", &path, &[], "").status, status, "{query}");
    }
}

#[test]
fn a_document_of_ones_own_may_refer_to_a_bundled_one() {
    let sandbox = Sandbox::builder()
        .document(
            r##"{
                "openapi": "3.0.3", "info": { "title": "Borrower", "version": "1" },
                "paths": { "/borrowed/": { "post": {
                    "operationId": "borrow",
                    "requestBody": { "required": true, "content": { "application/json":
                        { "schema": { "$ref": "auth.yaml#/components/schemas/TokenRequest" } } } },
                    "responses": { "204": { "description": "Fine." } }
                } } }
            }"##,
        )
        .start()
        .unwrap();
    let json = "Content-Type: application/json";
    for (body, status) in [(r#"{"grant_type":"client_credentials"}"#, 204), ("{}", 400)] {
        assert_eq!(send(&sandbox, "POST", "/borrowed/", &[json], body).status, status, "{body}");
    }
}
