//! What becomes code compiles, though none of it is kept: every kind that lint
//! has nothing against, every awkward name in every slot, and the fixtures that
//! refer to each other. `didit-api/tests/generated_kinds.rs` is the crate.

use std::fmt::Write as _;
use std::path::PathBuf;

use xtask::commands::steps::cargo;
use xtask::document::documents::Documents;
use xtask::document::read::{self, texts_to_documents};
use xtask::lint::rules;
use xtask::model::module::Model;
use xtask::model::usage::Usage;
use xtask::operations::calls;
use xtask::pipeline;
use xtask::types::module::print;

use crate::awkward::awkward;
use crate::kinds::{become_of, kinds};
use crate::support::{fixture_text, tests};

/// All documents that become code, in one run.
fn everything() -> Documents {
    let (fixtures, _) = read::folder(&tests("fixtures")).unwrap();
    let fixtures = fixtures.list.iter().map(|one| one.name.clone());
    let fixtures = fixtures.map(|name| (fixture_text(&name), name));
    let kinds = kinds().into_iter().filter(|(name, text)| become_of(name, text).is_ok());
    let kinds = kinds.map(|(name, text)| (text, name));
    let all = fixtures.chain(kinds).chain([(awkward(), "awkward".to_owned())]);
    let path = |name| PathBuf::from(format!("openapi/{name}.yaml"));
    let (documents, faults) =
        texts_to_documents(all.map(|(text, name)| (path(name), text)).collect());
    assert_eq!(faults, []);
    documents
}

#[test]
fn what_becomes_code_compiles() {
    let documents = everything();
    let model = Model::of(&documents);
    assert_eq!(rules::findings(&model, true), []);
    let usage = Usage::of(&model);
    let (mut modules, mut tables) = (String::new(), String::new());
    for module in &model.modules {
        let name = module.name();
        let code = pipeline::module(&model, module, &usage).unwrap();
        let _ = writeln!(modules, "pub mod {name} {{\n{code}}}");
        let _ = writeln!(tables, "pub mod {name} {{\n{}}}", print(calls::calls(module)));
    }
    let text = format!("{modules}pub mod tables {{\n{tables}}}\n");
    std::fs::write(PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("kinds.rs"), text).unwrap();

    let mut command = cargo();
    command.args(["test", "--workspace", "--test", "generated_kinds", "--no-run"]);
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
