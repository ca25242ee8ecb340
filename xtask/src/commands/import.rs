//! `cargo xtask import`.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use clap::Args;

use super::Outcome;
use crate::base::error::Error;
use crate::base::finding::{Finding, Rule};
use crate::base::workspace::{plural, shown, workspace};
use crate::document::read;
use crate::import::contract::{Contract, Foreign};
use crate::import::into::{Imported, header, insert};
use crate::import::operation::{operation, schemes};
use crate::import::schemas::Schemas;
use crate::model::module::Model;
use crate::openapi::refs::{items, members};
use crate::output::folder;

const INTO: Rule = Rule::dialect("into", "nothing of the document must be lost", "");

/// The arguments.
#[derive(Debug, Args)]
pub struct Import {
    /// The foreign document: OpenAPI 3.0, JSON or YAML
    #[arg(long, value_name = "FILE")]
    contract: PathBuf,
    /// An operation, by its operationId, or by method and path; may be repeated
    #[arg(long, value_name = "ID")]
    operation: Vec<String>,
    /// The document to write into [default: the standard output]
    #[arg(long, value_name = "FILE")]
    into: Option<PathBuf>,
    /// List what the contract has, and which of it our documents have already
    #[arg(long)]
    list: bool,
    /// The folder with our documents [default: openapi/ of the workspace]
    #[arg(long, value_name = "DIR")]
    openapi: Option<PathBuf>,
}

impl Import {
    /// Takes operations of a foreign document into ours, or lists them.
    ///
    /// # Errors
    ///
    /// It could not run, or an operation cannot be written; see [`Error`].
    pub fn run(self) -> Result<Outcome, Error> {
        let contract = Contract::read(&self.contract)?;
        if self.list {
            return self.list(&contract);
        }
        let wanted = if self.operation.is_empty() {
            contract.operations()
        } else {
            contract.find(&self.operation)?
        };
        let target = self.into.as_deref();
        let name =
            target.and_then(Path::file_stem).map_or("contract".into(), |it| it.to_string_lossy());
        let server =
            contract.value()["servers"][0]["url"].as_str().unwrap_or("https://example.com");
        let old = match target.filter(|path| path.exists()) {
            Some(path) => std::fs::read_to_string(path).map_err(Error::io("read", path))?,
            None => header(&name, server.trim_end_matches('/')),
        };
        let new = imported(&contract, &wanted, &name, target, &old)?;
        let refused = |why: String| {
            let at = target.unwrap_or_else(|| Path::new("-"));
            Error::Findings(vec![Finding::in_file(at, &INTO, why)])
        };
        let text = insert(&old, &new).map_err(refused)?;
        let Some(target) = target else { return Ok(Outcome { code: 0, text }) };
        if target.exists() {
            folder::replace(target, &text)?;
        } else {
            std::fs::write(target, &text).map_err(Error::io("write", target))?;
        }
        let operations = plural(new.operations.len(), "operation", "operations");
        let schemas = plural(new.schemas.len(), "schema", "schemas");
        let next = "read it, write the prose, and run `cargo xtask lint`";
        let text = format!("{}: {operations}, {schemas} written; {next}\n", shown(target));
        Ok(Outcome { code: 0, text })
    }

    fn list(&self, contract: &Contract) -> Result<Outcome, Error> {
        let openapi = self.openapi.clone().unwrap_or_else(|| workspace().join("openapi"));
        let (documents, _) = read::folder(&openapi)?;
        let model = Model::of(&documents);
        let mut text = String::new();
        for foreign in contract.operations() {
            let same = |path: &str| braces(path) == braces(foreign.path);
            let ours = model
                .operations()
                .find(|ours| ours.method.eq_ignore_ascii_case(foreign.method) && same(ours.path));
            let ours = ours.map_or(String::new(), |ours| format!("  {}::{}", ours.module, ours.id));
            let Foreign { id, method, path, .. } = foreign;
            // Writing to a String cannot fail.
            let _ = writeln!(text, "{:<6} {path}  {id}{ours}", method.to_uppercase());
        }
        Ok(Outcome { code: 0, text })
    }
}

/// A path without the names of its parameters.
fn braces(path: &str) -> String {
    let parts = path.split('{').map(|part| part.split_once('}').map_or(part, |(_, rest)| rest));
    parts.collect::<Vec<_>>().join("{}")
}

/// What is new in the document whose text is `old`.
fn imported(
    contract: &Contract,
    wanted: &[Foreign<'_>],
    name: &str,
    target: Option<&Path>,
    old: &str,
) -> Result<Imported, Error> {
    let existing =
        crate::document::yaml::parse(old).map(|(value, _)| value).map_err(|(at, why)| {
            let what = format!("line {}, column {}: {why}", at.line, at.column);
            Error::Findings(vec![Finding::in_file(target.unwrap_or(Path::new("-")), &INTO, what)])
        })?;
    let at = target.unwrap_or(Path::new("-"));
    let mut findings = Vec::new();
    let mut new = Imported::default();
    let mut schemas = Schemas::new(&contract.documents.root, &existing["components"]["schemas"]);
    let mut ids: Vec<String> = members(&existing["paths"])
        .flat_map(|(_, item)| members(item))
        .filter_map(|(_, operation)| Some(operation["operationId"].as_str()?.to_owned()))
        .collect();
    for foreign in wanted {
        if existing["paths"][foreign.path].get(foreign.method).is_some() {
            let what = format!("`{} {}` is there already", foreign.method, foreign.path);
            findings.push(Finding::in_file(at, &INTO, what).write("another --operation"));
            continue;
        }
        match operation(contract, foreign, name, &mut schemas) {
            Err(found) => findings.extend(found),
            Ok(mut value) => {
                let id = free(value["operationId"].as_str().unwrap_or_default(), &ids);
                ids.push(id.clone());
                value["operationId"] = id.into();
                new.operations.push((foreign.path.to_owned(), foreign.method.to_owned(), value));
            }
        }
    }
    for taken in &schemas.taken {
        let what = format!("`{taken}` is there already, with another shape");
        findings.push(
            Finding::in_file(at, &INTO, what).write("another name for the one that is there"),
        );
    }
    if !findings.is_empty() {
        return Err(Error::Findings(findings));
    }
    new.schemas = schemas.named;
    let declared = &existing["components"]["securitySchemes"];
    for (name, scheme) in schemes(contract) {
        let used = new.operations.iter().any(|(_, _, operation)| {
            items(&operation["security"]).any(|one| one.get(&name).is_some())
        });
        if used && declared.get(&name).is_none() {
            new.schemes.insert(name, scheme);
        }
    }
    new.leave_out_wrong_examples(name, existing);
    Ok(new)
}

/// The id, or with a number if another operation has it.
fn free(id: &str, taken: &[String]) -> String {
    let numbered = (2..).map(|number| format!("{id}_{number}"));
    let mut all = std::iter::once(id.to_owned()).chain(numbered);
    all.find(|name| !taken.contains(name)).unwrap_or_default()
}
