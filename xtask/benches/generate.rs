//! `cargo bench -p xtask`: what `generate` costs, as ratios of one run.
//!
//! The first column says whether the work is linear: the time per operation,
//! relative to that of the smallest document; the second says the same of the
//! floor. The third says what lint, lowering, the template and the tidying add:
//! the time relative to what nobody can do without, on the same document, which
//! is to parse it, to have progenitor make its types, and to print what is
//! written. Each is the median of runs that take turns.
#![allow(clippy::unwrap_used, reason = "a bench fails by panicking")]

use std::fmt::Write as _;
use std::fs;
use std::hint::black_box;
use std::path::Path;
use std::time::Instant;

use proc_macro2::TokenStream;
use progenitor_impl::Generator;
use serde_json::{Value, json};
use xtask::document::yaml;
use xtask::pipeline::generate;

/// A document of so many operations.
fn document(operations: usize) -> String {
    let mut paths = String::new();
    let mut schemas = String::new();
    for number in 0..operations {
        let _ = write!(
            paths,
            "  /things{number}/{{id}}/:
    post:
      operationId: change_thing_number{number}
      summary: Change a thing
      parameters:
        - {{name: id, in: path, required: true, schema: {{type: string}}}}
        - {{name: limit, in: query, schema: {{type: integer, format: int64}}}}
      requestBody:
        required: true
        content: {{application/json: {{schema: {{$ref: \"#/components/schemas/Thing{number}\"}}}}}}
      responses:
        \"200\":
          description: The thing.
          content: {{application/json: {{schema: {{$ref: \"#/components/schemas/Thing{number}\"}}}}}}
        \"4XX\":
          description: A fault.
          content: {{application/json: {{schema: {{$ref: \"auth.yaml#/components/schemas/ErrorBody\"}}}}}}
"
        );
        let _ = write!(
            schemas,
            "    Status{number}: {{type: string, enum: [open, closed, ajar]}}
    Thing{number}:
      type: object
      description: A thing.
      required: [id, status]
      properties:
        id: {{type: string, description: Its id.}}
        status: {{$ref: \"#/components/schemas/Status{number}\"}}
        secret: {{type: string, format: password}}
        count: {{type: integer}}
        tags: {{type: array, items: {{type: string}}}}
        note: {{type: string, nullable: true}}
"
        );
    }
    format!(
        "openapi: 3.0.3\ninfo: {{title: A bench, version: \"1\"}}\nservers: [{{url: \"https://bench.example\"}}]\n\
         security: []\npaths:\n{paths}components:\n  schemas:\n{schemas}"
    )
}

/// Everything that `generate` does to a folder, but for writing the files.
fn whole(folder: &Path) {
    black_box(generate(folder, true).unwrap());
}

/// What nobody can do without: prettyplease prints a tree, and what a template
/// gives is tokens.
fn floor(folder: &Path, written: &[TokenStream]) {
    let text = fs::read_to_string(folder.join("things.yaml")).unwrap();
    let (value, _) = yaml::parse(&text).unwrap();
    black_box(types(value));
    for tokens in written {
        black_box(prettyplease::unparse(&syn::parse2(tokens.clone()).unwrap()));
    }
}

/// progenitor's types, as tokens.
fn types(mut value: Value) -> String {
    value["paths"] = json!({});
    let spec = serde_json::from_value(value).unwrap();
    let mut generator = Generator::default();
    generator.generate_tokens(&spec).unwrap();
    generator.get_type_space().to_stream().to_string()
}

fn seconds(work: impl FnOnce()) -> f64 {
    let start = Instant::now();
    work();
    start.elapsed().as_secs_f64()
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn main() {
    // `cargo test --benches` only wants to know whether it runs.
    let sizes: &[usize] = if std::env::args().any(|argument| argument == "--bench") {
        &[10, 100, 1000]
    } else {
        &[2]
    };
    println!(
        "operations | time per operation / first row's | the same of the floor | generate / floor"
    );
    let auth = include_str!("../tests/fixtures/auth.yaml");
    let mut first: Option<[f64; 2]> = None;
    for size in sizes {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("auth.yaml"), auth).unwrap();
        fs::write(folder.path().join("things.yaml"), document(*size)).unwrap();
        let folder = folder.path();
        let files = generate(folder, true).unwrap().files;
        let code = files.iter().filter(|(name, _)| name.ends_with(".rs"));
        let written: Vec<_> = code.map(|(_, text)| text.parse::<TokenStream>().unwrap()).collect();
        let pairs = (0..if *size < 1000 { 15 } else { 5 })
            .map(|_| [seconds(|| whole(folder)), seconds(|| floor(folder, &written))]);
        let pairs: Vec<_> = pairs.collect();
        let each = [0, 1]
            .map(|which| median(pairs.iter().map(|pair| pair[which]).collect()) / *size as f64);
        let [whole, floor] = each;
        let [first_whole, first_floor] = *first.get_or_insert(each);
        println!(
            "{size} | {:.2} | {:.2} | {:.2}",
            whole / first_whole,
            floor / first_floor,
            whole / floor
        );
    }
}
