//! A file that a call sends.

use std::error::Error as StdError;
use std::fmt;
use std::path::{Path, PathBuf};
use std::task::Context;

use bytes::Bytes;
use futures_core::Stream;
use serde::{Deserialize, Deserializer};

use crate::pieces::Pieces;

/// A file of a multipart form: from memory, from a path, or from a stream.
///
/// It is sent under a name, [`name`](Self::name), and with a media type,
/// [`media_type`](Self::media_type); both have defaults.
///
/// A file is read when its call is sent, and once: a call with a multipart body
/// is never sent twice, not even when all of it is in memory. A credential that is
/// refused is therefore final. The [`Authorize`](crate::Authorize) hears of it as
/// ever, so that the next call may have another. The transport's timeout runs
/// while the file is sent.
///
/// A file that cannot be opened, or whose media type is malformed, is an
/// [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest) before a credential
/// is asked for and before anything is sent. One that fails while it is read,
/// or that gives more or fewer bytes than its length says, ends the call with
/// [`TransportErrorKind::File`](crate::runtime::TransportErrorKind::File). Both
/// name the member of the form, never the path.
///
/// `Debug` shows the length at most: no path and no name, which may name a
/// person, and nothing of the content. A text does not convert into a file: is
/// it a path, or the content?
///
/// ```
/// use didit_api::File;
///
/// let scan: Vec<u8> = vec![0xff, 0xd8];
/// let front = File::bytes(scan).name("front.jpg").media_type("image/jpeg");
/// let back = File::path("scans/back.jpg").media_type("image/jpeg");
/// # let _ = (front, back);
/// ```
pub struct File {
    pub(crate) content: Content,
    pub(crate) name: Option<String>,
    pub(crate) media_type: Option<String>,
}

pub(crate) enum Content {
    Path(PathBuf),
    Pieces(Pieces),
}

impl File {
    /// A file with this content: a `Vec<u8>`, a `Bytes`, a `&'static [u8]`.
    pub fn bytes(content: impl Into<Bytes>) -> Self {
        Self::new(Content::Pieces(Pieces::one(content)))
    }

    /// The file at this path, which is opened when the call is sent, and read
    /// in pieces of at most 64 KiB while it is being sent. Only regular files
    /// are taken; of a pipe, make a [`stream`](Self::stream).
    pub fn path(path: impl Into<PathBuf>) -> Self {
        Self::new(Content::Path(path.into()))
    }

    /// A file whose content comes from a stream, of so many bytes: `48_213`, or
    /// `None` if nobody knows. Then the body is sent with `Transfer-Encoding:
    /// chunked`, which not every server takes.
    pub fn stream<S, B, E>(content: S, length: impl Into<Option<u64>>) -> Self
    where
        S: Stream<Item = Result<B, E>> + Send + 'static,
        B: Into<Bytes>,
        E: Into<Box<dyn StdError + Send + Sync>>,
    {
        let mut content = Box::pin(content);
        let next = move |context: &mut Context<'_>| {
            content.as_mut().poll_next(context).map_ok(Into::into).map_err(Into::into)
        };
        Self::new(Content::Pieces(Pieces::new(next, length.into())))
    }

    /// The name that the file is sent under, `front.jpg` say. Default: the last
    /// part of the path; of other files, the name of the form's member.
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// What the file is, `image/jpeg` say. Default: `application/octet-stream`.
    #[must_use]
    pub fn media_type(mut self, media_type: impl Into<String>) -> Self {
        self.media_type = Some(media_type.into());
        self
    }

    fn new(content: Content) -> Self {
        Self { content, name: None, media_type: None }
    }
}

macro_rules! from {
    ($($type:ty => $constructor:ident),*) => {
        $(impl From<$type> for File {
            fn from(value: $type) -> Self {
                Self::$constructor(value)
            }
        })*
    };
}

from!(Vec<u8> => bytes, Bytes => bytes, &'static [u8] => bytes, PathBuf => path, &Path => path);

/// What `include_bytes!` gives.
impl<const N: usize> From<&'static [u8; N]> for File {
    fn from(content: &'static [u8; N]) -> Self {
        Self::bytes(content.as_slice())
    }
}

impl fmt::Debug for File {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.content {
            Content::Path(_) => f.write_str("File(path)"),
            Content::Pieces(pieces) => match pieces.left() {
                Some(length) => write!(f, "File({length} bytes)"),
                None => f.write_str("File(stream)"),
            },
        }
    }
}

/// From a text, whose UTF-8 bytes are the content: how an example in a document
/// shows a file.
impl<'de> Deserialize<'de> for File {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::bytes)
    }
}

#[cfg(feature = "schemars")]
crate::json_schema::inline_schema!(File => { "type": "string", "format": "binary" });
