//! What a document says, as doc comments that read as if written by hand.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;
use syn::{AttrStyle, Attribute, Expr, ExprLit, Lit, LitStr, Meta, MetaNameValue};

/// The attributes of a doc comment: one `///` per line.
pub fn attributes(lines: &[String]) -> TokenStream {
    quote!(#(#[doc = #lines])*)
}

/// One line of a doc comment as an attribute. To parse it from tokens takes long.
pub fn attribute(line: String) -> Attribute {
    let path = syn::Path::from(Ident::new("doc", Span::call_site()));
    let text = Lit::Str(LitStr::new(&line, Span::call_site()));
    let value = Expr::Lit(ExprLit { attrs: Vec::new(), lit: text });
    Attribute {
        pound_token: Default::default(),
        style: AttrStyle::Outer,
        bracket_token: Default::default(),
        meta: Meta::NameValue(MetaNameValue { path, eq_token: Default::default(), value }),
    }
}

/// Markdown as lines of a doc comment, each with its space. What the author
/// shows is no Rust, and no test of ours.
pub fn lines(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    // The run of characters that ends the code.
    let mut in_code: Option<&str> = None;
    for line in text.trim().lines() {
        let quoted = line.trim_start_matches(['>', ' ']);
        match (line.trim(), in_code) {
            (end, Some(run)) if end.starts_with(run) && fence(end) == Some((end, "")) => {
                in_code = None;
                lines.push(format!(" {end}"));
            }
            (_, Some(_)) => lines.push(format!(" {}", line.trim_end())),
            ("", None) => lines.push(String::new()),
            // A block inside of a quotation ends with it, whatever its fence says.
            (text, None) if quoted.len() < text.len() && fence(quoted).is_some() => {
                lines.push(format!(" {}", text.replace(['`', '~'], "")));
            }
            (begin, None) if fence(begin).is_some() => {
                let (run, named) = fence(begin).unwrap_or_default();
                in_code = Some(run);
                lines.push(format!(" {run}{}", language(named)));
            }
            // Four spaces would make code of it.
            (text, None) if line.starts_with("    ") || line.starts_with('\t') => {
                lines.push(format!("   {text}"));
            }
            (_, None) => lines.push(format!(" {}", line.trim_end())),
        }
    }
    lines.extend(in_code.map(|run| format!(" {run}")));
    lines
}

/// The run of backticks or tildes that begins or ends a block of code, and what
/// stands behind it.
fn fence(line: &str) -> Option<(&str, &str)> {
    let mark = line.chars().next().filter(|mark| "`~".contains(*mark))?;
    let (run, named) = line.split_at(line.len() - line.trim_start_matches(mark).len());
    (run.len() >= 3 && !named.contains('`')).then_some((run, named))
}

/// What rustdoc would compile is shown as text.
fn language(named: &str) -> &str {
    let first = named.split([',', ' ', '{']).next().unwrap_or_default();
    match first.trim() {
        "json" | "yaml" | "xml" | "http" | "sh" | "bash" | "html" | "javascript" => first.trim(),
        _ => "text",
    }
}
