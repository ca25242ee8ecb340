//! The code put onto `crate::runtime`, and what the runtime replaces taken out.

use heck::ToPascalCase as _;
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, Item, ItemImpl, parse_quote};

use super::has;
use crate::contract::Contract;
use crate::document::child;

/// Points the imports at the runtime and drops the constructors, traits and
/// modules that it replaces.
///
/// # Errors
///
/// One of these is not there any more.
pub(super) fn redirect(file: &mut syn::File) -> Result<(), String> {
    let items = &mut file.items;
    let is_import = |item: &Item| matches!(item, Item::Use(_)) && has(item, "progenitor_client");
    drop(items, "its two imports", 2, is_import)?;
    drop(items, "its `impl ClientInfo`", 1, |item| has(item, "impl ClientInfo <"))?;
    drop(items, "its assertion of the hooks", 1, |item| has(item, "fn assert_client_hooks"))?;
    drop(items, "its `mod prelude`", 1, |item| has(item, "pub mod prelude {"))?;
    drop(items, "its constructors of `Client`", 1, |item| has(item, "pub fn new_with_client"))?;
    let imports: [Item; 2] = [
        parse_quote!(
            #[allow(unused_imports)]
            pub use crate::runtime::{Error, ResponseValue};
        ),
        parse_quote!(
            #[allow(unused_imports)]
            use crate::runtime::{ClientHooks, OperationInfo, RequestBuilderExt, encode_path};
        ),
    ];
    items.splice(0..0, imports);
    let builder = super::module(items, "builder").ok_or_else(|| changed("its `mod builder`"))?;
    let is_import = |item: &Item| matches!(item, Item::Use(_)) && has(item, "ClientInfo");
    drop(builder, "the imports of its `mod builder`", 1, is_import)?;
    builder.insert(
        0,
        parse_quote!(
            #[allow(unused_imports)]
            use super::{
                ClientHooks, Error, OperationInfo, RequestBuilderExt, ResponseValue, encode_path,
            };
        ),
    );
    Pairs.visit_file_mut(file);
    Ok(())
}

/// What the code needs and the runtime does not have: a pointer to the place in
/// the document that asks for it, and the message.
pub(super) fn gaps(file: &mut syn::File, contract: &Contract) -> Vec<(String, String)> {
    let mut gaps = Vec::new();
    for item in super::module(&mut file.items, "builder").into_iter().flatten() {
        let Item::Impl(item) = item else { continue };
        let mut operations = contract.operations.iter();
        let operation = operations.find(|operation| is_for(item, &operation.id.to_pascal_case()));
        if let Some(operation) =
            operation.filter(|_| has(item, "ByteStream") || has(item, "upgrade ("))
        {
            let message = format!(
                "`{}` has an answer without a JSON schema, which the SDK cannot bound; give every \
                 2XX and 4XX response `application/json` with a schema, or no content",
                operation.id
            );
            gaps.push((child(&operation.pointer, "responses"), message));
        }
    }
    if gaps.is_empty() && has(file, "progenitor_client") {
        let message = "the generated code still names `progenitor_client`, which the SDK does not \
                       depend on; teach xtask's tidy::runtime what replaces it";
        gaps.push((String::new(), message.to_owned()));
    }
    gaps
}

/// Whether this is an `impl` for the type `name`.
pub(super) fn is_for(item: &ItemImpl, name: &str) -> bool {
    matches!(&*item.self_ty, syn::Type::Path(ty) if ty.path.segments.last().is_some_and(|last| last.ident == name))
}

/// The message of a step that found its work gone.
pub(super) fn changed(what: &str) -> String {
    format!(
        "the generator's code has another shape: {what} not found as expected; mend xtask's tidy steps"
    )
}

fn drop(
    items: &mut Vec<Item>,
    what: &str,
    count: usize,
    is_it: impl Fn(&Item) -> bool,
) -> Result<(), String> {
    let before = items.len();
    items.retain(|item| !is_it(item));
    if before - items.len() == count { Ok(()) } else { Err(changed(what)) }
}

/// `QueryParam::new("a", &a)` becomes `[("a", &a)]`: reqwest skips a `None` by
/// itself, and `check` refuses the arrays that would need more.
struct Pairs;

impl VisitMut for Pairs {
    fn visit_expr_mut(&mut self, expression: &mut Expr) {
        visit_mut::visit_expr_mut(self, expression);
        match expression {
            Expr::Call(call) if has(&call.func, "progenitor_client :: QueryParam :: new") => {
                let pair = &call.args;
                *expression = parse_quote!([(#pair)]);
            }
            _ => {}
        }
    }
}
