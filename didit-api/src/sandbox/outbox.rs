//! The webhooks that wait to be posted, and where they may go.

use std::sync::Arc;

use reqwest::Url;
use reqwest::header::HeaderMap;
use serde_json::{Map, Value};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::sync::watch;

use crate::base_url::is_loopback;
use crate::secret::Secret;

/// Where the documents' examples send webhooks. It is somebody's.
const EXAMPLES: &str = "yourapp.com";

/// Where a webhook goes, and who signs it.
#[derive(Clone)]
pub(super) struct Target {
    /// The destination's key; empty for what the vendor would not send.
    pub(super) destination: String,
    pub(super) url: String,
    pub(super) secret: Secret,
}

/// What is posted.
pub(super) enum Content {
    /// Signed anew at each attempt.
    Event(Map<String, Value>),
    /// As it is.
    Bytes(HeaderMap, Vec<u8>),
}

/// A webhook to be posted.
pub(super) struct Job {
    pub(super) target: Target,
    pub(super) content: Content,
    /// Whether it is posted again if that may help.
    pub(super) is_retried: bool,
    _busy: Busy,
}

/// As long as there is one, something is going to be posted.
pub(super) struct Busy(Arc<watch::Sender<usize>>);

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.send_modify(|count| *count -= 1);
    }
}

pub(super) struct Outbox {
    /// Whether other machines may be posted to.
    anywhere: bool,
    jobs: UnboundedSender<Job>,
    busy: Arc<watch::Sender<usize>>,
}

impl Outbox {
    pub(super) fn new(anywhere: bool) -> (Self, UnboundedReceiver<Job>) {
        let (jobs, posted) = unbounded_channel();
        (Self { anywhere, jobs, busy: Arc::new(watch::Sender::new(0)) }, posted)
    }

    /// # Errors
    ///
    /// Why nothing is posted there.
    pub(super) fn check(&self, url: &str) -> Result<(), &'static str> {
        let url = Url::parse(url).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
        let url = url.ok_or(
            "the webhook's URL is not one of http:// or https://; \
             write it like http://127.0.0.1:3000/webhooks",
        )?;
        let host = url.host_str().unwrap_or_default();
        if is_loopback(&url) {
            Ok(())
        } else if !self.anywhere {
            Err("the webhook's URL is of another machine; give one of 127.0.0.1, [::1] or \
                 localhost, or call `webhooks_anywhere` (`--webhooks-anywhere` of a command)")
        } else if host == EXAMPLES || host.ends_with(".yourapp.com") {
            Err("the webhook's URL is that of the documents' examples; give your own")
        } else {
            Ok(())
        }
    }

    pub(super) fn job(&self, target: Target, content: Content, is_retried: bool) -> Job {
        Job { target, content, is_retried, _busy: self.busy() }
    }

    /// Has a webhook posted after those that were put here before.
    pub(super) fn put(&self, target: Target, content: Content, is_retried: bool) {
        // Nobody is there any more when the sandbox ends.
        self.jobs.send(self.job(target, content, is_retried)).ok();
    }

    pub(super) fn busy(&self) -> Busy {
        self.busy.send_modify(|count| *count += 1);
        Busy(Arc::clone(&self.busy))
    }

    /// How much is going to be posted.
    pub(super) fn waiting(&self) -> watch::Receiver<usize> {
        self.busy.subscribe()
    }
}
