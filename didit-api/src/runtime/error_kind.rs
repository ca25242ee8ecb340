//! What went wrong, as far as a program cares.

/// What went wrong with a call. See [`Error::kind`](super::Error::kind).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// An argument cannot be sent. Nothing was sent.
    InvalidRequest,
    /// No credential was given for any scheme of the operation. Nothing was sent.
    NoCredential,
    /// The credential could not be obtained; `source()` says why. Nothing was sent,
    /// or nothing more after an attempt that failed.
    Credential,
    /// 401: the credential is wrong, expired or revoked.
    Unauthorized,
    /// 403: the credential is wrong, as this API says for 401 too, or has no leave.
    Forbidden,
    /// 404 or 410: there is no such thing, or it belongs to another application.
    NotFound,
    /// 402, or a 400 or 403 whose body says so: the balance is too low.
    InsufficientCredit,
    /// 400 or 422: the API does not take these arguments;
    /// [`ErrorBody::fields`](super::ErrorBody::fields) may say which.
    Validation,
    /// 409: it contradicts what is there, or an earlier use of the same
    /// `Idempotency-Key`.
    Conflict,
    /// 429: too many requests.
    Throttled,
    /// 5xx, 408 or 425: the API, or a proxy before it, is in trouble. It may have
    /// done what it was asked to.
    Unavailable,
    /// Any other status from 400.
    Rejected,
    /// There was no complete answer in time. The API may have done what it was
    /// asked to.
    Timeout,
    /// The host could not be reached. Nothing was sent.
    Connect,
    /// The connection broke before the end of the answer. The API may have done
    /// what it was asked to.
    Interrupted,
    /// No trusted TLS connection could be made. Nothing was sent.
    Tls,
    /// A [`File`](crate::File) of the request could not be read to its end, or was
    /// not as long as it said; or one that was to be saved could not be written.
    File,
    /// A success whose body is not what is documented, or a status below 400 that
    /// is not documented.
    Malformed,
}

impl ErrorKind {
    /// Of an answer that is no success.
    pub(super) fn of_status(status: u16, is_about_credit: bool) -> Self {
        match status {
            402 => Self::InsufficientCredit,
            400 | 403 if is_about_credit => Self::InsufficientCredit,
            400 | 422 => Self::Validation,
            401 => Self::Unauthorized,
            403 => Self::Forbidden,
            404 | 410 => Self::NotFound,
            409 => Self::Conflict,
            429 => Self::Throttled,
            408 | 425 | 500.. => Self::Unavailable,
            400.. => Self::Rejected,
            _ => Self::Malformed,
        }
    }

    /// What to do, as a sentence; nothing where the message has said it.
    pub(super) fn advice(self) -> &'static str {
        match self {
            Self::Unauthorized => ". Check the credentials, and that they are this host's",
            Self::Forbidden => ". Check the API key and its permissions",
            Self::NotFound => ". Check the ids, and that they are this application's",
            Self::InsufficientCredit => ". The balance is too low: top it up",
            Self::Validation => ". The API does not take these arguments; the body says why",
            Self::Conflict => ". It contradicts what is there; read that first",
            Self::Throttled => ". Wait, and send fewer",
            Self::Unavailable => ". Try again later",
            Self::Rejected => ". Trying again will not help; the body may say why",
            Self::Malformed => ". Check the base URL, and for a newer version of this crate",
            _ => "",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::ErrorKind as Kind;

    #[test]
    fn each_status_has_its_kind_and_each_kind_of_an_answer_its_advice() {
        for (statuses, about_credit, kind) in [
            (&[400, 422][..], false, Kind::Validation),
            (&[400, 402, 403], true, Kind::InsufficientCredit),
            (&[402], false, Kind::InsufficientCredit),
            (&[401], true, Kind::Unauthorized),
            (&[403], false, Kind::Forbidden),
            (&[404, 410], true, Kind::NotFound),
            (&[409], false, Kind::Conflict),
            (&[429], true, Kind::Throttled),
            (&[408, 425, 500, 502, 503, 504, 599, 999], false, Kind::Unavailable),
            (&[405, 406, 407, 411, 413, 415, 418, 451], false, Kind::Rejected),
            (&[100, 204, 206, 301, 304], true, Kind::Malformed),
        ] {
            for status in statuses {
                assert_eq!(Kind::of_status(*status, about_credit), kind, "{status}");
            }
            assert!(kind.advice().starts_with(". "), "{kind:?}");
        }
    }
}
