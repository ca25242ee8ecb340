//! Documents that are far too large, too deep or too repetitive: a finding or
//! code, in little time and memory.

use std::time::{Duration, Instant};

use crate::kinds::become_of;
use crate::support::findings;

const HEAD: &str = "openapi: 3.0.3\ninfo: {title: Large, version: \"1\"}\n\
                    servers: [{url: \"https://large.example\"}]\nsecurity: []\n";

/// One call, and so many schemas, each of which `link` makes from the next one's name.
fn chain(length: usize, link: impl Fn(&str) -> String) -> String {
    let mut text = format!(
        "{HEAD}paths:\n  /a:\n    get:\n      operationId: get_first\n      responses:\n        \"200\":\n          \
         description: Found.\n          content: {{application/json: {{schema: {{$ref: \"#/components/schemas/S0\"}}}}}}\n\
         components:\n  schemas:\n    S{length}: {{type: object, properties: {{a: {{type: string}}}}}}\n"
    );
    for number in 0..length {
        let next = link(&format!("{{$ref: \"#/components/schemas/S{}\"}}", number + 1));
        text += &format!("    S{number}: {next}\n");
    }
    text
}

/// Ten times the length takes about ten times as long, not a hundred times.
fn assert_linear(link: impl Fn(&str) -> String + Copy) {
    let took = |length| {
        let text = chain(length, link);
        let start = Instant::now();
        assert!(!findings("large", &text, true).is_empty());
        start.elapsed()
    };
    let short = (0..3).map(|_| took(1_000)).min().unwrap();
    let long = took(10_000);
    assert!(long < short * 40, "{short:?} for 1,000, {long:?} for 10,000");
}

#[test]
fn a_chain_of_ten_thousand_references_is_told_so_in_linear_time() {
    assert_linear(str::to_owned);
}

#[test]
fn a_chain_of_ten_thousand_all_ofs_is_told_so_in_linear_time() {
    assert_linear(|next| format!("{{allOf: [{next}]}}"));
}

#[test]
fn a_long_chain_of_objects_is_code() {
    let text = chain(300, |next| format!("{{type: object, properties: {{next: {next}}}}}"));
    let (code, _) = become_of("large", &text).unwrap();
    assert!(code.contains("pub struct S300 {"));
}

#[test]
fn aliases_that_multiply_are_a_finding_before_they_fill_the_memory() {
    let list = |inner: &str| format!("[{}]", [inner; 10].join(", "));
    let map = |inner: &str| {
        let members: Vec<_> = (0..10).map(|key| format!("k{key}: {inner}")).collect();
        format!("{{{}}}", members.join(", "))
    };
    for level_of in [&list as &dyn Fn(&str) -> String, &map] {
        let mut text = format!("x-0: &a0 {}\n", level_of("1"));
        for level in 1..12 {
            text += &format!("x-{level}: &a{level} {}\n", level_of(&format!("*a{}", level - 1)));
        }
        let start = Instant::now();
        let found = findings("large", &text, true);
        assert!(found[0].message.contains("repeat too much"), "{found:?}");
        assert!(start.elapsed() < Duration::from_secs(10));
    }
}

#[test]
fn nesting_without_end_and_an_alias_of_itself_are_findings() {
    for text in ["[".repeat(100_000), "- ".repeat(5_000), "a: &a [*a]\n".to_owned()] {
        let found = findings("large", &text, true);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].rule, "syntax");
    }
}

/// Each part contains the next twice: a walk that forgets where it was takes 2^40 steps.
#[test]
fn parts_that_many_schemas_share_are_looked_at_once() {
    let text = chain(40, |next| format!("{{type: object, properties: {{a: {next}, b: {next}}}}}"));
    assert!(become_of("large", &text).is_ok());
}
