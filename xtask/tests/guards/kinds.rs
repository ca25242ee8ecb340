//! Each kind of oddity that a document may have: what a person is told, or the
//! outline of the code that it becomes. All as drafts: none of them has prose.
//!
//! A new kind is a new file in `tests/kinds/`. `compiled` compiles those that
//! become code.

use std::collections::BTreeMap;
use std::fs;

use xtask::base::finding::Finding;
use xtask::lint::rules;
use xtask::model::module::Model;
use xtask::model::usage::Usage;
use xtask::pipeline;

use crate::outline;
use crate::support::{documents, in_snapshots, names, snapshot_names, tests};

/// Name to text.
pub(crate) fn kinds() -> BTreeMap<String, String> {
    let folder = tests("kinds");
    let names = names(&folder, ".yaml").into_iter();
    names
        .map(|name| {
            let text = fs::read_to_string(folder.join(format!("{name}.yaml"))).unwrap();
            (name, text)
        })
        .collect()
}

/// What the document becomes: code and its outline, or findings.
pub(crate) fn become_of(name: &str, text: &str) -> Result<(String, String), Vec<Finding>> {
    let (documents, mut found) = documents(&[(name, text)]);
    let model = Model::of(&documents);
    found.extend(rules::findings(&model, true));
    if !found.is_empty() {
        return Err(found);
    }
    let module = model.modules.iter().find(|module| module.name() == name).unwrap();
    let code = pipeline::module(&model, module, &Usage::of(&model))?;
    let outlines = outline::outlines(module, &code).into_iter().map(|(_, outline)| outline);
    let outline = outlines.collect::<Vec<_>>().join("\n");
    Ok((code, outline))
}

fn told(name: &str, text: &str) -> String {
    match become_of(name, text) {
        Ok((_, outline)) => format!("becomes code\n\n{outline}"),
        Err(found) => found.iter().map(Finding::to_string).collect::<Vec<_>>().join("\n"),
    }
}

#[test]
fn each_kind_is_told_where_and_why_or_becomes_code() {
    for (name, text) in kinds() {
        let told = told(&name, &text);
        assert!(!told.contains("[generator]"), "{name}: lint has no rule for it\n{told}");
        in_snapshots("kinds", || insta::assert_snapshot!(name, told));
    }
    assert_eq!(snapshot_names("kinds"), kinds().into_keys().collect::<Vec<_>>());
}

#[test]
fn each_finding_of_a_kind_has_a_place_and_says_why_and_what_to_write() {
    for (name, text) in kinds() {
        for found in become_of(&name, &text).err().unwrap_or_default() {
            assert!(found.line > 0 && !found.message.is_empty(), "{name}: {found}");
            assert!(!found.why.is_empty(), "{name}: {found}");
            assert!(!found.write.is_empty() || found.rule == "syntax", "{name}: {found}");
        }
    }
}
