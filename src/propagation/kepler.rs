//! Two-body motion by universal variables: one formula for ellipse, parabola and hyperbola.

use crate::ephemerides::State;
use crate::numerics::vector::{cross, dot, norm, plus, scale};

/// The state after some time of two-body motion.
///
/// * `state`: position and velocity from the centre
/// * `time_s`: seconds to go, negative for back
/// * `mu_km3_s2`: gravitational parameter of the centre
///
/// √μ·Δt = χ³c₃ + σ₀χ²c₂ + r₀χ(1 − ψc₃), solved for χ by Laguerre's method inside a bracket.
/// `None` when the state has no motion of this kind (zero radius, a number that is not finite), or leads farther than a
/// double counts.
///
/// # Source
/// Vallado, *Fundamentals of Astrodynamics and Applications*, 4th ed., algorithm 8 and eqs. 2-38, 2-42;
/// Conway, Celest. Mech. 39 (1986) 199 for the method of solution.
#[must_use]
pub fn propagate(state: &State, time_s: f64, mu_km3_s2: f64) -> Option<State> {
    let Some(to_periapsis_s) = fast_passage_s(state, time_s, mu_km3_s2) else {
        return step(state, time_s, mu_km3_s2);
    };
    let periapsis = step(state, to_periapsis_s, mu_km3_s2)?;
    step(&periapsis, time_s - to_periapsis_s, mu_km3_s2)
}

/// Time to the periapsis when a hyperbola passes it on the way and comes from far out.
///
/// One step across it would write the end as a difference of numbers e^(H₁ + H₂) times larger.
fn fast_passage_s(state: &State, time_s: f64, mu_km3_s2: f64) -> Option<f64> {
    let r0 = norm(state.position_km);
    let sigma = dot(state.position_km, state.velocity_km_s) / mu_km3_s2.sqrt();
    let minus_alpha = dot(state.velocity_km_s, state.velocity_km_s) / mu_km3_s2 - 2.0 / r0;
    let root = minus_alpha.sqrt();
    // e·sinh H = r·v/√(−a·μ), e² = 1 − h²/(a·μ)
    let momentum = norm(cross(state.position_km, state.velocity_km_s));
    let e_sinh = sigma * root;
    let h = (e_sinh / (1.0 + momentum * momentum * minus_alpha / mu_km3_s2).sqrt()).asinh();
    let to_periapsis_s = (h - e_sinh) / (minus_alpha * root * mu_km3_s2.sqrt());
    let between = to_periapsis_s / time_s > 0.0 && to_periapsis_s / time_s < 1.0;
    (h.abs() > 1.0 && between).then_some(to_periapsis_s)
}

/// One step of universal variables.
fn step(state: &State, time_s: f64, mu_km3_s2: f64) -> Option<State> {
    let (r, v) = (state.position_km, state.velocity_km_s);
    let r0 = norm(r);
    let finite = r.iter().chain(&v).all(|x| x.is_finite()) && time_s.is_finite();
    if !(r0 > 0.0 && r0.is_finite() && mu_km3_s2 > 0.0 && mu_km3_s2.is_finite() && finite) {
        return None;
    }
    let root_mu = mu_km3_s2.sqrt();
    let sigma0 = dot(r, v) / root_mu;
    let alpha = 2.0 / r0 - dot(v, v) / mu_km3_s2;
    // Whole periods change nothing.
    let target = if alpha > 0.0 {
        let period_s = std::f64::consts::TAU / (alpha * alpha.sqrt() * root_mu);
        (time_s - (time_s / period_s).round() * period_s) * root_mu
    } else {
        time_s * root_mu
    };
    let time_of = |chi: f64| {
        let psi = alpha * chi * chi;
        let (c2, c3) = stumpff(psi);
        let t = chi * (chi * (chi * c3 + sigma0 * c2) + r0 * (1.0 - psi * c3));
        let radius = chi * chi * c2 + sigma0 * chi * (1.0 - psi * c3) + r0 * (1.0 - psi * c2);
        (t, radius)
    };
    // The time grows with χ, on a hyperbola like its exponential: a bracket by doubling from a small start.
    let sign = if target < 0.0 { -1.0 } else { 1.0 };
    let (mut near, mut far) = (0.0, sign * (target.abs() / r0).min(r0.sqrt()).max(f64::MIN_POSITIVE));
    for _ in 0..200 {
        let past = (time_of(far).0 - target) * sign;
        // far out on a hyperbola the time overflows
        if past >= 0.0 || past.is_nan() {
            break;
        }
        near = far;
        far *= 2.0;
    }
    let mut chi = near + 0.5 * (far - near);
    for _ in 0..100 {
        let (t, radius) = time_of(chi);
        let miss = t - target;
        if miss * sign > 0.0 || miss.is_nan() {
            far = chi;
        } else {
            near = chi;
        }
        // dt/dχ = r, d²t/dχ² = σ
        let psi = alpha * chi * chi;
        let (c2, c3) = stumpff(psi);
        let second = (1.0 - alpha * r0) * chi * (1.0 - psi * c3) + sigma0 * (1.0 - psi * c2);
        // divided by r, since r² overflows far out on a hyperbola
        let ratio = miss / radius;
        let root = (16.0 - 20.0 * ratio * (second / radius)).abs().sqrt();
        let mut next = chi - 5.0 * ratio / (1.0 + root);
        if !(next.is_finite() && radius.is_finite() && miss.is_finite())
            || (next - near) * sign <= 0.0
            || (far - next) * sign <= 0.0
        {
            next = 0.5 * (near + far);
        }
        let done = (next - chi).abs() <= 2.0 * f64::EPSILON * next.abs();
        chi = next;
        if done {
            break;
        }
    }
    let psi = alpha * chi * chi;
    let (c2, c3) = stumpff(psi);
    let (_, radius) = time_of(chi);
    let f = 1.0 - chi * chi * c2 / r0;
    // g from its own terms: Δt − χ³c₃/√μ would cancel
    let g = (sigma0 * chi * chi * c2 + r0 * chi * (1.0 - psi * c3)) / root_mu;
    let f_rate = root_mu / (radius * r0) * chi * (psi * c3 - 1.0);
    let g_rate = 1.0 - chi * chi * c2 / radius;
    let end =
        State { position_km: plus(scale(r, f), scale(v, g)), velocity_km_s: plus(scale(r, f_rate), scale(v, g_rate)) };
    end.position_km.iter().chain(&end.velocity_km_s).all(|x| x.is_finite()).then_some(end)
}

/// Stumpff's c₂ and c₃.
fn stumpff(psi: f64) -> (f64, f64) {
    if psi.abs() < 0.5 {
        let (mut c2, mut c3) = (0.0, 0.0);
        for k in (0..10).rev() {
            let n = 2.0 * f64::from(k);
            c2 = (1.0 - psi * c2) / ((n + 1.0) * (n + 2.0));
            c3 = (1.0 - psi * c3) / ((n + 2.0) * (n + 3.0));
        }
        (c2, c3)
    } else if psi > 0.0 {
        let root = psi.sqrt();
        let half = (0.5 * root).sin();
        (2.0 * half * half / psi, (root - root.sin()) / (psi * root))
    } else {
        let root = (-psi).sqrt();
        let half = (0.5 * root).sinh();
        (-2.0 * half * half / psi, (root.sinh() - root) / (-psi * root))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// TRAJECTORY.md P1: a day in low orbit, the analytic answer; its sixteen digits are more than a day's motion keeps.
    #[test]
    fn agrees_with_the_analytic_p1() {
        let start = State { position_km: [-2436.45, -2436.45, 6891.037], velocity_km_s: [5.088_611, -5.088_611, 0.0] };
        let end = propagate(&start, 86_400.0, 398_600.4415).expect("an orbit");
        let position = [-5_971.194_191_670_505, 3_945.506_653_222_689, 2_864.636_618_416_717];
        let velocity = [0.049_096_957_632_98, -4.185_093_318_477_84, 5.848_940_867_747_601];
        for k in 0..3 {
            assert!((end.position_km[k] - position[k]).abs() < 1e-8, "{end:?}");
            assert!((end.velocity_km_s[k] - velocity[k]).abs() < 1e-11, "{end:?}");
        }
    }

    #[test]
    fn law_there_and_back() {
        for speed in [3.0, 7.5, 10.0, 10.9, 11.2, 14.0] {
            let start = State { position_km: [6800.0, 500.0, -200.0], velocity_km_s: [0.3, speed, 0.8] };
            for time_s in [1.0, 900.0, 6000.0, 86_400.0, 1e6] {
                let there = propagate(&start, time_s, 398_600.4418).expect("an orbit");
                let back = propagate(&there, -time_s, 398_600.4418).expect("an orbit");
                for k in 0..3 {
                    // the digits lost are those of the distance flown
                    let bound = 1e-13 * norm(there.position_km).max(7000.0) * (1.0 + time_s / 1e4);
                    assert!((back.position_km[k] - start.position_km[k]).abs() < bound, "{speed} {time_s}: {back:?}");
                }
            }
        }
    }

    #[test]
    fn refuses_what_is_no_orbit() {
        let nothing = State::default();
        assert!(propagate(&nothing, 1.0, 1.0).is_none());
        let lost = State { position_km: [f64::NAN, 0.0, 0.0], velocity_km_s: [0.0; 3] };
        assert!(propagate(&lost, 1.0, 1.0).is_none());
    }

    /// Numbers of every size and sign, from the smallest to what is none: an orbit of numbers, or none.
    #[test]
    fn law_no_answer_holds_what_is_no_number() {
        let pool = [0.0, 1e-320, 1e-160, 1e-3, 1.0, 7000.0, 1e9, 1e150, 1e200, f64::MAX, f64::NAN, f64::INFINITY];
        let mut seed = 23_u64;
        let mut draw = || {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let sign = if seed >> 63 == 0 { 1.0 } else { -1.0 };
            sign * pool[(seed >> 33) as usize % pool.len()]
        };
        let mut found = 0;
        for _ in 0..200_000 {
            let state = State { position_km: [draw(), draw(), draw()], velocity_km_s: [draw(), draw(), draw()] };
            let (time_s, mu_km3_s2) = (draw(), draw());
            if let Some(end) = propagate(&state, time_s, mu_km3_s2) {
                found += 1;
                let finite = end.position_km.iter().chain(&end.velocity_km_s).all(|x| x.is_finite());
                assert!(finite, "{state:?} {time_s} {mu_km3_s2}: {end:?}");
            }
        }
        assert!(found > 100, "{found}");
    }
}
