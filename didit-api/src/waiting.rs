//! Waiting for what a session comes to, without webhooks.

use std::time::Duration;

use tokio::time::{Instant, sleep};

use crate::Error;
use crate::sessions::Client;
use crate::sessions::types::Decision;
use crate::status_group::StatusGroup;

/// The pause after the first question.
const FIRST: Duration = Duration::from_secs(1);
/// The longest one.
const LONGEST: Duration = Duration::from_secs(30);

impl Client {
    /// Asks for the decision until there is one, or a review is wanted, or the session
    /// has ended without: until its [status](crate::sessions::types::SessionStatus::group)
    /// is of another group than those that wait for the person, and is known. At the
    /// deadline it gives what there is, so look at the status in any case.
    ///
    /// Second best: the vendor's webhooks tell of it at once, and nobody asks in vain.
    /// The pauses grow from a second to half a minute, far below the 600 reads that a
    /// key may make in a minute.
    ///
    /// ```no_run
    /// # use std::time::Duration;
    /// use didit_api::StatusGroup;
    ///
    /// # async fn run(client: &didit_api::sessions::Client) -> Result<(), didit_api::Error> {
    /// let decision = client.wait_for_decision("s-1", Duration::from_secs(15 * 60)).await?;
    /// if decision.status.group() == StatusGroup::Decided {
    ///     println!("{}", decision.status);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Of [`retrieve_decision`](Self::retrieve_decision), which is tried again as every
    /// call that reads.
    pub async fn wait_for_decision(
        &self,
        session_id: impl Into<String>,
        deadline: Duration,
    ) -> Result<Decision, Error> {
        let (session_id, started) = (session_id.into(), Instant::now());
        let mut pause = FIRST;
        loop {
            let decision = self.retrieve_decision(&session_id).send().await?.into_inner();
            let waits = [StatusGroup::WaitsForPerson, StatusGroup::Unknown]
                .contains(&decision.status.group());
            let left = deadline.saturating_sub(started.elapsed());
            if !waits || left.is_zero() {
                return Ok(decision);
            }
            sleep(pause.min(left)).await;
            pause = longer(pause);
        }
    }
}

fn longer(pause: Duration) -> Duration {
    (pause * 3 / 2).min(LONGEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pauses_grow_to_half_a_minute_and_stay_there() {
        let pauses: Vec<_> =
            std::iter::successors(Some(FIRST), |pause| Some(longer(*pause))).take(60).collect();
        assert!(pauses.is_sorted());
        assert_eq!((pauses[0], pauses[1]), (FIRST, Duration::from_millis(1500)));
        assert_eq!(pauses[9..].iter().max(), Some(&LONGEST));
        assert_eq!(pauses[9..].iter().min(), Some(&LONGEST));
        // In the first minute, which has the most of them.
        let mut minute = Duration::ZERO;
        let asked = pauses.iter().take_while(|pause| {
            minute += **pause;
            minute <= Duration::from_secs(60)
        });
        assert!(asked.count() < 10);
    }
}
