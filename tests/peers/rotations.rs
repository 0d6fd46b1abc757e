//! Rotating frames against CSPICE.

use crate::{Worst, numbers, rows};
use portolan::ephemerides::{Ephemerides, Orientation};
use portolan::time::Epoch;

/// The bound of ephemerides/README.md: 1e-8 rad is 2 cm on the Moon and 6 cm on the Earth.
const ROTATION: f64 = 1e-8;
/// anise differences IAU frames over two seconds: their prime meridian, 8e6 degrees by 2060, has an ulp of
/// 1.6e-11 rad, and the days it is made from one that is worth 2.3e-11 rad. Kernel frames come with their own rates.
const RATE_OF_IAU_S1: f64 = 2e-11;
/// Rounding of a rate of 3e-6 rad/s through products of three matrices.
const RATE_OF_KERNEL_S1: f64 = 1e-17;

/// Noise of 5e-11 rad in the nodes of an IAU record, by the slope of its polynomial, 7²/(half a day): 6e-14.
const RATE_OF_AXES_S1: f64 = 1e-13;

const FRAMES: [Orientation; 6] = [
    Orientation::MoonPa,
    Orientation::MoonMe,
    Orientation::IauEarth,
    Orientation::IauMoon,
    Orientation::IauMars,
    Orientation::EclipJ2000,
];

#[test]
fn agrees_with_cspice_on_rotations() {
    let ephemerides = Ephemerides::embedded().expect("kernels");
    let table = rows("rotations_cspice.csv");
    assert_eq!(table.len(), 60, "the table has lost rows");
    for frame in FRAMES {
        let (mut angle, mut rate) = (Worst::none(), Worst::none());
        let of_frame: Vec<_> = table.iter().filter(|row| &row[1] == frame.spice_name()).collect();
        assert_eq!(of_frame.len(), 10, "{frame:?}");
        let axes = ephemerides.axes(frame).expect("axes");
        let (mut kept, mut kept_rate) = (Worst::none(), Worst::none());
        for row in of_frame {
            let epoch = Epoch::from_tdb_s(numbers::<1>(row, 0)[0]);
            let got = ephemerides.rotation(Orientation::J2000, frame, epoch).expect("a rotation");
            let (wanted, wanted_rate) = (numbers::<9>(row, 2), numbers::<9>(row, 11));
            for k in 0..9 {
                angle.see((got.matrix[k / 3][k % 3] - wanted[k]).abs(), || epoch.iso());
                rate.see((got.matrix_rate_s1[k / 3][k % 3] - wanted_rate[k]).abs(), || epoch.iso());
            }
            let (matrix, got) = (axes.matrix(epoch).expect("a matrix"), axes.rotation(epoch).expect("a rotation"));
            assert_eq!(matrix, got.matrix, "{frame:?}");
            for k in 0..9 {
                kept.see((matrix[k / 3][k % 3] - wanted[k]).abs(), || epoch.iso());
                kept_rate.see((got.matrix_rate_s1[k / 3][k % 3] - wanted_rate[k]).abs(), || epoch.iso());
            }
        }
        let bound_s1 = if frame.spice_name().starts_with("IAU") { RATE_OF_IAU_S1 } else { RATE_OF_KERNEL_S1 };
        println!("{}: {:.2e} ({}), {:.2e} 1/s ({})", frame.spice_name(), angle.value, angle.at, rate.value, rate.at);
        assert!(angle.within(ROTATION), "{}: {:e} at {}", frame.spice_name(), angle.value, angle.at);
        assert!(rate.within(bound_s1), "{}: {:e} 1/s at {}", frame.spice_name(), rate.value, rate.at);
        println!("  axes: {:.2e} ({}), {:.2e} 1/s ({})", kept.value, kept.at, kept_rate.value, kept_rate.at);
        assert!(kept.within(ROTATION), "{}: {:e} at {}", frame.spice_name(), kept.value, kept.at);
        assert!(kept_rate.within(RATE_OF_AXES_S1), "{}: {:e} 1/s", frame.spice_name(), kept_rate.value);
    }
}
