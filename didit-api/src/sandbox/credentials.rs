//! The only thing that no document can say: which credentials are good.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hyper::HeaderMap;
use serde_json::Value;

use super::refusal::Refusal;
use crate::Secret;
use crate::openapi::security::Scheme;

/// The header of a session's token, in small letters.
pub(super) const SESSION_TOKEN: &str = "session-token";

/// The client's credentials, and the tokens issued for them.
pub(super) struct Credentials {
    pub(super) id: String,
    pub(super) secret: Secret,
    /// The API key, if it is not the client secret.
    pub(super) key: Option<Secret>,
    /// How long a token lives; by default as long as the document's example.
    pub(super) lifetime: Option<Duration>,
    /// Each token with its end; a life beyond the clock's range has none.
    pub(super) tokens: HashMap<String, Option<Instant>>,
    pub(super) issued: usize,
}

impl Credentials {
    /// Checks what the headers carry for one scheme.
    pub(super) fn check(&self, scheme: &Scheme, headers: &HeaderMap) -> Result<(), Refusal> {
        let sent = |header: &str| headers.get(header).and_then(|value| value.to_str().ok());
        let sent_for = |scheme: &str| {
            let (name, rest) = sent("authorization")?.split_once(' ')?;
            name.eq_ignore_ascii_case(scheme).then_some(rest.trim())
        };
        let (code, checked) = match scheme {
            Scheme::Basic => ("invalid_client", self.check_basic(sent_for("Basic"))),
            Scheme::Bearer => ("invalid_token", self.check_bearer(sent_for("Bearer"))),
            // A session's own; whether it is this session's is for the service to say.
            Scheme::ApiKey(header) if header == SESSION_TOKEN => {
                let sent = sent(header).ok_or("No session token was sent.");
                ("invalid_token", sent.map(|_| ()))
            }
            Scheme::ApiKey(header) => {
                let good = sent(header) == Some(self.api_key().expose());
                ("invalid_api_key", good.then_some(()).ok_or("The API key is missing or wrong."))
            }
        };
        checked.map_err(|text| Refusal::new(Refusal::CREDENTIALS, code, text))
    }

    pub(super) fn api_key(&self) -> &Secret {
        self.key.as_ref().unwrap_or(&self.secret)
    }

    fn check_basic(&self, sent: Option<&str>) -> Result<(), &'static str> {
        let pair = STANDARD.decode(sent.ok_or("No Basic credentials were sent.")?).ok();
        let pair = pair.filter(|pair| pair.contains(&b':'));
        let pair = pair.ok_or("The Basic credentials are not base64 of `id:secret`.")?;
        let good = format!("{}:{}", self.id, self.secret.expose());
        (pair == good.as_bytes()).then_some(()).ok_or("The client id or the secret is wrong.")
    }

    fn check_bearer(&self, sent: Option<&str>) -> Result<(), &'static str> {
        match self.tokens.get(sent.ok_or("No bearer token was sent.")?) {
            None => Err("The bearer token was not issued here, or was revoked."),
            Some(Some(end)) if *end <= Instant::now() => Err("The bearer token has expired."),
            Some(_) => Ok(()),
        }
    }

    /// Issues a token into a copy of the documented answer, whose other
    /// members then say the same of it.
    pub(super) fn issue(&mut self, answer: &mut Value) {
        let documented = Duration::from_secs(answer["expires_in"].as_u64().unwrap_or(86_400));
        let lifetime = self.lifetime.unwrap_or(documented);
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        self.issued += 1;
        // Differs between sandboxes too: the hasher's keys are random.
        let mark = RandomState::new().hash_one(self.issued);
        let token = format!("sandbox-token-{}-{mark:016x}", self.issued);
        for (member, value) in [
            ("access_token", Value::from(token.as_str())),
            ("client_id", self.id.as_str().into()),
            ("expires_in", lifetime.as_secs().into()),
            ("iat", now.as_secs().into()),
            ("exp", now.saturating_add(lifetime).as_secs().into()),
        ] {
            answer.get_mut(member).map(|place| std::mem::replace(place, value));
        }
        self.tokens.insert(token, Instant::now().checked_add(lifetime));
    }
}
