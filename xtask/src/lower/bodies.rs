//! Request bodies: one media type of several, those the generator does not
//! know, and bodies that may be left out.

use proc_macro2::TokenStream;
use quote::quote;
use serde_json::{Value, json};
use syn::{Expr, Item, ItemImpl, Stmt, parse_quote};

use super::calls::{
    Call, NOWHERE, declaration, each_call, each_expression, is_member, method, name_of, resolved,
};
use super::{Draft, Rule, media};
use crate::document::{child, members};
use crate::tidy;

pub(super) const RULE: Rule = Rule { name: "bodies", prepare, finish };

const FORM: &str = "application/x-www-form-urlencoded";

fn prepare(draft: &mut Draft<'_>) {
    for operation in &draft.contract.operations {
        let at = child(&operation.pointer, "requestBody");
        let Some(node) = draft.value.pointer(&at) else { continue };
        let Some((origin, body)) = resolved(&draft.value, &at, node) else {
            draft.find(&at, NOWHERE);
            continue;
        };
        let (origin, body) = (origin, body.clone());
        let content = body.get("content").and_then(Value::as_object);
        let Some((media, value)) = content.and_then(|content| media::choose(content, rank)) else {
            continue;
        };
        let essence = media::essence(media);
        if essence.starts_with("multipart/") {
            let message = "the SDK sends no multipart body; offer JSON or a form, or leave the \
                           operation out";
            draft.find(&child(&child(&at, "content"), media), message);
            continue;
        }
        if let Some(content) = content.filter(|content| content.len() > 1) {
            let others = media::others(content, media);
            draft.change(
                &RULE,
                &at,
                format!("of several media types `{media}` is sent, not {others}"),
            );
        }
        let is_json = media::is_json(media, value);
        let mut schema = value.get("schema").cloned().unwrap_or_else(|| json!({}));
        if let Some(schema) = schema.as_object_mut() {
            // It would name the type, and clash with others of that title.
            schema.shift_remove("title");
        }
        let wire = if is_json { media::json_name(media) } else { essence };
        let (known, schema) = match wire.as_str() {
            _ if is_json => ("application/json", schema),
            FORM => {
                let schema_at = child(&child(&child(&origin, "content"), media), "schema");
                check_form(draft, &schema_at, &schema, 16);
                (FORM, schema)
            }
            text if text.starts_with("text/") || text.ends_with("xml") => {
                ("text/plain", json!({ "type": "string" }))
            }
            _ => ("application/octet-stream", json!({ "type": "string", "format": "binary" })),
        };
        let required = body.get("required") == Some(&Value::Bool(true));
        let mut lowered =
            json!({ "required": required, "content": { known: { "schema": schema } } });
        if let Some(description) = body.get("description") {
            lowered["description"] = description.clone();
        }
        let call = draft.call(operation);
        call.content_type = (wire != known && media::is_sendable(&wire)).then_some(wire);
        call.optional_body = !required;
        if let Some(node) = draft.value.pointer_mut(&at) {
            *node = lowered;
        }
    }
}

/// What the SDK would rather send.
fn rank(media: &str, value: &Value) -> u8 {
    match media::essence(media).as_str() {
        "application/json" => 0,
        _ if media::is_json(media, value) => 1,
        FORM => 2,
        "text/plain" => 3,
        "application/octet-stream" => 4,
        other if other.starts_with("multipart/") => 6,
        _ => 5,
    }
}

/// A form has members that are scalars or lists of scalars, no deeper.
fn check_form(draft: &mut Draft<'_>, at: &str, schema: &Value, depth: usize) {
    let Some((at, schema)) = resolved(&draft.value, at, schema).filter(|_| depth > 0) else {
        return;
    };
    let schema = schema.clone();
    for (index, part) in
        schema.get("allOf").and_then(Value::as_array).into_iter().flatten().enumerate()
    {
        check_form(draft, &child(&child(&at, "allOf"), &index.to_string()), part, depth - 1);
    }
    let list: Vec<_> = members(&schema, "/properties").collect();
    for (_, name, member) in list {
        let member_at = child(&child(&at, "properties"), name);
        let kind = |schema: &Value| -> Option<String> {
            let (_, schema) = resolved(&draft.value, "", schema)?;
            let named = schema.get("type").and_then(Value::as_str);
            let named = named.or_else(|| schema.get("properties").map(|_| "object"));
            named.map(str::to_owned)
        };
        let items = resolved(&draft.value, "", member).and_then(|(_, member)| member.get("items"));
        let deep = match (kind(member).as_deref(), items.and_then(kind).as_deref()) {
            (Some("object"), _) => "an object",
            (Some("array"), Some("array" | "object")) => "a list of more than scalars",
            _ => continue,
        };
        draft.find(&member_at, format!("`{name}` is {deep}, for which a form has no notation; describe it as a string in the form that the vendor reads"));
    }
}

fn finish(draft: &mut Draft<'_>, file: &mut syn::File) {
    let mut optional = Vec::new();
    each_call(draft, file, |call, item| {
        if call.optional_body {
            optional.extend(name_of(item));
            may_be_absent(item)?;
        }
        if call.optional_body || call.content_type.is_some() {
            send_as(call, item)?;
        }
        Some(())
    });
    for item in tidy::module(&mut file.items, "builder").into_iter().flatten() {
        if let Item::Struct(item) = item
            && optional.contains(&item.ident.to_string())
        {
            for field in item
                .fields
                .iter_mut()
                .filter(|field| field.ident.as_ref().is_some_and(|name| name == "body"))
            {
                let ty = &field.ty;
                field.ty = parse_quote!(Option<#ty>);
            }
        }
    }
}

/// `body` becomes an `Option` in the builder and in `send`.
fn may_be_absent(item: &mut ItemImpl) -> Option<()> {
    each_expression(&mut method(item, "new")?.block, |expression| {
        if let Expr::Struct(new) = expression {
            for field in new.fields.iter_mut().filter(|field| is_member(&field.member, "body")) {
                field.expr = parse_quote!(None);
            }
        }
    });
    each_expression(&mut method(item, "body")?.block, |expression| {
        if let Expr::Assign(assign) = expression {
            let value = &assign.right;
            *assign.right = parse_quote!(Some(#value));
        }
    });
    if let Some(map) = method(item, "body_map") {
        map.block = parse_quote!({
            self.body =
                Some(self.body.unwrap_or_else(|| Ok(::std::default::Default::default())).map(f));
            self
        });
    }
    let send = method(item, "send")?;
    let body = declaration(&send.block, "body")?;
    let Stmt::Local(local) = send.block.stmts.get_mut(body)? else { return None };
    let Expr::Try(value) = &*local.init.as_ref()?.expr else { return None };
    let value = &value.expr;
    *local.init.as_mut()?.expr = parse_quote!(body.map(|body| #value).transpose()?);
    Some(())
}

/// The body goes onto the request if there is one, with its own media type.
fn send_as(call: &Call, item: &mut ItemImpl) -> Option<()> {
    let header = call.content_type.as_ref().map(|media| {
        quote! {
            .header(
                ::reqwest::header::CONTENT_TYPE,
                ::reqwest::header::HeaderValue::from_static(#media),
            )
        }
    });
    let mut found = None;
    let send = method(item, "send")?;
    each_expression(&mut send.block, |expression| {
        let Expr::MethodCall(put) = &*expression else { return };
        let receiver = &put.receiver;
        let name = put.method.to_string();
        let optional = |put: TokenStream| quote!(optional_body(body, |request, body| #put));
        let (receiver, with, without) = match name.as_str() {
            "json" => {
                (receiver, optional(quote!(Ok(request #header.json(&body)))), quote!(json(&body)))
            }
            "form_urlencoded" => (
                receiver,
                optional(quote!(request #header.form_urlencoded(&body))),
                quote!(form_urlencoded(&body)),
            ),
            "body" => {
                // The generator names the type of a raw body itself.
                let Expr::MethodCall(own) = &**receiver else { return };
                let arguments = &own.args;
                let header = header.clone().unwrap_or_else(|| quote!(.header(#arguments)));
                let put = optional(quote!(Ok(request #header.body(body))));
                found = Some(());
                let receiver = &own.receiver;
                *expression = match call.optional_body {
                    true => parse_quote!(#receiver.#put?),
                    false => parse_quote!(#receiver #header.body(body)),
                };
                return;
            }
            _ => return,
        };
        found = Some(());
        *expression = match (call.optional_body, name.as_str()) {
            (true, "json") => parse_quote!(#receiver.#with?),
            (true, _) => parse_quote!(#receiver.#with),
            (false, _) => parse_quote!(#receiver #header.#without),
        };
    });
    found
}
