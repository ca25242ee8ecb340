//! Which addresses credentials may be sent to.

use std::fmt;

use reqwest::Url;

/// Why a base URL was refused. Never shows the URL: it may hold a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum BaseUrlError {
    /// Relative, or no URL at all.
    NotAbsolute,
    /// A scheme other than `https` and `http`.
    Scheme,
    /// `http` to a host that is not loopback: credentials would travel in clear.
    NotEncrypted,
    /// A user name or password in the URL.
    UserInfo,
    /// A query string.
    Query,
    /// A fragment.
    Fragment,
}

impl fmt::Display for BaseUrlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotAbsolute => {
                "the base URL is not an absolute URL; write it like https://apx.didit.me"
            }
            Self::Scheme => {
                "the base URL's scheme is not https; write it like https://apx.didit.me"
            }
            Self::NotEncrypted => {
                "the base URL is plain http to a host that is not loopback, \
                 which would send credentials in clear; use https"
            }
            Self::UserInfo => {
                "the base URL holds a user name or password; \
                 remove it, credentials are given separately"
            }
            Self::Query => "the base URL has a query string; remove it",
            Self::Fragment => "the base URL has a fragment; remove it",
        })
    }
}

impl std::error::Error for BaseUrlError {}

/// A checked base URL. A path prefix (a gateway) is kept.
pub(crate) struct BaseUrl {
    /// Without a trailing slash: paths of operations begin with one.
    pub(crate) text: String,
    /// Without port.
    pub(crate) host: String,
    pub(crate) is_loopback: bool,
}

impl BaseUrl {
    pub(crate) fn parse(text: &str) -> Result<Self, BaseUrlError> {
        let url = Url::parse(text).map_err(|_| BaseUrlError::NotAbsolute)?;
        if !matches!(url.scheme(), "http" | "https") {
            // `localhost:8080` parses as the scheme `localhost`.
            return Err(if url.has_host() {
                BaseUrlError::Scheme
            } else {
                BaseUrlError::NotAbsolute
            });
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(BaseUrlError::UserInfo);
        }
        if url.query().is_some() {
            return Err(BaseUrlError::Query);
        }
        if url.fragment().is_some() {
            return Err(BaseUrlError::Fragment);
        }
        let is_loopback = is_loopback(&url);
        if url.scheme() == "http" && !is_loopback {
            return Err(BaseUrlError::NotEncrypted);
        }
        let (text, host) = (url.as_str().trim_end_matches('/'), url.host_str().unwrap_or_default());
        Ok(Self { text: text.to_owned(), host: host.to_owned(), is_loopback })
    }
}

pub(crate) fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let address = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || address.parse().is_ok_and(|ip: std::net::IpAddr| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> BaseUrlError {
        BaseUrl::parse(text).map(|url| url.text).unwrap_err()
    }

    #[test]
    fn a_base_url_keeps_its_path_and_loses_its_trailing_slash() {
        let text = |url| BaseUrl::parse(url).unwrap().text;
        assert_eq!(text("https://apx.didit.me"), "https://apx.didit.me");
        assert_eq!(text("https://apx.didit.me/"), "https://apx.didit.me");
        assert_eq!(text("https://gateway.example/didit//"), "https://gateway.example/didit");
    }

    #[test]
    fn plain_http_is_for_loopback_only() {
        for url in
            ["http://127.0.0.1:1", "http://127.9.9.9", "http://[::1]:1", "http://LOCALHOST:1"]
        {
            assert!(BaseUrl::parse(url).unwrap().is_loopback, "{url}");
        }
        for url in
            ["http://apx.didit.me", "http://10.0.0.1", "http://localhost.example", "http://[::2]"]
        {
            assert_eq!(refused(url), BaseUrlError::NotEncrypted, "{url}");
        }
    }

    #[test]
    fn each_fault_has_its_own_name() {
        for url in ["", "apx.didit.me", "/auth", "localhost:8080", "https://"] {
            assert_eq!(refused(url), BaseUrlError::NotAbsolute, "{url}");
        }
        assert_eq!(refused("ftp://apx.didit.me"), BaseUrlError::Scheme);
        assert_eq!(refused("https://id@apx.didit.me"), BaseUrlError::UserInfo);
        assert_eq!(refused("https://:secret@apx.didit.me"), BaseUrlError::UserInfo);
        assert_eq!(refused("https://apx.didit.me?a=b"), BaseUrlError::Query);
        assert_eq!(refused("https://apx.didit.me#top"), BaseUrlError::Fragment);
    }
}
