//! Inputs shared out to workers, and what came of them.

use crate::finite::Told;
use crate::tape::{Entry, Tape, from_text, to_text};
use crate::targets::{self, TARGETS, Target};
use crate::{Asked, memory, minimise, watch};
use std::backtrace::Backtrace;
use std::cell::{Cell, RefCell};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Bytes that one input may hold beside what the process held before it.
const MOST_B: u64 = 600 << 20;
/// Failures of one kind that are told one by one.
const TOLD: usize = 60;

/// A thing drawn, with its name.
pub(crate) type Named = (String, Entry);

thread_local! {
    static PANIC: RefCell<Option<String>> = const { RefCell::new(None) };
    /// whether a panic is to say which of the library's functions it came through
    static TRACED: Cell<bool> = const { Cell::new(false) };
}
static LAST_PANIC: Mutex<Option<String>> = Mutex::new(None);

/// An input that failed.
struct Failure {
    target: &'static Target,
    index: u64,
    why: String,
    entries: Vec<Named>,
    times: u64,
    /// the file that holds it, for one that is run again
    file: Option<String>,
}

/// Counts of one target.
#[derive(Default)]
struct Counts {
    inputs: AtomicU64,
    answers: AtomicU64,
    refusals: AtomicU64,
    spent_ns: AtomicU64,
    worst_ns: AtomicU64,
}

/// The sentence of a failure, and everything that was drawn before it.
pub(crate) struct Outcome {
    pub(crate) told: Result<Told, String>,
    pub(crate) entries: Vec<Named>,
}

/// Run one input: a panic and a broken law are failures alike.
pub(crate) fn try_input(target: &Target, mut tape: Tape) -> Outcome {
    PANIC.set(None);
    let result = catch_unwind(AssertUnwindSafe(|| (target.run)(&mut tape)));
    let told = result.unwrap_or_else(|_| {
        let mine = PANIC.take();
        let last = || LAST_PANIC.lock().unwrap_or_else(PoisonError::into_inner).take();
        Err(format!("it panics: {}", mine.or_else(last).unwrap_or_default()))
    });
    Outcome { told, entries: tape.entries().to_vec() }
}

fn quiet_panics() {
    std::panic::set_hook(Box::new(|info| {
        let payload = info.payload();
        let said = payload.downcast_ref::<&str>().map(|s| (*s).to_owned());
        let said = said.or_else(|| payload.downcast_ref::<String>().cloned()).unwrap_or_default();
        let at = info.location().map_or_else(String::new, |l| format!("{}:{}", l.file(), l.line()));
        let through = if TRACED.get() { way(&Backtrace::force_capture().to_string()) } else { String::new() };
        let told = format!("{at}: {said}{through}");
        // a panic of a thread of the library's own pool is told by the worker that waits for it
        *LAST_PANIC.lock().unwrap_or_else(PoisonError::into_inner) = Some(told.clone());
        PANIC.set(Some(told));
    }));
}

/// The library's functions in a trace, the innermost first.
fn way(trace: &str) -> String {
    let frames = trace.lines().filter_map(|l| l.split_once(": ").map(|(_, frame)| frame.trim()));
    let ours: Vec<&str> = frames.filter(|f| f.contains("portolan::") && !f.starts_with("fuzz::")).take(4).collect();
    format!("… through {}", ours.join(" < "))
}

/// A sentence without its numbers: failures of one kind have one of them.
fn kind(why: &str) -> String {
    let head = why.split('…').next().unwrap_or(why);
    // a place in a file keeps its line; what a panic says of its numbers is one kind
    let head = head.split(" or either was NaN").next().unwrap_or(head);
    head.chars().filter(|c| !c.is_ascii_digit()).take(90).collect()
}

/// What all workers share.
struct Hall {
    asked: Asked,
    chosen: Vec<(usize, u64)>,
    chunks: Vec<(usize, u64, u64)>,
    next: AtomicUsize,
    counts: Vec<Counts>,
    failures: Mutex<Vec<Failure>>,
    working: AtomicUsize,
}

impl Hall {
    fn work(&self, worker: usize) {
        watch::take_post(worker);
        while let Some(&(target, from, to)) = self.chunks.get(self.next.fetch_add(1, Relaxed)) {
            for index in from..to {
                self.one(target, index);
            }
        }
        watch::end();
        self.working.fetch_sub(1, Relaxed);
    }

    fn one(&self, number: usize, index: u64) {
        let (target, counts) = (&TARGETS[number], &self.counts[number]);
        let draw = || Tape::drawn(self.asked.seed, target.name, index);
        memory::take_peak_b();
        let held = memory::held_b();
        watch::begin(number, index);
        let start = Instant::now();
        let mut outcome = try_input(target, draw());
        let spent = start.elapsed();
        let peak = memory::take_peak_b().saturating_sub(held);
        if outcome.told.is_ok() && spent > watch::SLOW {
            watch::begin(number, index);
            if let Some(again) = slow_again(target, draw()) {
                outcome.told =
                    Err(format!("it takes long: {:.1} s, {:.1} s again", spent.as_secs_f64(), again.as_secs_f64()));
            }
        }
        if outcome.told.is_ok() && peak > MOST_B {
            // the other workers' memory counts too: a second look, alone in its moment
            memory::take_peak_b();
            let held = memory::held_b();
            drop(try_input(target, draw()));
            let again = memory::take_peak_b().saturating_sub(held);
            if again > MOST_B {
                outcome.told = Err(format!("it holds {} MiB", again >> 20));
            }
        }
        watch::end();
        counts.inputs.fetch_add(1, Relaxed);
        counts.spent_ns.fetch_add(spent.as_nanos() as u64, Relaxed);
        counts.worst_ns.fetch_max(spent.as_nanos() as u64, Relaxed);
        match outcome.told {
            Ok(Told::Answer) => drop(counts.answers.fetch_add(1, Relaxed)),
            Ok(Told::Refusal) => drop(counts.refusals.fetch_add(1, Relaxed)),
            Err(why) => {
                watch::begin(number, index);
                self.fail(Failure { target, index, why, entries: outcome.entries, times: 1, file: None });
                watch::end();
            }
        }
    }

    /// Note a failure; the first of its kind is made smaller.
    fn fail(&self, mut failure: Failure) {
        let wanted = kind(&failure.why);
        let lock = || self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        let known = |all: &mut Vec<Failure>| {
            let same = all.iter_mut().find(|f| f.target.name == failure.target.name && kind(&f.why) == wanted);
            same.map(|f| f.times += 1).is_some()
        };
        if known(&mut lock()) {
            return;
        }
        if !failure.why.starts_with("it takes long") {
            let same = |why: &str| kind(why) == wanted;
            failure.entries = minimise::smaller(failure.target, failure.entries, same);
        }
        if failure.why.starts_with("it panics") {
            TRACED.set(true);
            let entries = failure.entries.iter().map(|(_, e)| e.clone()).collect();
            if let Err(why) = try_input(failure.target, Tape::replayed(entries)).told {
                failure.why = why;
            }
            TRACED.set(false);
        }
        lock().push(failure);
    }
}

/// A second run of what was slow: the time, if it is slow again.
fn slow_again(target: &Target, tape: Tape) -> Option<Duration> {
    let (start, own) = (Instant::now(), watch::own_time());
    drop(try_input(target, tape));
    let wall = start.elapsed();
    let own = own.and_then(|before| Some(watch::own_time()?.saturating_sub(before)));
    // a worker that waits for threads of the library's has no time of its own
    let spent = own.filter(|own| *own > wall / 4).unwrap_or(wall);
    (spent > watch::SLOW).then_some(spent)
}

/// Which targets, and how many inputs of each.
fn choose(asked: &Asked) -> Vec<(usize, u64)> {
    let is_asked = |t: &Target| asked.only.is_empty() || asked.only.iter().any(|o| t.name.contains(o.as_str()));
    let named = |t: &Target| asked.only.iter().any(|o| t.name == o);
    let chosen: Vec<usize> = (0..TARGETS.len()).filter(|k| is_asked(&TARGETS[*k])).collect();
    // a name that is a target's own is that target, even where another's name holds it
    let chosen = match chosen.iter().copied().filter(|k| named(&TARGETS[*k])).collect::<Vec<_>>() {
        exact if exact.is_empty() => chosen,
        exact => exact,
    };
    let shares: u64 = chosen.iter().map(|k| TARGETS[*k].share).sum();
    let inputs = |k: usize| (u128::from(asked.inputs) * u128::from(TARGETS[k].share) / u128::from(shares)) as u64;
    chosen.into_iter().map(|k| (k, inputs(k).max(2))).collect()
}

/// Run all that is asked for.
pub(crate) fn run(asked: &Asked) -> ExitCode {
    quiet_panics();
    watch::set_seed(asked.seed);
    let chosen = choose(asked);
    if let Some(index) = asked.index {
        return one_again(asked, &chosen, index);
    }
    if chosen.is_empty() {
        println!("fuzz: no target is called that");
        return ExitCode::SUCCESS;
    }
    let chunks = chosen.iter().flat_map(|&(target, inputs)| {
        // small enough that no worker is left alone with the last one
        let size = (inputs / 64).clamp(1, 20_000);
        let (from, to) = (asked.from, asked.from + inputs);
        (from..to).step_by(size as usize).map(move |k| (target, k, (k + size).min(to)))
    });
    let hall = Arc::new(Hall {
        asked: asked.clone(),
        chunks: chunks.collect(),
        next: AtomicUsize::new(0),
        counts: TARGETS.iter().map(|_| Counts::default()).collect(),
        failures: Mutex::default(),
        working: AtomicUsize::new(asked.threads),
        chosen,
    });
    let start = Instant::now();
    // read once, so that no input pays for it
    targets::warm_up();
    let warm = start.elapsed();
    let (start, replayed) = (Instant::now(), Arc::new(AtomicBool::new(false)));
    let workers: Vec<_> = (0..asked.threads)
        .map(|worker| {
            let (hall, replayed) = (Arc::clone(&hall), Arc::clone(&replayed));
            let work = move || {
                if worker == 0 {
                    watch::take_post(0);
                    replay(&hall);
                    replayed.store(true, Relaxed);
                }
                hall.work(worker);
            };
            std::thread::Builder::new().stack_size(8 << 20).spawn(work).expect("a thread")
        })
        .collect();
    let endless =
        watch::watch(|| hall.working.load(Relaxed) == 0 || workers.iter().all(std::thread::JoinHandle::is_finished));
    if let Some(endless) = &endless {
        let target = &TARGETS[endless.target];
        let why = format!("it never ends: stopped after {:.0} s", endless.after.as_secs_f64());
        let entries = drawn_so_far(asked.seed, target, endless.index);
        let failure = Failure { target, index: endless.index, why, entries, times: 1, file: None };
        hall.failures.lock().unwrap_or_else(PoisonError::into_inner).push(failure);
    }
    let code = tell(&hall, start.elapsed(), warm);
    // a worker that never ends cannot be joined
    std::process::exit(i32::from(code))
}

/// What an endless input draws: it is run once more on a thread of its own, watched for a second.
fn drawn_so_far(seed: u64, target: &'static Target, index: u64) -> Vec<Named> {
    let mirror = Arc::new(Mutex::new(Vec::new()));
    let theirs = Arc::clone(&mirror);
    let again = move || drop(try_input(target, Tape::drawn(seed, target.name, index).mirrored(theirs)));
    if std::thread::Builder::new().stack_size(8 << 20).spawn(again).is_ok() {
        std::thread::sleep(Duration::from_secs(1));
    }
    mirror.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

/// One input again, with what it draws.
fn one_again(asked: &Asked, chosen: &[(usize, u64)], index: u64) -> ExitCode {
    let [(target, _)] = chosen else {
        eprintln!("fuzz: --index needs --only with the name of one target");
        return ExitCode::from(2);
    };
    let target = &TARGETS[*target];
    let outcome = try_input(target, Tape::drawn(asked.seed, target.name, index));
    print!("{}", to_text(target.name, &format!("{:?}", outcome.told), &outcome.entries));
    if outcome.told.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// The inputs that failed once, each from its file.
fn replay(hall: &Hall) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/regressions");
    let mut files: Vec<_> = std::fs::read_dir(&folder).into_iter().flatten().flatten().map(|e| e.path()).collect();
    files.retain(|p| p.extension().is_some_and(|e| e == "txt"));
    files.sort();
    for path in files {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let read = std::fs::read_to_string(&path).map_err(|e| e.to_string()).and_then(|text| from_text(&text));
        let (number, entries) = match read {
            Ok((target, entries)) => match TARGETS.iter().position(|t| t.name == target) {
                Some(number) => (number, entries),
                None => panic!("{name}: there is no target {target}"),
            },
            Err(why) => panic!("{name}: {why}"),
        };
        if !hall.chosen.iter().any(|(k, _)| *k == number) {
            continue;
        }
        let target = &TARGETS[number];
        watch::begin(number, 0);
        let start = Instant::now();
        let mut outcome = try_input(target, Tape::replayed(entries.clone()));
        if outcome.told.is_ok()
            && start.elapsed() > watch::SLOW
            && let Some(again) = slow_again(target, Tape::replayed(entries))
        {
            outcome.told = Err(format!("it takes long: {:.1} s", again.as_secs_f64()));
        }
        watch::end();
        if let Err(why) = outcome.told {
            let failure = Failure { target, index: 0, why, entries: outcome.entries, times: 1, file: Some(name) };
            hall.failures.lock().unwrap_or_else(PoisonError::into_inner).push(failure);
        }
    }
}

/// The table, the failures, and the exit code.
fn tell(hall: &Hall, took: Duration, warm: Duration) -> u8 {
    println!("\n{:<24} {:>9} {:>8} {:>8} {:>12} {:>9}", "target", "inputs", "answers", "refused", "inputs/s", "worst");
    let (mut inputs, mut failed) = (0, false);
    for (number, _) in &hall.chosen {
        let (target, counts) = (&TARGETS[*number], &hall.counts[*number]);
        let n = counts.inputs.load(Relaxed);
        let percent = |of: &AtomicU64| 100.0 * of.load(Relaxed) as f64 / n.max(1) as f64;
        let spent_s = counts.spent_ns.load(Relaxed) as f64 * 1e-9;
        println!(
            "{:<24} {n:>9} {:>7.1}% {:>7.1}% {:>12.0} {:>6.0} ms",
            target.name,
            percent(&counts.answers),
            percent(&counts.refusals),
            n as f64 / spent_s.max(1e-9),
            counts.worst_ns.load(Relaxed) as f64 * 1e-6
        );
        inputs += n;
        if n >= 100 && counts.answers.load(Relaxed) == 0 {
            println!("{}: no input has an answer, so nothing behind its checks was tried", target.name);
            failed = true;
        }
    }
    println!("{inputs} inputs in {:.1} s, after {:.1} s of reading kernels", took.as_secs_f64(), warm.as_secs_f64());
    let failures = hall.failures.lock().unwrap_or_else(PoisonError::into_inner);
    for failure in failures.iter().take(TOLD) {
        let (name, times) = (failure.target.name, failure.times);
        match &failure.file {
            Some(file) => println!("\n{name}, fuzz/regressions/{file}: {}", failure.why),
            None => println!(
                "\n{name}, {times} times, first by --only {name} --seed {} --index {}: {}",
                hall.asked.seed, failure.index, failure.why
            ),
        }
        let text = to_text(name, &failure.why, &failure.entries);
        for line in text.lines().filter(|l| !l.starts_with('#')) {
            println!("    {}", line.chars().take(600).collect::<String>());
        }
        if let (Some(folder), None) = (&hall.asked.keep, &failure.file) {
            let path = Path::new(folder).join(format!("{name}_{}_{}.txt", hall.asked.seed, failure.index));
            std::fs::write(&path, text).expect("the folder for failing inputs");
        }
    }
    println!("\nfuzz: {}", if failures.is_empty() && !failed { "ok" } else { "FAILED" });
    u8::from(failed || !failures.is_empty())
}
