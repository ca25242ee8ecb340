//! The whole output for small documents. `didit-api/tests/generated_fixtures.rs`
//! compiles the very files that lie here as snapshots.

use std::fs;

use xtask::{generate, read};

use crate::support::{fixture_path, fixture_text, in_snapshots, snapshot_names};

const FIXTURES: [&str; 3] = ["library", "status", "vault"];

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
        for gone in ["progenitor_client", "api-version", "api_version", "ClientInfo", "/**", "```"]
        {
            assert!(!code.contains(gone), "{name}: {gone}");
        }
    }
}
