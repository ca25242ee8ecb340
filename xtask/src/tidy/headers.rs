//! The header that is not sent.
//!
//! progenitor adds `api-version` to every request. The vendor documents none,
//! and it would tell every server which document this client was made from.

use syn::visit_mut::{self, VisitMut};
use syn::{Block, Expr, ExprCall, ExprLit, Lit, Pat, Stmt};

use super::has;
use super::runtime::{changed, names};
use crate::contract::Contract;

/// Drops the header, and the map of headers where it held nothing else.
///
/// # Errors
///
/// Not exactly one such header per operation.
pub(super) fn drop_api_version(file: &mut syn::File, contract: &Contract) -> Result<(), String> {
    let mut dropper = Dropper { dropped: 0, found: false };
    for item in super::module(&mut file.items, "builder").into_iter().flatten() {
        dropper.visit_item_mut(item);
    }
    let all = dropper.dropped == contract.operations.len();
    if all { Ok(()) } else { Err(changed("the header `api-version` of each operation")) }
}

struct Dropper {
    dropped: usize,
    /// The header was seen in the statement that is looked at.
    found: bool,
}

impl VisitMut for Dropper {
    fn visit_block_mut(&mut self, block: &mut Block) {
        let before = block.stmts.len();
        block.stmts.retain_mut(|statement| {
            self.visit_stmt_mut(statement);
            !std::mem::take(&mut self.found)
        });
        if block.stmts.len() == before {
            return;
        }
        self.dropped += 1;
        let users = block.stmts.iter().filter(|statement| names(statement, "header_map"));
        // The declaration and the request that takes the map: nobody fills it.
        if users.count() == 2 {
            block.stmts.retain(|statement| !declares(statement, "header_map"));
            WithoutMap.visit_block_mut(block);
        }
    }

    fn visit_expr_call_mut(&mut self, call: &mut ExprCall) {
        visit_mut::visit_expr_call_mut(self, call);
        let name = match call.args.first() {
            Some(Expr::Lit(ExprLit { lit: Lit::Str(name), .. })) => name.value(),
            _ => return,
        };
        self.found |= name == "api-version" && has(&call.func, "from_static");
    }
}

fn declares(statement: &Stmt, name: &str) -> bool {
    let pattern = match statement {
        Stmt::Local(local) => &local.pat,
        _ => return false,
    };
    matches!(pattern, Pat::Ident(pattern) if pattern.ident == name)
}

/// `x.headers(header_map)` becomes `x`.
struct WithoutMap;

impl VisitMut for WithoutMap {
    fn visit_expr_mut(&mut self, expression: &mut Expr) {
        visit_mut::visit_expr_mut(self, expression);
        match expression {
            Expr::MethodCall(call) if call.method == "headers" && has(&call.args, "header_map") => {
                *expression = (*call.receiver).clone();
            }
            _ => {}
        }
    }
}
