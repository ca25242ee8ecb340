//! The table of operations, and its place in a text file.

use std::path::Path;

use crate::base::error::Error;
use crate::base::workspace::plural;
use crate::model::module::Model;
use crate::model::operation::Operation;
use crate::openapi::security::Scheme;

/// The line before the table.
pub const BEGIN: &str = "<!-- coverage:begin -->";
/// The line after it.
pub const END: &str = "<!-- coverage:end -->";

const HEAD: [&str; 7] =
    ["operation", "host", "method and path", "scheme", "era", "source", "examples"];

/// The table in Markdown: one row for each operation, in the order of the documents.
pub fn table(model: &Model<'_>) -> String {
    let mut table = format!("{}{}", row(HEAD.map(str::to_owned)), row(HEAD.map(|_| "---".into())));
    for module in &model.modules {
        let host = module.base_url.split_once("://").map_or("", |(_, rest)| rest);
        let host = host.split('/').next().unwrap_or_default();
        for operation in &module.operations {
            table += &row(cells(model, host, operation));
        }
    }
    table
}

fn row(cells: [String; 7]) -> String {
    // What a document says must not end a cell or a row.
    let cells = cells.map(|cell| cell.replace('|', "\\|").replace(['\n', '\r'], " "));
    format!("| {} |\n", cells.join(" | "))
}

fn cells(model: &Model<'_>, host: &str, operation: &Operation<'_>) -> [String; 7] {
    let or_dash = |text: String| if text.is_empty() { "–".to_owned() } else { text };
    [
        format!("`{}::{}`", operation.module, operation.id),
        or_dash(host.to_owned()),
        format!("`{} {}`", operation.method, operation.path),
        scheme(operation),
        or_dash(era(operation.path).to_owned()),
        or_dash(source(operation)),
        or_dash(counts(model, operation)),
    ]
}

fn scheme(operation: &Operation<'_>) -> String {
    let names = operation.schemes().map(|(_, scheme)| match scheme {
        Scheme::Basic => "Basic".to_owned(),
        Scheme::Bearer => "Bearer".to_owned(),
        Scheme::ApiKey(header) => format!("`{header}`"),
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

fn source(operation: &Operation<'_>) -> String {
    let text = |key: &str| operation.text(&format!("/x-source/{key}"));
    let page = match text("page") {
        "" => operation.docs(),
        page => page,
    };
    let link = match (page, text("printed")) {
        ("", printed) => printed.to_owned(),
        (page, "") => format!("<{page}>"),
        (page, printed) => format!("[{printed}](<{page}>)"),
    };
    let read = match text("read") {
        "" => String::new(),
        read => format!("read {read}"),
    };
    let parts = [link, read, text("evidence").to_owned()];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
}

/// `1 request, 1 success, 2 errors`, without what there is none of.
fn counts(model: &Model<'_>, operation: &Operation<'_>) -> String {
    let examples = operation.examples(&model.documents.root);
    let count = |is: &dyn Fn(Option<&str>) -> bool| {
        examples.iter().filter(|example| is(example.code)).count()
    };
    let kinds = [
        (count(&|code| code.is_none()), "request", "requests"),
        (count(&|code| code.is_some_and(|code| code.starts_with('2'))), "success", "successes"),
        (count(&|code| code.is_some_and(|code| !code.starts_with('2'))), "error", "errors"),
    ];
    let kinds = kinds.into_iter().filter(|(count, ..)| *count > 0);
    kinds.map(|(count, one, many)| plural(count, one, many)).collect::<Vec<_>>().join(", ")
}

/// `text` with the table between its two markers, and nothing else changed.
///
/// # Errors
///
/// The markers are not there once each, on lines of their own, in their order.
pub fn insert(path: &Path, text: &str, table: &str) -> Result<String, Error> {
    let fault =
        |line: usize, message: String| Error::Markers { path: path.to_owned(), line, message };
    let only = |marker: &str| {
        let is_marker = |(_, line): &(usize, &str)| line.trim() == marker;
        let mut lines = text.lines().enumerate().filter(is_marker).map(|(index, _)| index);
        match (lines.next(), lines.next()) {
            (Some(line), None) => Ok(line),
            (None, _) => Err(fault(
                1,
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
