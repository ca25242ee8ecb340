//! progenitor: schemas to Rust. Its settings, and its panics caught.

use std::collections::BTreeMap;
use std::panic::{self, AssertUnwindSafe};
use std::sync::{Mutex, PoisonError};

use progenitor_impl::{GenerationSettings, Generator, TypeImpl};
use schemars::schema::{InstanceType, SchemaObject};
use serde_json::{Value, json};
use syn::{Item, ItemStruct, parse_quote};

use super::receiving::argument;
use crate::base::finding::{Finding, Rule};
use crate::lower::types::Lowered;
use crate::model::module::{Model, Module};

const GENERATOR: Rule = Rule::dialect(
    "generator",
    "the generator of the types does not take it, though it keeps to the dialect",
    "it in a simpler way; and tell xtask's lint about it",
);

/// The struct of each object, by its name.
///
/// # Errors
///
/// The objects that it cannot take.
pub(super) fn structs(
    model: &Model<'_>,
    module: &Module<'_>,
    lowered: &Lowered,
) -> Result<BTreeMap<String, ItemStruct>, Vec<Finding>> {
    run(lowered).ok_or_else(|| {
        let all = module.schemas.iter().filter(|schema| lowered.schemas.contains_key(schema.name));
        let failed = |name: &str| run(&alone(lowered, name)).is_none();
        let found: Vec<_> = all
            .filter(|schema| failed(schema.name))
            .map(|schema| {
                let what = format!("the generator refuses `{}`", schema.name);
                model.documents.finding(&GENERATOR, &schema.pointer, what)
            })
            .collect();
        if found.is_empty() {
            let what = "the generator refuses these schemas, though it takes each of them";
            let at = format!("/{}/components/schemas", module.name());
            return vec![model.documents.finding(&GENERATOR, &at, what)];
        }
        found
    })
}

/// One schema, and the others as ones that say nothing.
fn alone(lowered: &Lowered, name: &str) -> Lowered {
    let only = |(key, schema): (&String, &Value)| {
        (key.clone(), if key == name { schema.clone() } else { json!({}) })
    };
    Lowered {
        schemas: lowered.schemas.iter().map(only).collect(),
        elsewhere: lowered.elsewhere.clone(),
    }
}

fn run(lowered: &Lowered) -> Option<BTreeMap<String, ItemStruct>> {
    let spec = json!({
        "openapi": "3.0.3", "info": { "title": "", "version": "" }, "paths": {},
        "components": { "schemas": lowered.schemas },
    });
    let spec = serde_json::from_value(spec).ok()?;
    let tokens = without_panic(|| {
        let mut generator = Generator::new(&settings(lowered));
        generator.generate_tokens(&spec).map(|_| generator.get_type_space().to_stream())
    });
    let file: syn::File = syn::parse2(tokens?.ok()?).ok()?;
    let structs = file.items.into_iter().filter_map(|item| match item {
        Item::Struct(mut item) => {
            item.fields.iter_mut().for_each(absent_if_none);
            Some((item.ident.to_string(), item))
        }
        _ => None,
    });
    Some(structs.collect())
}

/// progenitor gives a box around an option to what may contain itself, which is
/// then sent as `null` instead of not at all.
fn absent_if_none(field: &mut syn::Field) {
    let inner = argument(&field.ty, "Box").and_then(|option| argument(option, "Option")).cloned();
    if let Some(inner) = inner {
        field.ty = parse_quote!(::std::option::Option<::std::boxed::Box<#inner>>);
        field.attrs.push(parse_quote! {
            #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        });
    }
}

/// How it is asked to write.
fn settings(lowered: &Lowered) -> GenerationSettings {
    let mut settings = GenerationSettings::default();
    // The order of a HashMap changes from run to run.
    settings.with_map_type("::std::collections::BTreeMap");
    for (kind, format, rust) in [
        (InstanceType::String, "password", "crate::Secret"),
        (InstanceType::String, "binary", "crate::File"),
        (InstanceType::Integer, "seconds", "crate::Seconds"),
    ] {
        let schema = SchemaObject {
            instance_type: Some(kind.into()),
            format: Some(format.to_owned()),
            ..SchemaObject::default()
        };
        settings.with_conversion(schema, rust, std::iter::empty::<TypeImpl>());
    }
    for (name, rust) in &lowered.elsewhere {
        settings.with_replacement(name, rust, std::iter::empty::<TypeImpl>());
    }
    settings
}

/// Runs `work`; a panic in it gives nothing, and prints nothing: it speaks of
/// progenitor's own source, which helps nobody.
fn without_panic<T>(work: impl FnOnce() -> T) -> Option<T> {
    // The hook is the process's; two runs at once must not restore each other's.
    static HOOK: Mutex<()> = Mutex::new(());
    let _guard = HOOK.lock().unwrap_or_else(PoisonError::into_inner);
    let before = panic::take_hook();
    panic::set_hook(Box::new(|_| {}));
    let result = panic::catch_unwind(AssertUnwindSafe(work));
    panic::set_hook(before);
    result.ok()
}
