//! Runtimes come and go; the source stays.

use super::*;

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

#[test]
fn a_source_is_built_without_a_runtime_and_outlives_the_one_it_was_used_on() {
    let setup = Setup::new(|n| (Duration::ZERO, issued(n, if n == 1 { 0 } else { DAY })));
    assert_eq!(runtime().block_on(setup.text()), "token-1");
    assert_eq!(runtime().block_on(setup.text()), "token-2");
    assert_eq!(setup.source.peek().unwrap().expose(), "token-2");
}

#[test]
fn without_a_runtime_the_error_says_what_is_missing() {
    let setup = Setup::new(|n| (Duration::ZERO, issued(n, DAY)));
    let mut call = std::pin::pin!(setup.source.token());
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    let Poll::Ready(Err(error)) = call.as_mut().poll(&mut context) else { panic!() };
    assert_eq!(error.kind(), ErrorKind::Runtime);
    assert!(error.to_string().contains("from within a tokio runtime"), "{error}");
}

#[test]
fn who_waits_for_a_runtime_that_ends_begins_anew_on_its_own() {
    let setup = Setup::new(|n| {
        let delay = if n == 1 { secs(3600) } else { Duration::ZERO };
        (delay, issued(n, DAY))
    });
    let doomed = runtime();
    doomed.block_on(async {
        let call = timeout(Duration::from_millis(10), setup.source.token());
        assert!(call.await.is_err());
    });
    let waiting = setup.source.clone();
    let waiter = std::thread::spawn(move || runtime().block_on(waiting.token()));
    std::thread::sleep(Duration::from_millis(50));
    drop(doomed);
    assert_eq!(waiter.join().unwrap().unwrap().expose(), "token-2");
    assert_eq!(setup.requests(), 2);
}

#[test]
fn a_fetch_that_panics_ends_in_an_error_and_not_in_a_loop() {
    let setup = Setup::new(|_| panic!("scripted"));
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    let error = runtime().block_on(setup.source.token()).unwrap_err();
    std::panic::set_hook(hook);
    assert_eq!(error.kind(), ErrorKind::Runtime);
    assert!(setup.requests() <= 4, "{}", setup.requests());
}

#[test]
fn a_runtime_that_is_shutting_down_ends_the_call_and_holds_nobody() {
    let setup = Setup::new(|n| (Duration::ZERO, issued(n, DAY)));
    // Stale, so that reading it begins a flight in the background.
    runtime().block_on(setup.text());
    setup.wall.step(80_000);
    // As if the last flight had not begun just now.
    *setup.source.0.flight() = Flight::new(LIMITS.deadline, LIMITS.request);
    let doomed =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let (begun, has_begun) = std::sync::mpsc::channel();
    let (closed, is_closed) = std::sync::mpsc::channel();
    let (told, is_told) = std::sync::mpsc::channel();
    let source = setup.source.clone();
    doomed.spawn(async move {
        begun.send(()).unwrap();
        is_closed.recv().unwrap();
        told.send(source.token().await).unwrap();
    });
    has_begun.recv().unwrap();
    doomed.shutdown_background();
    // The other worker sees to it that no task is taken in any more.
    std::thread::sleep(Duration::from_millis(100));
    closed.send(()).unwrap();
    let token = is_told.recv_timeout(secs(10)).expect("no deadlock");
    assert_eq!(token.unwrap().expose(), "token-1");
    assert_eq!(setup.source.0.flight().last, 1, "a flight was begun, and lost");
    assert_eq!(runtime().block_on(setup.source.warm_up()).unwrap().expose(), "token-2");
}

#[test]
fn a_caller_that_is_not_polled_any_more_keeps_nobody_waiting() {
    let setup = Setup::new(|n| (Duration::from_millis(20), issued(n, DAY)));
    runtime().block_on(async {
        let mut asleep = std::pin::pin!(setup.source.token());
        assert!(
            poll_fn(|context| { Poll::Ready(asleep.as_mut().poll(context).is_pending()) }).await
        );
        let awake = timeout(secs(10), setup.source.token()).await;
        assert_eq!(awake.unwrap().unwrap().expose(), "token-1");
        assert_eq!(asleep.await.unwrap().expose(), "token-1");
    });
    assert_eq!(setup.requests(), 1);
}

#[test]
fn a_source_that_nobody_holds_is_gone_though_its_caller_went_away_in_mid_fetch() {
    let Setup { source, requests, .. } =
        Setup::new(|n| (Duration::from_millis(20), issued(n, DAY)));
    let runtime = runtime();
    runtime.block_on(async {
        assert!(timeout(Duration::from_millis(5), source.token()).await.is_err());
        drop(source);
        sleep(Duration::from_millis(50)).await;
    });
    assert_eq!(requests.load(Ordering::SeqCst), 1);
    assert_eq!(Arc::strong_count(&requests), 1);
}
