//! The generated surface of the real documents, as outlines that a reviewer reads.

use std::collections::BTreeMap;

use xtask::base::workspace::workspace;
use xtask::document::read;
use xtask::model::module::Model;
use xtask::model::usage::Usage;
use xtask::pipeline;

use crate::outline;
use crate::support::{in_snapshots, snapshot_names};

/// One outline per operation and per schema of every document in `openapi/`.
fn surface() -> BTreeMap<String, String> {
    let (documents, faults) = read::folder(&workspace().join("openapi")).unwrap();
    assert_eq!(faults, []);
    let model = Model::of(&documents);
    let usage = Usage::of(&model);
    let mut surface = BTreeMap::new();
    for module in &model.modules {
        let code = pipeline::module(&model, module, &usage).unwrap();
        for (name, outline) in outline::outlines(module, &code) {
            surface.insert(format!("{}.{name}", module.name()), outline);
        }
    }
    surface
}

#[test]
fn each_operation_and_each_schema_looks_like_its_outline_and_there_are_no_others() {
    let surface = surface();
    for (name, outline) in &surface {
        in_snapshots("outline", || insta::assert_snapshot!(name.clone(), outline));
    }
    assert_eq!(snapshot_names("outline"), surface.into_keys().collect::<Vec<_>>());
}
