//! A `multipart/form-data` body (RFC 7578), as its parts.

use std::collections::VecDeque;

use serde::Serialize;

use super::random::random;
use super::text::texts;
use super::upload::Upload;
use crate::file::{Content, File};
use crate::pieces::Pieces;

/// A body that consists of files, texts and JSON. What cannot be sent is kept
/// as the call's error, which names the member.
pub struct Form {
    boundary: String,
    /// Heads and contents in turn, each with the name of its member.
    contents: Vec<(String, Content)>,
    /// How many bytes a file of a member may have.
    limits: Vec<(String, u64)>,
    /// The first member that cannot be sent.
    refused: Option<String>,
}

impl Form {
    /// A form without parts.
    #[allow(clippy::new_without_default, reason = "only generated code makes one")]
    pub fn new() -> Self {
        // What no content holds by chance or by intent.
        let boundary = format!("didit-{:016x}{:016x}", random(), random());
        Self { boundary, contents: Vec::new(), limits: Vec::new(), refused: None }
    }

    /// One part for a file, none for `None`.
    pub fn file(self, name: &str, file: impl Into<Option<File>>) -> Self {
        let Some(File { content, name: file_name, media_type }) = file.into() else { return self };
        let media_type = media_type.as_deref().unwrap_or("application/octet-stream");
        if !is_media_type(media_type) {
            return self.refuse(format!("the media type of `{name}` is malformed"));
        }
        let last = match &content {
            Content::Path(path) => path.file_name().map(|name| name.to_string_lossy().into_owned()),
            Content::Pieces(_) => None,
        };
        let file_name = file_name.or(last).map_or_else(|| escaped(name), |name| escaped(&name));
        let head = format!("; filename=\"{file_name}\"\r\nContent-Type: {media_type}");
        self.part(name, &head, content)
    }

    /// One part per file.
    pub fn files(self, name: &str, files: impl Into<Option<Vec<File>>>) -> Self {
        files.into().into_iter().flatten().fold(self, |form, file| form.file(name, file))
    }

    /// The files of a member may have so many bytes at most, as far as their lengths
    /// are known before they are sent.
    pub fn at_most(mut self, name: &str, bytes: u64) -> Self {
        self.limits.push((name.to_owned(), bytes));
        self
    }

    /// One part for a scalar, one per item for a list, none for `None`.
    pub fn text(self, name: &str, value: &(impl Serialize + ?Sized)) -> Self {
        let Some(texts) = texts(value) else {
            return self.refuse(format!("the member `{name}` cannot stand in a form"));
        };
        let part = |form: Self, text| form.part(name, "", Content::Pieces(Pieces::one(text)));
        texts.into_iter().fold(self, part)
    }

    /// One part for any JSON, none for `None`.
    pub fn json(self, name: &str, value: &(impl Serialize + ?Sized)) -> Self {
        match serde_json::to_vec(value) {
            Ok(json) if json == b"null" => self,
            Ok(json) => {
                let content = Content::Pieces(Pieces::one(json));
                self.part(name, "\r\nContent-Type: application/json", content)
            }
            Err(_) => self.refuse(format!("the member `{name}` cannot be written as JSON")),
        }
    }

    /// `head` is what follows the name.
    fn part(mut self, name: &str, head: &str, content: Content) -> Self {
        let start = if self.contents.is_empty() { "" } else { "\r\n" };
        let (boundary, escaped) = (&self.boundary, escaped(name));
        let head = format!(
            "{start}--{boundary}\r\nContent-Disposition: form-data; name=\"{escaped}\"{head}\r\n\r\n"
        );
        self.contents.push((name.to_owned(), Content::Pieces(Pieces::one(head))));
        self.contents.push((name.to_owned(), content));
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
        let mut upload = VecDeque::with_capacity(self.contents.len() + 1);
        for (member, content) in self.contents {
            let pieces = match content {
                Content::Pieces(pieces) => pieces,
                Content::Path(path) => Pieces::open(&path)
                    .await
                    .map_err(|why| format!("the file of `{member}` {why}"))?,
            };
            let limit = self.limits.iter().find(|(name, _)| *name == member);
            if let Some((_, limit)) = limit.filter(|(_, limit)| pieces.left() > Some(*limit)) {
                return Err(format!(
                    "the file of `{member}` has more than the {limit} bytes that the API takes"
                ));
            }
            upload.push_back((member, pieces));
        }
        let start = if upload.is_empty() { "" } else { "\r\n" };
        let end = format!("{start}--{}--\r\n", self.boundary);
        upload.push_back((String::new(), Pieces::one(end)));
        Ok((format!("multipart/form-data; boundary={}", self.boundary), Upload(upload)))
    }
}

/// As browsers write a name: the HTML standard, "multipart form data".
fn escaped(name: &str) -> String {
    name.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A")
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
        let (one, other) = (Form::new().boundary, Form::new().boundary);
        assert_ne!(one, other);
        assert!(one.len() <= 70 && one.bytes().all(|b| b == b'-' || b.is_ascii_alphanumeric()));
    }
}
