//! progenitor, its settings, and its panics turned into errors that name a place.

use std::panic::{self, AssertUnwindSafe};
use std::sync::{Arc, Mutex, PoisonError};

use openapiv3::OpenAPI;
use progenitor_impl::{
    GenerationSettings, Generator, HooksMode, InterfaceStyle, TagStyle, TypeImpl,
};
use schemars::schema::{InstanceType, SchemaObject};
use serde_json::{Value, json};

use crate::contract::Contract;
use crate::document::{Document, members};
use crate::error::Finding;

/// progenitor's code for the document, as a syntax tree.
///
/// # Errors
///
/// progenitor refused or panicked: at the operation that makes it do so.
pub fn render(document: &Document, contract: &Contract) -> Result<syn::File, Finding> {
    generate(&document.spec).map_err(|message| {
        let pointer = blame(document, contract).unwrap_or_default();
        let name = pointer.strip_prefix("/components/schemas/").map(|name| format!("in `{name}`"));
        let operation = contract.operations.iter().find(|operation| operation.pointer == pointer);
        let name = name.or_else(|| operation.map(|operation| format!("in `{}`", operation.id)));
        let place = name.unwrap_or_else(|| "in more than one place".to_owned());
        document.finding(&pointer, format!("{message}, {place}"))
    })
}

fn settings() -> GenerationSettings {
    let mut settings = GenerationSettings::default();
    settings
        // A new optional parameter must not break callers.
        .with_interface(InterfaceStyle::Builder)
        .with_tag(TagStyle::Merged)
        // A client without its hooks would send unauthenticated requests; so it must not compile.
        .with_hooks(HooksMode::Expected)
        .with_inner_type(quote::quote!(crate::Transport))
        // The order of a HashMap changes from run to run.
        .with_map_type("::std::collections::BTreeMap");
    for (kind, format, rust) in [
        (InstanceType::String, "password", "crate::Secret"),
        (InstanceType::Integer, "seconds", "crate::Seconds"),
    ] {
        let schema = SchemaObject {
            instance_type: Some(kind.into()),
            format: Some(format.to_owned()),
            ..SchemaObject::default()
        };
        settings.with_conversion(schema, rust, std::iter::empty::<TypeImpl>());
    }
    settings
}

fn generate(spec: &OpenAPI) -> Result<syn::File, String> {
    let run = || Generator::new(&settings()).generate_tokens(spec);
    match without_panic(run) {
        Ok(Ok(tokens)) => {
            syn::parse2(tokens).map_err(|error| format!("the generator's code is no Rust: {error}"))
        }
        // Some of its errors dump the whole node that they are about.
        Ok(Err(error)) => Err(format!("the generator refused: {}", first_line(&error.to_string()))),
        Err(panic) => Err(format!("the generator panicked: {panic}")),
    }
}

/// The schema or operation without which it works: the generator rarely says.
fn blame(document: &Document, contract: &Contract) -> Option<String> {
    let operations = contract.operations.iter().map(|operation| operation.pointer.clone());
    let schemas = members(&document.value, "/components/schemas").map(|(pointer, ..)| pointer);
    operations.chain(schemas).find(|pointer| {
        let mut value = document.value.clone();
        let Some(node) = value.pointer_mut(pointer) else { return false };
        // A schema stays, as one that says nothing: references to it must resolve.
        *node = if pointer.starts_with("/paths/") { Value::Null } else { json!({}) };
        serde_json::from_value(value).is_ok_and(|spec| generate(&spec).is_ok())
    })
}

/// Runs `work`; a panic in it comes back as its text and place, and prints nothing.
fn without_panic<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    // The hook is the process's; two runs at once must not restore each other's.
    static HOOK: Mutex<()> = Mutex::new(());
    let _guard = HOOK.lock().unwrap_or_else(PoisonError::into_inner);
    let text = Arc::new(Mutex::new(String::new()));
    let sink = Arc::clone(&text);
    let before = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        let message = info.payload().downcast_ref::<&str>().copied();
        let owned = info.payload().downcast_ref::<String>().map(String::as_str);
        let message = message.or(owned).map_or("no message", first_line);
        // From the crate's folder on; what is before it is this machine's.
        let place = info.location().map(|at| {
            let parts: Vec<_> = at.file().rsplit(['/', '\\']).take(3).collect();
            let file: Vec<_> = parts.into_iter().rev().collect();
            format!(" ({}:{})", file.join("/"), at.line())
        });
        let mut text = sink.lock().unwrap_or_else(PoisonError::into_inner);
        *text = format!("{message}{}", place.unwrap_or_default());
    }));
    let result = panic::catch_unwind(AssertUnwindSafe(work));
    panic::set_hook(before);
    result.map_err(|_| text.lock().unwrap_or_else(PoisonError::into_inner).clone())
}

fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or_default()
}
