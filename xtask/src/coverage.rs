//! The table of operations, and its place in a text file.

use std::path::Path;

use crate::contract::{Contract, Operation, Scheme, Source};
use crate::document::Document;
use crate::error::{Error, Finding};
use crate::examples;

/// The line before the table.
pub const BEGIN: &str = "<!-- coverage:begin -->";
/// The line after it.
pub const END: &str = "<!-- coverage:end -->";

const HEAD: [&str; 7] =
    ["operation", "host", "method and path", "scheme", "era", "source", "examples"];

/// The table in Markdown: one row for each operation, in the order of the documents.
pub fn table<'a>(documents: impl Iterator<Item = (&'a Document, &'a Contract)>) -> String {
    let mut table = format!("{}{}", row(HEAD.map(str::to_owned)), row(HEAD.map(|_| "---".into())));
    for (document, contract) in documents {
        for operation in &contract.operations {
            table += &row(cells(document, contract, operation));
        }
    }
    table
}

fn row(cells: [String; 7]) -> String {
    // What a document says must not end a cell or a row.
    let cells = cells.map(|cell| cell.replace('|', "\\|").replace(['\n', '\r'], " "));
    format!("| {} |\n", cells.join(" | "))
}

fn cells(document: &Document, contract: &Contract, operation: &Operation) -> [String; 7] {
    let host = contract.base_url.split_once("://").map_or("", |(_, rest)| rest);
    let host = host.split('/').next().unwrap_or_default();
    [
        format!("`{}::{}`", document.name, operation.id),
        or_dash(host.to_owned()),
        format!("`{} {}`", operation.method, operation.path),
        scheme(operation),
        or_dash(era(&operation.path).to_owned()),
        source(operation),
        or_dash(counts(document, operation)),
    ]
}

fn or_dash(text: String) -> String {
    if text.is_empty() { "–".to_owned() } else { text }
}

fn scheme(operation: &Operation) -> String {
    let names = operation.security.iter().map(|security| match &security.scheme {
        Scheme::Basic => "Basic".to_owned(),
        Scheme::Bearer => "Bearer".to_owned(),
        Scheme::ApiKey { header } => format!("`{header}`"),
    });
    let names: Vec<_> = names.collect();
    if names.is_empty() { "none".to_owned() } else { names.join(" or ") }
}

/// The version that the path names: `v1`.
fn era(path: &str) -> &str {
    let is_version = |segment: &&str| {
        let number = segment.strip_prefix('v').unwrap_or_default();
        !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
    };
    path.split('/').find(is_version).unwrap_or_default()
}

fn source(operation: &Operation) -> String {
    let Source { page, printed, read, evidence } = &operation.source;
    let page = page.as_ref().unwrap_or(&operation.docs);
    let link = match printed {
        _ if page.is_empty() => printed.clone(),
        Some(printed) => Some(format!("[{printed}](<{page}>)")),
        None => Some(format!("<{page}>")),
    };
    let read = read.as_ref().map(|read| format!("read {read}"));
    let parts: Vec<_> = [link, read, evidence.clone()].into_iter().flatten().collect();
    or_dash(parts.join(", "))
}

/// `1 request, 1 success, 2 errors`, without what there is none of.
fn counts(document: &Document, operation: &Operation) -> String {
    let examples = examples::of(&document.value, operation);
    let success = |status: &str| status.starts_with('2');
    let count = |is: &dyn Fn(Option<&str>) -> bool| {
        examples.iter().filter(|example| is(example.status)).count()
    };
    let kinds = [
        (count(&|status| status.is_none()), "request", "requests"),
        (count(&|status| status.is_some_and(success)), "success", "successes"),
        (count(&|status| status.is_some_and(|status| !success(status))), "error", "errors"),
    ];
    let kinds = kinds.into_iter().filter(|(count, ..)| *count > 0);
    let kinds = kinds.map(|(count, one, many)| crate::commands::plural(count, one, many));
    kinds.collect::<Vec<_>>().join(", ")
}

/// `text` with the table between its two markers, and nothing else changed.
///
/// # Errors
///
/// The markers are not there once each, on lines of their own, in their order.
pub fn insert(path: &Path, text: &str, table: &str) -> Result<String, Error> {
    let fault = |line: usize, message: String| {
        Error::Markers(Box::new(Finding { line, column: 1, ..Finding::in_file(path, message) }))
    };
    let only = |marker: &str| {
        let is_marker = |(_, line): &(usize, &str)| line.trim() == marker;
        let mut lines = text.lines().enumerate().filter(is_marker).map(|(index, _)| index);
        match (lines.next(), lines.next()) {
            (Some(line), None) => Ok(line),
            (None, _) => Err(fault(
                0,
                format!(
                    "has no line `{marker}`; the table goes between `{BEGIN}` and `{END}`, \
                     each on a line of its own"
                ),
            )),
            (Some(first), Some(second)) => Err(fault(
                second + 1,
                format!("`{marker}` stands here and on line {}; remove one", first + 1),
            )),
        }
    };
    let (begin, end) = (only(BEGIN)?, only(END)?);
    if end < begin {
        let message = format!("`{END}` comes before `{BEGIN}`; exchange them");
        return Err(fault(end + 1, message));
    }
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    // The file's own line ends, so that a checkout with others stays as it is.
    let table =
        if lines[begin].ends_with("\r\n") { table.replace('\n', "\r\n") } else { table.into() };
    Ok([&lines[..=begin].concat(), table.as_str(), &lines[end..].concat()].concat())
}
