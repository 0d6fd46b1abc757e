//! Our own mistakes: one sentence and exit code 70.

use super::failure::Exit;
use super::output;
use std::io::Write;
use std::panic::PanicHookInfo;

/// Let a panic in any thread print one sentence and end the program.
pub(super) fn install() {
    std::panic::set_hook(Box::new(|panic| {
        // a reader of files that panics on a damaged one is caught, and the file refused
        if crate::ephemerides::fence_is_up() {
            return;
        }
        // stderr may be closed; a second panic here would abort with another code.
        let _ = writeln!(std::io::stderr(), "{}", sentence(panic));
        output::abandon();
        std::process::exit(Exit::Bug as i32);
    }));
}

fn sentence(panic: &PanicHookInfo<'_>) -> String {
    let payload = panic.payload();
    let text = payload.downcast_ref::<&str>().copied().or_else(|| payload.downcast_ref::<String>().map(String::as_str));
    let message = text.unwrap_or("no message").replace('\n', " ");
    let place = panic.location().map_or_else(|| "an unknown place".to_owned(), ToString::to_string);
    format!(
        "portolan {} has a bug at {place}: {message}; please report it with the command that found it",
        env!("CARGO_PKG_VERSION")
    )
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    const ASKED: &str = "PORTOLAN_TEST_OF_THE_PANIC_HOOK";

    /// Runs itself a second time, where it panics under the hook.
    #[test]
    fn law_a_panic_says_one_sentence_and_leaves_with_70() {
        if std::env::var_os(ASKED).is_some() {
            super::install();
            let thread = std::thread::spawn(|| panic!("the tank is\nbottomless"));
            let _ = thread.join();
            return;
        }
        let name = "cli::bug::tests::law_a_panic_says_one_sentence_and_leaves_with_70";
        let itself = std::env::current_exe().expect("this test's program");
        let child = Command::new(itself).args(["--exact", name, "--nocapture"]).env(ASKED, "1").output();
        let output = child.expect("a second run");
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(70), "{stderr}");
        let said: Vec<&str> = stderr.lines().filter(|l| l.contains("has a bug at")).collect();
        assert_eq!(said.len(), 1, "{stderr}");
        assert!(said[0].contains("bug.rs:") && said[0].contains("the tank is bottomless; please report"), "{stderr}");
    }
}
