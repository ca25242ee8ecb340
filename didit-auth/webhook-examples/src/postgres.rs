//! Each event once, however many processes receive them: a table of PostgreSQL.

use std::time::Duration;

use deadpool_postgres::{Pool, PoolError};
use didit_auth::webhooks::{Dedup, DedupFuture, LeaseState};

/// A row for each event. Those of old events can be deleted at any time; after that they
/// would be handled again. One process at a time makes it: of two that do so at once,
/// PostgreSQL has one fail.
const TABLE: &str = "
    BEGIN;
    SELECT pg_advisory_xact_lock(hashtext('didit_webhooks'));
    CREATE TABLE IF NOT EXISTS didit_webhooks (
        key text PRIMARY KEY,
        leased_until timestamptz NOT NULL,
        handled_at timestamptz
    );
    COMMIT";

/// Gives a row only to whom it gives the lease. The server decides, by its own clock.
const ACQUIRE: &str = "
    INSERT INTO didit_webhooks AS known (key, leased_until)
    VALUES ($1, now() + $2 * interval '1 second')
    ON CONFLICT (key) DO UPDATE SET leased_until = excluded.leased_until
    WHERE known.handled_at IS NULL AND known.leased_until <= now()
    RETURNING 1";

/// For how long it is leased yet; null if it was handled.
const STATE: &str = "
    SELECT CASE WHEN handled_at IS NULL
        THEN greatest(extract(epoch FROM leased_until - now()), 0)::float8 END
    FROM didit_webhooks WHERE key = $1";

const HANDLED: &str = "
    INSERT INTO didit_webhooks (key, leased_until, handled_at) VALUES ($1, now(), now())
    ON CONFLICT (key) DO UPDATE SET handled_at = now()";

const RELEASE: &str = "DELETE FROM didit_webhooks WHERE key = $1 AND handled_at IS NULL";

/// A [`Dedup`] in PostgreSQL. Cheap to clone. Services that do different things with the
/// same events need a database, or a table, each.
#[derive(Clone, Debug)]
pub struct PostgresStore {
    pool: Pool,
}

impl PostgresStore {
    /// With the table `didit_webhooks` in the database of `pool`, made if it is not there.
    ///
    /// # Errors
    ///
    /// The server is out of reach, or refuses.
    pub async fn new(pool: Pool) -> Result<Self, PoolError> {
        pool.get().await?.batch_execute(TABLE).await?;
        Ok(Self { pool })
    }
}

impl Dedup for PostgresStore {
    fn acquire<'a>(&'a self, key: &'a str, lease: Duration) -> DedupFuture<'a, LeaseState> {
        Box::pin(async move {
            let client = self.pool.get().await?;
            let acquire = client.prepare_cached(ACQUIRE).await?;
            if client.query_opt(&acquire, &[&key, &lease.as_secs_f64()]).await?.is_some() {
                return Ok(LeaseState::Acquired);
            }
            let state = client.prepare_cached(STATE).await?;
            // Without a row it was deleted a moment ago, and the vendor may try again.
            let row = client.query_opt(&state, &[&key]).await?;
            let left = row.map_or(Some(0.0), |row| row.get(0));
            Ok(match left.map(Duration::try_from_secs_f64) {
                Some(left) => LeaseState::Held(left.unwrap_or_default()),
                None => LeaseState::Completed,
            })
        })
    }

    fn end<'a>(&'a self, key: &'a str, is_handled: bool) -> DedupFuture<'a, ()> {
        Box::pin(async move {
            let client = self.pool.get().await?;
            let end = client.prepare_cached(if is_handled { HANDLED } else { RELEASE }).await?;
            client.execute(&end, &[&key]).await?;
            Ok(())
        })
    }
}
