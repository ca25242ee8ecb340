//! A PostgreSQL of the test's own.
#![allow(unreachable_pub, reason = "a test takes it by its path")]

use std::ffi::OsStr;
use std::os::unix::fs::{MetadataExt as _, chown};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use tempfile::TempDir;

/// `nobody`, on every system: the server refuses to run as root.
const NOBODY: u32 = 65534;

/// A server on a socket in a directory of its own; both go with it.
pub struct Server {
    process: Child,
    directory: TempDir,
}

impl Server {
    /// `None` if PostgreSQL is not on this machine.
    pub fn start() -> Option<Self> {
        let programs = programs()?;
        let directory = tempfile::tempdir().unwrap();
        let is_root = std::fs::metadata(directory.path()).unwrap().uid() == 0;
        if is_root {
            chown(directory.path(), Some(NOBODY), Some(NOBODY)).unwrap();
        }
        let command = |program: &str, arguments: &[&OsStr]| {
            let mut command = Command::new(programs.join(program));
            command.args(arguments).current_dir(directory.path());
            command.stdout(Stdio::null()).stderr(Stdio::null());
            if is_root {
                command.uid(NOBODY).gid(NOBODY);
            }
            command
        };
        let [data, socket] = ["data", "."].map(|name| directory.path().join(name));
        let initdb = ["-U", "test", "-A", "trust", "--no-sync", "-D"].map(OsStr::new);
        let made = command("initdb", &[&initdb[..], &[data.as_ref()]].concat()).status().unwrap();
        assert!(made.success(), "initdb: {made}");
        let options = ["-c", "listen_addresses=", "-F", "-k"].map(OsStr::new);
        let place = [socket.as_ref(), "-D".as_ref(), data.as_ref()];
        let process = command("postgres", &[&options[..], &place].concat()).spawn().unwrap();
        let mut server = Self { process, directory };
        // It writes this when it takes connections.
        let ready = || std::fs::read_to_string(data.join("postmaster.pid"));
        while !ready().is_ok_and(|text| text.trim_end().ends_with("ready")) {
            let ended = server.process.try_wait().unwrap();
            assert!(ended.is_none(), "postgres: {ended:?}");
            sleep(Duration::from_millis(20));
        }
        Some(server)
    }

    /// The directory of its socket.
    pub fn socket(&self) -> &Path {
        self.directory.path()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Not `Child::kill`: it has shared memory to give back.
        Command::new("kill").args(["-QUIT", &self.process.id().to_string()]).status().ok();
        self.process.wait().ok();
    }
}

/// Where its programs are: not in `PATH` on Debian.
fn programs() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let debian = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let debian = debian.map(|version| version.path().join("bin"));
    let all = std::env::split_paths(&path).chain(debian);
    all.into_iter().find(|folder| folder.join("initdb").is_file())
}
