//! A file that a call sends.

use std::error::Error as StdError;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_core::{Stream, TryStream};
use serde::{Deserialize, Deserializer};

/// A file of a multipart form: from memory, from a path, or from a stream.
///
/// It is sent under a name, [`name`](Self::name), and with a media type,
/// [`media_type`](Self::media_type); both have defaults.
///
/// A file is read when its call is sent, and once: a call with a multipart body
/// is never sent twice, not even when all of it is in memory. A 401 to a bearer
/// token is therefore final, as [`Error::ErrorResponse`](crate::Error). The
/// [`Authorize`](crate::Authorize) hears of it as ever, so that the next call
/// has another token. The transport's timeout runs while the file is sent.
///
/// A file that cannot be opened, or whose media type is malformed, is an
/// [`Error::InvalidRequest`](crate::Error::InvalidRequest) before a credential
/// is asked for and before anything is sent. One that fails while it is read,
/// or that gives more or fewer bytes than its length says, ends the call with
/// [`TransportErrorKind::File`](crate::runtime::TransportErrorKind::File). Both
/// name the member of the form, never the path.
///
/// `Debug` shows where the file comes from and its length: no path and no name,
/// which may name a person, and nothing of the content. A text is no file: is
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
    pub(crate) source: Source,
    pub(crate) name: Option<String>,
    pub(crate) media_type: Option<String>,
}

pub(crate) enum Source {
    Bytes(Bytes),
    Path(PathBuf),
    Stream { pieces: Pieces, length: Option<u64> },
}

/// What gives the content piece by piece. The lock is never taken: it makes a
/// stream that is not `Sync`, as most are not, part of a type that is.
pub(crate) type Pieces =
    Mutex<Box<dyn FnMut(&mut Context<'_>) -> Poll<Option<Result<Bytes, BoxError>>> + Send>>;

pub(crate) type BoxError = Box<dyn StdError + Send + Sync>;

impl File {
    /// A file with this content: a `Vec<u8>`, a `Bytes`, a `&'static [u8]`.
    pub fn bytes(content: impl Into<Bytes>) -> Self {
        Self::new(Source::Bytes(content.into()))
    }

    /// The file at this path, which is opened when the call is sent, and read
    /// in pieces of at most 64 KiB while it is being sent. Only regular files
    /// are taken; of a pipe, make a [`stream`](Self::stream).
    pub fn path(path: impl Into<PathBuf>) -> Self {
        Self::new(Source::Path(path.into()))
    }

    /// A file whose content comes from a stream. Its length is unknown, so the
    /// body is sent with `Transfer-Encoding: chunked`; not every server takes
    /// that, and [`stream_with_length`](Self::stream_with_length) avoids it.
    pub fn stream<S>(content: S) -> Self
    where
        S: TryStream + Stream<Item = Result<S::Ok, S::Error>> + Send + 'static,
        S::Ok: Into<Bytes>,
        S::Error: Into<Box<dyn StdError + Send + Sync>>,
    {
        let mut content = Box::pin(content);
        let pieces = move |context: &mut Context<'_>| {
            content.as_mut().try_poll_next(context).map_ok(Into::into).map_err(Into::into)
        };
        Self::new(Source::Stream { pieces: Mutex::new(Box::new(pieces)), length: None })
    }

    /// A file whose content comes from a stream of so many bytes.
    pub fn stream_with_length<S>(content: S, length: u64) -> Self
    where
        S: TryStream + Stream<Item = Result<S::Ok, S::Error>> + Send + 'static,
        S::Ok: Into<Bytes>,
        S::Error: Into<Box<dyn StdError + Send + Sync>>,
    {
        let mut file = Self::stream(content);
        if let Source::Stream { length: known, .. } = &mut file.source {
            *known = Some(length);
        }
        file
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

    fn new(source: Source) -> Self {
        Self { source, name: None, media_type: None }
    }
}

impl From<Vec<u8>> for File {
    fn from(content: Vec<u8>) -> Self {
        Self::bytes(content)
    }
}

impl From<Bytes> for File {
    fn from(content: Bytes) -> Self {
        Self::bytes(content)
    }
}

impl From<&'static [u8]> for File {
    fn from(content: &'static [u8]) -> Self {
        Self::bytes(content)
    }
}

/// What `include_bytes!` gives.
impl<const N: usize> From<&'static [u8; N]> for File {
    fn from(content: &'static [u8; N]) -> Self {
        Self::bytes(content.as_slice())
    }
}

impl From<PathBuf> for File {
    fn from(path: PathBuf) -> Self {
        Self::path(path)
    }
}

impl From<&Path> for File {
    fn from(path: &Path) -> Self {
        Self::path(path)
    }
}

impl fmt::Debug for File {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (from, length) = match &self.source {
            Source::Bytes(bytes) => ("bytes", Some(bytes.len() as u64)),
            Source::Path(_) => ("path", None),
            Source::Stream { length, .. } => ("stream", *length),
        };
        let mut shown = f.debug_struct("File");
        shown.field("from", &from);
        length.inspect(|length| _ = shown.field("length", length));
        shown.finish_non_exhaustive()
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
impl schemars::JsonSchema for File {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "File".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "format": "binary" })
    }
}
