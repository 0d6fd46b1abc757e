//! What a porkchop keeps of its cells: one table a number, so that a figure reads what it shows and nothing else.

use super::{CellNumbers, Problem, Reason};
use crate::transfers::lambert::Branch;
use std::ops::Range;

/// What became of one date pair.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// there is a transfer
    Transfer,
    /// there is a transfer that a limit excludes
    Masked,
    /// there is none
    None(Reason),
}

impl Status {
    /// One word for files.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Transfer => "solved",
            Self::Masked => "masked",
            Self::None(Reason::ArrivesFirst) => "arrives_first",
            Self::None(Reason::TooShort) => "too_short",
            Self::None(Reason::InLine) => "in_line",
        }
    }
}

/// All cells of one revolution count and branch, row after row of equal arrival: `[i_arrive * departs + i_depart]`.
#[derive(Debug, Clone)]
pub struct Layer {
    /// complete revolutions
    pub revs: u32,
    /// which of the two orbits
    pub branch: Branch,
    pub(super) status: Vec<Status>,
    pub(super) c3_km2_s2: Vec<f64>,
    pub(super) v_inf_arr_km_s: Vec<f64>,
    pub(super) dla_deg: Vec<f64>,
    pub(super) rla_deg: Vec<f64>,
    pub(super) angle_rad: Vec<f64>,
}

impl Layer {
    pub(super) fn empty(revs: u32, branch: Branch, cells: usize) -> Self {
        let numbers = || vec![0.0; cells];
        Self {
            revs,
            branch,
            status: vec![Status::None(Reason::ArrivesFirst); cells],
            c3_km2_s2: numbers(),
            v_inf_arr_km_s: numbers(),
            dla_deg: numbers(),
            rla_deg: numbers(),
            angle_rad: numbers(),
        }
    }

    /// Add the rows that follow.
    ///
    /// * `next`: the same branch, later rows of as many departures
    pub fn extend(&mut self, next: &Self) {
        self.status.extend_from_slice(&next.status);
        self.c3_km2_s2.extend_from_slice(&next.c3_km2_s2);
        self.v_inf_arr_km_s.extend_from_slice(&next.v_inf_arr_km_s);
        self.dla_deg.extend_from_slice(&next.dla_deg);
        self.rla_deg.extend_from_slice(&next.rla_deg);
        self.angle_rad.extend_from_slice(&next.angle_rad);
    }

    /// The rows between two, as a layer of their own.
    ///
    /// * `cells`: the places of the first cell and of the one after the last
    pub(super) fn part(&self, cells: Range<usize>) -> Self {
        let numbers = |all: &[f64]| all[cells.clone()].to_vec();
        Self {
            revs: self.revs,
            branch: self.branch,
            status: self.status[cells.clone()].to_vec(),
            c3_km2_s2: numbers(&self.c3_km2_s2),
            v_inf_arr_km_s: numbers(&self.v_inf_arr_km_s),
            dla_deg: numbers(&self.dla_deg),
            rla_deg: numbers(&self.rla_deg),
            angle_rad: numbers(&self.angle_rad),
        }
    }

    /// What became of a cell.
    #[must_use]
    pub fn status(&self, k: usize) -> Status {
        self.status[k]
    }

    /// Launch energy of a cell, masked or not; NaN where there is no transfer.
    #[must_use]
    pub fn c3_km2_s2(&self, k: usize) -> f64 {
        self.c3_km2_s2[k]
    }

    pub(super) fn numbers(&self, problem: &Problem, k: usize, tof_d: f64) -> Option<CellNumbers> {
        if matches!(self.status[k], Status::None(_)) {
            return None;
        }
        let (c3_km2_s2, v_inf_arr_km_s) = (self.c3_km2_s2[k], self.v_inf_arr_km_s[k]);
        let v_inf_dep_km_s = c3_km2_s2.sqrt();
        let (dv_depart_km_s, dv_arrive_km_s) = problem.impulses_km_s(v_inf_dep_km_s, v_inf_arr_km_s)?;
        Some(CellNumbers {
            c3_km2_s2,
            v_inf_dep_km_s,
            v_inf_arr_km_s,
            dla_deg: self.dla_deg[k],
            rla_deg: self.rla_deg[k],
            tof_d,
            angle_rad: self.angle_rad[k],
            revs: self.revs,
            dv_depart_km_s,
            dv_arrive_km_s,
        })
    }
}

impl PartialEq for Layer {
    /// The same bits; an empty cell equals an empty cell.
    fn eq(&self, other: &Self) -> bool {
        let bits = |a: &[f64], b: &[f64]| a.iter().map(|x| x.to_bits()).eq(b.iter().map(|x| x.to_bits()));
        (self.revs, self.branch) == (other.revs, other.branch)
            && self.status == other.status
            && bits(&self.c3_km2_s2, &other.c3_km2_s2)
            && bits(&self.v_inf_arr_km_s, &other.v_inf_arr_km_s)
            && bits(&self.dla_deg, &other.dla_deg)
            && bits(&self.rla_deg, &other.rla_deg)
            && bits(&self.angle_rad, &other.angle_rad)
    }
}
