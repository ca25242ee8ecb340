//! The cargo feature of each document, in the manifests of both crates.

use crate::support::{Bench, Run, in_snapshots};

const API: &str = "[features]\ndefault = []\n";

/// A workspace with the documents `auth`, `library`, and `shapes` that refers to it.
fn workspace(api: &str, auth: &str) -> Bench {
    let bench = Bench::with(&["auth", "library", "shapes"]);
    bench.write("didit-api/Cargo.toml", api);
    bench.write("didit-auth/Cargo.toml", auth);
    bench
}

fn lint(bench: &Bench) -> Run {
    bench.xtask(&["lint", "--draft", "--openapi", "openapi"])
}

#[test]
fn a_missing_feature_is_a_finding_with_the_line_to_write() {
    let run = lint(&workspace(API, API));
    assert_eq!(run.code, 4);
    in_snapshots("outputs", || insta::assert_snapshot!("feature_findings", run.stdout));
}

#[test]
fn a_document_that_refers_to_another_needs_its_feature_and_both_are_passed_on() {
    let api = "[features]\nlibrary = []\nshapes = [\"library\"]\n";
    let auth = "[features]\nlibrary = [\"didit-api/library\"]\nshapes = [\"didit-api/shapes\"]\n";
    let run = lint(&workspace(api, auth));
    assert_eq!(run.code, 0, "{}", run.stdout);
    let run = lint(&workspace(&api.replace("\"library\"", ""), auth));
    assert_eq!(run.stdout.matches("[feature]").count(), 1, "{}", run.stdout);
    assert!(run.stdout.contains(r#"`shapes = ["library"]` under [features]"#), "{}", run.stdout);
}

#[test]
fn what_a_feature_has_besides_is_kept_in_the_advice() {
    let api = "[features]\nlibrary = []\nshapes = [\"dep:base64\"]\n";
    let run = lint(&workspace(api, API));
    assert!(run.stdout.contains(r#"`shapes = ["dep:base64", "library"]`"#), "{}", run.stdout);
}

#[test]
fn without_a_manifest_beside_the_folder_nothing_is_asked() {
    assert_eq!(lint(&Bench::with(&["auth", "library"])).code, 0);
}
