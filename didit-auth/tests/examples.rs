//! The examples, as their readers run them: in a process of their own.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::process::{Command, Output};

use didit_api::sandbox::{Answer, Sandbox};
use support::{Endpoint, PRINTED, unconfigured};

/// An example, built by the same cargo that runs this test; one that runs this file alone,
/// with `--test examples`, takes what was built before.
fn example(name: &str) -> Command {
    // target/debug/deps/examples-… → target/debug/examples/name
    let deps = std::env::current_exe().unwrap();
    let binary = deps.parent().unwrap().parent().unwrap().join("examples").join(name);
    let mut command = unconfigured(Command::new(binary));
    command.env("RUST_BACKTRACE", "1").env("RUST_LOG", "trace").env("TZ", "UTC");
    // Where a report is saved.
    command.env("TMPDIR", env!("CARGO_TARGET_TMPDIR"));
    command
}

fn for_sandbox(name: &str, sandbox: &Sandbox, secret: &str) -> Command {
    let mut command = example(name);
    command
        .env("DIDIT_CLIENT_ID", Sandbox::CLIENT_ID)
        .env("DIDIT_CLIENT_SECRET", secret)
        .env("DIDIT_AUTH_URL", sandbox.url())
        .env("DIDIT_VERIFICATION_URL", format!(" {}\n", sandbox.url()));
    command
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

fn failed(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let error = text(&output.stderr);
    assert!(!error.contains("backtrace") && !error.contains("panicked"), "{error}");
    error
}

#[test]
fn the_quickstart_needs_no_configuration() {
    let output = example("quickstart").output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let printed = text(&output.stdout);
    for line in [
        "starting the embedded sandbox at http://127.0.0.1:",
        "issuer         https://didit.me",
        "client         ",
        "+00:00 (in 23h 59m",
        "characters, never printed",
        "requests       1 seen by the sandbox",
        "workflow       Standard KYC",
        "Set DIDIT_CLIENT_ID and DIDIT_CLIENT_SECRET",
    ] {
        assert!(printed.contains(line), "{line} in:\n{printed}");
    }
    assert!(output.stderr.is_empty(), "{}", text(&output.stderr));
}

#[test]
fn the_quickstart_asks_the_configured_service_with_values_trimmed() {
    let sandbox = Sandbox::start().unwrap();
    let secret = format!("  {}\n", Sandbox::CLIENT_SECRET);
    let output = for_sandbox("quickstart", &sandbox, &secret).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    assert!(text(&output.stdout).contains("from memory"));
    assert_eq!(sandbox.count("auth::create_token"), 1);
    assert_eq!(sandbox.count("management::list_workflows"), 1);
}

#[test]
fn a_person_is_verified_offline_and_nothing_of_the_person_is_printed() {
    let output = example("verify_person").output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let printed = text(&output.stdout);
    for line in [
        "open     https://verify.didit.me/",
        "s  session   In Progress",
        "s  face      In Review",
        "session   In Review: somebody of yours decides",
        "warning   Low face match similarity",
        "members that show as [personal]",
        "bytes of PDF, for you alone: ",
        "face data: deleted",
    ] {
        assert!(printed.contains(line), "{line} in:\n{printed}");
    }
    for personal in ["Carmen", "Española", "CAA000000", "portrait.jpg", "99999999R"] {
        assert!(!printed.contains(personal), "{personal} in:\n{printed}");
    }
    assert!(output.stderr.is_empty(), "{}", text(&output.stderr));
}

#[test]
fn with_a_key_and_no_workflow_the_workflows_are_listed_and_nothing_is_created() {
    let sandbox = Sandbox::start().unwrap();
    let mut program = example("verify_person");
    program.env("DIDIT_API_KEY", Sandbox::CLIENT_SECRET);
    program.env("DIDIT_VERIFICATION_URL", sandbox.url());
    let output = program.output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let printed = text(&output.stdout);
    assert!(printed.contains("a1b2c3d4-5678-90ab-cdef-111111111111  Standard KYC"), "{printed}");
    assert!(printed.contains("Nothing was created. Run this again with the id"), "{printed}");
    assert_eq!((sandbox.requests(), sandbox.count("management::list_workflows")), (1, 1));

    let decided = r#"{"session_id": "s-1", "status": "Approved"}"#;
    sandbox.next(Answer::honest().on("sessions::retrieve_decision").body(decided));
    sandbox.next(Answer::status(200).on("sessions::generate_pdf").body("%PDF"));
    program.arg("a1b2c3d4-5678-90ab-cdef-111111111111");
    let output = program.output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let body = sandbox.received().remove(1).body.unwrap();
    assert_eq!(body["workflow_id"], "a1b2c3d4-5678-90ab-cdef-111111111111");
}

#[test]
fn the_sessions_are_listed_offline_and_nothing_of_a_person_is_printed() {
    let output = example("list_sessions").output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let printed = text(&output.stdout);
    for line in ["Approved      ID_VERIFICATION, LIVENESS", "     1  Not Started"] {
        assert!(printed.contains(line), "{line} in:\n{printed}");
    }
    assert!(!printed.contains("Jane") && !printed.contains("your-user-id"), "{printed}");
}

#[test]
fn a_decision_arrives_by_webhook_offline_and_nothing_of_the_person_is_printed_or_logged() {
    let output = example("webhook_server").output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let (printed, logged) = (text(&output.stdout), text(&output.stderr));
    for (line, times) in [
        (" is In Progress", 1),
        // By the handler, and at the end.
        (" is Declined", 2),
        ("   the same 2 again: no event is handled twice", 1),
    ] {
        assert_eq!(printed.matches(line).count(), times, "{line} in:\n{printed}");
    }
    let last = printed.lines().last().unwrap();
    assert!(last.starts_with("Session ") && last.ends_with(" is Declined, warnings: 1"), "{last}");
    assert!(logged.contains("TRACE") && logged.contains("didit_api"), "{logged}");
    for kept in ["Carmen", "Española", "Espa\\u00f1ola", "CAA000000", "99999999R"]
        .into_iter()
        .chain([Sandbox::API_KEY, Sandbox::WEBHOOK_SECRET])
    {
        assert!(!printed.contains(kept), "{kept} in:\n{printed}");
        assert!(!logged.contains(kept), "{kept} in:\n{logged}");
    }
}

#[test]
fn a_webhook_server_without_a_secret_or_a_workflow_says_what_is_missing() {
    let mut program = example("webhook_server");
    program.env("DIDIT_API_KEY", "pLaNtEd-k3y").env_remove("RUST_LOG");
    let error = failed(&program.output().unwrap());
    assert!(
        error.contains("set DIDIT_API_KEY and DIDIT_WEBHOOK_SECRET, and give the id"),
        "{error}"
    );
    let error = failed(&program.arg("w-1").output().unwrap());
    assert!(error.contains("not set, or blank: DIDIT_WEBHOOK_SECRET."), "{error}");
    assert_eq!(error.lines().count(), 1, "{error}");
}

#[test]
fn two_photos_are_compared_offline() {
    let output = example("face_match").output().unwrap();
    assert!(output.status.success(), "{output:?}");
    assert!(
        text(&output.stdout).contains("status   Approved\nscore    99.41 of 100"),
        "{output:?}"
    );

    let sandbox = Sandbox::start().unwrap();
    let mut program = example("face_match");
    program.env("DIDIT_API_KEY", Sandbox::CLIENT_SECRET);
    program.env("DIDIT_VERIFICATION_URL", sandbox.url());
    let output = program.output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("give the paths of two photos"), "{output:?}");
    let output = program.args(["missing.jpg", "Cargo.toml"]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("the file of `user_image`"), "{output:?}");
    assert_eq!(sandbox.requests(), 0);
}

#[test]
fn a_person_that_cannot_be_verified_is_one_line_that_says_why_and_exit_1() {
    let mut program = example("verify_person");
    program.env("DIDIT_API_KEY", "s3cret").env("DIDIT_VERIFICATION_URL", "http://127.0.0.1:9");
    let output = program.arg("w-1").output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let printed = text(&output.stderr);
    let said = "sessions::create at 127.0.0.1: the host could not be reached; check the base URL";
    assert!(printed.contains(said), "{printed}");
    assert_eq!(printed.lines().count(), 1, "{printed}");
}

#[test]
fn nothing_panics_when_nobody_reads_what_is_printed() {
    let sandbox = Sandbox::start().unwrap();
    let token = for_sandbox("token", &sandbox, Sandbox::CLIENT_SECRET);
    let names = ["quickstart", "verify_person", "list_sessions", "webhook_server"];
    for mut command in names.map(example).into_iter().chain([token]) {
        command.env_remove("RUST_LOG");
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let output = command.stdout(writer).output().unwrap();
        assert!(output.status.success(), "{command:?}: {output:?}");
        assert!(output.stderr.is_empty(), "{command:?}: {}", text(&output.stderr));
    }
}

#[test]
fn a_wrong_secret_is_one_clear_message_and_exit_1() {
    let sandbox = Sandbox::start().unwrap();
    let output = for_sandbox("quickstart", &sandbox, "pLaNtEd-s3cret").output().unwrap();
    let error = failed(&output);
    assert_eq!(error.lines().count(), 1, "{error}");
    assert!(error.contains("401 Unauthorized"), "{error}");
    assert!(error.contains("Check the client id and the client secret"), "{error}");
    assert!(!error.contains("pLaNtEd-s3cret"), "{error}");
}

#[test]
fn half_a_configuration_names_what_is_missing() {
    for (set, missing) in [
        ("DIDIT_CLIENT_ID", "not set: DIDIT_CLIENT_SECRET."),
        ("DIDIT_CLIENT_SECRET", "not set: DIDIT_CLIENT_ID."),
        ("DIDIT_AUTH_URL", "not set: DIDIT_API_KEY, or DIDIT_CLIENT_ID and DIDIT_CLIENT_SECRET."),
    ] {
        let error = failed(&example("quickstart").env(set, "value").output().unwrap());
        assert!(error.contains(missing), "{error}");
        if set != "DIDIT_AUTH_URL" {
            // A key beside it does not make it whole.
            let mut command = example("quickstart");
            command.env(set, "value").env("DIDIT_API_KEY", "key");
            assert!(failed(&command.output().unwrap()).contains(missing), "{error}");
        }
    }
}

#[test]
fn a_key_alone_is_a_configuration_that_gives_no_token() {
    let output = example("token").env("DIDIT_API_KEY", " pLaNtEd-k3y\n").output().unwrap();
    let error = failed(&output);
    assert!(error.contains("a token needs the client id and the client secret"), "{error}");
    assert!(!error.contains("pLaNtEd-k3y"), "{error}");
}

#[test]
fn one_host_on_this_machine_and_the_other_at_the_vendors_are_refused() {
    for (set, missing) in
        [("DIDIT_AUTH_URL", "DIDIT_VERIFICATION_URL"), ("DIDIT_VERIFICATION_URL", "DIDIT_AUTH_URL")]
    {
        let sandbox = Sandbox::start().unwrap();
        let mut command = for_sandbox("token", &sandbox, Sandbox::CLIENT_SECRET);
        let error = failed(&command.env_remove(missing).output().unwrap());
        assert!(error.contains(&format!("{set} is on this machine")), "{error}");
        assert!(error.contains(&format!("Set {missing} as well")), "{error}");
        assert_eq!(sandbox.requests(), 0);
    }
}

#[test]
fn variables_that_cannot_be_used_are_named_and_not_printed() {
    let sandbox = Sandbox::start().unwrap();
    for (name, value, complaint) in [
        ("DIDIT_CLIENT_ID", " \n", "DIDIT_CLIENT_ID is empty"),
        ("DIDIT_CLIENT_ID", "planted:id", "DIDIT_CLIENT_ID holds a colon"),
        ("DIDIT_CLIENT_SECRET", "", "DIDIT_CLIENT_SECRET is empty"),
        ("DIDIT_CLIENT_SECRET", "planted\tit", "DIDIT_CLIENT_SECRET holds a control character"),
        ("DIDIT_API_KEY", " \n", "DIDIT_API_KEY is empty"),
        ("DIDIT_API_KEY", "planted it", "DIDIT_API_KEY holds a blank"),
        ("DIDIT_AUTH_URL", "planted", "DIDIT_AUTH_URL: the base URL is not an absolute URL"),
        (
            "DIDIT_VERIFICATION_URL",
            "http://planted.example",
            "DIDIT_VERIFICATION_URL: the base URL is plain http",
        ),
        ("DIDIT_AUTH_URL", "http://planted.example", "DIDIT_AUTH_URL: the base URL is plain http"),
        (
            "DIDIT_AUTH_URL",
            "https://planted@b.example",
            "DIDIT_AUTH_URL: the base URL holds a user",
        ),
    ] {
        let mut command = for_sandbox("quickstart", &sandbox, Sandbox::CLIENT_SECRET);
        let error = failed(&command.env(name, value).output().unwrap());
        assert!(error.contains(complaint), "{error}");
        assert!(!error.contains("planted"), "{error}");
    }
    assert_eq!(sandbox.requests(), 0);
}

#[cfg(unix)]
#[test]
fn a_variable_that_is_not_unicode_is_named() {
    use std::os::unix::ffi::OsStrExt;
    let sandbox = Sandbox::start().unwrap();
    let mut command = for_sandbox("quickstart", &sandbox, Sandbox::CLIENT_SECRET);
    command.env("DIDIT_CLIENT_SECRET", std::ffi::OsStr::from_bytes(b"\xFF"));
    let error = failed(&command.output().unwrap());
    assert!(error.contains("DIDIT_CLIENT_SECRET is not Unicode"), "{error}");
}

#[test]
fn the_example_of_the_readme_gets_a_token_and_fails_readably() {
    let sandbox = Sandbox::start().unwrap();
    let output = for_sandbox("token", &sandbox, Sandbox::CLIENT_SECRET).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    assert!(text(&output.stdout).starts_with("good for 8639"), "{output:?}");

    let error = failed(&for_sandbox("token", &sandbox, "wrong").output().unwrap());
    assert!(error.starts_with("Error: ") && error.contains("401 Unauthorized"), "{error}");
}

#[test]
fn nothing_for_loopback_reaches_a_proxy() {
    let proxy = Endpoint::answering("200 OK", "", PRINTED);
    let sandbox = Sandbox::start().unwrap();
    let mut command = for_sandbox("token", &sandbox, Sandbox::CLIENT_SECRET);
    for name in ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"]
    {
        command.env(name, &proxy.url);
    }
    let output = command.output().unwrap();
    assert!(output.status.success(), "{output:?}");
    assert_eq!(proxy.requests().len(), 0);
    assert_eq!(sandbox.requests(), 1);

    // The same variables do count for any other host, or this shows nothing.
    let output = command.env("DIDIT_AUTH_URL", "https://didit.invalid").output().unwrap();
    failed(&output);
    assert!(
        proxy.requests()[0].starts_with("CONNECT didit.invalid:443 "),
        "{:?}",
        proxy.requests()
    );
}

#[test]
fn the_readme_shows_the_example_as_it_is() {
    let example = include_str!("../examples/token.rs").rsplit_once("\n\n").unwrap().1;
    let block = format!("```rust,no_run\n{example}```");
    for readme in [include_str!("../../README.md"), include_str!("../README.md")] {
        assert!(readme.contains(&block), "{block}");
    }
}

#[test]
fn the_readme_shows_the_handler_of_the_web_service_as_it_is() {
    let example = include_str!("../examples/webhook_server.rs");
    let (_, handler) = example.split_once("\nasync fn on_webhook").unwrap();
    let (handler, _) = handler.split_once("\n}\n").unwrap();
    assert!(
        include_str!("../../README.md").contains(&format!("\nasync fn on_webhook{handler}\n}}\n"))
    );
    assert!(handler.lines().count() < 15, "{handler}");
}
