//! What depends on the epoch alone: bodies, rotations, mass.

use super::Forces;
use crate::ephemerides::EphemerisError;
use crate::numerics::lanes::{self, Kernel, Lanes, WIDTH, Width};
use crate::numerics::vector::{Vector3, dot};
use crate::time::Epoch;

/// What depends on the epoch alone, at eight epochs.
pub(crate) struct Ambient {
    /// every body of the model from the centre
    pub(super) bodies_km: Vec<[[f64; WIDTH]; 3]>,
    /// rows of the rotation into each field's axes
    pub(super) axes: Vec<[[[f64; WIDTH]; 3]; 3]>,
    /// what the kernel's own acceleration of the centre adds to the Newtonian one
    pub(super) indirect_km_s2: [[f64; WIDTH]; 3],
    /// axis of the centre, for the wind
    pub(super) pole: [[f64; WIDTH]; 3],
    pub(super) spin_s1: f64,
    pub(super) mass_kg: [f64; WIDTH],
    /// arcs that burn
    pub(super) burning: Vec<usize>,
    /// seconds since the ignition of each arc
    pub(super) since_s: Vec<[f64; WIDTH]>,
}

impl Ambient {
    pub(crate) fn new(forces: &Forces) -> Self {
        Self {
            bodies_km: vec![[[0.0; WIDTH]; 3]; forces.tracks.len()],
            axes: vec![[[[0.0; WIDTH]; 3]; 3]; forces.fields.len()],
            indirect_km_s2: [[0.0; WIDTH]; 3],
            pole: [[0.0; WIDTH]; 3],
            spin_s1: 0.0,
            mass_kg: [forces.craft.mass_kg; WIDTH],
            burning: Vec::new(),
            since_s: vec![[0.0; WIDTH]; forces.thrust.len()],
        }
    }

    /// Places of all bodies in one lane, km from the centre.
    pub(crate) fn places_km(&self, lane: usize) -> Vec<Vector3> {
        self.bodies_km.iter().map(|rows| std::array::from_fn(|k| rows[k][lane])).collect()
    }

    /// Work it out.
    ///
    /// * `base`: epoch of the start of the flight
    /// * `after_s`: seconds since, one a lane
    /// * `middle_s`: a moment of the step, for which engines burn
    pub(crate) fn fill(
        &mut self,
        forces: &Forces,
        base: Epoch,
        after_s: &[f64; WIDTH],
        middle_s: f64,
    ) -> Result<(), EphemerisError> {
        lanes::run(Width::best(), Places { forces, base, after_s, out: &mut self.bodies_km })?;
        for (field, axes) in forces.fields.iter().zip(&mut self.axes) {
            for lane in 0..WIDTH {
                let matrix = field.axes.matrix_after(base, after_s[lane])?;
                for row in 0..3 {
                    for k in 0..3 {
                        axes[row][k][lane] = matrix[row][k];
                    }
                }
            }
        }
        self.fill_rest(forces, base, after_s, middle_s)
    }

    /// All but the bodies and the axes of fields.
    pub(super) fn fill_rest(
        &mut self,
        forces: &Forces,
        base: Epoch,
        after_s: &[f64; WIDTH],
        middle_s: f64,
    ) -> Result<(), EphemerisError> {
        if let Some(spin) = &forces.spin {
            let rotation = spin.rotation(base + middle_s)?;
            self.spin_s1 = dot(rotation.matrix_rate_s1[0], rotation.matrix[1]);
            for axis in 0..3 {
                self.pole[axis] = [rotation.matrix[2][axis]; WIDTH];
            }
        }
        forces.points.indirect_difference_km_s2(base, after_s, &mut self.indirect_km_s2)?;
        self.burning.clear();
        for (index, arc) in forces.thrust.iter().enumerate() {
            let [from_s, to_s] = arc.span_s(base);
            self.since_s[index] = after_s.map(|after_s| after_s - from_s);
            if from_s <= middle_s && middle_s < to_s {
                self.burning.push(index);
            }
        }
        self.mass_kg = after_s.map(|after_s| forces.mass_kg(base, after_s));
        Ok(())
    }
}

/// Places of all bodies at eight epochs.
struct Places<'a> {
    forces: &'a Forces,
    base: Epoch,
    after_s: &'a [f64; WIDTH],
    out: &'a mut [[[f64; WIDTH]; 3]],
}

impl Kernel for Places<'_> {
    type Output = Result<(), EphemerisError>;

    #[inline(always)]
    fn run<L: Lanes>(self) -> Self::Output {
        for (track, rows) in self.forces.tracks.iter().zip(self.out) {
            let place = track.places_km::<L>(self.base, self.after_s)?;
            for axis in 0..3 {
                place[axis].store(&mut rows[axis]);
            }
        }
        Ok(())
    }
}
