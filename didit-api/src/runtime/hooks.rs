//! What happens to every request between building and decoding.

use reqwest::header::{AUTHORIZATION, HeaderName};

use super::{CallError, Response};
use crate::authorize::{AuthorizeError, Operation, Scheme};
use crate::transport::Transport;

/// What a generated call knows of itself.
#[derive(Debug)]
pub struct OperationInfo {
    /// `operationId` in snake case.
    pub operation_id: &'static str,
}

/// The steps of a call. Generated clients implement the two items without a
/// body and call the three with one.
pub trait ClientHooks: Sync {
    /// The document's operations.
    const OPERATIONS: &'static [Operation];

    /// Where the client sends.
    fn transport(&self) -> &Transport;

    /// Puts the operation's credential on the request, before any network.
    fn pre(
        &self,
        request: &mut reqwest::Request,
        info: &OperationInfo,
    ) -> impl Future<Output = Result<(), CallError>> + Send {
        async {
            let id = info.operation_id;
            match Self::OPERATIONS.iter().find(|operation| operation.id == id) {
                Some(operation) => authorize(self.transport(), operation, request).await,
                // Both come from one document in one run of the generator. If
                // they ever part ways, send nothing.
                None => Err(CallError::UnknownOperation(id)),
            }
        }
    }

    /// Sends the request and reads the answer, up to the transport's limit.
    fn exec(
        &self,
        request: reqwest::Request,
        _: &OperationInfo,
    ) -> impl Future<Output = Result<Response, CallError>> + Send {
        async {
            let transport = self.transport();
            let response = transport.http().execute(request).await?;
            Ok(Response::read(response, transport.response_limit()).await?)
        }
    }

    /// Sees the result; nothing to do so far.
    fn post(
        &self,
        _: &Result<Response, CallError>,
        _: &OperationInfo,
    ) -> impl Future<Output = Result<(), CallError>> + Send {
        async { Ok(()) }
    }
}

async fn authorize(
    transport: &Transport,
    operation: &'static Operation,
    request: &mut reqwest::Request,
) -> Result<(), CallError> {
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
        request.headers_mut().insert(name, value);
        return Ok(());
    }
    if operation.security.is_empty() {
        return Ok(());
    }
    Err(AuthorizeError::Missing { operation }.into())
}
