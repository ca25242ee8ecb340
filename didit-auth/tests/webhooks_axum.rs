//! Webhooks in a service of axum, over real sockets.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use axum::Router;
use axum::routing::post;
use didit_auth::webhooks::Delivery;

#[path = "support/web_service.rs"]
mod web_service;
use web_service::check;

#[tokio::test]
async fn axum_answers_as_the_vendor_expects_and_handles_each_event_once() {
    check(async |receiver, handler| {
        let on_webhook = async move |delivery: Delivery| {
            delivery.handle(async |event| handler.run(event).await).await
        };
        let router = Router::new().route("/didit", post(on_webhook)).with_state(receiver);
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/didit", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, router).await });
        url
    })
    .await;
}
