//! The whole output for small documents. `didit-api`'s tests compile the very
//! files that lie here as snapshots.

use xtask::document::documents::Documents;
use xtask::document::read;
use xtask::lint::rules;
use xtask::model::module::Model;
use xtask::model::usage::Usage;
use xtask::operations::calls;
use xtask::output::file;
use xtask::pipeline;
use xtask::types::module::print;

use crate::support::{in_snapshots, names, snapshot_names, tests};

/// All but `auth`, which is there for the others.
const FIXTURES: [&str; 6] = ["examples", "library", "people", "shapes", "upload", "vault"];

fn documents() -> Documents {
    let (documents, faults) = read::folder(&tests("fixtures")).unwrap();
    assert_eq!(faults, []);
    documents
}

fn code(documents: &Documents, name: &str) -> String {
    let model = Model::of(documents);
    let module = model.modules.iter().find(|module| module.name() == name).unwrap();
    pipeline::module(&model, module, &Usage::of(&model)).unwrap()
}

fn assert_code(name: &str) {
    let code = code(&documents(), name);
    in_snapshots("fixtures", || {
        insta::assert_binary_snapshot!(&format!("{name}.rs"), code.into_bytes());
    });
}

#[test]
fn parameters_bodies_answers_and_schemes_become_this_code() {
    assert_code("library");
}

#[test]
fn secrets_durations_and_tolerance_become_this_code() {
    assert_code("vault");
}

#[test]
fn personal_data_becomes_this_code() {
    assert_code("people");
}

#[test]
fn shapes_of_all_kinds_become_this_code() {
    assert_code("shapes");
}

/// `didit-api/tests/examples.rs` makes the calls of this one, for which it needs
/// them, and the document as well.
fn assert_calls_and_document(name: &str) {
    let documents = documents();
    let model = Model::of(&documents);
    let module = model.modules.iter().find(|module| module.name() == name).unwrap();
    let calls = file::calls(module, &print(calls::calls(module)));
    let json = file::json(&module.document.value);
    in_snapshots("calls", || {
        insta::assert_binary_snapshot!(&format!("{name}.rs"), calls.into_bytes());
    });
    in_snapshots("documents", || {
        insta::assert_binary_snapshot!(&format!("{name}.json"), json.into_bytes());
    });
}

#[test]
fn examples_become_docs_calls_and_a_document_for_the_sandbox() {
    assert_code("examples");
    assert_calls_and_document("examples");
}

#[test]
fn a_form_with_files_becomes_this_code_and_these_calls() {
    assert_code("upload");
    assert_calls_and_document("upload");
}

#[test]
fn every_snapshot_has_its_fixture_and_every_fixture_its_test() {
    let mut fixtures = names(&tests("fixtures"), ".yaml");
    fixtures.retain(|name| name != "auth");
    assert_eq!(fixtures, FIXTURES);
    assert_eq!(snapshot_names("fixtures"), FIXTURES);
}

#[test]
fn the_fixtures_keep_to_the_dialect_and_only_two_of_them_are_drafts() {
    let documents = documents();
    let model = Model::of(&documents);
    assert_eq!(rules::findings(&model, true), []);
    for finding in rules::findings(&model, false) {
        let draft = ["people.yaml", "shapes.yaml"].iter().any(|name| finding.path.ends_with(name));
        assert!(draft, "{finding}");
    }
}

#[test]
fn the_same_documents_give_the_same_bytes_each_time() {
    for name in FIXTURES {
        assert_eq!(code(&documents(), name), code(&documents(), name));
    }
}

#[test]
fn nothing_of_the_generators_own_client_crate_is_left() {
    for name in FIXTURES {
        let code = code(&documents(), name);
        let of_progenitor =
            ["progenitor", "api-version", "api_version", "ClientInfo", "ConversionError"];
        for gone in of_progenitor.iter().chain(&["/**", "```ignore"]) {
            assert!(!code.contains(gone), "{name}: {gone}");
        }
    }
}
