//! What must hold before the later steps run.

use crate::contract::Contract;
use crate::document::Document;
use crate::error::Finding;
use crate::lint;

/// The document's promises.
///
/// # Errors
///
/// Every finding of [`lint`] that keeps code from being generated.
pub fn check(document: &Document) -> Result<Contract, Vec<Finding>> {
    let mut findings = lint::lint(document);
    findings.retain(|finding| finding.stops);
    if findings.is_empty() { Ok(Contract::of(document)) } else { Err(findings) }
}
