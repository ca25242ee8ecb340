//! The whole output for small documents. `didit-api/tests/generated_fixtures.rs`
//! compiles the very files that lie here as snapshots.

use std::fs;

use xtask::{generate, read};

use crate::support::{fixture_path, fixture_text, in_snapshots, snapshot_names};

const FIXTURES: [&str; 12] = [
    "examples",
    "library",
    "ops_answers",
    "ops_parameters",
    "ops_requests",
    "ops_streams",
    "status",
    "types_answers",
    "types_names",
    "types_odd",
    "types_personal",
    "vault",
];

fn output_of(name: &str) -> String {
    let document = read::document(fixture_path(name), &fixture_text(name)).unwrap();
    generate::module(&document).unwrap().text
}

#[test]
fn parameters_bodies_and_two_schemes_become_this_code() {
    in_snapshots("fixtures", || {
        insta::assert_binary_snapshot!("library.rs", output_of("library").into_bytes());
    });
}

#[test]
fn secrets_durations_and_tolerance_become_this_code() {
    in_snapshots("fixtures", || {
        insta::assert_binary_snapshot!("vault.rs", output_of("vault").into_bytes());
    });
}

#[test]
fn a_public_call_becomes_this_code() {
    in_snapshots("fixtures", || {
        insta::assert_binary_snapshot!("status.rs", output_of("status").into_bytes());
    });
}

/// `didit-api/tests/examples.rs` makes the calls of this one, for which it needs
/// the document as well.
#[test]
fn examples_become_calls_and_docs() {
    in_snapshots("fixtures", || {
        insta::assert_binary_snapshot!("examples.rs", output_of("examples").into_bytes());
    });
    let document = read::document(fixture_path("examples"), &fixture_text("examples")).unwrap();
    let json = format!("{:#}\n", document.value);
    in_snapshots("documents", || {
        insta::assert_binary_snapshot!("examples.json", json.into_bytes());
    });
}

#[test]
fn operations_beyond_the_generator_become_this_code() {
    in_snapshots("fixtures", || {
        for name in FIXTURES.into_iter().filter(|name| name.starts_with("ops_")) {
            insta::assert_binary_snapshot!(&format!("{name}.rs"), output_of(name).into_bytes());
        }
    });
}

#[test]
fn what_answers_hold_becomes_this_code() {
    in_snapshots("fixtures", || {
        let code = output_of("types_answers");
        insta::assert_binary_snapshot!("types_answers.rs", code.into_bytes());
    });
}

#[test]
fn names_of_all_kinds_become_this_code() {
    in_snapshots("fixtures", || {
        let code = output_of("types_names");
        insta::assert_binary_snapshot!("types_names.rs", code.into_bytes());
    });
}

#[test]
fn what_published_documents_hold_becomes_this_code() {
    in_snapshots("fixtures", || {
        insta::assert_binary_snapshot!("types_odd.rs", output_of("types_odd").into_bytes());
    });
}

#[test]
fn personal_data_becomes_this_code() {
    in_snapshots("fixtures", || {
        let code = output_of("types_personal");
        insta::assert_binary_snapshot!("types_personal.rs", code.into_bytes());
    });
}

#[test]
fn every_snapshot_has_its_fixture_and_every_fixture_its_test() {
    let folder = fixture_path("library").ancestors().nth(2).unwrap().to_owned();
    let mut fixtures: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    fixtures.sort();
    assert_eq!(fixtures, FIXTURES);
    assert_eq!(snapshot_names("fixtures"), FIXTURES);
}

#[test]
fn the_same_document_gives_the_same_bytes_each_time() {
    for name in FIXTURES {
        assert_eq!(output_of(name), output_of(name));
    }
}

#[test]
fn nothing_of_the_generators_own_client_crate_is_left() {
    for name in FIXTURES {
        let code = output_of(name);
        for gone in
            ["progenitor_client", "api-version", "api_version", "ClientInfo", "/**", "```ignore"]
        {
            assert!(!code.contains(gone), "{name}: {gone}");
        }
    }
}
