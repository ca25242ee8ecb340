//! Every text that a person gets to read.

use std::fs;

use insta::assert_snapshot;

use crate::support::{Bench, Run, in_snapshots, shown, xtask};

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
    assert_message("help", &xtask(&bench.path(""), &["--help"]));
    assert_message("help_lint", &xtask(&bench.path(""), &["lint", "--help"]));
    assert_message("help_generate", &xtask(&bench.path(""), &["generate", "--help"]));
    assert_message("no_command", &xtask(&bench.path(""), &[]));
    assert_message("wrong_option", &xtask(&bench.path(""), &["generate", "--chekc"]));
}

#[test]
fn success_says_what_was_written_and_how_long_it_took() {
    let bench = Bench::vault();
    assert_message("written", &bench.generate(&[]));
    assert_message("unchanged", &bench.generate(&[]));
    assert_message("up_to_date", &bench.generate(&["--check"]));
    bench.write("out/old.rs", "");
    fs::write(bench.path("out/mod.rs"), "").unwrap();
    assert_message("removed", &bench.generate(&[]));
}

#[test]
fn stale_files_are_shown_line_by_line() {
    let bench = Bench::generated();
    bench.edit("out/vault.rs", "pub fn open_vault", "pub fn open_sesame");
    assert_message("stale", &bench.generate(&["--check"]));
    bench.write("out/old.rs", "// one\n// two\n");
    fs::remove_file(bench.path("out/mod.rs")).unwrap();
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
}

#[test]
fn each_check_says_where_and_what_to_write_instead() {
    assert_fault(
        "checks",
        r#"openapi: 3.0.3
info: {title: A shop, version: "1"}
servers:
  - url: /relative
paths:
  carts:
    get: {operationId: carts, responses: {}, externalDocs: {url: "https://a"}, security: []}
  /orders:
    get: {operationId: getOrders, responses: {}, security: [{undeclared: []}]}
    put: {operationId: type, responses: {}, externalDocs: {url: "https://a"}, security: [{basic: [], key: []}]}
    post: {responses: {}, externalDocs: {url: "https://a"}, security: [{}]}
    patch: {operationId: orders, responses: {}, externalDocs: {url: "https://a"}}
    delete: {operationId: orders, responses: {}, externalDocs: {url: "https://a"}, security: [{query: []}, {oauth: []}]}
  /items:
    get:
      operationId: items
      externalDocs: {url: "https://a"}
      security: [{basic: []}, {key: []}]
      parameters:
        - {name: ids, in: query, schema: {type: array, items: {type: string}}}
      responses: {}
  /elsewhere:
    $ref: "other.yaml#/paths/elsewhere"
components:
  securitySchemes:
    basic: {type: http, scheme: Basic}
    key: {type: apiKey, in: header, name: x-api-key}
    query: {type: apiKey, in: query, name: key}
    oauth: {type: oauth2, flows: {}}
  schemas:
    HTTPError: {type: object}
"#,
    );
    assert_edit("no_server", "servers:\n  - url: https://vault.example/v1/\n", "");
    assert_edit(
        "two_servers",
        "  - url: https://vault.example/v1/\n",
        "  - url: https://a.example\n  - url: https://b.example\n",
    );
}

#[test]
fn what_the_generator_cannot_take_is_named_with_its_place() {
    assert_edit("panic_in_a_schema", "type: string\n          nullable: true", "type: strin");
    assert_edit("refused_body", "application/x-www-form-urlencoded", "multipart/form-data");
}

#[test]
fn a_lowering_that_changes_nothing_is_named_with_its_place() {
    assert_edit(
        "unused_tolerance",
        "required: [key, reason]",
        "required: [key, reason, open_for, second_key]",
    );
    assert_edit(
        "tolerance_of_a_property",
        "          description: In seconds.",
        "          x-tolerant: true",
    );
    assert_edit("tolerance_that_is_not_true", "x-tolerant: true", "x-tolerant: yes");
}

#[test]
fn what_the_file_system_refuses_is_named() {
    let bench = Bench::empty();
    assert_message("no_documents", &bench.generate(&[]));
    bench.write("a_file", "");
    let run =
        |openapi, out| xtask(&bench.path(""), &["generate", "--openapi", openapi, "--out", out]);
    assert_message("missing_folder", &run("nowhere", "out"));
    bench.write("openapi/latin.yaml", "");
    fs::write(bench.path("openapi/latin.yaml"), b"openapi: \xe9\n").unwrap();
    assert_message("unreadable_file", &run("openapi", "out"));

    let bench = Bench::vault();
    bench.write("a_file", "");
    let run = |out| xtask(&bench.path(""), &["generate", "--openapi", "openapi", "--out", out]);
    assert_message("out_is_a_file", &run("a_file"));
    assert_message("out_cannot_be_created", &run("a_file/out"));
}

#[cfg(unix)]
#[test]
fn a_read_only_target_is_named_and_left_as_it_was() {
    use std::os::unix::fs::PermissionsExt as _;
    let bench = Bench::generated();
    bench.edit("openapi/vault.yaml", "In seconds.", "In whole seconds.");
    let before = bench.output();
    fs::set_permissions(bench.path("out"), fs::Permissions::from_mode(0o555)).unwrap();
    // The superuser may write anywhere, so there is nothing to see then.
    let enforced = fs::write(bench.path("out/probe"), "").is_err();
    if enforced {
        assert_message("read_only_target", &bench.generate(&[]));
        assert_eq!(bench.output(), before);
    }
    fs::set_permissions(bench.path("out"), fs::Permissions::from_mode(0o755)).unwrap();
}

#[test]
fn a_folder_that_is_not_ours_is_refused() {
    let bench = Bench::vault();
    bench.write("out/letter.txt", "dear diary");
    assert_message("foreign_folder", &bench.generate(&[]));
    let bench = Bench::generated();
    bench.write("out/mine/notes.txt", "keep");
    assert_message("folder_in_the_output", &bench.generate(&[]));
}

#[test]
fn names_of_documents_must_be_names_of_modules() {
    let bench = Bench::vault();
    bench.write("openapi/My-Spec.yaml", "openapi: 3.0.3\n");
    bench
        .write("openapi/vault.yml", &fs::read_to_string(bench.path("openapi/vault.yaml")).unwrap());
    assert_message("names_of_documents", &bench.generate(&[]));
}
