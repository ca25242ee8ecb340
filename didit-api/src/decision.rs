//! Reading sessions and their decisions: what the types do not say by themselves.

use serde_json::Value;

use crate::sessions::types::{
    Decision, DeletedSession, DeletedSessions, Environment, FaceRetentionOutcome, SessionRow,
    Warning,
};

impl Decision {
    /// The warnings of every check, in the order of the fields.
    pub fn warnings(&self) -> impl Iterator<Item = &Warning> {
        fn of<T>(
            checks: &Option<Vec<T>>,
            warnings: fn(&T) -> &Option<Vec<Warning>>,
        ) -> impl Iterator<Item = &Warning> {
            checks.iter().flatten().flat_map(move |check| warnings(check).iter().flatten())
        }
        of(&self.id_verifications, |check| &check.warnings)
            .chain(of(&self.nfc_verifications, |check| &check.warnings))
            .chain(of(&self.liveness_checks, |check| &check.warnings))
            .chain(of(&self.face_matches, |check| &check.warnings))
            .chain(of(&self.phone_verifications, |check| &check.warnings))
            .chain(of(&self.email_verifications, |check| &check.warnings))
            .chain(of(&self.poa_verifications, |check| &check.warnings))
            .chain(of(&self.document_ai_documents, |check| &check.warnings))
            .chain(of(&self.aml_screenings, |check| &check.warnings))
            .chain(of(&self.ip_analyses, |check| &check.warnings))
            .chain(of(&self.database_validations, |check| &check.warnings))
            .chain(of(&self.registry_checks, |check| &check.warnings))
            .chain(of(&self.key_people_checks, |check| &check.warnings))
            .chain(of(&self.document_verifications, |check| &check.warnings))
    }

    /// Whether nobody was verified: the session is of the vendor's sandbox.
    pub fn is_sandbox(&self) -> bool {
        self.environment == Some(Environment::Sandbox)
    }

    /// The names in `features`, in whichever of its forms they came.
    pub fn feature_names(&self) -> impl Iterator<Item = &str> {
        names(self.features.as_deref())
    }
}

impl SessionRow {
    /// The names in `features`, in whichever of its forms they came.
    pub fn feature_names(&self) -> impl Iterator<Item = &str> {
        names(self.features.as_deref())
    }
}

/// A feature is its name, or an object with its name.
fn names(features: Option<&[Value]>) -> impl Iterator<Item = &str> {
    let features = features.unwrap_or_default().iter();
    features.filter_map(|feature| feature.as_str().or_else(|| feature["feature"].as_str()))
}

impl DeletedSessions {
    /// Whether each session that was found is gone. Numbers that belong to no
    /// session are not among the results.
    pub fn all_deleted(&self) -> bool {
        self.results.is_some() && self.failed().next().is_none()
    }

    /// Those that are not known to be gone: `failed_retryable`, which asks for the
    /// same request again, and whatever the vendor says one day that is not
    /// documented yet.
    pub fn failed(&self) -> impl Iterator<Item = &DeletedSession> {
        self.results.iter().flatten().filter(|session| !session.is_deleted())
    }
}

impl DeletedSession {
    /// Whether the session is gone, whatever became of the face data.
    fn is_deleted(&self) -> bool {
        use FaceRetentionOutcome::{Deleted, IneligibleNoVendorUser, None, RetainedWithUser};
        let outcome = self.face_retention_outcome.as_ref();
        outcome.is_some_and(|outcome| {
            matches!(outcome, Deleted | IneligibleNoVendorUser | None | RetainedWithUser)
        })
    }
}
