//! Every text that a person gets to read.

use std::fs;

use insta::assert_snapshot;

use crate::support::{Bench, Run, in_snapshots, shown};

#[track_caller]
fn assert_message(name: &str, run: &Run) {
    in_snapshots("messages", || assert_snapshot!(name, shown(run)));
}

/// The message for a document that is `text`.
#[track_caller]
fn assert_fault(name: &str, text: &str) {
    let bench = Bench::empty();
    bench.write("openapi/shop.yaml", text);
    assert_message(name, &bench.generate(&[]));
}

/// The message for the fixture after an edit.
#[track_caller]
fn assert_edit(name: &str, from: &str, to: &str) {
    let bench = Bench::vault();
    bench.edit("openapi/vault.yaml", from, to);
    assert_message(name, &bench.generate(&[]));
}

#[test]
fn help_names_the_commands_their_options_and_the_exit_codes() {
    let bench = Bench::empty();
    assert_message("help", &bench.xtask(&["--help"]));
    for command in ["lint", "generate", "coverage", "sandbox", "ci"] {
        assert_message(&format!("help_{command}"), &bench.xtask(&[command, "--help"]));
    }
    assert_message("no_command", &bench.xtask(&[]));
    assert_message("wrong_option", &bench.xtask(&["generate", "--chekc"]));
}

#[test]
fn success_says_what_was_written_and_how_long_it_took() {
    let bench = Bench::vault();
    assert_message("written", &bench.generate(&[]));
    assert_message("unchanged", &bench.generate(&[]));
    assert_message("up_to_date", &bench.generate(&["--check"]));
    assert_message("lint_clean", &bench.xtask(&["lint", "--openapi", "openapi"]));
    bench.write("out/src/generated/old.rs", "");
    fs::write(bench.path("out/src/generated/mod.rs"), "").unwrap();
    assert_message("removed", &bench.generate(&[]));
}

#[test]
fn a_draft_is_said_to_be_one() {
    let bench = Bench::vault();
    bench.edit("openapi/vault.yaml", "description: For two people.", "");
    let lint = |more: &[&str]| bench.xtask(&[&["lint", "--openapi", "openapi"], more].concat());
    assert_message("lint_no_draft", &lint(&[]));
    assert_message("lint_draft", &lint(&["--draft"]));
    assert_message("generate_draft", &bench.generate(&["--draft"]));
    bench.edit("openapi/vault.yaml", "operationId: open_vault", "operationId: openVault");
    assert_message("lint_draft_with_a_finding", &lint(&["--draft"]));
    assert_message("generate_draft_with_a_finding", &bench.generate(&["--draft"]));
}

#[test]
fn stale_files_are_shown_line_by_line() {
    let bench = Bench::generated();
    bench.edit("out/src/generated/vault.rs", "pub fn open_vault", "pub fn open_sesame");
    assert_message("stale", &bench.generate(&["--check"]));
    bench.write("out/tests/generated/old.rs", "// one\n// two\n");
    fs::remove_file(bench.path("out/src/generated/mod.rs")).unwrap();
    assert_message("stale_missing_and_orphan", &bench.generate(&["--check"]));
}

#[test]
fn syntax_errors_name_file_line_and_column() {
    assert_fault("syntax", "openapi: 3.0.3\ninfo: [1, 2\npaths: {}\n");
    assert_fault("tab", "openapi: 3.0.3\ninfo:\n\ttitle: x\n");
    assert_fault("duplicate_key", "openapi: 3.0.3\ninfo: {}\ninfo: {}\n");
    assert_fault("duplicate_status", "openapi: 3.0.3\nx-a:\n  200: a\n  \"200\": b\n");
    assert_fault("merge_key", "x-a: &a {b: 1}\nx-c:\n  <<: *a\n");
    assert_fault("yaml_tag", "openapi: !version 3.0.3\n");
    assert_fault("complex_key", "openapi: 3.0.3\n? [a, b]\n: c\n");
    assert_fault("number_beyond_json", "openapi: 3.0.3\nx-a: .inf\n");
    assert_fault("two_documents", "openapi: 3.0.3\n---\nopenapi: 3.0.3\n");
    assert_fault("empty_file", "");
}

#[test]
fn shape_errors_name_file_line_and_column() {
    assert_fault("no_openapi", "swagger: \"2.0\"\n");
    assert_fault("openapi_3_1", "openapi: 3.1.0\ninfo: {title: x, version: \"1\"}\npaths: {}\n");
    assert_fault("no_paths", "openapi: 3.0.3\ninfo: {title: x, version: \"1\"}\n");
    assert_edit("version_not_text", "version: \"1\"", "version: 1.0");
    assert_edit("response_without_description", "description: Open.", "summary: Open.");
    assert_edit(
        "bound_not_a_number",
        "format: seconds",
        "format: seconds\n          minimum: soon",
    );
    assert_edit("required_not_a_list", "required: [combination]", "required: combination");
    assert_edit("example_that_breaks_its_schema", "reason: null, open_for: 60", "open_for: soon");
}

#[test]
fn a_lowering_that_changes_nothing_is_named_with_its_place() {
    let all = "required: [key, reason, open_for, second_key]";
    assert_edit("unused_tolerance", "required: [key, reason]", all);
    let property = "          description: In seconds.";
    assert_edit("tolerance_of_a_property", property, "          x-tolerant: true");
    assert_edit("tolerance_that_is_not_true", "x-tolerant: true", "x-tolerant: yes");
}

#[test]
fn what_the_file_system_refuses_is_named() {
    let bench = Bench::empty();
    assert_message("no_documents", &bench.generate(&[]));
    bench.write("a_file", "");
    let run = |openapi, out| bench.xtask(&["generate", "--openapi", openapi, "--out", out]);
    assert_message("missing_folder", &run("nowhere", "out"));
    assert_message("openapi_is_a_file", &run("a_file", "out"));
    fs::write(bench.path("openapi/latin.yaml"), b"openapi: \xe9\n").unwrap();
    assert_message("unreadable_file", &run("openapi", "out"));

    let bench = Bench::vault();
    bench.write("a_file", "");
    let run = |out| bench.xtask(&["generate", "--openapi", "openapi", "--out", out]);
    assert_message("out_is_a_file", &run("a_file"));
    assert_message("out_cannot_be_created", &run("a_file/out"));
}

#[test]
fn a_folder_that_is_not_ours_is_refused() {
    let bench = Bench::vault();
    bench.write("out/src/generated/letter.txt", "dear diary");
    assert_message("foreign_folder", &bench.generate(&[]));
    let bench = Bench::generated();
    bench.write("out/tests/generated/mine/notes.txt", "keep");
    assert_message("folder_in_the_output", &bench.generate(&[]));
}

#[test]
fn names_of_documents_must_be_names_of_modules() {
    let bench = Bench::vault();
    for name in ["My-Spec", "é", "2fa", "type", "runtime"] {
        bench.write(&format!("openapi/{name}.yaml"), "openapi: 3.0.3\n");
    }
    assert_message("names_of_documents", &bench.generate(&[]));
}

#[test]
fn every_message_is_one_that_is_still_given() {
    let tests = [
        include_str!("messages.rs"),
        include_str!("coverage.rs"),
        include_str!("import.rs"),
        include_str!("ci.rs"),
    ];
    for name in crate::support::snapshot_names("messages") {
        let short = ["coverage_", "help_", "import_"].iter().find_map(|it| name.strip_prefix(it));
        let short = short.unwrap_or(&name);
        let named = tests.iter().any(|text| text.contains(&format!("\"{short}\"")));
        assert!(named || tests.iter().any(|text| text.contains(&format!("\"{name}\""))), "{name}");
    }
}
