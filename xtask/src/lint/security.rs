//! Schemes that are declared, and that the SDK can send.

use serde_json::Value;

use super::report::{Report, Subject};
use crate::base::finding::Rule;
use crate::document::location::child;
use crate::document::names::nearest;
use crate::openapi::refs::{items, members};

const SECURITY: Rule = Rule::dialect(
    "security",
    "the SDK would send the call without credentials",
    "`- name: []`, of a scheme under components.securitySchemes: http basic, http bearer, apiKey in \
     a header; or `security: []` for a public call",
);

pub(super) fn check(subject: &Subject<'_>, report: &mut Report<'_>) {
    let module = subject.module;
    let declared = &module.value["components"]["securitySchemes"];
    for operation in &module.operations {
        let own = operation.value.get("security");
        let (owner, stated) = match own {
            Some(own) => (operation.pointer.clone(), Some(own)),
            None => (format!("/{}", module.name()), module.value.get("security")),
        };
        let at = child(&owner, "security");
        match stated {
            None => {
                let what = format!("`{}` does not say how it authenticates", operation.id);
                report.find(&SECURITY, &operation.pointer, what);
            }
            Some(Value::Array(_)) => {}
            Some(_) => report.find(&SECURITY, &at, "no list of schemes"),
        }
        for (index, alternative) in operation.security.iter().enumerate() {
            let at = child(&at, &index.to_string());
            if operation.credential().is_some() && operation.security.len() > 1 {
                let what = "a credential of this call's own beside another way";
                report.find(&SECURITY, &at, what);
            }
            match alternative {
                Err(why) => {
                    let named = stated.and_then(|all| members(items(all).nth(index)?).next());
                    let names = members(declared).map(|(name, _)| name.as_str());
                    let near = named.filter(|(name, _)| declared.get(name).is_none());
                    let near = near.and_then(|(name, _)| nearest(name, names));
                    let write =
                        near.map_or(SECURITY.write.to_owned(), |it| format!("`- {it}: []`"));
                    report.advise(&SECURITY, &at, why.clone(), write);
                }
                Ok(together) if together.len() > 1 => {
                    report.find(&SECURITY, &at, "two schemes at once are more than the SDK sends");
                }
                Ok(none) if none.is_empty() && operation.security.len() > 1 => {
                    report.find(&SECURITY, &at, "a way without credentials beside one with them");
                }
                Ok(_) => {}
            }
        }
    }
}
