//! People are planted in every request and every answer of every document, with
//! the keys that sign the calls, and may be found in nothing that a log, an error
//! or a `Debug` could show. No operation is named here; a new one is tested by
//! standing in its document.
//!
//! Which members are about a person is said here once more, by their names, and
//! not read from the documents' `x-personal`: a mark that is missing shows.

#![cfg(feature = "sandbox")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::collections::BTreeMap;
use std::io;
use std::sync::{Arc, Mutex};

use didit_api::sandbox::{Answer, Sandbox};
use didit_api::{
    ApiKey, Authorization, Authorize, Basic, Bearer, Operation, RetryPolicy, Scheme, Transport,
};
use serde_json::{Value, json};
use tracing_subscriber::filter::LevelFilter;

#[path = "support/calls.rs"]
mod calls;
#[path = "support/documents.rs"]
mod documents;
#[path = "support/face_match.rs"]
#[allow(dead_code, reason = "sent, and not read")]
mod face_match;
#[rustfmt::skip]
#[allow(unreachable_pub, clippy::all, reason = "generated code")]
mod generated;
use calls::{Example, RoundTrip, outcome, show};
use documents::{Document, Shape, Shown, places, same};
use face_match::FaceMatchRequest;
// What the generated code finds as `crate::…`.
use didit_api::*;

const NAME: &str = "Ada Planted73019";
const NUMBER: &str = "NR73019X";
const PHONE: &str = "+1417301900";
const ADDRESS: &str = "73019 Planted Road";
const MEDIA: &str = "https://media.example.com/planted-73019.jpg";
const EMAIL: &str = "planted73019@example.com";
const IP: &str = "198.18.73.19";
const DATE: &str = "1873-01-09";
const TEXT: &str = "what they said, 73019";
const UNDOCUMENTED: &str = "undocumented 73019";
const KEY: &str = "key-73019";

/// One of them is in each of the texts above, and in nothing else.
const MARKS: &[&str] = &["73019", IP, DATE];

/// How the names of members end that are about a person, and what to plant there.
const ENDS: &[(&str, &str)] = &[
    (DATE, "date_of_birth birth_date dob"),
    (EMAIL, "email emails email_address"),
    (IP, "ip ip_address"),
    (PHONE, "phone phones phone_number full_number"),
    (MEDIA, "image images image_url video videos video_url portrait selfie photo photos thumbnail"),
    (MEDIA, "camera_front file files file_url filename document session_url"),
    (ADDRESS, "address addresses street_1 street_2 city region postal_code long_name short_name"),
    (ADDRESS, "place_of_birth birth_place place_id ip_state location"),
    (NUMBER, "document_number personal_number tax_number identification_number number"),
    (
        NUMBER,
        "account_number iban ssn national_id voter_id cpr_alias optional_data optional_data_2",
    ),
    (NUMBER, "mrz_key mrz_string device_fingerprint device_id code_tried payload"),
    (NAME, "name names surname alias aliases caption holder name_on_document user actor_display"),
    (TEXT, "gender sex marital_status nationality blood_group education position relation"),
    (TEXT, "notes summary headline comment value matched_value previous_value new_value text"),
    (TEXT, "provided record vendor_data vendor_data_list user_agent"),
];

/// Of numbers these; what to plant there.
const COORDINATES: (f64, &str) = (19.73019, "lat lng latitude longitude");

/// All in them is about a person.
const WHOLE: &str = "mrz parsed_address extra_fields metadata raw_results properties";

/// They end like the name of a person, and name something else; some of them only
/// under a certain member.
const THINGS: &[&str] = &[
    "carrier/name",
    "country_name",
    "fields/name",
    "issuing_state_name",
    "list_name",
    "provider_name",
    "service_name",
    "tag/name",
    "tags/name",
];

/// Nothing in them is about a person: names of features, and what came of each;
/// what a workflow takes.
const FREE: &[&str] = &["documents_allowed", "features"];

fn is_free(place: &str) -> bool {
    place.split('/').any(|name| FREE.contains(&name))
}

/// What was logged, and what was shown, since it was last taken.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    fn start() -> Self {
        let log = Self::default();
        let writer = log.clone();
        tracing_subscriber::fmt()
            .with_max_level(LevelFilter::TRACE)
            .with_ansi(false)
            .without_time()
            .with_writer(move || writer.clone())
            .init();
        log
    }

    fn take(&self) -> String {
        String::from_utf8(std::mem::take(&mut self.0.lock().unwrap())).unwrap()
    }
}

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Each member that shows, by its type, and where that was first seen.
#[derive(Default)]
struct Found(BTreeMap<String, String>);

impl Found {
    fn search(&mut self, shown: &str, during: &str) {
        let lines: Vec<_> = shown.lines().collect();
        let has_mark = |line: &str| MARKS.iter().any(|mark| line.contains(mark));
        let marked = (0..lines.len()).filter(|at| has_mark(lines[*at]));
        let mut places = Vec::new();
        let mut others = Vec::new();
        for at in marked {
            match member(&lines[..=at]) {
                Some(place) => places.push(place),
                None => others.push(lines[at].chars().take(300).collect()),
            }
        }
        // What `{:?}` shows in one line, `{:#?}` shows by its member.
        for place in if places.is_empty() { others } else { places } {
            self.0.entry(place).or_insert_with(|| during.to_owned());
        }
    }
}

/// `Type.member`, in whose `{:#?}` the last of the lines stands: the nearest lines
/// above it that are less indented say so.
fn member(lines: &[&str]) -> Option<String> {
    let mut member = None;
    let mut depth = usize::MAX;
    for line in lines.iter().rev() {
        let text = line.trim_start();
        let indent = line.len() - text.len();
        if depth == 0 {
            return None;
        }
        if indent >= depth {
            continue;
        }
        depth = indent;
        let is_name = |name: &str| name.bytes().all(|c| c == b'_' || c.is_ascii_alphanumeric());
        let name = text.split_once(": ").map(|(name, _)| name).filter(|name| is_name(name));
        match (member, text.strip_suffix(" {")) {
            (Some(member), Some(opens)) => {
                let type_name = opens.rsplit([' ', '(']).next()?;
                return Some(format!("{type_name}.{member}"));
            }
            (None, _) if indent > 0 => member = name,
            _ => {}
        }
    }
    None
}

/// What to plant in place of a scalar under a member of this name.
fn kind(name: &str) -> Option<&'static str> {
    let end = |end: &str| {
        name.strip_suffix(end).is_some_and(|rest| rest.is_empty() || rest.ends_with('_'))
    };
    ENDS.iter().find(|(_, ends)| ends.split(' ').any(end)).map(|(planted, _)| *planted)
}

/// `firstName` as `first_name`.
fn snake(name: &str) -> String {
    let mut snake = String::new();
    for c in name.chars() {
        if c.is_ascii_uppercase() {
            snake.push('_');
        }
        snake.push(c.to_ascii_lowercase());
    }
    snake
}

/// Puts a person into this place, if it is about one.
fn plant(place: &str, node: &mut Value) -> bool {
    let names = place.split('/').filter(|name| name.parse::<usize>().is_err()).map(snake);
    let names: Vec<_> = names.collect();
    let [.., of, name] = names.as_slice() else { return false };
    let is_whole = names.iter().any(|name| WHOLE.split(' ').any(|whole| whole == name));
    let is_thing = [name, &format!("{of}/{name}")].iter().any(|one| THINGS.contains(&one.as_str()));
    let planted: Value = match node {
        Value::String(_) if is_whole => kind(name).unwrap_or(TEXT).into(),
        Value::String(_) if is_thing => return false,
        Value::String(_) => match kind(name) {
            Some(planted) => planted.into(),
            None => return false,
        },
        Value::Number(_) if COORDINATES.1.split(' ').any(|one| one == *name) => {
            COORDINATES.0.into()
        }
        _ => return false,
    };
    *node = planted;
    true
}

/// Changes a body at each place, but for those where its type then refuses it.
fn change(
    body: &Value,
    type_of: Option<RoundTrip>,
    at: impl Fn(&str, &mut Value) -> bool,
) -> Value {
    // Trying it out is to be logged nowhere.
    let fits = |body: &Value| {
        let quiet = tracing::subscriber::NoSubscriber::default();
        let tried = |round_trip: RoundTrip| {
            tracing::subscriber::with_default(quiet, || round_trip(body).is_ok())
        };
        type_of.is_none_or(tried)
    };
    let places = places(body);
    let mut all = body.clone();
    for place in &places {
        at(place, all.pointer_mut(place).unwrap());
    }
    if fits(&all) {
        return all;
    }
    let mut some = body.clone();
    for place in &places {
        let mut one = some.clone();
        if at(place, one.pointer_mut(place).unwrap()) && fits(&one) {
            some = one;
        }
    }
    some
}

/// People in the place of the examples' own.
fn with_people(body: &Value, type_of: Option<RoundTrip>) -> Value {
    change(body, type_of, plant)
}

/// A member more in each object.
fn with_more(body: &Value, type_of: Option<RoundTrip>) -> Value {
    change(body, type_of, |place, node| match node {
        Value::Object(object) if !is_free(place) => {
            object.insert("undocumented".to_owned(), UNDOCUMENTED.into());
            true
        }
        _ => false,
    })
}

/// The body with one place of another type, for each of at most so many places.
fn malformed(body: &Value, most: usize) -> Vec<Value> {
    let is_there = |place: &String| !is_free(place) && !body.pointer(place).unwrap().is_null();
    let places: Vec<_> = places(body).into_iter().filter(is_there).collect();
    let step = places.len().div_ceil(most).max(1);
    let change = |place: &String| {
        let mut body = body.clone();
        let node = body.pointer_mut(place).unwrap();
        *node = if node.is_string() { json!([{ NAME: NUMBER }]) } else { NAME.into() };
        body
    };
    places.iter().step_by(step).map(change).collect()
}

/// Credentials of each scheme.
#[derive(Debug)]
struct Keys {
    basic: Basic,
    bearer: Bearer,
    key: ApiKey,
}

impl Authorize for Keys {
    fn authorize<'a>(&'a self, of: &'static Operation, scheme: Scheme) -> Authorization<'a> {
        match scheme {
            Scheme::Basic => self.basic.authorize(of, scheme),
            Scheme::Bearer => self.bearer.authorize(of, scheme),
            _ => self.key.authorize(of, scheme),
        }
    }
}

/// Where calls go, and what is seen of them.
struct Harness {
    sandbox: Sandbox,
    transport: Transport,
    log: Log,
    found: Found,
    wrong: Vec<String>,
    /// What is in the log where there is all that is to be in it.
    silent: Vec<&'static str>,
}

impl Harness {
    fn search(&mut self, during: &str) {
        let shown = self.log.take();
        self.found.search(&shown, during);
        self.silent.retain(|word| !shown.contains(word));
    }

    async fn send(
        &mut self,
        document: &Document,
        shown: &Shown,
        with: &Example,
        answer: Answer,
    ) -> bool {
        self.sandbox.next(answer.on(&shown.name));
        let before = self.sandbox.requests();
        let outcome = (document.call(&shown.id).send)(self.transport.clone(), with.clone()).await;
        if self.sandbox.requests() == before {
            let why = outcome.err().unwrap_or_default();
            self.wrong.push(format!("{}: not sent: {why}", shown.name));
            self.sandbox.answer_honestly();
            return false;
        }
        true
    }

    async fn call(&mut self, document: &Document, shown: &Shown) {
        let call = document.call(&shown.id);
        let mut requests = shown.calls();
        for request in &mut requests {
            for (name, value) in &mut request.parameters {
                let planted = kind(name).filter(|_| value.is_string());
                *value = planted.map_or_else(|| value.take(), Into::into);
            }
            request.body = request
                .body
                .as_ref()
                .map(|body| with_more(&with_people(body, call.request), call.request));
        }
        for request in &requests {
            let answer = Answer::status(503).body(NAME);
            if !self.send(document, shown, request, answer).await {
                return;
            }
            self.search(&format!("{}, request", shown.name));
        }
        for shape in &shown.answers {
            self.answer(document, shown, &requests[0], shape).await;
        }
    }

    async fn answer(&mut self, document: &Document, shown: &Shown, with: &Example, shape: &Shape) {
        let what = format!("{}, answer {}", shown.name, shape.key);
        let call = document.call(&shown.id);
        let typed = call.answers.iter().find(|(key, _)| *key == shape.key);
        let typed = typed.map(|(_, round_trip)| *round_trip);
        let people = with_people(&shape.body, typed);
        // It is all there for whoever asks for it.
        let after = typed.map_or_else(|| Ok(people.clone()), |round_trip| round_trip(&people));
        assert!(same(&people, &after.unwrap()), "{what}: something is lost");
        let shape = Shape {
            key: shape.key.clone(),
            media: shape.media.clone(),
            body: with_more(&people, typed),
        };
        let answer = |status: u16, body: String| {
            Answer::status(status).header("content-type", &shape.media).body(body)
        };
        let (status, whole) = (shape.status(), shape.wire());
        let half = whole.chars().take(whole.chars().count() / 2).collect();
        let mut answers = vec![
            ("", answer(status, whole.clone())),
            (" that is cut off", answer(status, half)),
            (" that breaks off", answer(status, whole.clone()).truncated()),
        ];
        answers.extend(
            [302, 400, 401, 403, 500]
                .map(|status| ("'s body with another status", answer(status, whole.clone()))),
        );
        if status < 300 && typed.is_some() {
            let malformed = malformed(&shape.body, 20).into_iter();
            answers.extend(
                malformed.map(|body| (" of another type", answer(status, body.to_string()))),
            );
        }
        for (how, answer) in answers {
            if !self.send(document, shown, with, answer).await {
                return;
            }
            self.search(&format!("{what}{how}"));
        }
    }
}

/// Arguments of each kind, and files with the names of people.
async fn send_files(harness: &mut Harness) {
    const OPERATION: &Operation =
        &Operation::new("checks", "face_match", "POST", "/v3/face-match/{of}/")
            .security(&[Scheme::Bearer]);
    let scan = || File::bytes(NAME.as_bytes()).name(NAME);
    let unread = File::path(format!("/nowhere/{NAME}.jpg"));
    for file in [scan(), scan().media_type(NAME), unread] {
        let mut body = FaceMatchRequest::new(file);
        body.images = Some(vec![scan()]);
        show(&body);
        let call = runtime::Call::new(&harness.transport, OPERATION);
        let call = call.path("of", NAME).query("q", NAME).header("x-own", KEY).multipart(body);
        show(&call);
        assert!(!outcome(call.send_empty().await).is_ok_and(|outcome| outcome.success));
        harness.search("a form with files");
    }
}

#[test]
fn a_member_without_a_mark_is_found_and_named() {
    #[derive(Debug)]
    #[allow(dead_code, reason = "shown")]
    struct Inner {
        name: Option<String>,
        numbers: Vec<Value>,
    }
    #[derive(Debug)]
    #[allow(dead_code, reason = "shown")]
    struct Outer {
        id: &'static str,
        inner: Vec<Inner>,
        rest: BTreeMap<&'static str, &'static str>,
    }
    let name = Some(format!("{{ of: {NAME} }}"));
    let inner = Inner { name, numbers: vec![json!({ "n": [NUMBER] })] };
    let rest = BTreeMap::from([("more", UNDOCUMENTED)]);
    let outer = Outer { id: "1", inner: vec![inner], rest };
    let mut found = Found::default();
    found.search(&format!("TRACE shown: {outer:?}\n{outer:#?}"), "a test");
    let places: Vec<_> = found.0.keys().map(String::as_str).collect();
    assert_eq!(places, ["Inner.name", "Inner.numbers", "Outer.rest"]);
    let mut found = Found::default();
    found.search(&format!("ended\nGET /{IP}"), "a test");
    assert_eq!(found.0.keys().collect::<Vec<_>>(), [&format!("GET /{IP}")]);
}

#[tokio::test]
async fn a_planted_person_appears_in_no_debug_log_or_error_of_any_operation() {
    let log = Log::start();
    let sandbox = Sandbox::start().unwrap();
    let keys =
        Keys { basic: Basic::new("client", KEY), bearer: Bearer::new(KEY), key: ApiKey::new(KEY) };
    let transport = Transport::builder(sandbox.url()).authorize(keys).retry(RetryPolicy::none());
    let transport = transport.build().unwrap();
    show(&transport);
    let silent = vec![
        "[personal]",
        "[redacted]",
        "reqwest::",
        "didit_api: ended",
        "not of the documented shape",
        "is not JSON",
        "breaks off",
        "not sent",
        "File(16 bytes)",
        "File(path)",
    ];
    let (found, wrong) = (Found::default(), Vec::new());
    let mut harness = Harness { sandbox, transport, log, found, wrong, silent };
    send_files(&mut harness).await;
    for document in generated::DOCUMENTS.iter().map(Document::new) {
        for shown in document.operations() {
            harness.call(&document, &shown).await;
        }
    }
    assert!(harness.silent.is_empty(), "the log is not whole: no {:?}", harness.silent);
    let mut wrong = harness.wrong;
    wrong.extend(harness.found.0.iter().map(|(place, during)| format!("{place} shows: {during}")));
    assert!(wrong.is_empty(), "{} findings:\n{}", wrong.len(), wrong.join("\n"));
}
