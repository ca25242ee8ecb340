//! The sandbox as a command: what it prints works in a shell.

use std::io::{BufRead as _, BufReader};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use xtask::base::workspace::workspace;
use xtask::commands::sandbox::out_of_date;
use xtask::document::read;
use xtask::model::module::Model;
use xtask::output::curl::{Access, Webhook, script};

use crate::support::{Bench, in_snapshots, tests, xtask};

const ACCESS: Access<'_> =
    Access { url: "http://127.0.0.1:1", id: "an-id", secret: "a-secret", webhook: None };

fn printed(folder: &Path, access: &Access<'_>) -> String {
    let (documents, _) = read::folder(folder).unwrap();
    script(&Model::of(&documents), access)
}

#[test]
fn each_operation_of_the_fixtures_is_a_line() {
    in_snapshots("curl", || {
        insta::assert_snapshot!("fixtures", printed(&tests("fixtures"), &ACCESS));
    });
}

#[test]
fn each_word_of_a_line_is_quoted_for_the_shell() {
    let access = Access { url: "http://127.0.0.1:1", id: "o'id", secret: "$(s)`e`\"c", ..ACCESS };
    let text = printed(&tests("fixtures"), &access);
    assert!(text.contains(r#"-u 'o'\''id:$(s)`e`"c'"#), "{text}");
}

#[test]
fn a_copy_that_differs_by_content_is_out_of_date() {
    let bench = Bench::generated();
    let bundled = bench.path("out/src/generated");
    let stale = || out_of_date(&read::folder(&bench.path("openapi")).unwrap().0, &bundled);
    assert_eq!(stale(), None);
    // Neither the time of a file nor a comment is content.
    let text = bench.read("openapi/vault.yaml");
    bench.write("openapi/vault.yaml", &format!("# new\n{text}"));
    assert_eq!(stale(), None);
    bench.edit("openapi/vault.yaml", "In seconds.", "In whole seconds.");
    assert!(stale().unwrap().contains("run `cargo xtask generate`"));
    bench.write("openapi/vault.yaml", &text);
    bench.write("out/src/generated/old.json", "{}");
    assert!(stale().unwrap().contains("no document"));
}

#[test]
fn a_port_that_is_taken_or_none_is_said_at_once() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let run = xtask(workspace(), &["sandbox", "--port", &port]);
    assert_eq!((run.code, run.stdout.as_str()), (1, ""));
    assert!(run.stderr.contains(&format!("cannot listen on 127.0.0.1, port {port}: ")));
    assert!(run.stderr.contains("choose another --port"), "{}", run.stderr);
    assert_eq!(xtask(workspace(), &["sandbox", "--port", "65536"]).code, 2);
}

#[test]
fn every_printed_line_works_in_a_shell_and_the_sandbox_ends_with_the_command() {
    let receiver = TcpListener::bind("127.0.0.1:0").unwrap();
    let target = format!("http://{}/webhooks", receiver.local_addr().unwrap());
    let mut child = Command::new(env!("CARGO_BIN_EXE_xtask"))
        .args(["sandbox", "--webhook", &target])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
    let first = lines.next().unwrap();
    let url = first.split(&[' ', ','][..]).find(|word| word.starts_with("http://")).unwrap();
    let (id, secret) = ("sandbox-client-id", "sandbox-client-secret");
    let webhook = Some(Webhook { url: &target, secret: "sandbox-webhook-secret" });
    let text = printed(&workspace().join("openapi"), &Access { url, id, secret, webhook });
    assert!(text.starts_with(&first));
    assert_eq!(lines.by_ref().take(text.lines().count() - 1).count(), text.lines().count() - 1);

    // An answer of refusal ends the script; what is printed knows no `--fail`.
    let folder = tempfile::tempdir().unwrap();
    let shell = Command::new("sh")
        .args(["-e", "-c", &format!("curl() {{ command curl --fail \"$@\"; }}\n{text}")])
        .current_dir(folder.path())
        .output()
        .unwrap();
    // A bare machine has no curl; what was printed has been compared above.
    let curl = Command::new("curl").arg("--version").output().is_ok();
    if curl {
        let webhook = accepted(&receiver);
        let mut lines = BufReader::new(webhook).lines().map(Result::unwrap);
        assert_eq!(lines.next().unwrap(), "POST /webhooks HTTP/1.1");
        assert!(lines.any(|line| line.starts_with("X-Signature: ")));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let stdout = String::from_utf8_lossy(&shell.stdout);
    assert!(!curl || shell.status.success(), "{stdout}{}", String::from_utf8_lossy(&shell.stderr));
    assert!(!curl || stdout.contains("access_token") && stdout.contains("session_id"), "{stdout}");

    let port = url.rsplit(':').next().unwrap();
    let start = Instant::now();
    while TcpListener::bind(format!("127.0.0.1:{port}")).is_err() {
        assert!(start.elapsed() < Duration::from_secs(10), "the sandbox outlived its command");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// A connection, or the end of the test: nobody waits for ever for what was not posted.
fn accepted(listener: &TcpListener) -> TcpStream {
    listener.set_nonblocking(true).unwrap();
    let start = Instant::now();
    loop {
        match listener.accept() {
            Ok((stream, _)) => {
                stream.set_nonblocking(false).unwrap();
                return stream;
            }
            Err(error) => {
                assert!(start.elapsed() < Duration::from_secs(20), "nothing was posted: {error}");
                std::thread::sleep(Duration::from_millis(20));
            }
        }
    }
}
