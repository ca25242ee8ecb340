//! The binary, temporary folders, documents, snapshots.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

use insta::Settings;
use tempfile::TempDir;
use xtask::base::finding::Finding;
use xtask::document::documents::Documents;
use xtask::document::read::texts_to_documents;
use xtask::lint::rules;
use xtask::model::module::Model;

/// What a run of the binary gave.
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// A place with a folder of documents (`openapi`) and a crate for the output (`out`).
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

    /// With these fixtures in it.
    pub(crate) fn with(fixtures: &[&str]) -> Self {
        let bench = Self::empty();
        for name in fixtures {
            bench.write(&format!("openapi/{name}.yaml"), &fixture_text(name));
        }
        bench
    }

    /// With the fixture `vault`, and `auth` that it refers to.
    pub(crate) fn vault() -> Self {
        Self::with(&["auth", "vault"])
    }

    /// The same, generated.
    pub(crate) fn generated() -> Self {
        let bench = Self::vault();
        let run = bench.generate(&[]);
        assert_eq!(run.code, 0, "{}", run.stderr);
        bench
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.root.path().join(name)
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub(crate) fn edit(&self, name: &str, from: &str, to: &str) {
        let text = self.read(name);
        assert!(text.contains(from), "{name} does not contain {from}");
        self.write(name, &text.replacen(from, to, 1));
    }

    /// Every file of both output folders, by its path in the crate, with its bytes
    /// and its time of change.
    pub(crate) fn output(&self) -> BTreeMap<String, (Vec<u8>, SystemTime)> {
        let mut output = BTreeMap::new();
        for folder in ["src/generated", "tests/generated"] {
            let Ok(entries) = fs::read_dir(self.path("out").join(folder)) else { continue };
            for path in entries.map(|entry| entry.unwrap().path()).filter(|path| path.is_file()) {
                let name = path.file_name().unwrap().to_str().unwrap();
                let changed = fs::metadata(&path).unwrap().modified().unwrap();
                output.insert(format!("{folder}/{name}"), (fs::read(&path).unwrap(), changed));
            }
        }
        output
    }

    /// `xtask generate --openapi openapi --out out` and more arguments.
    pub(crate) fn generate(&self, more: &[&str]) -> Run {
        let arguments = ["generate", "--openapi", "openapi", "--out", "out"];
        self.xtask(&[&arguments, more].concat())
    }

    /// The binary, run here.
    pub(crate) fn xtask(&self, arguments: &[&str]) -> Run {
        xtask(self.root.path(), arguments)
    }
}

/// Runs the real binary in `folder`.
pub(crate) fn xtask(folder: &Path, arguments: &[&str]) -> Run {
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
    let output =
        command.args(arguments).current_dir(folder).env("COLUMNS", "100").output().unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    // How long it takes is the machine's affair, and so are the signs of life.
    let stderr = stderr.lines().filter(|line| !is_progress(line));
    Run {
        code: output.status.code().unwrap(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: stderr.map(|line| format!("{line}\n")).collect(),
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

/// A line of `base::progress`: seconds, then a step.
fn is_progress(line: &str) -> bool {
    line.trim_start().split_once(" s  ").is_some_and(|(seconds, _)| seconds.parse::<u32>().is_ok())
}

/// A file or folder beside this one's folder.
pub(crate) fn tests(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(name)
}

pub(crate) fn fixture_text(name: &str) -> String {
    fs::read_to_string(tests("fixtures").join(format!("{name}.yaml"))).unwrap()
}

/// Documents from names and texts, as if they lay in `openapi/`, with `auth` beside
/// them; and the faults of those that are none.
pub(crate) fn documents(texts: &[(&str, &str)]) -> (Documents, Vec<Finding>) {
    let auth = fixture_text("auth");
    let all = [("auth", auth.as_str())].into_iter().chain(texts.iter().copied());
    let path = |name| PathBuf::from(format!("openapi/{name}.yaml"));
    texts_to_documents(all.map(|(name, text)| (path(name), text.to_owned())).collect())
}

/// What is wrong with one document, as a draft or not.
pub(crate) fn findings(name: &str, text: &str, draft: bool) -> Vec<Finding> {
    let (documents, mut found) = documents(&[(name, text)]);
    found.extend(rules::findings(&Model::of(&documents), draft));
    found
}

/// `rule@pointer` of each.
pub(crate) fn places(findings: &[Finding]) -> Vec<String> {
    findings.iter().map(|found| format!("{}@{}", found.rule, found.pointer)).collect()
}

/// Runs `assert` with snapshots named as they are, in the folder `kind`.
pub(crate) fn in_snapshots(kind: &str, assert: impl FnOnce()) {
    let mut settings = Settings::clone_current();
    settings.set_snapshot_path(tests("guards/snapshots").join(kind));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.add_filter(r"in \d+\.\d\d s\b", "in [time] s");
    settings.bind(assert);
}

/// The names of the files in the folder `kind` that end so, sorted.
pub(crate) fn names(folder: &Path, end: &str) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<_> =
        names.filter_map(|name| name.strip_suffix(end).map(str::to_owned)).collect();
    names.sort();
    names
}

/// The snapshots that exist in the folder `kind`.
pub(crate) fn snapshot_names(kind: &str) -> Vec<String> {
    names(&tests("guards/snapshots").join(kind), ".snap")
}
