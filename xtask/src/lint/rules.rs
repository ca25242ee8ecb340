//! All rules, asked of all documents in one run.

use super::report::{Report, Subject};
use super::{
    bodies, examples, features, keys, marks, parameters, paths, prose, refs, schemas, security,
    waivers,
};
use crate::base::finding::Finding;
use crate::model::module::Model;

type Check = fn(&Subject<'_>, &mut Report<'_>);

const CHECKS: &[Check] = &[
    keys::check,
    refs::check,
    paths::check,
    parameters::check,
    bodies::check,
    security::check,
    schemas::check,
    marks::check,
    examples::check,
    prose::check,
    features::check,
    waivers::check,
];

/// Everything that is wrong with the documents, in the order of their lines;
/// of a draft, without what is about prose, sources and examples.
pub fn findings(model: &Model<'_>, draft: bool) -> Vec<Finding> {
    let mut findings = Vec::new();
    for module in &model.modules {
        let subject = Subject::new(model, module);
        let mut report = Report { model, findings: Vec::new() };
        CHECKS.iter().for_each(|check| check(&subject, &mut report));
        findings.extend(report.findings);
    }
    findings.retain(|finding| !(draft && finding.prose));
    findings.sort();
    findings.dedup();
    findings
}
