//! The webhooks of a sandbox, as a test holds them.

use super::delivery::Delivery;
use super::handle::Sandbox;

impl Sandbox {
    /// The webhooks that were posted, each attempt, in the order in which they were
    /// answered; all since the start.
    pub fn deliveries(&self) -> Vec<Delivery> {
        self.shared.lock().deliveries.clone()
    }

    /// Waits until no session is on its way by its `sandbox_scenario`, and no webhook is
    /// being posted or waits for a retry. On any runtime; it needs no timer.
    pub async fn webhooks_settled(&self) {
        let mut waiting = self.shared.lock().service.outbox.waiting();
        // The sandbox has the other end.
        waiting.wait_for(|count| *count == 0).await.ok();
    }
}
