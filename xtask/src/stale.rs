//! What `--check` shows: the difference, bounded.

use std::fmt::Write as _;

use similar::TextDiff;

use crate::output::Difference;

/// Lines of difference shown per file; a regenerated file can differ in thousands.
const SHOWN: usize = 60;

/// A unified diff of every stale, missing and orphan file.
pub fn show(difference: &Difference) -> String {
    let mut text = String::new();
    for (name, old, new) in &difference.changed {
        match old {
            Some(old) => one(&mut text, "stale", name, old, new),
            None => one(&mut text, "missing", name, "", new),
        }
    }
    for (name, old) in &difference.orphans {
        one(&mut text, "orphan (no document gives it)", name, old, "");
    }
    text
}

fn one(text: &mut String, what: &str, name: &str, old: &str, new: &str) {
    let diff = TextDiff::from_lines(old, new);
    let diff = diff.unified_diff().header("on disk", "generated").to_string();
    let lines: Vec<_> = diff.lines().collect();
    // Writing to a String cannot fail.
    let _ = writeln!(text, "{what}: {name}");
    for line in lines.iter().take(SHOWN) {
        let _ = writeln!(text, "{line}");
    }
    if lines.len() > SHOWN {
        let _ = writeln!(text, "… {} more lines", lines.len() - SHOWN);
    }
    text.push('\n');
}
