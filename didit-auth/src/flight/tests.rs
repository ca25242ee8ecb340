use proptest::prelude::*;

use super::*;
use crate::ErrorKind;

/// Everything that can happen to a flight.
#[derive(Clone, Copy, Debug)]
enum Event {
    Ask(Need),
    Succeed,
    Fail(Failure),
    Lose,
    /// A landing of a flight that was lost or has landed.
    Ghost,
    RejectCurrent,
    RejectOlder,
    Wait(u64),
}

#[derive(Clone, Copy, Debug)]
enum Failure {
    Transient,
    Permanent,
    RetryAfter,
}

const EVENTS: [Event; 14] = [
    Event::Ask(Need::Usable),
    Event::Ask(Need::Ahead),
    Event::Ask(Need::New),
    Event::Succeed,
    Event::Fail(Failure::Transient),
    Event::Fail(Failure::Permanent),
    Event::Fail(Failure::RetryAfter),
    Event::Lose,
    Event::Ghost,
    Event::RejectCurrent,
    Event::RejectOlder,
    Event::Wait(1),
    Event::Wait(31),
    Event::Wait(3601),
];

fn error(failure: Failure) -> Error {
    let failed = |kind, status| Error::new(kind, "scripted").with_status(status);
    match failure {
        Failure::Transient => failed(ErrorKind::Unavailable, 503),
        Failure::Permanent => failed(ErrorKind::Rejected, 401),
        Failure::RetryAfter => {
            failed(ErrorKind::Throttled, 429).with_retry_after(Some(Duration::MAX))
        }
    }
}

/// The flight, and what its promises make of the same history.
#[derive(Clone)]
struct Checked {
    flight: Flight,
    now: Instant,
    in_air: Option<u64>,
    generation: u64,
    discarded: Vec<u64>,
    last_start: Option<Instant>,
    last_discard: Option<Instant>,
    last_failure: Option<(Instant, Failure)>,
}

impl Checked {
    fn new() -> Self {
        Self {
            flight: Flight::default(),
            now: Instant::now(),
            in_air: None,
            generation: 0,
            discarded: Vec::new(),
            last_start: None,
            last_discard: None,
            last_failure: None,
        }
    }

    fn since(&self, then: Option<Instant>) -> Duration {
        then.map_or(Duration::MAX, |then| self.now - then)
    }

    fn happen(&mut self, event: Event) {
        match event {
            Event::Ask(need) => self.ask(need),
            Event::Succeed => {
                let Some(id) = self.in_air.take() else { return };
                self.generation += 1;
                self.last_failure = None;
                assert_eq!(self.flight.succeeded(id), Some(self.generation));
            }
            Event::Fail(failure) => {
                let Some(id) = self.in_air.take() else { return };
                self.flight.failed(id, &error(failure), self.now);
                self.last_failure = Some((self.now, failure));
            }
            Event::Lose => {
                let Some(id) = self.in_air.take() else { return };
                self.flight.lost(id);
            }
            Event::Ghost => {
                let ghost = self.in_air.map_or(self.flight.last(), |id| id - 1);
                assert_eq!(self.flight.succeeded(ghost), None, "only what flies can land");
                self.flight.failed(ghost, &error(Failure::Permanent), self.now);
                self.flight.lost(ghost);
            }
            Event::RejectCurrent => self.reject(self.generation),
            Event::RejectOlder => self.reject(self.generation.saturating_sub(1)),
            Event::Wait(seconds) => self.now += Duration::from_secs(seconds),
        }
    }

    fn ask(&mut self, need: Need) {
        let flying = self.in_air.is_some();
        match self.flight.request(need, self.now) {
            Step::Start(id) => {
                assert_eq!(self.in_air, None, "one flight at a time");
                if need == Need::Ahead {
                    assert!(self.since(self.last_start) >= EAGER_PAUSE, "eager tries keep apart");
                }
                self.in_air = Some(id);
                self.last_start = Some(self.now);
            }
            Step::Join => {
                assert!(flying, "who waits, waits for what flies");
                assert_ne!(need, Need::Ahead, "who has a token does not wait");
            }
            Step::Remember(_) => {
                assert_eq!((need, self.in_air), (Need::Usable, None));
                let Some((when, failure)) = self.last_failure else { panic!("nothing failed") };
                let longest = match failure {
                    Failure::Transient => LONGEST_MEMO,
                    Failure::Permanent => COOL_DOWN,
                    Failure::RetryAfter => LONGEST_RETRY_AFTER,
                };
                assert!(self.now - when < longest, "no error is terminal");
            }
            Step::Rest => {
                assert_eq!(need, Need::Ahead, "only who has a token is sent away");
                let waits = self.since(self.last_start) < LONGEST_RETRY_AFTER + EAGER_PAUSE;
                let failed =
                    self.since(self.last_failure.map(|(when, _)| when)) < LONGEST_RETRY_AFTER;
                assert!(self.in_air.is_some() || waits || failed, "eager tries do not end");
            }
        }
        if need == Need::Usable && !flying {
            let told = self.in_air.is_none();
            match self.last_failure {
                None => assert!(!told, "who needs a token is given a flight"),
                Some((when, Failure::Permanent)) => {
                    assert_eq!(told, self.now - when < COOL_DOWN, "a permanent failure cools down");
                }
                Some((when, Failure::RetryAfter)) => {
                    assert_eq!(told, self.now - when < LONGEST_RETRY_AFTER, "a wish is kept");
                }
                Some((when, Failure::Transient)) => {
                    assert!(told || self.now - when >= MEMO, "a failure is remembered");
                }
            }
        }
    }

    fn reject(&mut self, generation: u64) {
        let gone = generation < self.generation || self.discarded.contains(&generation);
        match self.flight.rejected(generation, self.now) {
            Verdict::Older => assert!(gone || generation == 0),
            Verdict::Discarded => {
                assert!(!gone, "a token is discarded once");
                assert!(
                    self.since(self.last_discard) >= FORCED_PAUSE,
                    "forced refreshes keep apart"
                );
                self.discarded.push(generation);
                self.last_discard = Some(self.now);
            }
            Verdict::Kept => {
                assert!(!gone, "a rejected generation is unusable for everybody");
                assert!(self.since(self.last_discard) < FORCED_PAUSE);
            }
        }
    }
}

/// All interleavings of the events to this depth: 14^5 of them.
const DEPTH: usize = 5;

#[test]
fn every_interleaving_keeps_the_promises() {
    fn explore(state: &Checked, depth: usize) -> usize {
        if depth == 0 {
            return 1;
        }
        EVENTS
            .iter()
            .map(|event| {
                let mut next = state.clone();
                next.happen(*event);
                explore(&next, depth - 1)
            })
            .sum()
    }
    assert_eq!(explore(&Checked::new(), DEPTH), EVENTS.len().pow(DEPTH as u32));
}

proptest! {
    #[test]
    fn long_histories_keep_the_promises(history in prop::collection::vec(0..EVENTS.len(), 0..400)) {
        let mut state = Checked::new();
        for index in history {
            state.happen(EVENTS[index]);
        }
    }
}

#[test]
fn failures_in_a_row_are_remembered_for_longer_up_to_a_bound() {
    let (mut flight, mut now) = (Flight::default(), Instant::now());
    for expected in [1, 2, 4, 8, 16, 30, 30] {
        let Step::Start(id) = flight.request(Need::Usable, now) else { panic!() };
        flight.failed(id, &error(Failure::Transient), now);
        now += Duration::from_secs(expected) - Duration::from_millis(1);
        assert!(matches!(flight.request(Need::Usable, now), Step::Remember(_)), "{expected}");
        now += Duration::from_millis(1);
    }
}

#[test]
fn eager_tries_wait_longer_after_each_failure_up_to_a_bound() {
    let (mut flight, mut now) = (Flight::default(), Instant::now());
    for expected in [30, 60, 120, 240, 300, 300] {
        let Step::Start(id) = flight.request(Need::Ahead, now) else { panic!() };
        flight.failed(id, &error(Failure::Transient), now);
        now += Duration::from_secs(expected) - Duration::from_millis(1);
        assert!(matches!(flight.request(Need::Ahead, now), Step::Rest), "{expected}");
        now += Duration::from_millis(1);
    }
}
