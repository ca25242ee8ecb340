//! The steps of CI, and what a person sees of them.

use insta::assert_snapshot;
use xtask::base::workspace::workspace;
use xtask::commands::steps::{STEPS, Step, run};

use crate::support::{in_snapshots, xtask};

#[test]
fn the_list_names_every_step_and_what_it_runs() {
    let run = xtask(workspace(), &["ci", "--list"]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    in_snapshots("messages", || assert_snapshot!("ci_list", run.stdout));
    let some = xtask(workspace(), &["ci", "--list", "tests", "format"]).stdout;
    assert_eq!(some, "format    cargo fmt --all --check\ntests     cargo test --workspace\n");
}

#[test]
fn an_unknown_step_is_wrong_usage() {
    let run = xtask(workspace(), &["ci", "fromat"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("'format'"), "{}", run.stderr);
}

#[test]
fn a_failed_step_shows_its_output_and_its_fix_and_the_next_one_runs() {
    let steps = [
        Step::new("good", &["cargo --version"], "nothing"),
        Step::new("own", &["cargo xtask generate --openapi /missing"], "name another folder"),
        Step::new(
            "other",
            &["cargo --version", "cargo metadata --manifest-path missing/Cargo.toml"],
            "write the manifest",
        ),
        Step::new("last", &["RUSTFLAGS=-Dwarnings cargo --version"], "nothing"),
    ];
    let mut out = Vec::new();
    let failed =
        run(&steps.iter().collect::<Vec<_>>(), env!("CARGO_BIN_EXE_xtask").as_ref(), &mut out)
            .unwrap();
    assert_eq!(failed, ["own", "other"]);
    let text = String::from_utf8(out).unwrap();
    in_snapshots("messages", || assert_snapshot!("ci_failed", text));
}

#[test]
fn the_last_step_is_the_test_command_of_readme() {
    let readme = std::fs::read_to_string(workspace().join("README.md")).unwrap();
    let last = STEPS.last().unwrap();
    assert!(readme.contains(&format!("```sh\n{}\n```", last.lines[0])));
}
