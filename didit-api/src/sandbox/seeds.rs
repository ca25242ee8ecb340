//! What the sandbox starts with: what the documents' examples speak of.

use serde_json::{Value, json};

use super::documents::Operation;
use super::records::{Record, Records, fitting};
use super::resources::{Resource, about, parameter, rows};

/// So much that each call of the examples finds what it names.
pub(super) fn seeds<'o>(operations: &'o [Operation], resources: &'static [Resource]) -> Records {
    let mut records = Records::default();
    let mut add = |resource: &Resource, owner: &str, key: &str, value: &Value| {
        let known =
            records.all.iter_mut().find(|one| one.resource == resource.name && one.key == key);
        match known {
            Some(record) => record.complete(value),
            None => records.all.push(Record {
                resource: resource.name,
                owner: owner.to_owned(),
                key: key.to_owned(),
                value: value.as_object().cloned().unwrap_or_default(),
            }),
        }
    };
    let bundled = || {
        let about = |one: &'o Operation| Some((one, about(resources, one)?));
        operations.iter().filter_map(about)
    };
    // What tells most of a record comes first.
    for pass in 0..3 {
        for (operation, (resource, start)) in bundled() {
            let (before, after) = operation.path.split_at(start);
            let owner =
                parameter(before).map(|name| operation.example_of(name)).unwrap_or_default();
            let own = parameter(after).map(|name| operation.example_of(name));
            // What creates one makes it when it is called.
            let shown = Some(operation.success()).filter(|status| *status != 201);
            for (_, example) in shown.into_iter().flat_map(|status| operation.shown(status)) {
                let list = rows(example);
                let is_now = match (&operation.method[..], list, &own) {
                    ("GET", None, Some(_)) => pass == 0,
                    ("GET", ..) => pass == 1,
                    _ => pass == 2,
                };
                let found = list.into_iter().flatten().chain(list.is_none().then_some(example));
                for value in found.filter(|_| is_now) {
                    if let Some(key) = value[resource.key].as_str() {
                        add(resource, &owner, key, value);
                    }
                }
            }
            let above = resources.iter().find(|one| Some(one.name) == resource.owner);
            if let Some(above) = above.filter(|_| pass == 2) {
                add(above, "", &owner, &json!({ above.key: owner }));
            }
            if let Some(key) = own.filter(|key| pass == 2 && !key.is_empty()) {
                add(resource, &owner, &key, &json!({ resource.key: key }));
            }
        }
    }
    complete(&mut records, bundled().map(|(operation, (resource, _))| (operation, resource)));
    // The newest is shown first, and the documents do so.
    records.all.reverse();
    records
}

/// Gives each record what the example of reading it says beyond what is known.
fn complete<'a>(
    records: &mut Records,
    operations: impl Iterator<Item = (&'a Operation, &'static Resource)> + Clone,
) {
    for record in &mut records.all {
        let reads = operations.clone().filter(|(operation, resource)| {
            resource.name == record.resource && operation.method == "GET"
        });
        let examples = reads.flat_map(|(operation, _)| operation.shown(operation.success()));
        let examples = examples.map(|(_, example)| example).filter(|one| rows(one).is_none());
        if let Some(example) = fitting(examples, &record.value) {
            record.complete(&example.clone());
        }
    }
}
