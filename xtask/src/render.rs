//! progenitor, its settings, and its panics caught.

use std::panic::{self, AssertUnwindSafe};
use std::sync::{Mutex, PoisonError};

use openapiv3::OpenAPI;
use progenitor_impl::{
    GenerationSettings, Generator, HooksMode, InterfaceStyle, TagStyle, TypeImpl,
};
use schemars::schema::{InstanceType, SchemaObject};

use crate::blame;
use crate::error::Finding;
use crate::lower::Draft;

/// progenitor's code for the document, as a syntax tree.
///
/// # Errors
///
/// What progenitor refused or panicked at: every operation and schema that it
/// cannot take.
pub fn render(draft: &Draft<'_>) -> Result<syn::File, Vec<Finding>> {
    let spec = draft.spec().map_err(|finding| vec![finding])?;
    generate(&spec).map_err(|fault| blame::blame(draft, &fault))
}

/// How progenitor is asked to write.
pub fn settings() -> GenerationSettings {
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
        (InstanceType::String, "path-segment", "crate::PathSegment"),
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

/// Why the generator gave no code.
#[derive(Debug)]
pub(crate) enum Fault {
    /// In its words.
    Refused(String),
    /// Its panics speak of its own source, which helps nobody.
    Panicked,
}

/// One run of the generator.
pub(crate) fn generate(spec: &OpenAPI) -> Result<syn::File, Fault> {
    let run = || Generator::new(&settings()).generate_tokens(spec).map(syn::parse2::<syn::File>);
    match without_panic(run) {
        Some(Ok(Ok(file))) => Ok(file),
        Some(Ok(Err(error))) => Err(Fault::Refused(format!("its code is no Rust: {error}"))),
        // Some of its errors dump the whole node that they are about.
        Some(Err(error)) => {
            Err(Fault::Refused(error.to_string().lines().next().unwrap_or_default().to_owned()))
        }
        None => Err(Fault::Panicked),
    }
}

/// Runs `work`; a panic in it gives nothing, and prints nothing.
pub(crate) fn without_panic<T>(work: impl FnOnce() -> T) -> Option<T> {
    // The hook is the process's; two runs at once must not restore each other's.
    static HOOK: Mutex<()> = Mutex::new(());
    let _guard = HOOK.lock().unwrap_or_else(PoisonError::into_inner);
    let before = panic::take_hook();
    panic::set_hook(Box::new(|_| {}));
    let result = panic::catch_unwind(AssertUnwindSafe(work));
    panic::set_hook(before);
    result.ok()
}
