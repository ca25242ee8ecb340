//! A `multipart/form-data` body (RFC 7578), as its parts.

use std::hash::{BuildHasher, RandomState};
use std::path::Path;

use bytes::Bytes;
use serde::Serialize;

use super::text::texts;
use super::upload::{Piece, Upload, open};
use crate::file::{File, Source};

/// A body that consists of files, texts and JSON. What cannot be sent is kept
/// as the call's error, which names the member.
#[derive(Default)]
pub struct Form {
    parts: Vec<Part>,
    /// The first member that cannot be sent.
    refused: Option<String>,
}

struct Part {
    name: String,
    file_name: Option<String>,
    media_type: Option<String>,
    source: Source,
}

impl Form {
    /// A form without parts.
    pub fn new() -> Self {
        Self::default()
    }

    /// One part for a file, none for `None`.
    pub fn file(self, name: &str, file: impl Into<Option<File>>) -> Self {
        let Some(File { source, name: file_name, media_type }) = file.into() else { return self };
        if media_type.as_deref().is_some_and(|text| !is_media_type(text)) {
            return self.refuse(format!("the media type of `{name}` is malformed"));
        }
        let last = match &source {
            Source::Path(path) => path.file_name().map(|name| name.to_string_lossy().into_owned()),
            Source::Bytes(_) | Source::Stream { .. } => None,
        };
        self.part(Part {
            name: name.to_owned(),
            file_name: file_name.or(last).or_else(|| Some(name.to_owned())),
            media_type: media_type.or_else(|| Some("application/octet-stream".to_owned())),
            source,
        })
    }

    /// One part per file.
    pub fn files(self, name: &str, files: impl Into<Option<Vec<File>>>) -> Self {
        files.into().into_iter().flatten().fold(self, |form, file| form.file(name, file))
    }

    /// One part for a scalar, one per item for a list, none for `None`.
    pub fn text(self, name: &str, value: &(impl Serialize + ?Sized)) -> Self {
        let Some(texts) = texts(value) else {
            return self.refuse(format!("the member `{name}` cannot stand in a form"));
        };
        texts.into_iter().fold(self, |form, text| form.plain(name, None, text.into()))
    }

    /// One part for any JSON, none for `None`.
    pub fn json(self, name: &str, value: &(impl Serialize + ?Sized)) -> Self {
        match serde_json::to_vec(value) {
            Ok(json) if json == b"null" => self,
            Ok(json) => self.plain(name, Some("application/json".to_owned()), json.into()),
            Err(_) => self.refuse(format!("the member `{name}` cannot be written as JSON")),
        }
    }

    fn plain(self, name: &str, media_type: Option<String>, content: Bytes) -> Self {
        let source = Source::Bytes(content);
        self.part(Part { name: name.to_owned(), file_name: None, media_type, source })
    }

    fn part(mut self, part: Part) -> Self {
        self.parts.push(part);
        self
    }

    fn refuse(mut self, why: String) -> Self {
        self.refused.get_or_insert(why);
        self
    }

    /// Opens the files, and gives the content type and the body.
    ///
    /// # Errors
    ///
    /// The first member that cannot be sent, and why.
    pub(super) async fn open(self) -> Result<(String, Upload), String> {
        if let Some(why) = self.refused {
            return Err(why);
        }
        let boundary = boundary();
        let mut pieces = Vec::with_capacity(3 * self.parts.len() + 1);
        for part in self.parts {
            pieces.push(Piece::Bytes(part.head(&boundary).into()));
            pieces.push(match part.source {
                Source::Bytes(bytes) => Piece::Bytes(bytes),
                Source::Path(path) => open_named(part.name, &path).await?,
                Source::Stream { pieces, length } => {
                    Piece::File { member: part.name, pieces, left: length }
                }
            });
            pieces.push(Piece::Bytes("\r\n".into()));
        }
        pieces.push(Piece::Bytes(format!("--{boundary}--\r\n").into()));
        let media_type = format!("multipart/form-data; boundary={boundary}");
        Ok((media_type, Upload::new(pieces)))
    }
}

async fn open_named(member: String, path: &Path) -> Result<Piece, String> {
    match open(path).await {
        Ok((pieces, length)) => Ok(Piece::File { member, pieces, left: Some(length) }),
        Err(why) => Err(format!("the file of `{member}` {why}")),
    }
}

impl Part {
    fn head(&self, boundary: &str) -> String {
        let name = escaped(&self.name);
        let mut head = format!("--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"");
        if let Some(name) = &self.file_name {
            head += &format!("; filename=\"{}\"", escaped(name));
        }
        if let Some(media_type) = &self.media_type {
            head += &format!("\r\nContent-Type: {media_type}");
        }
        head + "\r\n\r\n"
    }
}

/// As browsers write a name: the HTML standard, "multipart form data".
fn escaped(name: &str) -> String {
    name.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A")
}

/// A text that no content holds by chance or by intent: each hasher has keys of
/// its own, which nobody else knows.
fn boundary() -> String {
    let random = || RandomState::new().hash_one(());
    format!("didit-{:016x}{:016x}", random(), random())
}

/// Whether a text is `type/subtype` as RFC 6838 names them, with parameters or
/// without, and fits into a header.
fn is_media_type(text: &str) -> bool {
    let essence = text.split(';').next().unwrap_or_default().trim_end();
    let named = |name: &str| {
        let known = |c: char| c.is_ascii_alphanumeric() || "!#$&-^_.+".contains(c);
        !name.is_empty() && name.chars().all(known)
    };
    essence.split_once('/').is_some_and(|(kind, name)| named(kind) && named(name))
        && text.bytes().all(|byte| (b' '..=b'~').contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_media_type_has_two_names_and_may_have_parameters() {
        for good in ["image/jpeg", "image/svg+xml", "text/plain; charset=utf-8", "a/b ;c=\"d\""] {
            assert!(is_media_type(good), "{good}");
        }
        for bad in ["", "jpeg", "/", "image/", "/jpeg", "image/*", "a/b/c", "a b/c", "a/b\r\nx: y"]
        {
            assert!(!is_media_type(bad), "{bad}");
        }
    }

    #[test]
    fn each_boundary_is_another_and_is_one() {
        let (one, other) = (boundary(), boundary());
        assert_ne!(one, other);
        assert!(one.len() <= 70 && one.bytes().all(|b| b == b'-' || b.is_ascii_alphanumeric()));
    }
}
