//! What the docs of a call say: the document's words, how it authenticates,
//! where it is documented, and its examples.

use serde_json::Value;

use crate::model::docs::lines;
use crate::model::module::Module;
use crate::model::operation::{Example, Operation};
use crate::openapi::security::Scheme;

/// The doc comment of a document's module: what it is for, one whole use, and its
/// calls.
pub fn page(module: &Module<'_>, root: &Value) -> Vec<String> {
    let mut parts = vec![lines(module.info("title")), lines(module.info("description"))];
    let example = module.operations.iter().find_map(|one| super::example::lines(one, root));
    parts.extend(example.map(|lines| lines.iter().map(|line| format!(" {line}")).collect()));
    let mut table = vec![" | call | | scheme |".to_owned(), " | --- | --- | --- |".to_owned()];
    table.extend(module.operations.iter().map(|operation| {
        let Operation { id, method, path, .. } = operation;
        let scheme = authorization(operation).replace('|', "\\|");
        format!(" | [`{id}`](Client::{id}) | `{method} {path}` | {scheme} |")
    }));
    if !module.operations.is_empty() {
        parts.push(table);
    }
    parts.retain(|part| !part.is_empty());
    parts.join(&String::new())
}

/// The doc comment of the client's method.
pub fn method(operation: &Operation<'_>, root: &Value) -> Vec<String> {
    let mut parts = vec![lines(operation.text("/summary")), lines(operation.text("/description"))];
    parts.push(vec![format!(" `{} {}`", operation.method, operation.path)]);
    parts.push(vec![format!(" Authorization: {}.", authorization(operation))]);
    if operation.credential().is_some() {
        parts.push(vec![
            " It is an argument of the call; the client's own credentials stay here.".to_owned(),
        ]);
    }
    let reason = operation.text("/x-retry/reason");
    if !reason.is_empty() {
        parts.push(vec![one_line(&format!(" Repeated where the client retries: {reason}"))]);
    }
    parts.extend(source(operation).into_iter().map(|line| vec![one_line(&line)]));
    if let Some(call) = super::example::lines(operation, root) {
        parts.push(call.iter().map(|line| format!(" {line}")).collect());
    }
    parts.extend(operation.examples(root).iter().map(example));
    parts.retain(|part| !part.is_empty());
    parts.join(&String::new())
}

fn authorization(operation: &Operation<'_>) -> String {
    let schemes = operation.schemes().map(|(name, scheme)| match scheme {
        Scheme::Basic => format!("Basic (`{name}`)"),
        Scheme::Bearer => format!("Bearer (`{name}`)"),
        Scheme::ApiKey(header) => format!("API key in the header `{header}` (`{name}`)"),
    });
    let schemes: Vec<_> = schemes.collect();
    if schemes.is_empty() { "none".to_owned() } else { one_line(&schemes.join(", or ")) }
}

fn source(operation: &Operation<'_>) -> Vec<String> {
    let text = |key: &str| operation.text(&format!("/x-source/{key}"));
    let mut page = text("page");
    if page.is_empty() {
        page = operation.docs();
    }
    let dates: String = [("printed", text("printed")), ("read", text("read"))]
        .into_iter()
        .filter(|(_, date)| !date.is_empty())
        .map(|(what, date)| format!(", {what} {date}"))
        .collect();
    let mut lines = Vec::new();
    if !page.is_empty() {
        lines.push(format!(" Source: <{page}>{dates}."));
    }
    if !text("evidence").is_empty() {
        lines.push(format!(" Evidence: {}.", text("evidence")));
    }
    lines
}

/// From so many lines on an example is folded.
const FOLDED: usize = 20;

/// A heading, and the body as JSON, which also says what a body of another type
/// holds: as text it could end its own block.
fn example(example: &Example<'_>) -> Vec<String> {
    let what = example.code.map_or("Request".to_owned(), |code| format!("Answer {code}"));
    let name = example.name.map_or(String::new(), |name| format!(", {name}"));
    let heading = one_line(&format!("{what}{name}"));
    let body = format!("{:#}", example.value);
    let mut lines = vec![" ```json".to_owned()];
    lines.extend(body.lines().map(|line| format!(" {line}")));
    lines.push(" ```".to_owned());
    // The next call should be on the same screen.
    if lines.len() > FOLDED {
        let heading = heading.replace('&', "&amp;").replace('<', "&lt;");
        lines.splice(0..0, [format!(" <details><summary>{heading}</summary>"), String::new()]);
        lines.extend([String::new(), " </details>".to_owned()]);
    } else {
        lines.insert(0, format!(" {heading}:"));
    }
    lines
}

/// A text of several lines would begin others.
fn one_line(text: &str) -> String {
    text.replace(['\n', '\r'], " ")
}
