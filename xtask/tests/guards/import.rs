//! Operations of a foreign document in our dialect: what is written, what is left
//! out and said so, and what cannot be.

use std::fs;

use crate::support::{Bench, Run, in_snapshots, shown, tests, xtask};

const OPERATIONS: [&str; 5] = [
    "get_v3_orders",
    "createOrder",
    "get_v3_order",
    "delete_v3_order_by_id",
    "get_v3_order_report",
];

/// A place with `auth.yaml` in `openapi`, and the contract.
fn bench() -> Bench {
    let bench = Bench::empty();
    bench.write("openapi/auth.yaml", &fs::read_to_string(tests("fixtures/auth.yaml")).unwrap());
    let contract = fs::read_to_string(tests("contracts/foreign.json")).unwrap();
    bench.write("foreign.json", &contract);
    bench
}

fn import(bench: &Bench, more: &[&str]) -> Run {
    let arguments = ["import", "--contract", "foreign.json", "--openapi", "openapi"];
    xtask(&bench.path(""), &[&arguments, more].concat())
}

fn into(bench: &Bench, operation: &str) -> Run {
    import(bench, &["--operation", operation, "--into", "openapi/orders.yaml"])
}

fn written(bench: &Bench) -> String {
    fs::read_to_string(bench.path("openapi/orders.yaml")).unwrap()
}

#[track_caller]
fn assert_message(name: &str, run: &Run) {
    in_snapshots("messages", || insta::assert_snapshot!(format!("import_{name}"), shown(run)));
}

#[test]
fn each_trait_of_a_contract_is_written_in_the_dialect_and_gives_code() {
    let bench = bench();
    for operation in OPERATIONS {
        let run = into(&bench, operation);
        assert_eq!(run.code, 0, "{operation}: {}", run.stderr);
    }
    let text = written(&bench);
    // The day of the run is not the document's affair.
    let read = text.lines().find(|line| line.trim_start().starts_with("read: ")).unwrap();
    let text = text.replace(read, "        read: \"[today]\"");
    in_snapshots("import", || insta::assert_snapshot!("orders", text));
    let run = bench.generate(&["--draft"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
}

#[test]
fn all_at_once_is_what_one_after_the_other_gives_but_for_the_order() {
    let (one_by_one, at_once) = (bench(), bench());
    for operation in OPERATIONS {
        into(&one_by_one, operation);
    }
    let mut arguments = vec!["--into", "openapi/orders.yaml"];
    arguments.extend(OPERATIONS.iter().flat_map(|operation| ["--operation", operation]));
    assert_eq!(import(&at_once, &arguments).code, 0);
    let sorted = |text: String| {
        let mut lines: Vec<_> = text.lines().map(str::to_owned).collect();
        lines.sort();
        lines
    };
    assert_eq!(sorted(written(&one_by_one)), sorted(written(&at_once)));
}

#[test]
fn comments_order_and_prose_of_a_document_survive() {
    let bench = bench();
    into(&bench, "get_v3_orders");
    let text = written(&bench)
        .replace("operationId: list", "operationId: list # every day\n      summary: Orders")
        .replace(
            "    OrderRow:\n",
            "    # What a row is.\n    OrderRow:\n      description: A row.\n",
        );
    bench.write("openapi/orders.yaml", &(text.clone() + "# The end.\n"));
    assert_eq!(into(&bench, "get_v3_order").code, 0);
    let after = written(&bench);
    let mut rest = after.lines();
    // Every line is still there, in its order.
    for line in text.lines() {
        assert!(rest.any(|other| other == line), "lost: {line}\n{after}");
    }
}

#[test]
fn the_list_says_what_there_is_and_what_is_ours_already() {
    let bench = bench();
    into(&bench, "createOrder");
    assert_message("list", &import(&bench, &["--list"]));
}

#[test]
fn without_a_document_it_goes_to_the_standard_output() {
    let bench = bench();
    let run = import(&bench, &["--operation", "GET /v3/orders/{orderId}/report/"]);
    assert_eq!(run.code, 0);
    assert!(run.stdout.contains("  /v3/orders/{orderId}/report/:\n    get:\n"), "{}", run.stdout);
}

#[test]
fn what_cannot_be_written_is_named_and_nothing_is_written() {
    let bench = bench();
    assert_message("no_words", &into(&bench, "put_raw"));
    assert_message("unknown", &into(&bench, "get_v3_ordrs"));
    assert!(!bench.path("openapi/orders.yaml").exists());
    into(&bench, "get_v3_orders");
    let before = written(&bench);
    assert_message("there_already", &into(&bench, "get_v3_orders"));
    assert_eq!(written(&bench), before);
    bench.edit(
        "openapi/orders.yaml",
        "    OrderRow:",
        "    Tree: {type: object, properties: {a: {type: string}}}\n    OrderRow:",
    );
    let before = written(&bench);
    assert_message("name_taken", &into(&bench, "get_v3_order"));
    assert_eq!(written(&bench), before);
}

#[test]
fn a_file_that_is_no_contract_is_named() {
    let bench = bench();
    for (name, text) in [
        ("no_openapi", "{\"swagger\": \"2.0\"}"),
        ("openapi_3_1", "openapi: 3.1.0\npaths: {}\n"),
        ("no_json", "{\"openapi\": "),
    ] {
        bench.write("foreign.json", text);
        assert_message(name, &import(&bench, &["--list"]));
    }
    fs::remove_file(bench.path("foreign.json")).unwrap();
    assert_message("missing", &import(&bench, &["--list"]));
}

#[test]
fn a_document_that_is_laid_out_otherwise_is_left_alone() {
    let bench = bench();
    let text = "openapi: 3.0.3\ninfo: {title: x, version: \"1\"}\npaths: {}\n";
    bench.write("openapi/orders.yaml", text);
    assert_message("layout", &into(&bench, "get_v3_orders"));
    assert_eq!(written(&bench), text);
}
