//! A call in Rust, made from the document's examples.

use quote::quote;
use serde_json::Value;

use crate::document::names::{pascal, snake};
use crate::model::operation::{Content, Operation, Parameter};
use crate::model::schema::{Shape, is_promised, path, shape, target};
use crate::openapi::refs::{items, members};
use crate::openapi::sample;

/// How deep objects in objects are written out.
const DEPTH: usize = 4;

/// The lines of a doc test: what is required, and what the examples show besides.
/// Nothing where an example is missing that the call needs.
pub(super) fn lines(operation: &Operation<'_>, root: &Value) -> Option<Vec<String>> {
    let writer = Writer { root, module: operation.module };
    let shown = |parameter: &Parameter<'_>| {
        let value = sample::example(root, &parameter.pointer)?;
        writer.argument(&parameter.value["schema"], value, DEPTH)
    };
    let (required, optional): (Vec<_>, Vec<_>) =
        operation.parameters.iter().partition(|parameter| parameter.required);
    let mut arguments = required.into_iter().map(shown).collect::<Option<Vec<_>>>()?;
    let setters = optional.into_iter().filter_map(|parameter| {
        Some(format!("    .{}({})", snake(parameter.name), shown(parameter)?))
    });
    let mut setters: Vec<_> = setters.collect();
    if operation.credential().is_some() {
        arguments.push("\"the credential of this call\"".to_owned());
    }
    let mut lines = Vec::new();
    if let Some(body) = &operation.body {
        let content: &Content<'_> = body.content.first()?;
        let value = sample::example(root, &content.pointer)?;
        let written = writer.exact(&content.value["schema"], value, DEPTH)?;
        lines.extend(format!("let body = {written};").lines().map(str::to_owned));
        match body.required {
            true => arguments.push("body".to_owned()),
            false => setters.push("    .body(body)".to_owned()),
        }
    }
    let call = format!("client.{}({})", operation.id, arguments.join(", "));
    let module = format!("didit_api::{}", operation.module);
    let start =
        format!("# async fn call(client: &{module}::Client) -> Result<(), didit_api::Error> {{");
    let mut all = vec!["```no_run".to_owned(), start];
    if !lines.is_empty() {
        all.push("# #[allow(unused_imports)]".to_owned());
        all.push(format!("use {module}::types::*;"));
    }
    all.extend(lines);
    match setters.as_slice() {
        [] => all.push(format!("let answer = {call}.send().await?;")),
        setters => {
            all.push(format!("let answer = {call}"));
            all.extend(setters.iter().cloned());
            all.push("    .send()".to_owned());
            all.push("    .await?;".to_owned());
        }
    }
    all.extend(["# Ok(())".to_owned(), "# }".to_owned(), "```".to_owned()]);
    Some(all)
}

struct Writer<'a> {
    root: &'a Value,
    module: &'a str,
}

impl Writer<'_> {
    /// An expression that `Into` makes the schema's type.
    fn argument(&self, schema: &Value, value: &Value, depth: usize) -> Option<String> {
        match (shape(schema), value) {
            (Shape::Text | Shape::Secret, Value::String(text)) => Some(format!("{text:?}")),
            _ => self.exact(schema, value, depth),
        }
    }

    /// An expression of the schema's very type.
    fn exact(&self, schema: &Value, value: &Value, depth: usize) -> Option<String> {
        Some(match (shape(schema), value) {
            (Shape::Text, Value::String(text)) => format!("{text:?}.to_owned()"),
            (Shape::Secret, Value::String(text)) => format!("didit_api::Secret::from({text:?})"),
            (Shape::File, Value::String(_)) => "didit_api::File::path(\"image.jpg\")".to_owned(),
            (Shape::Integer, Value::Number(_)) => format!("{}_i64", value.as_i64()?),
            (Shape::Integer32, Value::Number(_)) => format!("{}_i32", value.as_i64()?),
            (Shape::Number, Value::Number(_)) => format!("{:?}", value.as_f64()?),
            (Shape::Boolean, Value::Bool(_)) => value.to_string(),
            (Shape::List(item), Value::Array(_)) => {
                let all: Option<Vec<_>> =
                    items(value).map(|value| self.exact(item, value, depth)).collect();
                format!("vec![{}]", all?.join(", "))
            }
            (Shape::Any, value) if !value.is_null() => format!("serde_json::json!({value})"),
            (Shape::Named(document, name), value) if depth > 0 => {
                let own = document == self.module;
                let path = path(document, name, self.module, &quote!()).to_string();
                let path = path.replace(' ', "");
                let path = if own { path } else { path.replace("crate::", "didit_api::") };
                let target = target(self.root, schema);
                match (shape(target), value) {
                    (Shape::Enum, Value::String(text)) => format!("{path}::{}", pascal(text)),
                    (Shape::Object, Value::Object(_)) => {
                        let name = (&self.root[document], name);
                        self.object(&path, name, target, value, depth)?
                    }
                    _ => return None,
                }
            }
            _ => return None,
        })
    }

    /// `Type::new(…)` with what is required, and a setter for what is shown besides.
    fn object(
        &self,
        path: &str,
        (document, name): (&Value, &str),
        schema: &Value,
        value: &Value,
        depth: usize,
    ) -> Option<String> {
        let (mut required, mut setters) = (Vec::new(), Vec::new());
        for (key, member) in members(&schema["properties"]) {
            let argument = value.get(key).and_then(|it| self.argument(member, it, depth - 1));
            match (argument, is_promised(document, name, key)) {
                (Some(argument), true) => required.push(argument),
                (None, true) => return None,
                (Some(argument), false) => setters.push(format!(".{}({argument})", snake(key))),
                (None, false) => {}
            }
        }
        // Of the body itself each on a line of its own.
        let between = if depth == DEPTH && setters.len() > 1 { "\n    " } else { "" };
        let setters: String = setters.iter().map(|setter| format!("{between}{setter}")).collect();
        Some(format!("{path}::new({}){setters}", required.join(", ")))
    }
}
