//! The numbers of a cell, by name: what a figure, a file or a plan asks for.

use super::Transfer;
use std::f64::consts::TAU;

/// What is known of the transfer of one date pair.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CellNumbers {
    /// launch energy
    pub c3_km2_s2: f64,
    /// excess speed at departure
    pub v_inf_dep_km_s: f64,
    /// excess speed at arrival
    pub v_inf_arr_km_s: f64,
    /// declination of the departure asymptote, J2000 equator
    pub dla_deg: f64,
    /// right ascension of the departure asymptote, J2000, 0 to 360
    pub rla_deg: f64,
    /// time of flight
    pub tof_d: f64,
    /// angle about the centre, whole revolutions left out, 0 to 2π
    pub angle_rad: f64,
    /// complete revolutions
    pub revs: u32,
    /// impulse from the parking orbit
    pub dv_depart_km_s: f64,
    /// impulse into the capture orbit
    pub dv_arrive_km_s: f64,
}

impl From<&Transfer> for CellNumbers {
    fn from(t: &Transfer) -> Self {
        Self {
            c3_km2_s2: t.c3_km2_s2,
            v_inf_dep_km_s: t.v_inf_dep_km_s,
            v_inf_arr_km_s: t.v_inf_arr_km_s,
            dla_deg: t.dla_deg,
            rla_deg: t.rla_deg,
            tof_d: t.tof_d,
            angle_rad: t.arc.angle_rad,
            revs: t.revs,
            dv_depart_km_s: t.dv_depart_km_s,
            dv_arrive_km_s: t.dv_arrive_km_s,
        }
    }
}

/// A number of a transfer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Quantity {
    /// launch energy
    C3,
    /// excess speed at departure
    DepartureSpeed,
    /// excess speed at arrival
    ArrivalSpeed,
    /// both excess speeds together
    SpeedSum,
    /// declination of the departure asymptote
    Dla,
    /// right ascension of the departure asymptote
    Rla,
    /// time of flight
    Tof,
    /// angle from departure to arrival about the centre, with whole revolutions
    Phase,
    /// impulse from the parking orbit
    DepartureBurn,
    /// impulse into the capture orbit
    ArrivalBurn,
    /// both impulses together
    DeltaV,
}

impl Quantity {
    /// All of them, in the order of a file's columns.
    pub const ALL: [Self; 11] = [
        Self::C3,
        Self::DepartureSpeed,
        Self::ArrivalSpeed,
        Self::SpeedSum,
        Self::Dla,
        Self::Rla,
        Self::Tof,
        Self::Phase,
        Self::DepartureBurn,
        Self::ArrivalBurn,
        Self::DeltaV,
    ];

    /// The number of a cell, in [`Quantity::unit`].
    ///
    /// * `cell`: numbers of one transfer
    #[must_use]
    pub fn value(self, cell: &CellNumbers) -> f64 {
        match self {
            Self::C3 => cell.c3_km2_s2,
            Self::DepartureSpeed => cell.v_inf_dep_km_s,
            Self::ArrivalSpeed => cell.v_inf_arr_km_s,
            Self::SpeedSum => cell.v_inf_dep_km_s + cell.v_inf_arr_km_s,
            Self::Dla => cell.dla_deg,
            Self::Rla => cell.rla_deg,
            Self::Tof => cell.tof_d,
            Self::Phase => (cell.angle_rad + TAU * f64::from(cell.revs)).to_degrees(),
            Self::DepartureBurn => cell.dv_depart_km_s,
            Self::ArrivalBurn => cell.dv_arrive_km_s,
            Self::DeltaV => cell.dv_depart_km_s + cell.dv_arrive_km_s,
        }
    }

    /// Name of its column, with the unit as a suffix.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::C3 => "c3_km2_s2",
            Self::DepartureSpeed => "v_inf_dep_km_s",
            Self::ArrivalSpeed => "v_inf_arr_km_s",
            Self::SpeedSum => "v_inf_sum_km_s",
            Self::Dla => "dla_deg",
            Self::Rla => "rla_deg",
            Self::Tof => "tof_d",
            Self::Phase => "phase_deg",
            Self::DepartureBurn => "dv_depart_km_s",
            Self::ArrivalBurn => "dv_arrive_km_s",
            Self::DeltaV => "dv_total_km_s",
        }
    }

    /// What a reader calls it.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::C3 => "departure C3",
            Self::DepartureSpeed => "departure v∞",
            Self::ArrivalSpeed => "arrival v∞",
            Self::SpeedSum => "v∞ sum",
            Self::Dla => "DLA",
            Self::Rla => "RLA",
            Self::Tof => "time of flight",
            Self::Phase => "transfer angle",
            Self::DepartureBurn => "departure Δv",
            Self::ArrivalBurn => "arrival Δv",
            Self::DeltaV => "total Δv",
        }
    }

    /// Its unit.
    #[must_use]
    pub const fn unit(self) -> &'static str {
        match self {
            Self::C3 => "km²/s²",
            Self::Dla | Self::Rla | Self::Phase => "°",
            Self::Tof => "d",
            _ => "km/s",
        }
    }
}
