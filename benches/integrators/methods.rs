//! The methods, one door to all.

use super::cases::Case;
use super::gauss_jackson::GaussJackson;
use super::pull::Pull;
use super::{extrapolation, runge_kutta};
use portolan::ephemerides::State;
use portolan::numerics::vector::{minus, norm};
use portolan::propagation::taylor::propagate_end;
use portolan::propagation::{Propagator, Tolerance};
use std::error::Error;
use std::sync::OnceLock;

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Method {
    /// sixteen or twenty-four nodes, as shipped
    Collocation,
    /// the shipped one, point masses alone
    Taylor,
    Dop853,
    Verner98,
    GaussJackson8,
    GaussJackson12,
    GaussJackson14,
    /// eight columns
    Extrapolation,
}

/// One flight by one method.
pub(crate) struct Flight {
    pub(crate) end: State,
    /// evaluations of the forces; none where the method does not count them
    pub(crate) evaluations: Option<usize>,
}

pub(crate) const METHODS: [Method; 8] = [
    Method::Collocation,
    Method::Taylor,
    Method::Dop853,
    Method::Verner98,
    Method::GaussJackson8,
    Method::GaussJackson12,
    Method::GaussJackson14,
    Method::Extrapolation,
];

impl Method {
    /// As in names of benches.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Collocation => "collocation",
            Self::Taylor => "taylor",
            Self::Dop853 => "dop853",
            Self::Verner98 => "verner98",
            Self::GaussJackson8 => "gauss_jackson8",
            Self::GaussJackson12 => "gauss_jackson12",
            Self::GaussJackson14 => "gauss_jackson14",
            Self::Extrapolation => "gbs",
        }
    }

    /// Whether it can fly the case at all.
    pub(crate) fn flies(self, case: &Case) -> bool {
        self != Self::Taylor || case.forces.only_points()
    }

    pub(crate) fn in_equal_steps(self) -> bool {
        matches!(self, Self::GaussJackson8 | Self::GaussJackson12 | Self::GaussJackson14)
    }

    /// What to try, from loose to tight: tolerances, or numbers of equal steps.
    pub(crate) fn settings(self, case: &Case) -> Vec<f64> {
        if self.in_equal_steps() {
            let [least, most] = case.steps;
            let ratio = most as f64 / least as f64;
            return (0..=16).map(|k| (least as f64 * ratio.powf(f64::from(k) / 16.0)).round()).collect();
        }
        let (from, to) = match self {
            Self::Collocation => (3.0, 14.5),
            Self::Taylor => (7.0, 16.0),
            _ => (6.0, 15.0),
        };
        let count = ((to - from) * 2.0) as u32;
        (0..=count).map(|k| 10.0_f64.powf(-(from + 0.5 * f64::from(k)))).collect()
    }

    /// To the end.
    pub(crate) fn fly(self, case: &Case, setting: f64) -> Result<Flight, Box<dyn Error>> {
        let Case { forces, start, .. } = case;
        let mu = forces.points.mu_km3_s2;
        let mut pull = Pull::new(forces, start);
        let end = match self {
            Self::Collocation => {
                let flown = Propagator::new(forces).tolerance(tolerance(setting)?).fly(start);
                flown.result?;
                return Ok(Flight { end: flown.trajectory.end(), evaluations: None });
            }
            Self::Taylor => {
                let (model, tolerance) = (&forces.points, tolerance(setting)?);
                let end = propagate_end(model, &start.state, start.epoch, start.span_s, tolerance)?;
                return Ok(Flight { end: end.state, evaluations: None });
            }
            Self::Dop853 => runge_kutta::DOP853.fly(&mut pull, start, setting, mu)?,
            Self::Verner98 => runge_kutta::VERNER98.fly(&mut pull, start, setting, mu)?,
            Self::GaussJackson8 => gauss_jackson(8).fly(&mut pull, start, setting as usize, mu)?,
            Self::GaussJackson12 => gauss_jackson(12).fly(&mut pull, start, setting as usize, mu)?,
            Self::GaussJackson14 => gauss_jackson(14).fly(&mut pull, start, setting as usize, mu)?,
            Self::Extrapolation => extrapolation::fly(&mut pull, start, 8, setting, mu)?,
        };
        Ok(Flight { end, evaluations: Some(pull.count) })
    }
}

/// Coefficients are worked out once.
fn gauss_jackson(order: usize) -> &'static GaussJackson {
    static READY: [OnceLock<GaussJackson>; 15] = [const { OnceLock::new() }; 15];
    READY[order].get_or_init(|| GaussJackson::new(order))
}

fn tolerance(value: f64) -> Result<Tolerance, Box<dyn Error>> {
    Ok(Tolerance::new(value.max(f64::EPSILON))?)
}

/// Where a case ends, by the tightest collocation, and how far from there another method at its tightest ends.
pub(crate) struct Reference {
    pub(crate) end: State,
    pub(crate) other: Method,
    pub(crate) apart_m: f64,
}

pub(crate) fn reference(case: &Case) -> Result<Reference, Box<dyn Error>> {
    let end = Method::Collocation.fly(case, f64::EPSILON)?.end;
    let (other, setting) =
        if case.forces.only_points() { (Method::Taylor, f64::EPSILON) } else { (Method::Verner98, 1e-15) };
    let apart_m = apart_m(&other.fly(case, setting)?.end, &end);
    Ok(Reference { end, other, apart_m })
}

pub(crate) fn apart_m(a: &State, b: &State) -> f64 {
    1e3 * norm(minus(a.position_km, b.position_km))
}
