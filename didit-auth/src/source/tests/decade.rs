//! Ten simulated years of one process.

use super::*;

const YEARS: u64 = 10;

/// Down, from one moment to another of the simulated time.
#[derive(Clone, Copy, Debug)]
struct Outage {
    from: Duration,
    to: Duration,
}

/// Outages of minutes up to half a day, days apart, and now and then one that
/// outlives every token.
fn outages(random: &mut fastrand::Rng) -> Vec<Outage> {
    let mut outages = Vec::new();
    let mut from = secs(DAY);
    while from < secs(YEARS * 365 * DAY) {
        let length = match random.u8(0..100) {
            0 => secs(random.u64(2 * DAY..3 * DAY)),
            1..20 => secs(random.u64(3600..DAY / 3)),
            _ => secs(random.u64(60..3600)),
        };
        outages.push(Outage { from, to: from + length });
        from += length + secs(random.u64(2 * DAY..10 * DAY));
    }
    outages
}

#[tokio::test(start_paused = true)]
async fn in_ten_years_nobody_sees_an_error_unless_an_outage_outlives_the_token() {
    let seed = 0xD1D17;
    fastrand::seed(seed);
    let mut random = fastrand::Rng::with_seed(seed);
    let start = Instant::now();
    let outages = Arc::new(outages(&mut random));

    let down = Arc::clone(&outages);
    let setup = Setup::new(move |n| {
        let now = start.elapsed();
        let is_down = down.iter().any(|outage| outage.from <= now && now < outage.to);
        // One request in a hundred fails for no reason.
        let answer =
            if is_down || fastrand::u8(0..100) == 0 { Err(unavailable()) } else { issued(n, DAY) };
        (Duration::from_millis(fastrand::u64(5..500)), answer)
    });

    let (mut reads, mut errors, mut steps, mut good_until) = (0, 0, 0_u64, Duration::ZERO);
    while start.elapsed() < secs(YEARS * 365 * DAY) {
        match random.u16(0..2000) {
            // Suspended for some hours.
            0 => {
                setup.wall.step(random.i64(600..20_000));
                steps += 1;
            }
            // Set back, or forward, as by a time server.
            1 => {
                setup.wall.step(random.i64(-7200..7200));
                steps += 1;
            }
            _ => {}
        }
        let before = start.elapsed();
        match setup.source.token().await {
            Ok(token) => good_until = start.elapsed() + token.remaining(),
            Err(error) => {
                errors += 1;
                assert_eq!(error.status(), Some(500), "{error}");
                // In an outage, or within the memo after it, with no token left
                // on one of the clocks.
                let memo = secs(60);
                let outage = outages.iter().find(|o| o.from <= before && before < o.to + memo);
                let Some(outage) = outage else {
                    panic!("an error at {before:?}, outside every outage");
                };
                assert!(
                    setup.source.peek().is_none(),
                    "an error at {before:?} in {outage:?} although a token was good until {good_until:?}"
                );
            }
        }
        reads += 1;
        sleep(secs(random.u64(1..1200))).await;
    }

    let down: Duration = outages.iter().map(|outage| outage.to - outage.from).sum();
    // Two tokens a day and one more for each step of the clock; each flight at
    // most three attempts; in an outage at most one flight in 30 s.
    let bound = 3 * (YEARS * 365 * 2 + 2 * steps + down.as_secs() / 30 + outages.len() as u64);
    let requests = setup.requests() as u64;
    assert!(requests <= bound, "{requests} requests, {bound} allowed");
    assert!(requests >= YEARS * 365, "{requests} requests are too few to mean anything");
    assert!(
        reads > 400_000 && errors > 0 && steps > 300,
        "{reads} reads, {errors} errors, {steps} steps"
    );
}
