//! The sockets: a thread with a runtime of its own, so that neither the
//! caller's runtime nor its clock matters.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, mpsc};
use std::thread::{Builder, JoinHandle};
use std::time::Duration;

use http_body_util::{BodyExt, Channel, Either, Full};
use hyper::body::{Bytes, Incoming};
use hyper::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderName, HeaderValue};
use hyper::http::request::Parts;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::sync::oneshot;
use tokio::time::sleep;

use super::answer::{Answer, Kind};
use super::outbox::{Busy, Job};
use super::poster::Poster;
use super::received::shown;
use super::respond::respond;
use super::route::{Route, route};
use super::shown::as_shown;
use super::state::Shared;
use crate::openapi::media::is_multipart;

/// How much of a body is kept, in bytes; and of one that may have files.
const LIMIT: usize = 1024 * 1024;
const FILES_LIMIT: usize = 64 * LIMIT;

type Body = Either<Full<Bytes>, Channel<Bytes, io::Error>>;

/// Serves until `stop` is dropped; then listener and connections are closed.
pub(super) fn spawn(
    port: u16,
    shared: Arc<Shared>,
    jobs: UnboundedReceiver<Job>,
    stop: oneshot::Receiver<()>,
) -> io::Result<(SocketAddr, JoinHandle<io::Result<()>>)> {
    let (report, ready) = mpsc::channel();
    let serve = async move {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
        // A caller that is gone has dropped `stop` as well.
        let address = listener.local_addr()?;
        report.send(address).ok();
        let poster = Arc::new(Poster::new(Arc::clone(&shared), format!("http://{address}")));
        tokio::spawn(Arc::clone(&poster).post_all(jobs));
        tokio::spawn(accept(listener, shared, poster));
        stop.await.ok();
        Ok(())
    };
    let thread = Builder::new().name("didit-sandbox".to_owned()).spawn(move || {
        tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(serve)
    })?;
    match ready.recv() {
        Ok(address) => Ok((address, thread)),
        Err(gone) => {
            let ended = thread.join().ok().and_then(Result::err);
            Err(ended.unwrap_or_else(|| io::Error::other(gone)))
        }
    }
}

async fn accept(listener: TcpListener, shared: Arc<Shared>, poster: Arc<Poster>) {
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            // Out of descriptors, most likely: others have to be closed first.
            sleep(Duration::from_millis(50)).await;
            continue;
        };
        stream.set_nodelay(true).ok();
        shared.lock().connections += 1;
        let (shared, poster) = (Arc::clone(&shared), Arc::clone(&poster));
        tokio::spawn(async move {
            let answered = |request| answer(Arc::clone(&shared), Arc::clone(&poster), request);
            let service = service_fn(answered);
            http1::Builder::new().serve_connection(TokioIo::new(stream), service).await.ok();
        });
    }
}

/// Answers one request; an error closes the connection without an answer.
async fn answer(
    shared: Arc<Shared>,
    poster: Arc<Poster>,
    request: Request<Incoming>,
) -> io::Result<Response<Body>> {
    let (head, body) = request.into_parts();
    let route = route(&shared.operations, head.method.as_str(), head.uri.path());
    let (number, mut answer) = shared.arrived(&head, &route);
    if matches!(answer.kind, Kind::Honest | Kind::Status(_)) {
        let body = read(&head, body).await?;
        if let (Route::Operation(operation, _), Some(body)) = (&route, &body) {
            shared.noted(number, shown(operation, &head.headers, body));
        }
        if answer.kind == Kind::Honest {
            let (mut honest, resend) = honest(&shared, &route, &head, body.as_deref());
            if let (Route::Operation(operation, _), Some(job)) = (&route, resend) {
                let shown = as_shown(operation, &poster.post_once(&job).await);
                honest.body = shown.map(|shown| shown.to_string().into());
            }
            answer = answer.complete(honest);
        }
    }
    sleep(answer.delay).await;
    match answer.kind {
        Kind::Hang => std::future::pending().await,
        Kind::Status(status) => Ok(send(status, answer).unwrap_or_else(|error| {
            let text = format!("the sandbox cannot send this answer: {error}");
            let mut response = Response::new(Either::Left(Full::from(text)));
            *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
            response
        })),
        Kind::Drop | Kind::Honest => Err(io::ErrorKind::ConnectionAborted.into()),
    }
}

/// What the documents say, and the delivery that is to be sent again before that is said.
fn honest(
    shared: &Arc<Shared>,
    route: &Route<'_>,
    head: &Parts,
    body: Option<&[u8]>,
) -> (Answer, Option<Job>) {
    let mut state = shared.lock();
    let answer = respond(route, &mut state, head, body);
    let service = &mut state.service;
    for session in service.armed.drain(..) {
        tokio::spawn(play(Arc::clone(shared), session, service.outbox.busy()));
    }
    (answer, service.resend.take())
}

/// Takes a session through its statuses, if nothing else does meanwhile.
async fn play(shared: Arc<Shared>, session: String, _busy: Busy) {
    for status in ["Not Started", "In Progress"] {
        sleep(shared.pace).await;
        if !shared.lock().service.play(&session, status) {
            return;
        }
    }
}

/// Reads the body, or nothing if it is too long. Of a long one more is read
/// than kept: a client that is still writing would see a reset, no answer.
async fn read(head: &Parts, mut body: Incoming) -> io::Result<Option<Vec<u8>>> {
    let content_type = head.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let limit = if content_type.is_some_and(is_multipart) { FILES_LIMIT } else { LIMIT };
    let (mut kept, mut size) = (Vec::new(), 0);
    while let Some(frame) = body.frame().await {
        let data = frame.map_err(io::Error::other)?.into_data().unwrap_or_default();
        size += data.len();
        if size <= limit {
            kept.extend_from_slice(&data);
        } else if size > limit + 15 * LIMIT {
            break;
        }
    }
    Ok((size <= limit).then_some(kept))
}

fn send(status: u16, answer: Answer) -> hyper::http::Result<Response<Body>> {
    let mut response = Response::builder().status(status).body(())?;
    for (name, value) in &answer.headers {
        let (name, value) = (HeaderName::try_from(name)?, HeaderValue::try_from(value)?);
        response.headers_mut().insert(name, value);
    }
    let bytes = answer.body.unwrap_or_default();
    let announced = response.headers().contains_key(CONTENT_LENGTH);
    if !announced && !answer.truncated && answer.drip.is_none() {
        return Ok(response.map(|()| Either::Left(Full::new(bytes))));
    }
    response.headers_mut().entry(CONTENT_LENGTH).or_insert(bytes.len().into());
    let end = if answer.truncated { bytes.len() / 2 } else { bytes.len() };
    let piece = if answer.drip.is_some() { 1 } else { bytes.len().max(1) };
    let (mut sender, body) = Channel::new(1);
    tokio::spawn(async move {
        for piece in bytes.slice(..end).chunks(piece) {
            sleep(answer.drip.unwrap_or_default()).await;
            if sender.send_data(Bytes::copy_from_slice(piece)).await.is_err() {
                return;
            }
        }
        // With less sent than announced, the end closes the connection; what is
        // still in its buffer then would be lost.
        sleep(Duration::from_millis(1)).await;
    });
    Ok(response.map(|()| Either::Right(body)))
}
