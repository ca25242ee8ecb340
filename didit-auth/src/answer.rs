//! From the token endpoint's answer to a token, or to an error.

use didit_api::auth::types::TokenResponse;
use didit_api::reqwest::Url;
use didit_api::reqwest::header::LOCATION;
use didit_api::runtime::{Response, ResponseProblem};
use didit_api::{ErrorBody, ErrorKind as CallKind, ResponseValue};

use crate::body::Body;
use crate::error::Failure;
use crate::{Credentials, Error, ErrorKind as Kind};

/// The generated call's result.
pub(crate) type Answer = Result<ResponseValue<TokenResponse>, didit_api::Error>;

/// The answer, if it can be used.
pub(crate) fn read(
    answer: Answer,
    base_url: &str,
    credentials: &Credentials,
) -> Result<TokenResponse, Error> {
    let failed = |response: &Response, problem: Option<&str>| {
        Err(failed(response, problem, base_url, credentials))
    };
    let error = match answer {
        Ok(value) => match fault(value.response(), Some(value.access_token.expose())) {
            None => return Ok(value.into_inner()),
            problem => return failed(value.response(), problem),
        },
        Err(error) => error,
    };
    match (error.response(), error.problem()) {
        (Some(response), Some(problem)) if problem != ResponseProblem::Truncated => {
            let is_shape = matches!(problem, ResponseProblem::Shape { .. });
            let fault = fault(response, None).filter(|_| is_shape);
            failed(response, fault.or(Some(&problem.to_string())))
        }
        (Some(response), None) => failed(response, None),
        // One that broke off is as none: the next one may be whole.
        _ => Err(no_answer(error, base_url)),
    }
}

fn no_answer(error: didit_api::Error, base_url: &str) -> Error {
    let kind = match error.kind() {
        CallKind::Tls => Kind::Tls,
        CallKind::Timeout => Kind::Timeout,
        CallKind::Connect | CallKind::Interrupted => Kind::Connect,
        _ => Kind::Configuration,
    };
    let why = error.transport().map_or_else(|| error.to_string(), ToString::to_string);
    let message = format!("no token from {base_url}: {why}");
    let status = error.status().map(|status| status.as_u16());
    Failure { kind, message, status, source: Some(error.into()), ..Failure::default() }.into()
}

/// What came is no token: it is no success, or there is a `problem` with it.
fn failed(
    response: &Response,
    problem: Option<&str>,
    base_url: &str,
    credentials: &Credentials,
) -> Error {
    let status = response.status();
    let problem = problem.or(status.is_success().then_some("only a 200 brings a token"));
    let code = code(response, credentials);
    let said = code.iter().fold(status.to_string(), |said, code| said + ", " + code);
    let (kind, message) = match (status.as_u16(), problem) {
        (_, Some(problem)) => (
            Kind::Malformed,
            format!("{base_url} answered {said}, but {problem}. Check the base URL"),
        ),
        (300..=399, _) => {
            let target = redirect_host(response, base_url)
                .filter(|host| !credentials.are_told_by(host))
                .unwrap_or_else(|| "an unnamed place".to_owned());
            let message = format!(
                "{base_url} answered {status}, a redirect to {target}, which is not followed: \
                 it would carry the credentials along. Check the base URL"
            );
            (Kind::Redirected, message)
        }
        (429, _) => (Kind::Throttled, format!("{base_url} asks to slow down: {said}")),
        (408 | 500..=599, _) => (Kind::Unavailable, format!("{base_url} is in trouble: {said}")),
        (number, _) => {
            let hint = match (number, code.as_deref()) {
                (401 | 403, _) | (_, Some("invalid_client")) => {
                    "Check the client id and the client secret"
                }
                (404 | 405, _) => "Check the base URL",
                _ => "Trying again will not help",
            };
            (Kind::Rejected, format!("{base_url} refused to issue a token: {said}. {hint}"))
        }
    };
    let (status, retry_after) = (Some(status.as_u16()), response.retry_after());
    Failure { kind, message, status, code, retry_after, source: None }.into()
}

/// `invalid_client` and its like (RFC 6749, section 5.2).
///
/// All that is ever shown of what a server says. Its other texts may echo
/// the secret in whatever encoding, or hold a token.
fn code(response: &Response, credentials: &Credentials) -> Option<String> {
    Body::of(response)?;
    let body = ErrorBody::read(response.body());
    let code = body.code().filter(|code| code.len() <= 40)?;
    let is_plain = code.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    (is_plain && !credentials.are_told_by(code)).then(|| code.to_owned())
}

fn redirect_host(response: &Response, base_url: &str) -> Option<String> {
    let location = response.headers().get(LOCATION)?.to_str().ok()?;
    let target = Url::parse(base_url).ok()?.join(location).ok()?;
    Some(target.host_str()?.to_owned())
}

/// What is wrong with a success, whose `access_token` is `token` if that could
/// be read. Names members and types; never quotes: the body may hold a token.
fn fault(response: &Response, token: Option<&str>) -> Option<&'static str> {
    let Some(body) = Body::of(response) else {
        return Some("its body is not a JSON object that names each member once");
    };
    match (body.access_token, token) {
        _ if body.error.is_some() => Some("its body is an error"),
        _ if !body.is_bearer() => Some("its token_type is not Bearer"),
        (None, _) => Some("its body has no access_token, or its access_token is null"),
        (Some(json), _) if !json.get().starts_with('"') => Some("its access_token is not a string"),
        (_, Some("")) => Some("its access_token is empty"),
        // RFC 6749, appendix A.12, without the space.
        (_, Some(token)) if !token.bytes().all(|byte| byte.is_ascii_graphic()) => {
            Some("its access_token holds characters that no header can carry")
        }
        _ => None,
    }
}
