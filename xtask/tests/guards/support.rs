//! The binary, temporary folders, snapshots.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use insta::Settings;
use tempfile::TempDir;

/// What a run of the binary gave.
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// A place with a folder of documents (`openapi`) and a place for the output (`out`).
pub(crate) struct Bench {
    root: TempDir,
}

impl Bench {
    /// Without documents.
    pub(crate) fn empty() -> Self {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir(root.path().join("openapi")).unwrap();
        Self { root }
    }

    /// With the fixture `vault` in it.
    pub(crate) fn vault() -> Self {
        let bench = Self::empty();
        bench.write("openapi/vault.yaml", &fixture_text("vault"));
        bench
    }

    /// With the fixture `vault` already generated.
    pub(crate) fn generated() -> Self {
        let bench = Self::vault();
        assert_eq!(bench.generate(&[]).code, 0);
        bench
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.root.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub(crate) fn edit(&self, name: &str, from: &str, to: &str) {
        let text = fs::read_to_string(self.path(name)).unwrap();
        assert!(text.contains(from), "{name} does not contain {from}");
        self.write(name, &text.replacen(from, to, 1));
    }

    /// Every file of the output folder, with its bytes and its time of change.
    pub(crate) fn output(&self) -> BTreeMap<String, (Vec<u8>, std::time::SystemTime)> {
        let Ok(entries) = fs::read_dir(self.path("out")) else { return BTreeMap::new() };
        let entries = entries.map(|entry| entry.unwrap()).filter(|entry| entry.path().is_file());
        let file = |path: PathBuf| {
            let changed = fs::metadata(&path).unwrap().modified().unwrap();
            (fs::read(&path).unwrap(), changed)
        };
        entries
            .map(|entry| (entry.file_name().into_string().unwrap(), file(entry.path())))
            .collect()
    }

    /// `xtask generate --openapi openapi --out out` and more arguments.
    pub(crate) fn generate(&self, more: &[&str]) -> Run {
        let arguments = ["generate", "--openapi", "openapi", "--out", "out"];
        xtask(self.root.path(), &[&arguments, more].concat())
    }
}

/// Runs the real binary in `folder`.
pub(crate) fn xtask(folder: &Path, arguments: &[&str]) -> Run {
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
    let output =
        command.args(arguments).current_dir(folder).env("COLUMNS", "100").output().unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    Run {
        code: output.status.code().unwrap(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        // How long it takes is the machine's affair, and so are the signs of life.
        stderr: stderr
            .lines()
            .filter(|line| !is_progress(line))
            .map(|line| format!("{line}\n"))
            .collect(),
    }
}

/// A run as a person sees it.
pub(crate) fn shown(run: &Run) -> String {
    let Run { code, stdout, stderr } = run;
    let mut text = format!("exit {code}\n");
    for (name, stream) in [("stdout", stdout), ("stderr", stderr)] {
        if !stream.is_empty() {
            text += &format!("--- {name}\n{stream}");
        }
    }
    text
}

/// A line of `xtask::progress`: seconds, then a step.
fn is_progress(line: &str) -> bool {
    line.trim_start().split_once(" s  ").is_some_and(|(seconds, _)| seconds.parse::<u32>().is_ok())
}

/// The YAML of a fixture, which lies in a folder of its own.
pub(crate) fn fixture_path(name: &str) -> PathBuf {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    fixtures.join(name).join(format!("{name}.yaml"))
}

pub(crate) fn fixture_text(name: &str) -> String {
    fs::read_to_string(fixture_path(name)).unwrap()
}

fn snapshots(kind: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/guards/snapshots").join(kind)
}

/// Runs `assert` with snapshots named as they are, in the folder `kind`.
pub(crate) fn in_snapshots(kind: &str, assert: impl FnOnce()) {
    let mut settings = Settings::clone_current();
    settings.set_snapshot_path(snapshots(kind));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.add_filter(r"in \d+\.\d\d s\b", "in [time] s");
    settings.bind(assert);
}

/// The snapshots that exist in the folder `kind`.
pub(crate) fn snapshot_names(kind: &str) -> Vec<String> {
    let entries = fs::read_dir(snapshots(kind)).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<_> =
        names.filter_map(|name| name.strip_suffix(".snap").map(str::to_owned)).collect();
    names.sort();
    names
}
