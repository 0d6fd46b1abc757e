//! What is on the disk when a run ends early: nothing, the old report or the new one.

#![cfg(unix)]

use crate::{names, portolan_in};
use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const EXAMPLE: &str = include_str!("../../examples/campaigns/mars_cargo_2033.toml");

/// A folder with a small campaign in it.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("mars.toml"), EXAMPLE.replacen("400x400", "40x40", 1)).expect("written");
    folder
}

fn start(folder: &Path) -> Child {
    Command::new(env!("CARGO_BIN_EXE_portolan"))
        .args(["run", "mars.toml", "--out", "report"])
        .current_dir(folder)
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts")
}

fn signal(child: &Child, name: &str) {
    let sent = Command::new("sh").args(["-c", &format!("kill -{name} {}", child.id())]).status();
    assert!(sent.expect("a shell").success());
}

/// Drafts in a folder.
fn drafts(folder: &Path) -> Vec<String> {
    names(folder).into_iter().filter(|name| name.contains(".portolan-")).collect()
}

/// Wait until a draft is there, or the program has ended.
fn await_draft(folder: &Path, child: &mut Child) {
    let began = Instant::now();
    while drafts(folder).is_empty() && child.try_wait().expect("a child").is_none() {
        assert!(began.elapsed() < Duration::from_secs(60), "no draft after a minute");
        std::thread::sleep(Duration::from_micros(100));
    }
}

/// Whether a report is there whole: every file that its list names, and no other.
fn is_whole(report: &Path) -> bool {
    let list = std::fs::read_to_string(report.join(".portolan-files")).expect("a list of contents");
    let listed: BTreeSet<String> = list.lines().map(str::to_owned).chain([".portolan-files".to_owned()]).collect();
    let mut found = BTreeSet::new();
    for name in names(report) {
        if report.join(&name).is_dir() {
            found.extend(names(&report.join(&name)).into_iter().map(|below| format!("{name}/{below}")));
        } else {
            found.insert(name);
        }
    }
    let json = std::fs::read_to_string(report.join("report.json")).expect("the object");
    found == listed && serde_json::from_str::<serde_json::Value>(&json).is_ok()
}

/// Killed at 24 moments while it writes, with and without an old report: never a part of one, and what is left of the
/// killed runs is gone after the next, with a word.
#[test]
fn law_a_killed_run_leaves_the_old_report_or_the_new_one() {
    let folder = folder();
    let report = folder.path().join("report");
    // how long it writes when it is left alone
    let mut whole = start(folder.path());
    await_draft(folder.path(), &mut whole);
    let began = Instant::now();
    assert!(whole.wait().expect("it ends").success());
    let writes = began.elapsed();
    for round in 0..24_u32 {
        if round % 6 == 0 {
            std::fs::remove_dir_all(&report).ok();
        }
        let mut child = start(folder.path());
        await_draft(folder.path(), &mut child);
        std::thread::sleep(writes * (round % 12) / 10);
        let _ = child.kill();
        child.wait().expect("it ends");
        assert!(!report.exists() || is_whole(&report), "round {round}");
    }
    let left = drafts(folder.path());
    let last = portolan_in(folder.path(), &["run", "mars.toml", "--out", "report"]);
    assert_eq!(last.code, 0, "{}", last.stderr);
    assert_eq!(names(folder.path()), ["mars.toml", "report"]);
    assert!(is_whole(&report));
    for name in left {
        let told = format!("portolan: removed {name}, which a run that was stopped had left");
        assert!(last.stderr.contains(&told), "no word about {name} in {}", last.stderr);
    }
}

/// A run that is told to stop takes its drafts along, and ends as the signal asks.
#[test]
fn law_a_stopped_run_leaves_no_draft() {
    use std::os::unix::process::ExitStatusExt;
    let folder = folder();
    for (round, (name, number)) in [("INT", 2), ("TERM", 15), ("HUP", 1)].into_iter().cycle().take(9).enumerate() {
        let mut child = start(folder.path());
        await_draft(folder.path(), &mut child);
        std::thread::sleep(Duration::from_millis(round as u64));
        if child.try_wait().expect("a child").is_none() {
            signal(&child, name);
        }
        let status = child.wait().expect("it ends");
        // it may have ended by itself before the signal came
        assert!(status.signal() == Some(number) || status.code() == Some(0), "{name}: {status}");
        assert_eq!(drafts(folder.path()), Vec::<String>::new(), "{name}");
        assert!(!folder.path().join("report").exists() || is_whole(&folder.path().join("report")));
    }
}

/// What nohup and a shell's background switch off stays off.
#[test]
fn law_an_ignored_signal_stays_ignored() {
    let folder = folder();
    let program = env!("CARGO_BIN_EXE_portolan");
    let script = format!("trap '' HUP; \"{program}\" run mars.toml --out report >/dev/null & kill -HUP $!; wait $!");
    let status = Command::new("sh").args(["-c", &script]).current_dir(folder.path()).status().expect("a shell");
    assert!(status.success(), "{status}");
    assert!(is_whole(&folder.path().join("report")));
}

/// Eight runs at once into one folder: each ends well, and the report is that of one of them.
#[test]
fn law_runs_into_one_folder_do_not_mix() {
    let folder = folder();
    let children: Vec<Child> = (0..8).map(|_| start(folder.path())).collect();
    for child in children {
        let output = child.wait_with_output().expect("it ends");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
    assert_eq!(names(folder.path()), ["mars.toml", "report"]);
    assert!(is_whole(&folder.path().join("report")));
}
