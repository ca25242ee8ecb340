//! Webhooks in a service of actix-web, over real sockets.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use actix_web::{App, HttpRequest, HttpServer, rt, web};
use didit_webhook_examples::actix::{body_limit, respond};

#[path = "../../tests/support/web_service.rs"]
mod web_service;
use web_service::check;

#[test]
fn actix_answers_as_the_vendor_expects_and_handles_each_event_once() {
    rt::System::new().block_on(check(async |receiver, handler| {
        let server = HttpServer::new(move || {
            let (receiver, handler) = (receiver.clone(), handler.clone());
            let on_webhook = move |request: HttpRequest, body: web::Bytes| {
                let (receiver, handler) = (receiver.clone(), handler.clone());
                async move {
                    respond(&receiver, &request, &body, async |event| handler.run(event).await)
                        .await
                }
            };
            App::new().app_data(body_limit()).route("/didit", web::post().to(on_webhook))
        });
        let server = server.workers(1).bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/didit", server.addrs()[0]);
        rt::spawn(server.run());
        url
    }));
}
