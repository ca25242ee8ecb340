//! Replays the corpus of the fuzz target on stable, without a fuzzer.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(unreachable_pub, reason = "shared with the fuzz target")]

#[path = "../fuzz/check.rs"]
mod check;

use std::fs;

#[test]
fn every_delivery_of_the_corpus_keeps_the_promises() {
    let corpus = concat!(env!("CARGO_MANIFEST_DIR"), "/fuzz/corpus/verify");
    let mut count = 0;
    for file in fs::read_dir(corpus).unwrap() {
        let path = file.unwrap().path();
        // Shown if the check fails: which file it was.
        println!("{}", path.display());
        check::delivery(&fs::read(path).unwrap());
        count += 1;
    }
    assert!(count >= 20, "the corpus is not there: {count} files");
}
