//! `x-waivers`: findings that the author knows about, each with its reason.

use super::report::{Report, Subject};
use crate::base::finding::{Finding, Rule};
use crate::openapi::refs::items;

const WAIVER: Rule = Rule::dialect(
    "waiver",
    "a waiver that nobody needs, or that says no reason, is one that nobody remembers",
    "`{rule: …, at: …, reason: …}`, which names one finding by its rule and its pointer",
);

/// Takes away the finding that each waiver names.
pub(super) fn check(subject: &Subject<'_>, report: &mut Report<'_>) {
    let waivers = &subject.module.value["x-waivers"];
    let at = format!("/{}/x-waivers", subject.module.name());
    if !waivers.is_null() && !waivers.is_array() {
        report.find(&WAIVER, &at, "`x-waivers` is no list");
    }
    for (index, waiver) in items(waivers).enumerate() {
        let here = format!("{at}/{index}");
        let text = |key| waiver[key].as_str().filter(|text: &&str| !text.trim().is_empty());
        let (Some(rule), Some(place), Some(_)) =
            (text("rule"), waiver["at"].as_str(), text("reason"))
        else {
            report.find(&WAIVER, &here, "a waiver needs `rule`, `at` and `reason`, as text");
            continue;
        };
        let named = |finding: &Finding| finding.rule == rule && finding.pointer == place;
        match report.findings.iter().find(|finding| named(finding)) {
            None => {
                report.find(&WAIVER, &here, format!("there is no finding `{rule}` at `{place}`"))
            }
            Some(found) if !found.waivable => {
                let what = format!("`{rule}` cannot be waived: no right code would come of it");
                report.find(&WAIVER, &here, what);
            }
            Some(_) => report.findings.retain(|finding| !named(finding)),
        }
    }
}
