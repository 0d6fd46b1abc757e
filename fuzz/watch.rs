//! What each worker is at, since when, and the end of the run when an input never ends.

use crate::targets::TARGETS;
use std::cell::Cell;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant};

/// An input that takes longer is a failure.
pub(crate) const SLOW: Duration = Duration::from_secs(2);
/// An input that takes longer ends the run.
const ENDLESS: Duration = Duration::from_secs(20);
/// The same on a machine that is busy with other things.
const ENDLESS_WALL: Duration = Duration::from_secs(60);

/// Workers at most.
pub(crate) const MOST_WORKERS: usize = 64;

/// One worker's post.
struct Post {
    target: AtomicU64,
    index: AtomicU64,
    /// nanoseconds since the start; 0 while idle
    since_ns: AtomicU64,
    thread: AtomicU64,
}

static POSTS: [Post; MOST_WORKERS] = [const {
    Post { target: AtomicU64::new(0), index: AtomicU64::new(0), since_ns: AtomicU64::new(0), thread: AtomicU64::new(0) }
}; MOST_WORKERS];
static SEED: AtomicU64 = AtomicU64::new(0);

thread_local! {
    static MINE: Cell<usize> = const { Cell::new(MOST_WORKERS) };
}

fn start() -> Instant {
    static START: OnceLock<Instant> = OnceLock::new();
    *START.get_or_init(|| Instant::now() - Duration::from_secs(1))
}

fn now_ns() -> u64 {
    start().elapsed().as_nanos() as u64
}

/// The seed that the last words name.
pub(crate) fn set_seed(seed: u64) {
    SEED.store(seed, Relaxed);
}

/// This thread is worker `number`.
pub(crate) fn take_post(number: usize) {
    MINE.set(number);
    // the thread's number, where the system tells it: then its own time counts and not the machine's load
    let thread = std::fs::read_link("/proc/thread-self").ok();
    let thread = thread.and_then(|p| p.file_name()?.to_str()?.parse().ok()).unwrap_or(0);
    POSTS[number].thread.store(thread, Relaxed);
}

/// This worker begins an input.
pub(crate) fn begin(target: usize, index: u64) {
    if let Some(post) = POSTS.get(MINE.get()) {
        post.target.store(target as u64, Relaxed);
        post.index.store(index, Relaxed);
        post.since_ns.store(now_ns(), Relaxed);
    }
}

/// This worker is idle.
pub(crate) fn end() {
    if let Some(post) = POSTS.get(MINE.get()) {
        post.since_ns.store(0, Relaxed);
    }
}

/// Processor time of a thread, where the system tells it (Linux; proc(5), schedstat).
fn processor_time(thread: &str) -> Option<Duration> {
    let text = std::fs::read_to_string(format!("/proc/{thread}/schedstat")).ok()?;
    Some(Duration::from_nanos(text.split_whitespace().next()?.parse().ok()?))
}

/// Processor time of this thread.
pub(crate) fn own_time() -> Option<Duration> {
    processor_time("thread-self")
}

/// Said when the process is about to be ended by the system: no allocation, no lock but stderr's.
pub(crate) fn say_last_words(why: &str) {
    let Some(post) = POSTS.get(MINE.get()) else {
        eprintln!("fuzz: {why}; the inputs under way:");
        for post in POSTS.iter().filter(|p| p.since_ns.load(Relaxed) > 0) {
            say(post);
        }
        return;
    };
    eprintln!("fuzz: {why}; the input:");
    say(post);
}

fn say(post: &Post) {
    let target = TARGETS.get(post.target.load(Relaxed) as usize).map_or("?", |t| t.name);
    eprintln!("  --only {target} --seed {} --index {}", SEED.load(Relaxed), post.index.load(Relaxed));
}

/// The target and index of an input that will not end.
pub(crate) struct Endless {
    pub(crate) target: usize,
    pub(crate) index: u64,
    pub(crate) after: Duration,
}

/// Look at every post until `done`; the first input that does not end, if there is one.
pub(crate) fn watch(done: impl Fn() -> bool) -> Option<Endless> {
    let mut noticed: Vec<Option<(u64, Duration)>> = vec![None; MOST_WORKERS];
    while !done() {
        std::thread::sleep(Duration::from_millis(20));
        for (post, noticed) in POSTS.iter().zip(&mut noticed) {
            let since_ns = post.since_ns.load(Relaxed);
            let wall = Duration::from_nanos(now_ns().saturating_sub(since_ns));
            if since_ns == 0 || wall < Duration::from_millis(500) {
                continue;
            }
            let used = processor_time(&format!("self/task/{}", post.thread.load(Relaxed)));
            let first = match *noticed {
                Some((since, first)) if since == since_ns => first,
                _ => {
                    *noticed = Some((since_ns, used.unwrap_or_default()));
                    continue;
                }
            };
            let own = used.map_or(wall, |u| u.saturating_sub(first));
            if (wall > ENDLESS && own > ENDLESS / 2) || wall > ENDLESS_WALL {
                let (target, index) = (post.target.load(Relaxed) as usize, post.index.load(Relaxed));
                return Some(Endless { target, index, after: wall });
            }
        }
    }
    None
}
