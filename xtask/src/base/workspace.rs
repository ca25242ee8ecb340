//! Where this workspace is, and how its paths are shown to people.

use std::fmt;
use std::path::Path;

/// The workspace that this program was built from.
pub fn workspace() -> &'static Path {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package.parent().unwrap_or(package)
}

/// The path as a person here would type it: below the current folder, else
/// below the workspace, else in full.
pub fn shown(path: &Path) -> impl fmt::Display {
    let here = std::env::current_dir().unwrap_or_default();
    let short = path.strip_prefix(&here).or_else(|_| path.strip_prefix(workspace()));
    short.unwrap_or(path).to_string_lossy().replace('\\', "/")
}

/// `1 file`, `2 files`.
pub fn plural(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}
