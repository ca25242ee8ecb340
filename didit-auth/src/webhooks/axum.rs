//! Deliveries as axum takes and answers them.

use axum_core::extract::{FromRef, FromRequest, Request};
use axum_core::response::{IntoResponse, Response};
use didit_api::webhooks::MAX_BODY;
use http_body_util::BodyExt as _;

use super::outcome::Outcome;
use super::receiver::{Delivery, Receiver};

impl<S: Send + Sync> FromRequest<S> for Delivery
where
    Receiver: FromRef<S>,
{
    type Rejection = Outcome;

    async fn from_request(request: Request, state: &S) -> Result<Self, Outcome> {
        let (head, mut body) = request.into_parts();
        let mut bytes = Vec::new();
        // A byte more than is allowed is enough to refuse it.
        while bytes.len() <= MAX_BODY
            && let Some(frame) = body.frame().await
        {
            let frame = frame.map_err(|error| Outcome::Unavailable(error.into()))?;
            bytes.extend_from_slice(&frame.into_data().unwrap_or_default());
        }
        Receiver::from_ref(state).receive(&head.headers, &bytes)
    }
}

impl IntoResponse for Outcome {
    fn into_response(self) -> Response {
        http::Response::<String>::from(self).into_response()
    }
}
