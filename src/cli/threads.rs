//! How many threads a command may have.

use super::answer::printable;
use std::io::Write;
use std::thread::available_parallelism;

/// Most threads for each core: more only wait for one another.
const EACH_CORE: usize = 4;
/// As many may be had on any machine, so that the same answer with any number of threads can be tried anywhere.
const ANYWHERE: usize = 16;

/// Hold `RAYON_NUM_THREADS` to what this machine can use, with a word to stderr.
pub(super) fn bound() {
    let Ok(written) = std::env::var("RAYON_NUM_THREADS") else { return };
    // what is no number is rayon's to leave aside
    let Ok(asked) = written.trim().parse::<u128>() else { return };
    let cores = available_parallelism().map_or(1, usize::from);
    let most = most(cores);
    if asked <= most as u128 || rayon::ThreadPoolBuilder::new().num_threads(most).build_global().is_err() {
        return;
    }
    let told = format!(
        "portolan: RAYON_NUM_THREADS={} is more than {EACH_CORE} for each of the {cores} cores here: {most} threads are used\n",
        printable(written.trim())
    );
    // nobody is left to tell when stderr is closed
    let _ = std::io::stderr().write_all(told.as_bytes());
}

fn most(cores: usize) -> usize {
    cores.saturating_mul(EACH_CORE).max(ANYWHERE)
}

#[cfg(test)]
mod tests {
    use super::most;

    #[test]
    fn law_threads_are_a_few_for_each_core() {
        assert_eq!((most(1), most(2), most(64)), (16, 16, 256));
    }
}
