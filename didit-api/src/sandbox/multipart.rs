//! Reads `multipart/form-data` (RFC 7578).

use std::collections::BTreeMap;

use memchr::memmem;

use crate::openapi::media::essence;

/// One part.
pub(super) struct Field<'a> {
    /// Whether it has a file name.
    pub(super) is_file: bool,
    pub(super) media_type: &'a str,
    pub(super) content: &'a [u8],
}

/// The names of a form, each with its parts.
///
/// # Errors
///
/// What is malformed: the boundary in the content type, or the body.
pub(super) fn fields<'a>(
    content_type: &str,
    mut body: &'a [u8],
) -> Result<BTreeMap<String, Vec<Field<'a>>>, &'static str> {
    let boundary =
        parameter(content_type, "boundary").ok_or("The content type has no boundary.")?;
    // RFC 2046, section 5.1.1, but for the space.
    let known = |c: char| c.is_ascii_alphanumeric() || "'()+_,-./:=?".contains(c);
    if !(1..=70).contains(&boundary.len()) || !boundary.chars().all(known) {
        return Err("The boundary is malformed.");
    }
    let broken = "The form breaks off before its last boundary.";
    let delimiter = format!("\r\n--{boundary}");
    // The first may stand at the very start, without a new line before it.
    if let Some(rest) = body.strip_prefix(&delimiter.as_bytes()[2..]) {
        body = rest;
    } else {
        (_, body) = cut(body, delimiter.as_bytes()).ok_or(broken)?;
    }
    let mut fields = BTreeMap::<_, Vec<_>>::new();
    while !body.starts_with(b"--") {
        let (head, rest) = cut(body, b"\r\n\r\n").ok_or(broken)?;
        let head = head
            .strip_prefix(b"\r\n")
            .ok_or("A boundary is not followed by the head of a part.")?;
        let head = str::from_utf8(head).map_err(|_| "The head of a part is not UTF-8.")?;
        let (content, rest) = cut(rest, delimiter.as_bytes()).ok_or(broken)?;
        let value = |wanted: &str| {
            let mut headers = head.lines().filter_map(|line| line.split_once(':'));
            let header = headers.find(|(name, _)| name.eq_ignore_ascii_case(wanted));
            header.map_or("", |(_, value)| value.trim())
        };
        let disposition = value("content-disposition");
        let name = parameter(disposition, "name").filter(|_| essence(disposition) == "form-data");
        let name = name.ok_or("A part has no `form-data` with a `name`.")?;
        let is_file = parameter(disposition, "filename").is_some();
        let field = Field { is_file, media_type: value("content-type"), content };
        fields.entry(name.to_owned()).or_default().push(field);
        body = rest;
    }
    Ok(fields)
}

fn cut<'a>(bytes: &'a [u8], at: &[u8]) -> Option<(&'a [u8], &'a [u8])> {
    let found = memmem::find(bytes, at)?;
    Some((&bytes[..found], &bytes[found + at.len()..]))
}

/// A parameter of a header such as `form-data; name="a"; filename="b"`. Within
/// quotes nothing is escaped: browsers write `%22`.
fn parameter<'a>(header: &'a str, wanted: &str) -> Option<&'a str> {
    let (_, mut rest) = header.split_once(';')?;
    loop {
        let (name, value) = rest.split_once('=')?;
        let (value, after) = match value.trim_start().strip_prefix('"') {
            Some(quoted) => quoted.split_once('"')?,
            None => value.split_once(';').unwrap_or((value, "")),
        };
        if name.trim_matches([' ', '\t', ';']).eq_ignore_ascii_case(wanted) {
            return Some(value.trim());
        }
        rest = after;
    }
}
