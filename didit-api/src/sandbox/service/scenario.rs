//! The outcomes that a session of the vendor's sandbox can be given.

use serde_json::{Map, Value, json};

use crate::openapi::refs::{items, members};

/// One of them.
#[derive(Debug)]
pub(crate) struct Scenario {
    slug: &'static str,
    /// What the session comes to.
    pub(crate) status: &'static str,
    /// The decision's member that is the reason; of the others all is well.
    pub(super) check: &'static str,
    /// The code of the warning there.
    risk: &'static str,
}

const fn approve(slug: &'static str) -> Scenario {
    Scenario { slug, status: "Approved", check: "", risk: "" }
}

const fn decline(slug: &'static str, check: &'static str, risk: &'static str) -> Scenario {
    Scenario { slug, status: "Declined", check, risk }
}

const fn review(slug: &'static str, check: &'static str, risk: &'static str) -> Scenario {
    Scenario { slug, status: "In Review", check, risk }
}

/// The vendor's contract names some; all of them are observed in public clients of
/// the vendor's sandbox. The codes are those of its contract that come nearest, but for
/// the IP address's, for which it has none.
const SCENARIOS: [Scenario; 16] = [
    approve("approve"),
    decline("decline_document_expired", "id_verifications", "DOCUMENT_EXPIRED"),
    decline(
        "decline_could_not_recognize_document",
        "id_verifications",
        "COULD_NOT_RECOGNIZE_DOCUMENT",
    ),
    decline("decline_mrz_validation", "id_verifications", "MRZ_VALIDATION_FAILED"),
    decline("decline_minimum_age", "id_verifications", "MINIMUM_AGE_NOT_MET"),
    decline("decline_face_match_low_similarity", "face_matches", "LOW_FACE_MATCH_SIMILARITY"),
    decline("decline_liveness_attack", "liveness_checks", "LIVENESS_FACE_ATTACK"),
    decline("decline_aml_hit", "aml_screenings", "POSSIBLE_MATCH_FOUND"),
    decline("decline_ip_blocklist", "ip_analyses", "IP_IN_BLOCKLIST"),
    decline("decline_poa_address_mismatch", "poa_verifications", "ADDRESS_MISMATCH_WITH_PROVIDED"),
    decline("decline_nfc_chip_not_verified", "nfc_verifications", "DATA_INCONSISTENT"),
    decline("decline_database_no_match", "database_validations", "DATABASE_VALIDATION_NO_MATCH"),
    decline("decline_kyb_registry_mismatch", "registry_checks", "NAME_MISMATCH_WITH_PROVIDED"),
    review("review_aml_possible_match", "aml_screenings", "POSSIBLE_MATCH_FOUND"),
    review("review_face_match_borderline", "face_matches", "LOW_FACE_MATCH_SIMILARITY"),
    review("review_poa_partial_match", "poa_verifications", "ADDRESS_MISMATCH_WITH_PROVIDED"),
];

impl Scenario {
    pub(crate) fn named(slug: &str) -> Option<&'static Self> {
        SCENARIOS.iter().find(|one| one.slug == slug)
    }

    /// The names of all.
    pub(crate) fn all() -> impl Iterator<Item = &'static str> {
        SCENARIOS.iter().map(|one| one.slug)
    }

    /// The results in `decision`, an example, as they are in this scenario.
    pub(super) fn found(&self, mut decision: Value) -> Map<String, Value> {
        let all = members(&decision).flat_map(|(_, member)| items(member));
        let all: Vec<_> = all.flat_map(|check| items(&check["warnings"])).cloned().collect();
        let mut found = Map::new();
        for (name, member) in decision.as_object_mut().into_iter().flatten() {
            let mut checks = checks(member);
            if checks.is_empty() {
                continue;
            }
            for check in &mut checks {
                check["status"] = "Approved".into();
                if check["warnings"].is_array() {
                    check["warnings"] = json!([]);
                }
            }
            if name == self.check {
                let check = &mut checks[0];
                check["status"] = self.status.into();
                check["warnings"] = json!([self.warning(&all, &check["node_id"])]);
            }
            found.insert(name.clone(), member.take());
        }
        found
    }

    /// The example of this warning, or another that says no more than the scenario.
    fn warning(&self, examples: &[Value], node: &Value) -> Value {
        let own = examples.iter().find(|one| one["risk"] == self.risk);
        let mut warning = own.or(examples.first()).cloned().unwrap_or_default();
        if own.is_none() {
            warning["risk"] = self.risk.into();
            warning["log_type"] = "warning".into();
            warning["short_description"] = self.slug.into();
            warning["long_description"] = "What this scenario is about.".into();
        }
        warning["node_id"] = node.clone();
        warning
    }
}

/// The results in a member of a decision: one, or a list of them.
pub(super) fn checks(member: &mut Value) -> Vec<&mut Value> {
    let all = match member {
        Value::Array(all) => all.iter_mut().collect(),
        one => vec![one],
    };
    all.into_iter().filter(|one| one["status"].is_string()).collect()
}
