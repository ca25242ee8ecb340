//! What happens to every request between building and decoding.

use reqwest::StatusCode;
use reqwest::header::{AUTHORIZATION, HeaderName, HeaderValue};

use super::{CallError, Response, Unread};
use crate::authorize::{AuthorizeError, Operation, Scheme};
use crate::transport::Transport;

/// What a generated call knows of itself.
#[derive(Debug)]
pub struct OperationInfo {
    /// `operationId` in snake case.
    pub operation_id: &'static str,
}

/// The steps of a call. Generated clients implement the two items without a
/// body and call those with one.
pub trait ClientHooks: Sync {
    /// The document's operations.
    const OPERATIONS: &'static [Operation];

    /// Where the client sends.
    fn transport(&self) -> &Transport;

    /// Nothing to do: credentials are put on when the request is sent, because
    /// they may have to be put on twice.
    fn pre(
        &self,
        _: &mut reqwest::Request,
        _: &OperationInfo,
    ) -> impl Future<Output = Result<(), CallError>> + Send {
        async { Ok(()) }
    }

    /// Signs the request, sends it, and reads the answer up to the transport's
    /// limit. A bearer token that is answered with 401 is reported, and the
    /// request sent once more if there is another token and the body can be
    /// repeated. Nothing else is ever sent twice.
    fn exec(
        &self,
        request: reqwest::Request,
        info: &OperationInfo,
    ) -> impl Future<Output = Result<Response, CallError>> + Send {
        async { self.exec_unread(request, info).await?.read().await }
    }

    /// The same without reading the answer's body.
    fn exec_unread(
        &self,
        mut request: reqwest::Request,
        info: &OperationInfo,
    ) -> impl Future<Output = Result<Unread, CallError>> + Send {
        async {
            let transport = self.transport();
            let id = info.operation_id;
            let Some(operation) = Self::OPERATIONS.iter().find(|operation| operation.id == id)
            else {
                // Both come from one document in one run of the generator. If
                // they ever part ways, send nothing.
                return Err(CallError::UnknownOperation(id));
            };
            let again = operation.security.contains(&Scheme::Bearer).then(|| request.try_clone());
            let used = authorize(transport, operation, &mut request).await?;
            let answer = send(transport, request).await?;
            let (Some((scheme @ Scheme::Bearer, credential)), StatusCode::UNAUTHORIZED) =
                (used, answer.status())
            else {
                return Ok(answer);
            };
            let renewed = transport.authorize().rejected(operation, scheme, &credential);
            match again.flatten().filter(|_| renewed) {
                Some(mut request) => {
                    // To its end, so that its connection can serve again.
                    answer.read().await?;
                    let again = authorize(transport, operation, &mut request).await;
                    again.map_err(AuthorizeError::after_rejection)?;
                    send(transport, request).await
                }
                None => Ok(answer),
            }
        }
    }

    /// Sees the result; nothing to do so far.
    fn post<R>(
        &self,
        _: &Result<R, CallError>,
        _: &OperationInfo,
    ) -> impl Future<Output = Result<(), CallError>> + Send {
        async { Ok(()) }
    }
}

async fn send(transport: &Transport, request: reqwest::Request) -> Result<Unread, CallError> {
    let response = transport.http().execute(request).await?;
    Ok(Unread::new(response, transport.response_limit()))
}

/// Puts the operation's credential on the request, and says which one it was.
async fn authorize(
    transport: &Transport,
    operation: &'static Operation,
    request: &mut reqwest::Request,
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
