//! The sandbox as a command: what it prints works in a shell.

use std::io::{BufRead as _, BufReader, Read, Write as _};
use std::iter;
use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
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
    let heads = received_by(receiver);
    let mut child = Command::new(env!("CARGO_BIN_EXE_xtask"))
        .args(["sandbox", "--webhook", &target])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut said = lines_of(child.stderr.take().unwrap());
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
    // What the lines have brought about, if anything, and then what is typed.
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(b"test\n").unwrap();
    let mut count = 0;
    loop {
        count += 1;
        let head = heads.recv_timeout(Duration::from_secs(20)).unwrap();
        assert_eq!(head[0], "POST /webhooks HTTP/1.1");
        assert!(head.iter().any(|line| line.starts_with("X-Signature: ")), "{head:?}");
        if head.iter().any(|line| line == "X-Didit-Test-Webhook: true") {
            break;
        }
    }
    assert!(!curl || count > 1, "only what was typed");
    let mut answers = said.by_ref().filter(|line| line.starts_with("webhook "));
    for _ in 0..count {
        let line = answers.next().unwrap();
        assert!(line.ends_with(", attempt 1: answered 202"), "{line}");
    }
    stdin.write_all(b"tests\n").unwrap();
    let line = said.find(|line| !line.starts_with("webhook "));
    assert_eq!(line.unwrap(), "type test, replay, tampered or stale");
    child.kill().unwrap();
    child.wait().unwrap();
    let stdout = String::from_utf8_lossy(&shell.stdout);
    assert!(!curl || shell.status.success(), "{stdout}{}", String::from_utf8_lossy(&shell.stderr));
    assert!(!curl || stdout.contains("access_token") && stdout.contains("session_id"), "{stdout}");

    let port = url.rsplit(':').next().unwrap();
    let start = Instant::now();
    while TcpListener::bind(format!("127.0.0.1:{port}")).is_err() {
        assert!(start.elapsed() < Duration::from_secs(10), "the sandbox outlived its command");
        thread::sleep(Duration::from_millis(20));
    }
}

/// Answers each request with 202, and gives the lines of its head.
fn received_by(listener: TcpListener) -> Receiver<Vec<String>> {
    let (sender, heads) = mpsc::channel();
    thread::spawn(move || {
        // A stream that is closed before its body is read would take the answer along.
        let mut open = Vec::new();
        for mut stream in listener.incoming().map(Result::unwrap) {
            let lines = BufReader::new(stream.try_clone().unwrap()).lines().map(Result::unwrap);
            let head = lines.take_while(|line| !line.is_empty()).collect();
            stream.write_all(b"HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n").unwrap();
            open.push(stream);
            let Ok(()) = sender.send(head) else { return };
        }
    });
    heads
}

/// What a process says, line by line, as it comes.
fn lines_of(stream: impl Read + Send + 'static) -> impl Iterator<Item = String> {
    let (sender, lines) = mpsc::channel();
    thread::spawn(move || {
        BufReader::new(stream).lines().map_while(Result::ok).try_for_each(|line| sender.send(line))
    });
    // Nobody waits for ever for what is not said.
    iter::from_fn(move || lines.recv_timeout(Duration::from_secs(20)).ok())
}
