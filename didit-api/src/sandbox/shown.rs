//! An answer as its document shows it, about what there is.

use serde_json::{Map, Value};

use super::documents::Operation;
use super::records::{fitting, overlay};
use crate::openapi::schema::check;

/// What the document shows of this operation's answer, as it is for `record`. What its
/// schema does not take stays as it is shown, or away if there is nothing.
pub(super) fn as_shown(operation: &Operation, record: &Map<String, Value>) -> Option<Value> {
    let examples = operation.shown(operation.success());
    let example = fitting(examples.into_iter().map(|(_, example)| example), record)?;
    let mut shown = overlay(example, record);
    let (_, _, schema) = operation.example(operation.success())?;
    while let Err(broken) = check(&operation.root, schema, &shown) {
        let member = broken.at.split('/').nth(1).unwrap_or_default();
        match shown.as_object_mut().and_then(|shown| shown.get_mut(member)) {
            Some(own) if !own.is_null() && *own != example[member] => {
                own.clone_from(&example[member]);
            }
            Some(_) => drop(shown.as_object_mut()?.remove(member)),
            None => break,
        }
    }
    Some(shown)
}
