//! From the token endpoint's answer to a token, or to an error.

use didit_api::ResponseValue;
use didit_api::auth::types::{TokenError, TokenResponse};
use didit_api::reqwest::Url;
use didit_api::reqwest::header::LOCATION;
use didit_api::runtime::{Response, ResponseProblem, TransportError, TransportErrorKind};

use crate::error_body::ErrorBody;
use crate::members::Members;
use crate::{Credentials, Error, ErrorKind};

/// The generated call's result.
pub(crate) type Answer = Result<ResponseValue<TokenResponse>, didit_api::Error<TokenError>>;

/// The answer, if it can be used.
pub(crate) fn read(
    answer: Answer,
    base_url: &str,
    credentials: &Credentials,
) -> Result<TokenResponse, Error> {
    let error = match answer {
        Ok(value) => {
            return match fault(&value) {
                None => Ok(value.into_inner()),
                Some(problem) => Err(malformed(value.response(), problem, credentials)),
            };
        }
        Err(error) => error,
    };
    Err(match error {
        didit_api::Error::Transport(error) => transport(error, base_url),
        didit_api::Error::InvalidResponse(invalid) if invalid.response.status().is_success() => {
            let problem = problem(&invalid.response, invalid.problem);
            malformed(&invalid.response, &problem, credentials)
        }
        error => match error.response() {
            Some(response) if response.status().is_success() => {
                malformed(response, "only a 200 brings a token", credentials)
            }
            Some(response) => status(response, base_url, credentials),
            None => Error::new(ErrorKind::Configuration, error.to_string()),
        },
    })
}

fn transport(error: TransportError, base_url: &str) -> Error {
    let kind = match error.kind() {
        TransportErrorKind::Tls => ErrorKind::Tls,
        TransportErrorKind::ConnectTimeout | TransportErrorKind::Timeout => ErrorKind::Timeout,
        TransportErrorKind::Request => ErrorKind::Configuration,
        _ => ErrorKind::Connect,
    };
    Error::new(kind, format!("no token from {base_url}: {error}")).with_source(error)
}

fn status(response: &Response, base_url: &str, credentials: &Credentials) -> Error {
    let status = response.status();
    let body = ErrorBody::read(response.body(), |text| credentials.redact(text));
    let said = body.describe(status);
    let (kind, message) = match status.as_u16() {
        300..=399 => {
            let target = redirect_host(response, base_url);
            let message = format!(
                "{base_url} answered {status}, a redirect to {target}, which is not followed: \
                 it would carry the credentials along. Check the base URL"
            );
            (ErrorKind::Redirected, message)
        }
        429 => (ErrorKind::Throttled, format!("{base_url} asks to slow down: {said}")),
        408 | 500..=599 => (ErrorKind::Unavailable, format!("{base_url} is in trouble: {said}")),
        _ => {
            let hint = match (status.as_u16(), body.code.as_deref()) {
                (401 | 403, _) | (_, Some("invalid_client")) => {
                    "Check the client id and the client secret"
                }
                (404 | 405, _) => "Check the base URL",
                _ => "Trying again will not help",
            };
            (ErrorKind::Rejected, format!("{base_url} refused to issue a token: {said}. {hint}"))
        }
    };
    Error::new(kind, message)
        .with_status(status.as_u16())
        .with_code(body.code)
        .with_retry_after(response.retry_after())
}

fn redirect_host(response: &Response, base_url: &str) -> String {
    let target = || {
        let location = response.headers().get(LOCATION)?.to_str().ok()?;
        let target = Url::parse(base_url).ok()?.join(location).ok()?;
        Some(target.host_str()?.to_owned())
    };
    target().unwrap_or_else(|| "an unnamed place".to_owned())
}

fn malformed(response: &Response, problem: &str, credentials: &Credentials) -> Error {
    let status = response.status();
    let body = ErrorBody::read(response.body(), |text| credentials.redact(text));
    // A success may hold a token anywhere: no text of it but a plain code.
    let code = body.code.filter(|code| is_code(code));
    let said = code.as_ref().map(|code| format!(": {code}")).unwrap_or_default();
    let message =
        format!("the token endpoint answered {status}, but {problem}{said}. Check the base URL");
    Error::new(ErrorKind::Malformed, message).with_status(status.as_u16()).with_code(code)
}

/// Short, and made of what the codes of RFC 6749 are made of.
fn is_code(text: &str) -> bool {
    text.len() <= 40 && text.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')
}

/// What is wrong with an answer that has the documented shape.
fn fault(answer: &ResponseValue<TokenResponse>) -> Option<&'static str> {
    let Some(members) = Members::read(answer.response().body()) else {
        return Some("its body names a member twice");
    };
    let token = answer.access_token.expose();
    if members.is_error() {
        Some("its body is an error")
    } else if !members.is_bearer() {
        Some("its token_type is not Bearer")
    } else if token.is_empty() {
        Some("its access_token is empty")
    } else if !token.bytes().all(|byte| byte.is_ascii_graphic()) {
        // RFC 6749, appendix A.12, without the space.
        Some("its access_token holds characters that no header can carry")
    } else {
        None
    }
}

/// The runtime's problem, made more precise where the shape is wrong. Names
/// members and types; never quotes, because the body may hold a token.
fn problem(response: &Response, problem: ResponseProblem) -> String {
    if !matches!(problem, ResponseProblem::Shape { .. }) {
        return problem.to_string();
    }
    let Some(members) = Members::read(response.body()) else {
        return "its body is not a JSON object that names each member once".to_owned();
    };
    match members.access_token {
        _ if members.is_error() => "its body is an error".to_owned(),
        None => "its body has no access_token".to_owned(),
        Some(json) if json.starts_with('"') => problem.to_string(),
        Some("null") => "its access_token is null".to_owned(),
        Some(_) => "its access_token is not a string".to_owned(),
    }
}
