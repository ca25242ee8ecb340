//! What any service does with what it keeps: lists, shows, adds, changes and
//! removes it, as the documents' paths and examples say.

use serde_json::{Map, Value};

use super::documents::Operation;
use super::records::{Record, Records, fitting, overlay};
use super::refusal::Refusal;
use super::request::Checked;
use super::shown::as_shown;
use crate::openapi::refs::{items, members};

/// A kind of thing that has a key.
pub(super) struct Resource {
    pub(super) name: &'static str,
    /// The member that names one.
    pub(super) key: &'static str,
    /// What the paths that are about it begin with. The parameter after that is the
    /// key of one, and a parameter in it the key of what it belongs to.
    pub(super) paths: &'static [&'static str],
    /// The name of what it belongs to.
    pub(super) owner: Option<&'static str>,
}

impl Resource {
    pub(super) const fn new(
        name: &'static str,
        key: &'static str,
        paths: &'static [&'static str],
    ) -> Self {
        Self { name, key, paths, owner: None }
    }

    /// One that belongs to another.
    pub(super) const fn of(mut self, owner: &'static str) -> Self {
        self.owner = Some(owner);
        self
    }
}

/// A checked request of an operation that is about a resource.
pub(super) struct Call<'a> {
    pub(super) operation: &'a Operation,
    pub(super) resource: &'static Resource,
    /// Where the resource's own parameters begin in the operation's path.
    pub(super) start: usize,
    pub(super) checked: &'a Checked,
    /// The URL without a query.
    pub(super) url: &'a str,
    /// The token of a session that came with it.
    pub(super) token: &'a str,
    pub(super) api_key: &'a str,
}

/// The resource that an operation of the bundled documents is about, and where its
/// own parameters begin in the path.
pub(super) fn about(
    resources: &'static [Resource],
    operation: &Operation,
) -> Option<(&'static Resource, usize)> {
    let of = |resource: &'static Resource| {
        let begins = resource.paths.iter().filter(|start| operation.path.starts_with(**start));
        begins.map(move |start| (resource, start.len()))
    };
    let all = resources.iter().filter(|_| operation.is_bundled).flat_map(of);
    all.max_by_key(|(_, length)| *length)
}

pub(super) fn parameter(path: &str) -> Option<&str> {
    Some(path.split_once('{')?.1.split_once('}')?.0)
}

/// The rows of a list, if an example is one.
pub(super) fn rows(example: &Value) -> Option<&Vec<Value>> {
    example.as_array().or_else(|| example["results"].as_array())
}

impl Call<'_> {
    /// The key of the one that it is about; empty for all of them.
    pub(super) fn key(&self) -> &str {
        self.first_in(&self.operation.path[self.start..])
    }

    /// The key of what that belongs to; empty for what stands by itself.
    pub(super) fn owner(&self) -> &str {
        self.first_in(&self.operation.path[..self.start])
    }

    fn first_in(&self, path: &str) -> &str {
        self.sent(parameter(path).unwrap_or_default())
    }

    /// A parameter that is a text; empty if it was not sent.
    pub(super) fn sent(&self, name: &str) -> &str {
        self.checked.parameters.get(name).and_then(Value::as_str).unwrap_or_default()
    }

    pub(super) fn examples(&self) -> impl Iterator<Item = &Value> {
        let shown = self.operation.shown(self.operation.success());
        shown.into_iter().map(|(_, example)| example)
    }

    /// The record that it is about.
    ///
    /// # Errors
    ///
    /// There is none: 404, as documented.
    pub(super) fn record<'r>(&self, records: &'r mut Records) -> Result<&'r mut Record, Refusal> {
        let unknown = || Refusal::documented(Refusal::UNKNOWN);
        let known = records.get_mut(self.resource.name, self.key());
        known.filter(|one| one.owner == self.owner()).ok_or_else(unknown)
    }

    /// What the document shows of this answer, as it is for `record`.
    pub(super) fn shown(&self, record: &Map<String, Value>) -> Option<Value> {
        as_shown(self.operation, record)
    }

    /// A new record, and the answer that shows it: what the document's example says
    /// with what was sent, under ids of its own.
    pub(super) fn create<'r>(&self, records: &'r mut Records) -> (Option<Value>, &'r mut Record) {
        let sent = self.checked.body.as_object().cloned().unwrap_or_default();
        let example = fitting(self.examples(), &sent).cloned().unwrap_or_default();
        let mut value = example.as_object().cloned().unwrap_or_default();
        for (name, member) in &mut value {
            if ["uuid", "didit_internal_id"].contains(&name.as_str()) {
                *member = records.uuid().into();
            }
        }
        value.extend(sent);
        let key = value.get(self.resource.key).and_then(Value::as_str).map(str::to_owned);
        let key = key.unwrap_or_else(|| records.uuid());
        let shown = self.shown(&value);
        let (resource, owner) = (self.resource.name, self.owner().to_owned());
        records.all.push(Record { resource, owner, key, value });
        let last = records.all.len() - 1;
        (shown, &mut records.all[last])
    }

    /// What the method does by itself.
    ///
    /// # Errors
    ///
    /// There is no such record, or nothing that it could belong to.
    pub(super) fn plain(&self, records: &mut Records) -> Result<Option<Value>, Refusal> {
        if let Some(owner) = self.resource.owner
            && records.get(owner, self.owner()).is_none()
        {
            return Err(Refusal::documented(Refusal::UNKNOWN));
        }
        let is_one = !self.key().is_empty();
        match (&self.operation.method[..], is_one) {
            ("GET", false) => {
                let all = records.of(self.resource.name, self.owner());
                let rows = all.filter(|record| self.wants(record, ""));
                let rows = rows.map(|record| self.row(&record.value)).collect();
                Ok(self.page(vec![rows]))
            }
            ("POST", false) => Ok(self.create(records).0),
            ("DELETE", true) => {
                let shown = self.record(records).map(|record| record.value.clone())?;
                records.remove(self.resource.name, self.key());
                Ok(self.shown(&shown))
            }
            (method, true) => {
                let record = self.record(records)?;
                let mut value = record.value.clone();
                let sent = members(&self.checked.body);
                value.extend(sent.map(|(name, value)| (name.clone(), value.clone())));
                if method == "PATCH" {
                    record.value.clone_from(&value);
                }
                Ok(self.shown(&value))
            }
            _ => Ok(self.examples().next().cloned()),
        }
    }

    /// A row as the document shows them, as it is for `record`.
    pub(super) fn row(&self, record: &Map<String, Value>) -> Value {
        let all = self.examples().filter_map(rows).flatten();
        fitting(all, record).map(|row| overlay(row, record)).unwrap_or_default()
    }

    /// Whether the record is what the query's filters say, but for one: those by the
    /// name of one of its texts, and the first and the last day.
    pub(super) fn wants(&self, record: &Record, but: &str) -> bool {
        let day = record.text("created_at").get(..10).unwrap_or_default();
        self.checked.parameters.iter().all(|(name, wanted)| {
            match (name.as_str(), wanted.as_str()) {
                ("date_from", Some(from)) => from <= day,
                ("date_to", Some(to)) => day <= to,
                (name, Some(wanted)) if name != but => record
                    .value
                    .get(name)
                    .is_none_or(|own| own == wanted || wanted.split(',').any(|one| own == one)),
                _ => true,
            }
        })
    }

    /// The page of the rows that was asked for; of each kind of row `limit`.
    pub(super) fn page(&self, kinds: Vec<Vec<Value>>) -> Option<Value> {
        let page = self.examples().next()?;
        if page.is_array() {
            // Oldest first, and all at once.
            return Some(kinds.into_iter().flatten().rev().collect());
        }
        let number = |name: &str, default| {
            let sent = self.checked.parameters.get(name).and_then(Value::as_u64);
            sent.unwrap_or(default) as usize
        };
        let (limit, offset) = (number("limit", 50), number("offset", 0));
        let longest = kinds.iter().map(Vec::len).max().unwrap_or_default();
        let at = |offset: usize| {
            let mut query = form_urlencoded::Serializer::new(String::new());
            let others = self.checked.parameters.iter();
            for (name, value) in others.filter(|(name, _)| *name != "limit" && *name != "offset") {
                // Those of the path are in the URL.
                if !self.operation.path.contains(&format!("{{{name}}}")) {
                    query.append_pair(name, value.as_str().unwrap_or(&value.to_string()));
                }
            }
            query.append_pair("limit", &limit.to_string());
            query.append_pair("offset", &offset.to_string());
            Value::from(format!("{}?{}", self.url, query.finish()))
        };
        let (next, before) = (offset.saturating_add(limit), offset.saturating_sub(limit));
        let count = kinds.iter().map(Vec::len).sum::<usize>();
        let rows = kinds.into_iter().flat_map(|rows| rows.into_iter().skip(offset).take(limit));
        let own = [
            ("count", count.into()),
            ("next", if next < longest { at(next) } else { Value::Null }),
            ("previous", if offset > 0 { at(before) } else { Value::Null }),
            ("results", rows.collect()),
        ];
        Some(overlay(
            page,
            &own.map(|(name, value)| (name.to_owned(), value)).into_iter().collect(),
        ))
    }
}

/// The texts of a list in the body.
pub(super) fn texts<'a>(body: &'a Value, member: &str) -> Vec<&'a str> {
    items(&body[member]).filter_map(Value::as_str).collect()
}
