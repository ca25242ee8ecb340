//! `x-waivers`: findings that the author knows about, each with its reason.

use serde_json::Value;

use super::{Level, Report, Rule, Subject};

const WAIVER: Rule = Rule {
    name: "waiver",
    level: Level::Generator,
    why: "a waiver that nobody needs, or that says no reason, is one that nobody remembers",
    write: "`{rule: …, at: …, reason: …}`, which names one finding by its rule and its pointer",
};

/// Takes away the finding that each waiver names.
pub(super) fn apply(subject: &Subject<'_>, report: &mut Report<'_>) {
    let Some(waivers) = subject.root().get("x-waivers") else { return };
    let Some(waivers) = waivers.as_array() else {
        return report.find(&WAIVER, "/x-waivers", "`x-waivers` is no list");
    };
    for (index, waiver) in waivers.iter().enumerate() {
        let here = format!("/x-waivers/{index}");
        let text =
            |key| waiver.get(key).and_then(Value::as_str).filter(|text| !text.trim().is_empty());
        let (Some(rule), Some(at), Some(_)) =
            (text("rule"), waiver.get("at").and_then(Value::as_str), text("reason"))
        else {
            report.find(&WAIVER, &here, "a waiver needs `rule`, `at` and `reason`, as text");
            continue;
        };
        let named =
            |finding: &&crate::error::Finding| finding.rule == rule && finding.pointer == at;
        let found: Vec<_> = report.findings.iter().filter(named).collect();
        match found.first() {
            None => report.find(&WAIVER, &here, format!("there is no finding `{rule}` at `{at}`")),
            Some(found) if !found.waivable => {
                let what = format!("`{rule}` cannot be waived: no right code would come of it");
                report.find(&WAIVER, &here, what);
            }
            Some(_) => report.findings.retain(|finding| !named(&finding)),
        }
    }
}
