use proptest::prelude::*;

use super::*;
use crate::ErrorKind;
use crate::error::Failure;

/// No fetch takes longer.
const DEADLINE: Duration = Duration::from_secs(30);
const REQUEST: Duration = Duration::from_secs(10);
/// What comes of these two.
const STALL: Duration = Duration::from_secs(5);

/// Everything that can happen to a fetch.
#[derive(Clone, Copy, Debug)]
enum Event {
    Ask,
    /// For a new token, whatever is remembered.
    AskNew,
    Ahead,
    Succeed,
    Fail(Failed),
    Lose,
    /// A fetch that was lost, has ended or was written off goes on, and ends.
    GoOn,
    /// The fetch is driven.
    Drive,
    Reject,
    Wait(u64),
}

#[derive(Clone, Copy, Debug)]
enum Failed {
    Transient,
    Permanent,
    /// Both with a wish for a pause without end.
    Throttled,
    Refused,
}

const EVENTS: [Event; 16] = [
    Event::Ask,
    Event::AskNew,
    Event::Ahead,
    Event::Succeed,
    Event::Fail(Failed::Transient),
    Event::Fail(Failed::Permanent),
    Event::Fail(Failed::Throttled),
    Event::Fail(Failed::Refused),
    Event::Lose,
    Event::GoOn,
    Event::Drive,
    Event::Reject,
    Event::Wait(1),
    Event::Wait(4),
    Event::Wait(31),
    Event::Wait(3601),
];

fn error(failed: Failed) -> Error {
    let (kind, status) = match failed {
        Failed::Transient => (ErrorKind::Unavailable, 503),
        Failed::Throttled => (ErrorKind::Throttled, 429),
        Failed::Permanent | Failed::Refused => (ErrorKind::Rejected, 401),
    };
    let asks = matches!(failed, Failed::Throttled | Failed::Refused);
    let retry_after = asks.then_some(Duration::MAX);
    Failure { kind, status: Some(status), retry_after, ..Failure::default() }.into()
}

#[derive(Clone, Copy, Debug)]
struct UnderWay {
    id: u64,
    begun: Instant,
    driven: Instant,
}

/// The flight, and what its promises make of the same history.
#[derive(Clone)]
struct Checked {
    flight: Flight,
    now: Instant,
    under_way: Option<UnderWay>,
    generation: u64,
    last_start: Option<Instant>,
    last_discard: Option<Instant>,
    last_failure: Option<(Instant, Failed)>,
}

impl Checked {
    fn new() -> Self {
        Self {
            flight: Flight::new(DEADLINE, REQUEST),
            now: Instant::now(),
            under_way: None,
            generation: 0,
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
            Event::Ask => self.ask(false),
            Event::AskNew => self.ask(true),
            Event::Ahead => self.ahead(),
            Event::Succeed => {
                let Some(UnderWay { id, .. }) = self.under_way.take() else { return };
                self.generation += 1;
                self.last_failure = None;
                assert_eq!(self.flight.succeeded(id), Some(self.generation));
            }
            Event::Fail(failed) => {
                let Some(UnderWay { id, .. }) = self.under_way.take() else { return };
                assert!(self.flight.failed(id, &error(failed), self.now));
                self.last_failure = Some((self.now, failed));
            }
            Event::Lose => {
                let Some(UnderWay { id, .. }) = self.under_way.take() else { return };
                assert!(self.flight.lost(id));
            }
            Event::GoOn => {
                let other = self.under_way.map_or(self.flight.last, |fetch| fetch.id - 1);
                let before = format!("{:?}", self.flight);
                assert!(!self.flight.drive(other, self.now), "it is to stop");
                assert_eq!(self.flight.succeeded(other), None);
                assert!(!self.flight.failed(other, &error(Failed::Permanent), self.now));
                assert!(!self.flight.lost(other));
                assert_eq!(before, format!("{:?}", self.flight), "it changes nothing");
            }
            Event::Drive => {
                let Some(fetch) = &mut self.under_way else { return };
                assert!(self.flight.drive(fetch.id, self.now), "nobody took its place");
                fetch.driven = self.now;
            }
            Event::Reject => {
                let discard = self.flight.rejected(self.now);
                assert_eq!(discard, self.since(self.last_discard) >= FORCED_PAUSE);
                if discard {
                    self.last_discard = Some(self.now);
                }
            }
            Event::Wait(seconds) => self.now += Duration::from_secs(seconds),
        }
    }

    /// The fetch under way, if whoever asks takes notice of it: it should not
    /// have ended yet, and somebody drives it.
    fn alive(&self) -> Option<UnderWay> {
        self.under_way.filter(|fetch| {
            self.now < fetch.begun + DEADLINE + GRACE && self.now < fetch.driven + STALL
        })
    }

    fn started(&mut self, id: u64) {
        assert!(self.alive().is_none(), "one fetch at a time");
        self.under_way = Some(UnderWay { id, begun: self.now, driven: self.now });
        self.last_start = Some(self.now);
    }

    fn ahead(&mut self) {
        match self.flight.ahead(self.now) {
            Some(id) => {
                assert!(self.since(self.last_start) >= EAGER_PAUSE, "eager tries keep apart");
                self.started(id);
            }
            None => {
                let waits = self.since(self.last_start) < LONGEST_RETRY_AFTER + EAGER_PAUSE;
                let failed =
                    self.since(self.last_failure.map(|(when, _)| when)) < LONGEST_RETRY_AFTER;
                assert!(self.alive().is_some() || waits || failed, "eager tries do not end");
            }
        }
    }

    fn ask(&mut self, new: bool) {
        let failure = self.last_failure.map(|(when, failed)| (self.now - when, failed));
        match (self.flight.request(new, self.now), self.alive()) {
            (Step::Join(joined, dead_from), alive) => {
                assert_eq!(Some(joined), alive.map(|fetch| fetch.id), "it has not ended");
                assert!(self.now < dead_from && dead_from <= self.now + STALL);
            }
            (_, Some(alive)) => panic!("nobody is sent away from {alive:?}"),
            (Step::Start(id), None) => {
                self.started(id);
                match failure.filter(|_| !new) {
                    None => {}
                    Some((passed, Failed::Transient)) => assert!(passed >= MEMO),
                    Some((passed, Failed::Throttled)) => assert!(passed >= LONGEST_RETRY_AFTER),
                    Some((passed, _)) => assert!(passed >= COOL_DOWN),
                }
            }
            (Step::Remember(_), None) => {
                assert!(!new);
                let (passed, failed) = failure.expect("something failed");
                let longest = match failed {
                    Failed::Transient => LONGEST_MEMO,
                    Failed::Permanent | Failed::Refused => COOL_DOWN,
                    Failed::Throttled => LONGEST_RETRY_AFTER,
                };
                assert!(passed < longest, "no error is terminal");
            }
        }
    }
}

/// All interleavings of the events to this depth: 16^5 of them.
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
    let (mut flight, mut now) = (Flight::new(DEADLINE, REQUEST), Instant::now());
    for expected in [1, 2, 4, 8, 16, 30, 30] {
        let Step::Start(id) = flight.request(false, now) else { panic!() };
        flight.failed(id, &error(Failed::Transient), now);
        now += Duration::from_secs(expected) - Duration::from_millis(1);
        assert!(matches!(flight.request(false, now), Step::Remember(_)), "{expected}");
        now += Duration::from_millis(1);
    }
}

#[test]
fn eager_tries_wait_longer_after_each_failure_up_to_a_bound() {
    let (mut flight, mut now) = (Flight::new(DEADLINE, REQUEST), Instant::now());
    for expected in [30, 60, 120, 240, 300, 300] {
        let id = flight.ahead(now).unwrap();
        flight.failed(id, &error(Failed::Transient), now);
        now += Duration::from_secs(expected) - Duration::from_millis(1);
        assert_eq!(flight.ahead(now), None, "{expected}");
        now += Duration::from_millis(1);
    }
}
