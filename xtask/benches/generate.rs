//! `cargo bench -p xtask`: what `generate` costs, as ratios of one run.
//!
//! The first column says whether the work is linear: the time per operation,
//! relative to that of the smallest document. The second says what lint, lowering
//! and tidying add: the time relative to parsing, progenitor and prettyplease
//! alone on the same document. Each is the median of runs that take turns.
#![allow(clippy::unwrap_used, reason = "a bench fails by panicking")]

use std::fmt::Write as _;
use std::fs;
use std::hint::black_box;
use std::path::Path;
use std::time::Instant;

use progenitor_impl::Generator;
use xtask::{generate, render, yaml};

const NAME: &str = "things.yaml";

/// A document of so many operations, of a kind that progenitor takes unaided.
fn document(operations: usize) -> String {
    let mut paths = String::new();
    let mut schemas = String::new();
    for number in 0..operations {
        let _ = write!(
            paths,
            "  /things{number}/{{id}}/:
    post:
      operationId: change_thing{number}
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
        \"400\":
          description: A fault.
          content: {{application/json: {{schema: {{$ref: \"#/components/schemas/Fault\"}}}}}}
"
        );
        let _ = write!(
            schemas,
            "    Thing{number}:
      type: object
      description: A thing.
      required: [id, status]
      properties:
        id: {{type: string, description: Its id.}}
        status: {{type: string, enum: [open, closed, ajar]}}
        secret: {{type: string, format: password}}
        count: {{type: integer}}
        tags: {{type: array, items: {{type: string}}}}
        note: {{type: string, nullable: true}}
"
        );
    }
    format!(
        "openapi: 3.0.3\ninfo: {{title: A bench, version: \"1\"}}\npaths:\n{paths}components:\n  \
         schemas:\n    Fault: {{type: object, properties: {{detail: {{type: string}}}}}}\n{schemas}"
    )
}

/// Everything that `generate` does to a folder, but for writing the files.
fn whole(folder: &Path) {
    black_box(generate::generate(folder).unwrap());
}

/// What nobody can do without.
fn floor(folder: &Path) {
    let text = fs::read_to_string(folder.join(NAME)).unwrap();
    let (value, _) = yaml::parse(&text).unwrap();
    let spec = serde_json::from_value(value).unwrap();
    let tokens = Generator::new(&render::settings()).generate_tokens(&spec).unwrap();
    let file = syn::parse2(tokens).unwrap();
    black_box(prettyplease::unparse(&file));
    // As `generate` does.
    std::mem::forget(file);
}

fn seconds(work: impl Fn(&Path), folder: &Path) -> f64 {
    let start = Instant::now();
    work(folder);
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
    let mut first: Option<[f64; 2]> = None;
    for size in sizes {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(NAME), document(*size)).unwrap();
        let folder = folder.path();
        let pairs = (0..if *size < 1000 { 15 } else { 5 })
            .map(|_| [seconds(whole, folder), seconds(floor, folder)]);
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
