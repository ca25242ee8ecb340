//! Pictures, videos and documents of a decision, from wherever its URLs lead.

use reqwest::{Method, Request, Url};

use super::error::{Cause, Error};
use super::exchange::Exchange;
use super::stream::ByteStream;
use crate::base_url::is_loopback;
use crate::operation::Operation;
use crate::transport::Transport;

impl Transport {
    /// The file behind a media URL of a decision, such as `portrait_image`.
    ///
    /// It is fetched without any credential, by `https` only (but for a sandbox on
    /// this machine), and no redirect is followed. The URL holds its own permission
    /// for a short time; read the decision again for another one. At most as much is
    /// read as the transport's response limit says, or [`ByteStream::limit`].
    ///
    /// ```no_run
    /// # async fn run(transport: didit_api::Transport, portrait_image: &str)
    /// # -> Result<(), didit_api::Error> {
    /// let picture = transport.download(portrait_image).await?;
    /// picture.limit(10 * 1024 * 1024).save("portrait.jpg").await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Before anything is sent, a URL of another kind. Then as those of a call that
    /// reads; none of them shows the URL.
    pub async fn download(&self, url: &str) -> Result<ByteStream, Error> {
        let url = match Url::parse(url) {
            Ok(url) if is_safe(&url) => url,
            _ => {
                let why = "a media URL is absolute, begins with https:// and names no user";
                return Err(Cause::Argument(why.to_owned()).at(Operation::DOWNLOAD, self.host()));
            }
        };
        let host = url.host_str().unwrap_or_default().to_owned();
        let request = Request::new(Method::GET, url);
        let answer = Exchange::new(self, Operation::DOWNLOAD, self.retry()).run(request).await;
        let answer = answer.map_err(|cause| cause.at(Operation::DOWNLOAD, &host))?;
        Ok(ByteStream::of(answer, Operation::DOWNLOAD, &host).into_inner())
    }
}

fn is_safe(url: &Url) -> bool {
    let is_encrypted = url.scheme() == "https" || url.scheme() == "http" && is_loopback(url);
    is_encrypted && url.username().is_empty() && url.password().is_none()
}
