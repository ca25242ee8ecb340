//! What `--check` shows: the difference, bounded.

use std::fmt::Write as _;

use similar::TextDiff;

use super::folder::Difference;

/// Lines of difference shown per file; a regenerated file can differ in thousands.
const SHOWN: usize = 60;

/// A unified diff of every stale, missing and orphan file.
pub fn show(difference: &Difference) -> String {
    let mut text = String::new();
    for (name, old, new) in &difference.changed {
        text += &match old {
            Some(old) => file("stale", name, old, new),
            None => file("missing", name, "", new),
        };
    }
    for (name, old) in &difference.orphans {
        text += &file("orphan (no document gives it)", name, old, "");
    }
    text
}

/// The difference of one file, with what it means before its name.
pub fn file(what: &str, name: &str, old: &str, new: &str) -> String {
    let diff = TextDiff::from_lines(old, new);
    let diff = diff.unified_diff().header("on disk", "generated").to_string();
    let lines: Vec<_> = diff.lines().collect();
    let mut text = format!("{what}: {name}\n");
    for line in lines.iter().take(SHOWN) {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{line}");
    }
    if lines.len() > SHOWN {
        let _ = writeln!(text, "… {} more lines", lines.len() - SHOWN);
    }
    text.push('\n');
    text
}
