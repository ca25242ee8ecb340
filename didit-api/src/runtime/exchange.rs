//! What happens to every request between building and decoding.

use reqwest::header::{AUTHORIZATION, HeaderName, HeaderValue};
use reqwest::{Request, StatusCode};

use super::error::Error;
use super::response::Unread;
use crate::authorize::{AuthorizeError, Operation, Scheme};
use crate::transport::Transport;

/// Signs the request and sends it. A bearer token that is answered with 401 is
/// reported, and the request sent once more if there is another token and its
/// body is no [`Upload`](super::upload::Upload). Nothing else is ever sent twice.
pub(super) async fn exchange(
    transport: &Transport,
    operation: &'static Operation,
    mut request: Request,
) -> Result<Unread, Error> {
    let again = operation.security.contains(&Scheme::Bearer).then(|| request.try_clone());
    let used = authorize(transport, operation, &mut request).await.map_err(Error::Authorize)?;
    let answer = send(transport, request).await?;
    let (Some((scheme @ Scheme::Bearer, credential)), StatusCode::UNAUTHORIZED) =
        (used, answer.status())
    else {
        return Ok(answer);
    };
    let renewed = transport.authorize().rejected(operation, scheme, &credential);
    let Some(mut request) = again.flatten().filter(|_| renewed) else { return Ok(answer) };
    // To its end, so that its connection can serve again.
    answer.read().await.map_err(Error::Transport)?;
    authorize(transport, operation, &mut request)
        .await
        .map_err(|error| Error::Authorize(error.after_rejection()))?;
    send(transport, request).await
}

async fn send(transport: &Transport, request: Request) -> Result<Unread, Error> {
    let response = transport.http().execute(request).await;
    let response = response.map_err(|error| Error::Transport(error.into()))?;
    Ok(Unread::new(response, transport.response_limit()))
}

/// Puts the operation's credential on the request, and says which one it was.
async fn authorize(
    transport: &Transport,
    operation: &'static Operation,
    request: &mut Request,
) -> Result<Option<(Scheme, HeaderValue)>, AuthorizeError> {
    for &scheme in operation.security {
        let failed = |source| AuthorizeError::Failed { operation, scheme, source };
        let credential =
            transport.authorize().authorize(operation, scheme).await.map_err(failed)?;
        let Some(mut value) = credential else { continue };
        value.set_sensitive(true);
        let name = match scheme {
            Scheme::Basic | Scheme::Bearer => AUTHORIZATION,
            Scheme::ApiKey { header } => {
                HeaderName::try_from(header).map_err(|error| failed(error.into()))?
            }
        };
        request.headers_mut().insert(name, value.clone());
        return Ok(Some((scheme, value)));
    }
    if operation.security.is_empty() {
        return Ok(None);
    }
    Err(AuthorizeError::Missing { operation })
}
