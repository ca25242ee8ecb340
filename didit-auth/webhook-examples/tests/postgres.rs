//! The store in PostgreSQL, on a server that the test starts. Where there is none on the
//! machine, it says so and tests nothing.

#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

use deadpool_postgres::{Manager, Pool};
use didit_auth::webhooks::{Dedup as _, LeaseState};
use didit_webhook_examples::postgres::PostgresStore;
use tokio_postgres::{Config, NoTls};

#[path = "support/server.rs"]
mod server;
use server::Server;

/// More time than the test takes.
const LONG: Duration = Duration::from_secs(59);

/// Where the process that is killed finds the server.
const SOCKET: &str = "TEST_POSTGRES_SOCKET";

/// As a process of its own has it: with connections that nobody shares.
async fn store(socket: PathBuf) -> PostgresStore {
    let mut config = Config::new();
    config.host_path(socket).user("test").dbname("postgres");
    let pool = Pool::builder(Manager::new(config, NoTls)).max_size(4).build().unwrap();
    PostgresStore::new(pool).await.unwrap()
}

/// Of a process of its own, which is killed while it handles the event.
#[tokio::test]
#[ignore = "another test starts it"]
async fn acquire_and_crash() {
    let Ok(socket) = std::env::var(SOCKET) else { return };
    let state = store(socket.into()).await.acquire("crash", Duration::from_secs(1)).await;
    assert_eq!(state.unwrap(), LeaseState::Acquired);
    std::process::abort();
}

#[tokio::test]
async fn each_event_is_handled_once_however_many_processes_receive_it() {
    let Some(server) = Server::start() else {
        // Past the capture of cargo's tests: nobody may take this for a test that ran.
        let _ = writeln!(
            std::io::stderr(),
            "SKIPPED: PostgreSQL is not on this machine, so that its store is not tested; \
             install it, or put `initdb` and `postgres` into PATH"
        );
        return;
    };
    // They start at once, and make the table.
    let started = [(); 6].map(|()| tokio::spawn(store(server.socket().to_owned())));
    let mut stores = Vec::new();
    for store in started {
        stores.push(store.await.unwrap());
    }
    let [one, other] = [stores.remove(0), stores.remove(0)];

    // Of many at once, one gets the lease.
    let both = [one.clone(), other.clone()];
    let asked = (0..40).map(|number| {
        let store = both[number % 2].clone();
        tokio::spawn(async move { store.acquire("many", LONG).await.unwrap() })
    });
    let mut acquired = 0;
    for state in asked.collect::<Vec<_>>() {
        match state.await.unwrap() {
            LeaseState::Acquired => acquired += 1,
            LeaseState::Held(left) => assert!(left > Duration::ZERO && left <= LONG, "{left:?}"),
            state => panic!("nobody has handled it: {state:?}"),
        }
    }
    assert_eq!(acquired, 1);

    // What one has handled, the other knows.
    one.end("many", true).await.unwrap();
    assert_eq!(other.acquire("many", LONG).await.unwrap(), LeaseState::Completed);
    assert_eq!(other.acquire("another", LONG).await.unwrap(), LeaseState::Acquired);

    // What one has failed with is the other's at once; what is handled stays so.
    other.end("another", false).await.unwrap();
    assert_eq!(one.acquire("another", LONG).await.unwrap(), LeaseState::Acquired);
    one.end("many", false).await.unwrap();
    assert_eq!(one.acquire("many", LONG).await.unwrap(), LeaseState::Completed);

    // A process dies with the lease, and another handles the event when it has run out.
    let mut process = Command::new(std::env::current_exe().unwrap());
    process.args(["--exact", "acquire_and_crash", "--ignored"]).env(SOCKET, server.socket());
    let status = process.stdout(Stdio::null()).stderr(Stdio::null()).status().unwrap();
    assert_eq!(status.code(), None, "killed by a signal, and not failed: {status}");
    let mut waited = 0;
    while let LeaseState::Held(left) = one.acquire("crash", LONG).await.unwrap() {
        assert!(left <= Duration::from_secs(1), "{left:?}");
        tokio::time::sleep(left).await;
        waited += 1;
    }
    assert!(waited < 100, "{waited}");
    assert!(matches!(other.acquire("crash", LONG).await.unwrap(), LeaseState::Held(_)));

    // Without the server there is an error, and no lease.
    drop(server);
    one.acquire("late", LONG).await.unwrap_err();
}
