//! Request headers: what goes into them, and what does not.
//!
//! progenitor adds `api-version` to every request. The vendor documents none,
//! and it would tell every server which document this client was made from.

use syn::visit_mut::{self, VisitMut};
use syn::{Block, Expr, ExprMethodCall, parse_quote};

use super::has;
use super::runtime::changed;
use crate::contract::Contract;

/// Drops the header, and the map of headers where it held nothing else.
///
/// # Errors
///
/// Not exactly one such header per operation.
pub(super) fn drop_api_version(file: &mut syn::File, contract: &Contract) -> Result<(), String> {
    let mut dropper = Dropper { dropped: 0 };
    dropper.visit_file_mut(file);
    let all = dropper.dropped == contract.operations.len();
    if all { Ok(()) } else { Err(changed("the header `api-version` of each operation")) }
}

struct Dropper {
    dropped: usize,
}

impl VisitMut for Dropper {
    /// A value that no header can carry: the error names the header, and not the value.
    fn visit_expr_method_call_mut(&mut self, call: &mut ExprMethodCall) {
        visit_mut::visit_expr_method_call_mut(self, call);
        if call.method == "append" && has(&call.receiver, "header_map") && call.args.len() == 2 {
            let name = call.args[0].clone();
            if let Expr::Try(value) = &mut call.args[1] {
                let conversion = &value.expr;
                *value.expr = parse_quote!(#conversion.map_err(|_| {
                    Error::InvalidRequest(format!("this value cannot go into the header `{}`", #name))
                }));
            }
        }
    }

    fn visit_block_mut(&mut self, block: &mut Block) {
        visit_mut::visit_block_mut(self, block);
        let before = block.stmts.len();
        block.stmts.retain(|statement| !has(statement, "from_static (\"api-version\")"));
        if block.stmts.len() == before {
            return;
        }
        self.dropped += 1;
        let users = block.stmts.iter().filter(|statement| has(statement, "header_map"));
        // The declaration and the request that takes the map: nobody fills it.
        if users.count() == 2 {
            block.stmts.retain(|statement| !has(statement, "let mut header_map"));
            WithoutMap.visit_block_mut(block);
        }
    }
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
