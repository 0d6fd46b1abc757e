//! A fence about other people's readers: what panics inside is an error outside.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};

thread_local! {
    static UP: Cell<bool> = const { Cell::new(false) };
}

/// Whether this thread is inside a fence, where a panic is caught.
#[must_use]
#[cfg(feature = "cli")]
pub(crate) fn fence_is_up() -> bool {
    UP.get()
}

/// What some work on a file's bytes gives, or what it panicked with.
///
/// The work must leave nothing half done behind: it takes and gives whole values.
pub(super) fn fenced<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    UP.set(true);
    let done = catch_unwind(AssertUnwindSafe(work));
    UP.set(false);
    done.map_err(|payload| {
        let text = payload.downcast_ref::<&str>().map(|s| (*s).to_owned());
        text.or_else(|| payload.downcast_ref::<String>().cloned()).unwrap_or_else(|| "no message".to_owned())
    })
}
