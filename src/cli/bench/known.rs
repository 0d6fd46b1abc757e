//! The best other tools that are known for each row, as constants: they cannot be run in this process.

/// Where all of them were measured.
pub(super) const MACHINE: &str = "two cores of an AMD EPYC with AVX-512, one thread";

/// Another tool's speed, measured elsewhere.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Known {
    /// the tool, with its version where that was noted
    pub(super) name: &'static str,
    /// in the unit of the row
    pub(super) value: f64,
    /// how it was asked
    pub(super) how: &'static str,
}

/// The best tool of a row; `docs/SPEED.md` has the others.
pub(super) fn best(id: &str) -> Option<Known> {
    let known = |name, value, how| Some(Known { name, value, how });
    match id {
        "lambert_single" => known("lambert_izzo 2.0.0", 3.4, "one solve after the other, Rust"),
        "porkchop_1000" => known("numba", 850.0, "Izzo's solver written by hand, DE440, all layers"),
        "cr3bp_rev_single" => known("heyoka 7.10", 39.6, "Taylor at 1e-15, compiled by LLVM"),
        "cr3bp_rev_batch" => known("heyoka 7.10", 7.3, "Taylor at 1e-15 in batches of eight, a trajectory"),
        "nrho_rev_single" | "nrho_rev_batch" => known("brahe", 790.0, "RKN 12(10) to a millimetre"),
        "helio_200d_single" | "helio_200d_batch" => known("brahe", 1600.0, "RKN 12(10) to a millimetre"),
        "leo8_day" => known("satkit", 4.8, "to a millimetre"),
        "leo70_day" => known("satkit", 227.0, "to a millimetre"),
        _ => None,
    }
}
