//! Runtimes come and go; the source stays.

use super::*;

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

#[test]
fn a_source_is_built_without_a_runtime_and_outlives_the_one_it_was_used_on() {
    let stage = Stage::new(|n| (Duration::ZERO, issued(n, if n == 1 { 0 } else { DAY })));
    assert_eq!(runtime().block_on(stage.text()), "token-1");
    assert_eq!(runtime().block_on(stage.text()), "token-2");
    assert_eq!(stage.source.peek().unwrap().expose(), "token-2");
}

#[test]
fn without_a_runtime_the_error_says_what_is_missing() {
    let stage = Stage::new(|n| (Duration::ZERO, issued(n, DAY)));
    let mut call = std::pin::pin!(stage.source.token());
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    let std::task::Poll::Ready(Err(error)) = call.as_mut().poll(&mut context) else { panic!() };
    assert_eq!(error.kind(), ErrorKind::Runtime);
    assert!(error.to_string().contains("from within a tokio runtime"), "{error}");
}

#[test]
fn who_waits_for_a_runtime_that_ends_begins_anew_on_its_own() {
    let stage = Stage::new(|n| {
        let delay = if n == 1 { secs(3600) } else { Duration::ZERO };
        (delay, issued(n, DAY))
    });
    let doomed = runtime();
    doomed.block_on(async {
        let call = timeout(Duration::from_millis(10), stage.source.token());
        assert!(call.await.is_err());
    });
    let waiting = stage.source.clone();
    let waiter = std::thread::spawn(move || runtime().block_on(waiting.token()));
    std::thread::sleep(Duration::from_millis(50));
    drop(doomed);
    assert_eq!(waiter.join().unwrap().unwrap().expose(), "token-2");
    assert_eq!(stage.requests(), 2);
}

#[test]
fn a_fetch_that_panics_ends_in_an_error_and_not_in_a_loop() {
    let stage = Stage::new(|_| panic!("scripted"));
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    let error = runtime().block_on(stage.source.token()).unwrap_err();
    std::panic::set_hook(hook);
    assert_eq!(error.kind(), ErrorKind::Runtime);
    assert!(stage.requests() <= 4, "{}", stage.requests());
}
