//! Posts webhooks as the vendor does: one after another, and again where that may help.

use std::error::Error;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, SystemTime};

use reqwest::header::HeaderMap;
use serde_json::{Map, Value};
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::time::sleep;

use super::delivery::Delivery;
use super::outbox::{Content, Job};
use super::signed::signed;
use super::state::Shared;
use crate::transport::http;

/// Posts the webhooks of a sandbox.
pub(super) struct Poster {
    shared: Arc<Shared>,
    /// The sandbox's own.
    url: String,
    /// Made when it is needed: it reads the system's certificates.
    http: OnceLock<Result<reqwest::Client, String>>,
}

impl Poster {
    pub(super) fn new(shared: Arc<Shared>, url: String) -> Self {
        Self { shared, url, http: OnceLock::new() }
    }

    /// Posts what comes out of `jobs`, in this order, so that the events of a session
    /// arrive in theirs. A retry is not waited for.
    pub(super) async fn post_all(self: Arc<Self>, mut jobs: UnboundedReceiver<Job>) {
        while let Some(job) = jobs.recv().await {
            let (may_help, _) = self.attempt(&job, 1).await;
            if may_help && job.is_retried {
                tokio::spawn(Arc::clone(&self).retry(job));
            }
        }
    }

    /// Posts one at once, and gives what the API knows of the delivery then.
    pub(super) async fn post_once(&self, job: &Job) -> Map<String, Value> {
        self.attempt(job, 1).await.1
    }

    async fn retry(self: Arc<Self>, job: Job) {
        for (number, pause) in (2..).zip(&self.shared.posting.pauses) {
            sleep(*pause).await;
            let is_wanted = self.shared.lock().service.sends_to(&job.target.destination);
            if !is_wanted || !self.attempt(&job, number).await.0 {
                return;
            }
        }
    }

    /// Says whether another attempt may help, and what the API knows of this one.
    async fn attempt(&self, job: &Job, number: usize) -> (bool, Map<String, Value>) {
        let start = SystemTime::now();
        let target = job.target.clone();
        let prepared = match &job.content {
            // Each attempt has a time of its own. That is inferred: by the time of the
            // first one, a receiver would find the last too old.
            Content::Event(event) => signed(event, &target.secret, start, &self.url),
            Content::Bytes(headers, body) => Ok((headers.clone(), body.clone())),
        };
        let is_prepared = prepared.is_ok();
        let (headers, body, status) = match prepared {
            Ok((headers, body)) => {
                let status = self.exchange(&target.url, headers.clone(), body.clone()).await;
                (headers, body, status)
            }
            Err(why) => (HeaderMap::new(), Vec::new(), Err(why.to_string())),
        };
        let may_help = match status {
            Ok(status) => status == 404 || status >= 500,
            Err(_) => is_prepared,
        };
        let delivery = Delivery {
            url: target.url,
            headers,
            body,
            attempt: number,
            status,
            destination: target.destination,
            secret: target.secret,
        };
        let mut state = self.shared.lock();
        let known = state.service.delivered(&delivery, start);
        state.deliveries.push(delivery);
        (may_help, known)
    }

    /// The status of the answer.
    ///
    /// # Errors
    ///
    /// There is none; why.
    async fn exchange(&self, url: &str, headers: HeaderMap, body: Vec<u8>) -> Result<u16, String> {
        // A test may have changed what it replays.
        self.shared.lock().service.outbox.check(url)?;
        let timeout = self.shared.posting.timeout;
        let http = self.http.get_or_init(|| client(timeout)).as_ref().map_err(Clone::clone)?;
        let request = http.post(url).headers(headers).body(body);
        let mut response = request.send().await.map_err(|error| reason(&error))?;
        let status = response.status().as_u16();
        // Nothing but the status matters, and the receiver sees no reset.
        while let Ok(Some(_)) = response.chunk().await {}
        Ok(status)
    }
}

/// As the vendor's: it follows no redirect, and each delivery has a connection of its own.
fn client(timeout: Duration) -> Result<reqwest::Client, String> {
    let http = http().timeout(timeout).no_proxy().pool_max_idle_per_host(0);
    http.http1_title_case_headers().build().map_err(|error| reason(&error))
}

/// The innermost cause, which is what the system says.
fn reason(error: &reqwest::Error) -> String {
    if error.is_timeout() {
        return "timed out".to_owned();
    }
    let mut cause: &dyn Error = error;
    while let Some(deeper) = cause.source() {
        cause = deeper;
    }
    cause.to_string()
}
