//! Webhooks in a service of actix-web.

use std::error::Error;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use didit_auth::webhooks::{Event, MAX_BODY, Outcome, Receiver};
use http::{HeaderMap, HeaderName, HeaderValue};

/// The limit for the body: `App::new().app_data(body_limit())`. actix-web answers 413 by
/// itself to what is longer.
#[must_use]
pub fn body_limit() -> web::PayloadConfig {
    web::PayloadConfig::new(MAX_BODY)
}

/// Runs `handler` for the event in a request. `body` is what the extractor `web::Bytes`
/// gives.
///
/// ```no_run
/// use actix_web::{App, HttpRequest, HttpServer, web};
/// use didit_auth::webhooks::{self, MemoryStore, Receiver};
/// use didit_webhook_examples::actix::{body_limit, respond};
///
/// # async fn run() -> Result<(), Box<dyn std::error::Error>> {
/// let receiver = Receiver::new(webhooks::verifier_from_env()?, MemoryStore::default());
/// HttpServer::new(move || {
///     let receiver = receiver.clone();
///     let on_webhook = move |request: HttpRequest, body: web::Bytes| {
///         let receiver = receiver.clone();
///         async move {
///             let handler = async |event: webhooks::Event| std::fs::write("event", event.body());
///             respond(&receiver, &request, &body, handler).await
///         }
///     };
///     App::new().app_data(body_limit()).route("/didit", web::post().to(on_webhook))
/// })
/// .bind("127.0.0.1:8080")?
/// .run()
/// .await?;
/// # Ok(())
/// # }
/// ```
pub async fn respond<H, R, E>(
    receiver: &Receiver,
    request: &HttpRequest,
    body: &[u8],
    handler: H,
) -> HttpResponse
where
    H: FnOnce(Event) -> R,
    R: Future<Output = Result<(), E>>,
    E: Into<Box<dyn Error + Send + Sync>>,
{
    response(receiver.handle(&headers(request), body, handler).await)
}

/// actix-web has the types of `http` 0.2, which are others to the compiler.
fn headers(request: &HttpRequest) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in request.headers() {
        let name = HeaderName::from_bytes(name.as_str().as_bytes());
        if let (Ok(name), Ok(value)) = (name, HeaderValue::from_bytes(value.as_bytes())) {
            // Not `insert`: two signatures are none.
            headers.append(name, value);
        }
    }
    headers
}

fn response(outcome: Outcome) -> HttpResponse {
    let (head, text) = http::Response::<String>::from(outcome).into_parts();
    let status = StatusCode::from_u16(head.status.as_u16());
    let mut response = HttpResponse::build(status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR));
    for (name, value) in &head.headers {
        response.append_header((name.as_str(), value.as_bytes()));
    }
    response.body(text)
}
