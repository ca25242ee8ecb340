//! What the rules about operations share: the notes that their second halves
//! need of their first, and the way through an operation's generated code.

use std::collections::{BTreeMap, BTreeSet};

use heck::ToSnakeCase as _;
use serde_json::Value;
use syn::visit_mut::{self, VisitMut};
use syn::{Block, Expr, ImplItem, ImplItemFn, Item, ItemImpl, Local, Stmt};

use super::Draft;
use super::answers::Answers;
use crate::tidy;
pub(super) use crate::tidy::name_of;

/// What the generated code of one operation has to say differently.
#[derive(Debug, Default)]
pub(super) struct Call {
    /// The answers, where the generator cannot tell them apart.
    pub(super) answers: Option<Answers>,
    /// The media types that `Accept` names, where the generator's differ.
    pub(super) accept: Option<String>,
    /// The media type of the body, where the generator knows another.
    pub(super) content_type: Option<String>,
    /// Whether the body may be left out.
    pub(super) optional_body: bool,
    /// Parameters of the query that are lists or objects: name to variant of `QueryStyle`.
    pub(super) styles: BTreeMap<String, &'static str>,
    /// The generator's name of a parameter to the one that goes over the wire.
    pub(super) renamed: BTreeMap<String, String>,
    /// Whether the operation is deprecated.
    pub(super) deprecated: bool,
    /// The deprecated parameters, by the generator's names.
    pub(super) deprecated_parameters: BTreeSet<String>,
}

/// The message for a reference that [`resolved`] cannot follow.
pub(super) const NOWHERE: &str =
    "this `$ref` leads nowhere in this document; correct it, or write here what it should name";

/// The node that `node` stands for, and its pointer: itself, unless it is a reference.
pub(super) fn resolved<'a>(
    root: &'a Value,
    pointer: &str,
    node: &'a Value,
) -> Option<(String, &'a Value)> {
    let (mut pointer, mut node) = (pointer.to_owned(), node);
    // More steps than any honest document takes: a cycle.
    for _ in 0..64 {
        let Some(reference) = node.get("$ref") else { return Some((pointer, node)) };
        pointer = reference.as_str()?.strip_prefix('#')?.to_owned();
        node = root.pointer(&pointer)?;
    }
    None
}

/// Runs `work` on the generated `impl` of each operation that has notes.
pub(super) fn each_call(
    draft: &mut Draft<'_>,
    file: &mut syn::File,
    mut work: impl FnMut(&Call, &mut ItemImpl) -> Option<()>,
) {
    let mut broken = Vec::new();
    for item in tidy::module(&mut file.items, "builder").into_iter().flatten() {
        if let Item::Impl(item) = item
            && item.trait_.is_none()
            && let Some((pointer, call)) = name_of(item).and_then(|name| draft.calls.get(&name))
            && work(call, item).is_none()
        {
            broken.push(pointer.clone());
        }
    }
    for pointer in broken {
        let message = "the generator's code for this operation has another shape than expected; \
                       mend xtask's lowering rules";
        draft.find(&pointer, message);
    }
}

/// The methods of an `impl`.
pub(super) fn methods(item: &mut ItemImpl) -> impl Iterator<Item = &mut ImplItemFn> {
    item.items.iter_mut().filter_map(|item| match item {
        ImplItem::Fn(method) => Some(method),
        _ => None,
    })
}

/// The method `name` of an `impl`.
pub(super) fn method<'a>(item: &'a mut ItemImpl, name: &str) -> Option<&'a mut ImplItemFn> {
    methods(item).find(|method| method.sig.ident == name)
}

/// The index of the statement that declares the generator's own variable `name`,
/// or `_name` beside a parameter that is called so and declared before.
pub(super) fn declaration(block: &Block, name: &str) -> Option<usize> {
    block.stmts.iter().rposition(|statement| match statement {
        Stmt::Local(Local { pat: syn::Pat::Ident(pattern), .. }) => {
            pattern.ident.to_string().trim_start_matches('_') == name
        }
        _ => false,
    })
}

/// Runs `work` on every expression of the block, inner ones first.
pub(super) fn each_expression(block: &mut Block, work: impl FnMut(&mut Expr)) {
    struct Each<F>(F);
    impl<F: FnMut(&mut Expr)> VisitMut for Each<F> {
        fn visit_expr_mut(&mut self, expression: &mut Expr) {
            visit_mut::visit_expr_mut(self, expression);
            (self.0)(expression);
        }
    }
    Each(work).visit_block_mut(block);
}

/// The name that the generator gives the variable for `name`, but for keywords.
pub(super) fn variable(name: &str) -> String {
    name.replace('\'', "").replace(|c| !unicode_ident::is_xid_continue(c), "-").to_snake_case()
}

/// Whether `member` is the field of this name; `client_id` is not `client`.
pub(super) fn is_member(member: &syn::Member, name: &str) -> bool {
    matches!(member, syn::Member::Named(ident) if ident == name)
}
