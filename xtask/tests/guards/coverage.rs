//! The table of operations: what is in it, and what happens to its file.

use std::fs;

use xtask::base::workspace::workspace;

use crate::support::{Bench, Run, in_snapshots, shown, xtask};

const README: &str =
    "# A shop\n\n<!-- coverage:begin -->\nold\n<!-- coverage:end -->\n\nThe rest.\n";

/// The fixtures `auth`, `examples` and `library`, and a README.
fn bench(readme: &str) -> Bench {
    let bench = Bench::with(&["auth", "examples", "library"]);
    bench.write("README.md", readme);
    bench
}

fn coverage(bench: &Bench, more: &[&str]) -> Run {
    let arguments = ["coverage", "--openapi", "openapi", "--readme", "README.md"];
    bench.xtask(&[&arguments, more].concat())
}

fn readme(bench: &Bench) -> String {
    bench.read("README.md")
}

#[track_caller]
fn assert_message(name: &str, run: &Run) {
    in_snapshots("messages", || insta::assert_snapshot!(format!("coverage_{name}"), shown(run)));
}

#[test]
fn check_shows_every_row_and_writes_nothing() {
    let bench = bench(README);
    assert_message("stale", &coverage(&bench, &["--check"]));
    assert_eq!(readme(&bench), README);
}

#[test]
fn the_table_is_written_once_and_the_rest_of_the_file_stays() {
    let bench = bench(README);
    assert_message("written", &coverage(&bench, &[]));
    let written = readme(&bench);
    assert!(written.starts_with("# A shop\n\n<!-- coverage:begin -->\n| operation |"), "{written}");
    assert!(written.ends_with(" |\n<!-- coverage:end -->\n\nThe rest.\n"), "{written}");
    let changed =
        |bench: &Bench| fs::metadata(bench.path("README.md")).unwrap().modified().unwrap();
    let time = changed(&bench);
    assert_message("unchanged", &coverage(&bench, &[]));
    assert_eq!((coverage(&bench, &["--check"]).code, changed(&bench)), (0, time));
    let windows = bench.path("README.md");
    fs::write(&windows, README.replace('\n', "\r\n")).unwrap();
    assert_eq!(coverage(&bench, &[]).code, 0);
    assert_eq!(readme(&bench), written.replace('\n', "\r\n"));
}

#[test]
fn a_new_operation_is_one_new_row() {
    let bench = bench(README);
    assert_eq!(coverage(&bench, &[]).code, 0);
    let before = readme(&bench);
    let one_more = "  /v1/books/:
    get:
      operationId: all_books
      summary: All
      description: Of all shelves.
      externalDocs: {url: \"https://library.example/docs\"}
      x-source: *source
      responses:
        \"204\": {description: None.}
        \"4XX\": {description: Refused.}
components:
  securitySchemes:
    reader:";
    bench.edit("openapi/library.yaml", "components:\n  securitySchemes:\n    reader:", one_more);
    assert_eq!(coverage(&bench, &[]).code, 0);
    let after = readme(&bench);
    let (new, old): (Vec<_>, Vec<_>) = after.lines().partition(|line| line.contains("all_books"));
    assert_eq!(old, before.lines().collect::<Vec<_>>());
    assert_eq!(new.len(), 1);
}

#[test]
fn a_place_for_the_table_that_cannot_be_told_is_named_and_left_alone() {
    for (name, text) in [
        ("no_marker", "# A shop\n".to_owned()),
        ("no_end", README.replace("<!-- coverage:end -->\n", "")),
        ("marker_twice", format!("{README}{README}")),
        (
            "markers_exchanged",
            README.replace("begin", "x").replace("end", "begin").replace('x', "end"),
        ),
    ] {
        let bench = bench(&text);
        assert_message(name, &coverage(&bench, &[]));
        assert_eq!(readme(&bench), text);
    }
}

#[test]
fn what_the_file_system_refuses_is_named() {
    let bench = bench(README);
    fs::remove_file(bench.path("README.md")).unwrap();
    assert_message("no_readme", &coverage(&bench, &[]));
    fs::create_dir(bench.path("README.md")).unwrap();
    assert_message("readme_is_a_folder", &coverage(&bench, &[]));
}

#[test]
fn a_read_only_readme_stays_as_it_is() {
    let bench = bench(README);
    let file = bench.path("README.md");
    let writable = fs::metadata(&file).unwrap().permissions();
    let mut read_only = writable.clone();
    read_only.set_readonly(true);
    fs::set_permissions(&file, read_only).unwrap();
    assert_message("read_only", &coverage(&bench, &[]));
    assert_eq!(readme(&bench), README);
    fs::set_permissions(&file, writable).unwrap();
}

#[test]
fn a_faulty_document_is_named_and_nothing_is_written() {
    let bench = bench(README);
    bench.edit("openapi/library.yaml", "operationId: list_books", "operationIdd: list_books");
    let run = coverage(&bench, &[]);
    assert_ne!(run.code, 0);
    assert!(run.stderr.contains("openapi/library.yaml:"), "{}", run.stderr);
    assert_eq!(readme(&bench), README);
}

#[test]
fn the_table_in_readme_is_up_to_date() {
    let run = xtask(workspace(), &["coverage", "--check"]);
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
}
