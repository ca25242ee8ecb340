use proptest::prelude::*;

use super::*;
use crate::ErrorKind;
use crate::error::Failure;

/// No fetch takes longer.
const DEADLINE: Duration = Duration::from_secs(30);

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
    /// The fetch says that it needs its whole time.
    Expect,
    /// A caller has waited for as long as a fetch can take.
    LosePatience,
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
    Event::Expect,
    Event::LosePatience,
    Event::Reject,
    Event::Wait(1),
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

/// The flight, and what its promises make of the same history.
#[derive(Clone)]
struct Checked {
    flight: Flight,
    now: Instant,
    /// The fetch under way: when it was begun, and by when it must end.
    under_way: Option<(u64, Instant, Instant)>,
    generation: u64,
    last_start: Option<Instant>,
    last_discard: Option<Instant>,
    last_failure: Option<(Instant, Failed)>,
}

impl Checked {
    fn new() -> Self {
        Self {
            flight: Flight::new(DEADLINE),
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
                let Some((id, ..)) = self.under_way.take() else { return };
                self.generation += 1;
                self.last_failure = None;
                assert_eq!(self.flight.succeeded(id), Some(self.generation));
            }
            Event::Fail(failed) => {
                let Some((id, ..)) = self.under_way.take() else { return };
                assert!(self.flight.failed(id, &error(failed), self.now));
                self.last_failure = Some((self.now, failed));
            }
            Event::Lose => {
                let Some((id, ..)) = self.under_way.take() else { return };
                assert!(self.flight.lost(id));
            }
            Event::GoOn => {
                let other = self.under_way.map_or(self.flight.last, |(id, ..)| id - 1);
                let before = format!("{:?}", self.flight);
                assert!(!self.flight.is_under_way(other), "it is to stop");
                self.flight.expect(other, self.now + DEADLINE);
                assert_eq!(self.flight.succeeded(other), None);
                assert!(!self.flight.failed(other, &error(Failed::Permanent), self.now));
                assert!(!self.flight.lost(other));
                assert_eq!(before, format!("{:?}", self.flight), "it changes nothing");
            }
            Event::Expect => {
                let Some((id, begun, due)) = &mut self.under_way else { return };
                *due = *begun + DEADLINE;
                assert!(self.flight.is_under_way(*id));
                self.flight.expect(*id, *due);
            }
            Event::LosePatience => {
                self.flight.impatient(self.now);
                self.under_way = self.under_way.filter(|(_, begun, _)| self.now < *begun + GRACE);
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

    /// Whoever asks finds a fetch that is overdue gone.
    fn write_off(&mut self) {
        self.under_way = self.under_way.filter(|(_, _, due)| self.now < *due + GRACE);
    }

    fn started(&mut self, id: u64) {
        assert!(self.under_way.is_none(), "one fetch at a time");
        self.under_way = Some((id, self.now, self.now + DEADLINE));
        self.last_start = Some(self.now);
    }

    fn ahead(&mut self) {
        self.write_off();
        match self.flight.ahead(self.now) {
            Some(id) => {
                assert!(self.since(self.last_start) >= EAGER_PAUSE, "eager tries keep apart");
                self.started(id);
            }
            None => {
                let waits = self.since(self.last_start) < LONGEST_RETRY_AFTER + EAGER_PAUSE;
                let failed =
                    self.since(self.last_failure.map(|(when, _)| when)) < LONGEST_RETRY_AFTER;
                assert!(self.under_way.is_some() || waits || failed, "eager tries do not end");
            }
        }
    }

    fn ask(&mut self, new: bool) {
        self.write_off();
        let failure = self.last_failure.map(|(when, failed)| (self.now - when, failed));
        match (self.flight.request(new, self.now), self.under_way) {
            (Step::Join(joined), under_way) => {
                assert_eq!(Some(joined), under_way.map(|(id, ..)| id), "it has not ended");
            }
            (_, Some(under_way)) => panic!("nobody is sent away from {under_way:?}"),
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
    let (mut flight, mut now) = (Flight::new(DEADLINE), Instant::now());
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
    let (mut flight, mut now) = (Flight::new(DEADLINE), Instant::now());
    for expected in [30, 60, 120, 240, 300, 300] {
        let id = flight.ahead(now).unwrap();
        flight.failed(id, &error(Failed::Transient), now);
        now += Duration::from_secs(expected) - Duration::from_millis(1);
        assert_eq!(flight.ahead(now), None, "{expected}");
        now += Duration::from_millis(1);
    }
}
