//! The code put onto `crate::runtime`, and what the runtime replaces taken out.

use syn::visit::Visit;
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, Ident, ImplItem, Item, ItemImpl, Macro, Stmt, parse_quote};

use super::{has, name_of};

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
    // Each by its kind first: to print a whole module for a search is slow.
    let is_info = |item: &Item| matches!(item, Item::Impl(item) if implements(item, "ClientInfo"));
    drop(items, "its `impl ClientInfo`", 1, is_info)?;
    let asserts =
        |item: &Item| matches!(item, Item::Const(item) if has(item, "fn assert_client_hooks"));
    drop(items, "its assertion of the hooks", 1, asserts)?;
    let is_prelude = |item: &Item| matches!(item, Item::Mod(item) if item.ident == "prelude");
    drop(items, "its `mod prelude`", 1, is_prelude)?;
    let constructs = |item: &Item| matches!(item, Item::Impl(item) if constructs(item));
    drop(items, "its constructors of `Client`", 1, constructs)?;
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
    builder.iter_mut().for_each(|item| Pairs.visit_item_mut(item));
    Ok(())
}

fn implements(item: &ItemImpl, name: &str) -> bool {
    let path = item.trait_.as_ref().and_then(|(path, _)| path.segments.last());
    path.is_some_and(|last| last.ident == name)
}

fn constructs(item: &ItemImpl) -> bool {
    let mut items = item.items.iter();
    items.any(|item| matches!(item, ImplItem::Fn(one) if one.sig.ident == "new_with_client"))
}

/// What the code needs and the runtime does not have.
pub(super) fn gap(file: &syn::File) -> Option<String> {
    let mut named = Named { name: "progenitor_client", found: false };
    named.visit_file(file);
    named.found.then(|| {
        "the generated code still names `progenitor_client`, which the SDK does not depend on; \
         teach xtask's tidy::runtime what replaces it"
            .to_owned()
    })
}

/// Whether the statement names `name`.
pub(super) fn names(statement: &Stmt, name: &str) -> bool {
    let mut named = Named { name, found: false };
    named.visit_stmt(statement);
    named.found
}

/// Looks for a name; to print the code and search the text takes much longer.
struct Named<'a> {
    name: &'a str,
    found: bool,
}

impl<'ast> Visit<'ast> for Named<'_> {
    fn visit_ident(&mut self, ident: &'ast Ident) {
        self.found |= ident == self.name;
    }

    fn visit_macro(&mut self, node: &'ast Macro) {
        self.found |= has(node, self.name);
    }
}

/// Whether this is an `impl` for the type `name`.
pub(super) fn is_for(item: &ItemImpl, name: &str) -> bool {
    name_of(item).is_some_and(|own| own == name)
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
/// itself, and lowering has taken out the lists that would need more.
struct Pairs;

impl VisitMut for Pairs {
    fn visit_expr_mut(&mut self, expression: &mut Expr) {
        visit_mut::visit_expr_mut(self, expression);
        match expression {
            Expr::Call(call)
                if is_path(&call.func)
                    && has(&call.func, "progenitor_client :: QueryParam :: new") =>
            {
                let pair = &call.args;
                *expression = parse_quote!([(#pair)]);
            }
            _ => {}
        }
    }
}

fn is_path(function: &Expr) -> bool {
    matches!(function, Expr::Path(_))
}
