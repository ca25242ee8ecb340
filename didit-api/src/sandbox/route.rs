//! Which operation a request is for.

use percent_encoding::percent_decode_str;

use super::documents::Operation;

/// What method and path lead to.
pub(super) enum Route<'a> {
    /// The operation, and its path parameters: names and values.
    Operation(&'a Operation, Vec<(&'a str, String)>),
    /// The path has these methods only.
    Methods(String),
    /// The path exists with a slash at its end.
    Slash,
    Nothing,
}

/// Finds the operation for a method and a path.
pub(super) fn route<'a>(operations: &'a [Operation], method: &str, path: &str) -> Route<'a> {
    // The first template that fits is the path, whatever its methods are.
    let Some(first) = operations.iter().find(|one| captures(&one.path, path).is_some()) else {
        let slashed = format!("{path}/");
        let exists = operations.iter().any(|one| captures(&one.path, &slashed).is_some());
        return if exists { Route::Slash } else { Route::Nothing };
    };
    let mut allowed = Vec::new();
    for operation in operations.iter().filter(|one| one.path == first.path) {
        if operation.method == method {
            let captures = captures(&operation.path, path).unwrap_or_default();
            return Route::Operation(operation, captures);
        }
        allowed.push(operation.method.as_str());
    }
    // The same answer whether or not JSON objects keep their order.
    allowed.sort_unstable();
    Route::Methods(allowed.join(", "))
}

/// The parameters of a path, if it fits the template.
fn captures<'a>(template: &'a str, path: &str) -> Option<Vec<(&'a str, String)>> {
    let mut captures = Vec::new();
    let mut segments = path.split('/');
    for wanted in template.split('/') {
        segment(wanted, segments.next()?, &mut captures)?;
    }
    segments.next().is_none().then_some(captures)
}

/// One segment: `decision`, `{id}` or `{name}.{kind}`.
fn segment<'a>(
    mut wanted: &'a str,
    mut found: &str,
    captures: &mut Vec<(&'a str, String)>,
) -> Option<()> {
    while let Some((before, rest)) = wanted.split_once('{') {
        let (name, after) = rest.split_once('}')?;
        found = found.strip_prefix(before)?;
        let next = after.split('{').next().unwrap_or_default();
        let end = if next.is_empty() { found.len() } else { found.rfind(next)? };
        let (text, left) = found.split_at_checked(end)?;
        let text = percent_decode_str(text).decode_utf8_lossy().into_owned();
        captures.push((name, Some(text).filter(|text| !text.is_empty())?));
        (wanted, found) = (after, left);
    }
    (wanted == found).then_some(())
}
