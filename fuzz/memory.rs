//! An allocator that counts, so that an input which eats the memory is told instead of killed.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// Bytes that the whole process may hold before the next allocation is refused, which ends it.
const MOST_B: u64 = 3 << 30;

static HELD_B: AtomicU64 = AtomicU64::new(0);
static PEAK_B: AtomicU64 = AtomicU64::new(0);

/// The system's allocator, with a count of what is held and the most that was.
pub(crate) struct Counting;

/// Bytes held now.
pub(crate) fn held_b() -> u64 {
    HELD_B.load(Relaxed)
}

/// The most bytes held since the last call, by all threads together.
pub(crate) fn take_peak_b() -> u64 {
    PEAK_B.swap(HELD_B.load(Relaxed), Relaxed)
}

fn more(bytes: usize) -> bool {
    let held = HELD_B.fetch_add(bytes as u64, Relaxed) + bytes as u64;
    PEAK_B.fetch_max(held, Relaxed);
    if held > MOST_B {
        crate::watch::say_last_words("it asks for more memory than 3 GiB");
        return false;
    }
    true
}

fn less(bytes: usize) {
    HELD_B.fetch_sub(bytes as u64, Relaxed);
}

// SAFETY: every call goes to the system's allocator as it came; only counters stand beside it.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if !more(layout.size()) {
            return std::ptr::null_mut();
        }
        // SAFETY: the caller's own promise.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        if !more(layout.size()) {
            return std::ptr::null_mut();
        }
        // SAFETY: the caller's own promise.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        less(layout.size());
        // SAFETY: the caller's own promise.
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        if !more(size) {
            return std::ptr::null_mut();
        }
        less(layout.size());
        // SAFETY: the caller's own promise.
        unsafe { System.realloc(pointer, layout, size) }
    }
}
