//! The cargo feature of each document, in the manifests of both crates beside
//! the folder of the documents, if there are any.

use std::collections::BTreeSet;
use std::path::Path;

use super::report::{Report, Subject};
use crate::base::finding::{Finding, Rule};
use crate::base::workspace::shown;
use crate::model::schema::named;

const FEATURE: Rule = Rule::dialect(
    "feature",
    "users compile the resources that they use, each behind the feature of its name",
    "",
);

pub(super) fn check(subject: &Subject<'_>, report: &mut Report<'_>) {
    let (name, path) = (subject.module.name(), &subject.module.document.path);
    // Its tokens are what other documents ask for, so it is always there.
    let Some(top) = path.parent().and_then(Path::parent).filter(|_| name != "auth") else { return };
    let needed: BTreeSet<_> = subject
        .nodes
        .iter()
        .filter_map(|node| named(node.reference()?))
        .map(|(document, _)| document.to_owned())
        .filter(|document| document != name && document != "auth")
        .collect();
    let passed = BTreeSet::from([format!("didit-api/{name}")]);
    for (manifest, needed) in [("didit-api", needed), ("didit-auth", passed)] {
        let manifest = top.join(manifest).join("Cargo.toml");
        let Ok(text) = std::fs::read_to_string(&manifest) else { continue };
        let listed = text.parse::<toml::Table>().ok().and_then(|table| {
            let listed = table.get("features")?.get(name)?.as_array()?.clone();
            Some(listed.iter().filter_map(toml::Value::as_str).map(str::to_owned).collect())
        });
        let listed: Option<BTreeSet<String>> = listed;
        if !listed.as_ref().is_some_and(|listed| listed.is_superset(&needed)) {
            let wanted: Vec<_> = listed.unwrap_or_default().union(&needed).cloned().collect();
            let what = format!("its feature is not in {}", shown(&manifest));
            let write = format!("`{name} = {wanted:?}` under [features]");
            report.findings.push(Finding::in_file(path, &FEATURE, what).write(write));
        }
    }
}
