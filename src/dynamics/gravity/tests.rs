//! The field against a sum in double-double by other formulas, its laws, and what it refuses.

use super::*;
use crate::numerics::double_double::DoubleDouble as Dd;
use crate::numerics::lanes::WIDTH;
use crate::numerics::vector::{dot, minus, norm, scale};

const ALL: [&str; 4] = ["earth_egm2008_70", "earth_jgm3_70", "moon_grgm1200a_70", "mars_mro120d_70"];

fn raw(name: &str, degree: u16, order: u16) -> files::Coefficients {
    let (_, file, bytes) = EMBEDDED.iter().find(|(known, _, _)| *known == name).expect("a field");
    files::read(file, &files::text(file, bytes).expect("text"), degree, order).expect("coefficients")
}

fn dd(x: f64) -> Dd {
    Dd::from(x)
}

/// Pines' sum with unnormalised derived Legendre functions, all in double-double, without the central term.
///
/// Pines, AIAA Journal 11 (1973) p. 1508.
fn pines(field: &files::Coefficients, degree: usize, order: usize, position_km: Vector3) -> [Dd; 3] {
    let [x, y, z] = position_km.map(dd);
    let r = (x * x + y * y + z * z).sqrt();
    let (s, t, u, rho) = (x / r, y / r, z / r, dd(field.radius_km) / r);
    let width = degree + 3;
    // A(n, m): the m-th derivative of the Legendre polynomial of degree n at u, times one
    let mut a = vec![Dd::ZERO; width * width];
    let at = |n: usize, m: usize| n * width + m;
    a[0] = Dd::ONE;
    for m in 0..=degree + 1 {
        if m > 0 {
            a[at(m, m)] = a[at(m - 1, m - 1)] * dd((2 * m - 1) as f64);
        }
        for n in m + 1..=degree + 1 {
            let one = dd((2 * n - 1) as f64) * u * a[at(n - 1, m)];
            let two = if n >= m + 2 { dd((n + m - 1) as f64) * a[at(n - 2, m)] } else { Dd::ZERO };
            a[at(n, m)] = (one - two) / dd((n - m) as f64);
        }
    }
    let mut powers = vec![[Dd::ONE, Dd::ZERO]];
    for m in 0..=order {
        let [p, q] = powers[m];
        powers.push([p * s - q * t, p * t + q * s]);
    }
    let mut factorial = vec![Dd::ONE];
    for n in 1..=2 * degree + 1 {
        factorial.push(factorial[n - 1] * dd(n as f64));
    }
    let [mut a1, mut a2, mut a3, mut a4] = [Dd::ZERO; 4];
    let mut rho_n = Dd::ONE;
    for n in 1..=degree {
        rho_n = rho_n * rho;
        for m in 0..=order.min(n) {
            let twice = if m == 0 { 1.0 } else { 2.0 };
            let norm2 = dd(twice * (2 * n + 1) as f64) * factorial[n - m] / factorial[n + m];
            let [c, s] = field.pair(n, m).map(|c| dd(c) * norm2.sqrt() * rho_n);
            let [re, im] = powers[m];
            let d = c * re + s * im;
            if m > 0 {
                let [re, im] = powers[m - 1];
                let a = dd(m as f64) * a[at(n, m)];
                a1 = a1 + a * (c * re + s * im);
                a2 = a2 + a * (s * re - c * im);
            }
            a3 = a3 + a[at(n, m + 1)] * d;
            a4 = a4 - (dd((n + m + 1) as f64) * a[at(n, m)] + u * a[at(n, m + 1)]) * d;
        }
    }
    let g = dd(field.mu_km3_s2) / (r * r);
    [(a1 + a4 * s) * g, (a2 + a4 * t) * g, (a3 + a4 * u) * g]
}

/// Numbers between 0 and 1 from a seed (Knuth's MMIX multiplier).
struct Random(u64);

impl Random {
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1u64 << 53) as f64
    }

    /// From 50 km above the reference radius to ten radii; every tenth on a pole or within a mm to a degree of one.
    fn position_km(&mut self, k: usize, radius_km: f64) -> Vector3 {
        let low = (radius_km + 50.0).ln();
        let r = (low + self.next() * ((10.0 * radius_km).ln() - low)).exp();
        let angle = std::f64::consts::TAU * self.next();
        let u = 2.0 * self.next() - 1.0;
        if k.is_multiple_of(50) {
            return [0.0, 0.0, r.copysign(u)];
        }
        let (u, cos) = if k.is_multiple_of(10) {
            let off = 10f64.powf(-9.0 + 7.0 * self.next());
            ((1.0 - off * off).sqrt().copysign(u), off)
        } else {
            (u, (1.0 - u * u).sqrt())
        };
        [r * cos * angle.cos(), r * cos * angle.sin(), r * u]
    }
}

fn eight(points: &[Vector3]) -> [[f64; WIDTH]; 3] {
    std::array::from_fn(|axis| std::array::from_fn(|lane| points[lane][axis]))
}

struct Lanes8<'a>(&'a GravityField, [[f64; WIDTH]; 3]);

impl Kernel for Lanes8<'_> {
    type Output = [[f64; WIDTH]; 3];
    #[inline(always)]
    fn run<L: Lanes>(self) -> Self::Output {
        let [x, y, z] = &self.1;
        self.0.acceleration_lanes([L::load(x), L::load(y), L::load(z)]).map(L::to_array)
    }
}

struct Gradient8<'a>(&'a GravityField, [[f64; WIDTH]; 3]);

impl Kernel for Gradient8<'_> {
    type Output = ([[f64; WIDTH]; 3], [[f64; WIDTH]; 6]);
    #[inline(always)]
    fn run<L: Lanes>(self) -> Self::Output {
        let [x, y, z] = &self.1;
        let (a, g) = self.0.gradient_lanes([L::load(x), L::load(y), L::load(z)]);
        (a.map(L::to_array), g.map(L::to_array))
    }
}

#[test]
fn agrees_with_a_double_double_sum_to_1e_14() {
    for (name, degree, order) in
        [(ALL[0], 70, 70), (ALL[1], 70, 70), (ALL[2], 70, 70), (ALL[3], 70, 70), (ALL[0], 8, 8), (ALL[2], 50, 20)]
    {
        let field = GravityField::embedded(name, degree, order).expect("a field");
        let file = raw(name, degree, order);
        let mut random = Random(20_331);
        let (mut of_whole, mut of_field) = (0f64, 0f64);
        for k in 0..1000 {
            let at = random.position_km(k, field.radius_km());
            let got = field.acceleration_km_s2(at);
            let wanted = pines(&file, usize::from(degree), usize::from(order), at);
            let off: Vector3 = std::array::from_fn(|axis| (dd(got[axis]) - wanted[axis]).to_f64());
            let central = field.mu_km3_s2() / dot(at, at);
            of_whole = of_whole.max(norm(off) / central);
            of_field = of_field.max(norm(off) / norm(wanted.map(Dd::to_f64)));
        }
        println!("{name} {degree} x {order}: {of_whole:.1e} of the whole pull, {of_field:.1e} of the field alone");
        assert!(of_whole < 1e-17, "{name}: {of_whole:e} of the whole");
        assert!(of_field < 1e-14, "{name}: {of_field:e} of the field");
    }
}

#[test]
fn law_every_width_and_a_point_alone_have_the_same_bits() {
    for (name, degree, order) in [(ALL[0], 70, 70), (ALL[2], 8, 8), (ALL[3], 21, 4), (ALL[1], 2, 0), (ALL[1], 1, 1)] {
        let field = GravityField::embedded(name, degree, order).expect("a field");
        let mut random = Random(7);
        for group in 0..25 {
            let points: Vec<Vector3> =
                (0..WIDTH).map(|k| random.position_km(group * WIDTH + k, field.radius_km())).collect();
            for width in Width::available() {
                let got = run(width, Lanes8(&field, eight(&points)));
                let (a, g) = run(width, Gradient8(&field, eight(&points)));
                for (lane, at) in points.iter().enumerate() {
                    let alone = field.acceleration_km_s2(*at);
                    let FieldGradient { acceleration_km_s2, gradient_s2: [[xx, xy, xz], [_, yy, yz], [_, _, zz]] } =
                        field.gradient(*at);
                    let scalar = run(Width::Scalar, Point(&field, *at));
                    for axis in 0..3 {
                        assert_eq!(got[axis][lane].to_bits(), alone[axis].to_bits(), "{width:?} {name}");
                        assert_eq!(got[axis][lane].to_bits(), scalar[axis].to_bits(), "{width:?} {name}");
                        assert_eq!(a[axis][lane].to_bits(), acceleration_km_s2[axis].to_bits(), "{width:?} {name}");
                    }
                    for (k, wanted) in [xx, xy, xz, yy, yz, zz].into_iter().enumerate() {
                        assert_eq!(g[k][lane].to_bits(), wanted.to_bits(), "{width:?} {name}");
                    }
                }
            }
        }
    }
}

#[test]
fn law_the_gradient_is_the_difference_and_satisfies_laplace() {
    for name in ALL {
        let field = GravityField::embedded(name, 70, 70).expect("a field");
        let file = raw(name, 70, 70);
        let mut random = Random(99);
        let mut worst = 0f64;
        for k in 0..40 {
            let at = random.position_km(k, field.radius_km());
            let got = field.gradient(at);
            let size = field.mu_km3_s2() / norm(at).powi(3);
            let g = got.gradient_s2;
            assert!((g[0][0] + g[1][1] + g[2][2]).abs() < 1e-18 * size);
            let a = field.acceleration_km_s2(at);
            for axis in 0..3 {
                assert!((got.acceleration_km_s2[axis] - a[axis]).abs() < 1e-17 * size * norm(at), "{name}");
                // four points: the error is h⁴/30 of the fifth derivative, which grows as (n/r)⁴ of the terms
                // a power of two is added to a coordinate without rounding
                let h = 1.0 / 64.0;
                let shifted = |steps: f64| {
                    let mut p = at;
                    p[axis] += steps * h;
                    pines(&file, 70, 70, p)
                };
                let (p1, m1, p2, m2) = (shifted(1.0), shifted(-1.0), shifted(2.0), shifted(-2.0));
                for of in 0..3 {
                    let near = (p1[of] - m1[of]) * dd(8.0);
                    let far = p2[of] - m2[of];
                    let wanted = ((near - far) / dd(12.0 * h)).to_f64();
                    worst = worst.max((g[axis][of] - wanted).abs() / size);
                    assert!((g[axis][of] - wanted).abs() < 1e-16 * size, "{name} {at:?}: {g:?} {wanted}");
                }
            }
        }
        println!("{name}: gradient within {worst:.1e} of the central one");
    }
}

#[test]
fn law_the_acceleration_is_the_slope_of_the_potential() {
    let field = GravityField::embedded(ALL[2], 30, 30).expect("a field");
    let at = [1500.0, -900.0, 700.0];
    let a = field.acceleration_km_s2(at);
    for axis in 0..3 {
        let value = |h: f64| {
            let mut p = at;
            p[axis] += h;
            field.potential_km2_s2(p)
        };
        let slope = (8.0 * (value(1.0) - value(-1.0)) - (value(2.0) - value(-2.0))) / 12.0;
        assert!((slope / a[axis] - 1.0).abs() < 1e-8, "{axis}: {slope} {a:?}");
    }
}

#[test]
fn law_a_field_turned_about_its_pole_turns_its_pull() {
    // longitude shifts by δ: C' = C cos mδ + S sin mδ, S' = S cos mδ − C sin mδ
    let delta: f64 = 0.7;
    let field = GravityField::embedded(ALL[0], 12, 12).expect("a field");
    let file = raw(ALL[0], 12, 12);
    let mut text = format!("{:e},{:e},0,12,12,1,0,0\n", file.radius_km, file.mu_km3_s2);
    for n in 2..=12usize {
        for m in 0..=n {
            let ([c, s], (sin, cos)) = (file.pair(n, m), (m as f64 * delta).sin_cos());
            text += &format!("{n},{m},{:e},{:e}\n", c * cos + s * sin, s * cos - c * sin);
        }
    }
    let turned = GravityField::parse("turned.tab", text.as_bytes(), 12, 12).expect("a field");
    let turn = |v: Vector3, d: f64| [v[0] * d.cos() + v[1] * d.sin(), v[1] * d.cos() - v[0] * d.sin(), v[2]];
    let mut random = Random(5);
    for k in 0..100 {
        let at = random.position_km(k, field.radius_km());
        let wanted = turn(field.acceleration_km_s2(at), delta);
        let got = turned.acceleration_km_s2(turn(at, delta));
        assert!(norm(minus(got, wanted)) < 1e-14 * norm(wanted), "{at:?}: {got:?} {wanted:?}");
    }
}

#[test]
fn law_c20_alone_is_the_textbook_j2() {
    let field = GravityField::embedded(ALL[1], 2, 0).expect("a field");
    // J2 = −√5 C20, and the slope of μ J2 R²/r³ (1 − 3 sin²φ)/2
    let j2 = 5f64.sqrt() * 4.84165374886470e-4;
    let mut random = Random(3);
    for k in 0..100 {
        let at = random.position_km(k, field.radius_km());
        let r = norm(at);
        let factor = -1.5 * j2 * field.mu_km3_s2() * field.radius_km().powi(2) / r.powi(5);
        let z2 = 5.0 * (at[2] / r).powi(2);
        let wanted = [at[0] * (1.0 - z2), at[1] * (1.0 - z2), at[2] * (3.0 - z2)].map(|x| x * factor);
        assert!(norm(minus(field.acceleration_km_s2(at), wanted)) < 3e-15 * norm(wanted));
    }
}

#[test]
fn law_a_shift_of_the_origin_is_the_first_degree() {
    // C11, S11, C10 of a point mass off the origin are its place over √3 R: to first order the difference of two pulls
    let (radius, mu, off) = (6000.0, 4e5, [1e-4, -2e-4, 3e-4]);
    let c = off.map(|x| x / (3f64.sqrt() * radius));
    let text = format!("{radius},{mu},0,1,1,1,0,0\n1,0,{:e},0\n1,1,{:e},{:e}\n", c[2], c[0], c[1]);
    let field = GravityField::parse("off.tab", text.as_bytes(), 1, 1).expect("a field");
    let at = [7000.0, 1000.0, -3000.0];
    let pull = |r: Vector3| scale(r, -mu / norm(r).powi(3));
    let wanted = minus(pull(minus(at, off)), pull(at));
    assert!(norm(minus(field.acceleration_km_s2(at), wanted)) < 1e-7 * norm(wanted));
}

#[test]
fn agrees_with_the_heads_of_the_files() {
    let of = |name: &str| GravityField::embedded(name, 70, 70).expect("a field");
    let told: Vec<(f64, f64, Option<i32>)> =
        ALL.iter().map(|name| of(name)).map(|f| (f.mu_km3_s2(), f.radius_km(), f.body().map(|b| b.naif_id))).collect();
    // ephemerides/PROVENANCE.toml
    let wanted = [
        (398_600.4415, 6378.1363, Some(399)),
        (398_600.4415, 6378.1363, Some(399)),
        (4902.8001224453, 1738.0, Some(301)),
        (42_828.3758157561, 3396.0, Some(499)),
    ];
    for (got, wanted) in told.iter().zip(wanted) {
        assert!((got.0 / wanted.0 - 1.0).abs() < 2e-16 * 2.0 && got.1 == wanted.1 && got.2 == wanted.2, "{got:?}");
    }
    assert_eq!(of(ALL[1]).name(), "earth_jgm3_70");
}

const ICGEM: &str = "product_type gravity_field\nmodelname   small\nearth_gravity_constant 0.3986004415D+15\n\
    radius 6378136.3\nmax_degree 2\nerrors formal\nnorm fully_normalized\ntide_system tide_free\n\n\
    key L M C S sigma\nend_of_head ====\ngfc 0 0 1.0d0 0.0d0 0 0\ngfc 2 0 -0.484165143790815D-03 0.0D+00 7D-12 0\n\
    gfc 2 1 -0.206615509074176D-09 0.138441389137979D-08 7D-12 7D-12\n\
    gfc 2 2 0.243938357328313D-05 -0.140027370385934D-05 7D-12 7D-12\n";

#[test]
fn law_the_layouts_agree() {
    let gfc = GravityField::parse("small.gfc", ICGEM.as_bytes(), 2, 2).expect("a field");
    let shadr = GravityField::embedded(ALL[0], 2, 2).expect("a field");
    let at = [5000.0, 4000.0, 3000.0];
    assert_eq!(gfc.acceleration_km_s2(at), shadr.acceleration_km_s2(at));
    assert_eq!((gfc.name(), gfc.tide()), ("small", Some(TideSystem::TideFree)));
    let cof = "COMMENT x\nPOTFIELD 2 2 1 3.986004415e+14 6378136.3 1.0\nRECOEF 2 0 -0.484165143790815E-03\n\
        RECOEF 2 1 -0.206615509074176E-09 0.138441389137979E-08\n\
        RECOEF 2 2 0.243938357328313E-05 -0.140027370385934E-05\nEND\n";
    let cof = GravityField::parse("small.cof", cof.as_bytes(), 2, 2).expect("a field");
    assert_eq!(cof.acceleration_km_s2(at), shadr.acceleration_km_s2(at));
}

/// Zeros, 64 MiB of them in 64 kB of gzip: refused before they fill the memory, and the same for members one after the other.
#[test]
fn refuses_gzip_that_unpacks_beyond_every_field() {
    use std::io::Write;
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    let zeros = vec![b'0'; 1 << 20];
    for _ in 0..64 {
        packer.write_all(&zeros).expect("zeros");
    }
    let member = packer.finish().expect("gzip");
    assert!(member.len() < 1 << 19);
    for bomb in [member.clone(), [member.as_slice(), &member].concat()] {
        let said = GravityField::parse("bomb.gz", &bomb, 2, 2).expect_err("refused").to_string();
        assert!(said.contains(&format!("its {} bytes of gzip unpack to more than", bomb.len())), "{said}");
    }
}

#[test]
fn refuses_what_a_file_does_not_hold() {
    let refuse = |text: &str, degree, order| {
        GravityField::parse("f.tab", text.as_bytes(), degree, order).expect_err("refused").to_string()
    };
    let head = "6378.1363,398600.4415,0,2,2,1,0,0\n";
    let whole = format!("{head}2,0,-4.8e-4,0\n2,1,0,1e-9\n2,2,2e-6,-1e-6\n");
    assert!(GravityField::parse("f.tab", whole.as_bytes(), 2, 2).is_ok());
    for (text, degree, order, wanted) in [
        (whole.clone(), 2, 3, "a field of degree 2 has no order 3: ask for order 2 at most"),
        (whole.clone(), 3, 3, "f.tab holds degree 2 and order 2, degree 3 and order 3 are asked: ask for less"),
        (whole.replace("2,1,0,1e-9\n", ""), 2, 2, "f.tab has no coefficient of degree 2 and order 1: fetch the whole"),
        (whole.replace("\n2,1,0", "\n2,0,0"), 2, 2, "f.tab, line 3: the sine coefficient of order 0 should be 0"),
        (
            whole.replace("2,1,0,1e-9", "2,2,0,1e-9"),
            2,
            2,
            "f.tab, line 4: degree 2 and order 2 are there a second time",
        ),
        (whole.replace("1e-9", "NaN"), 2, 2, "f.tab, line 3: the sine coefficient should be a number, it is \"NaN\""),
        (whole.replace("1e-9", "1e999"), 2, 2, "it is \"1e999\""),
        (whole.replace("\n2,1,0", "\n2,3,0"), 2, 2, "line 3: the order should be 2 at most, the degree, it is \"3\""),
        (whole.replace("\n2,1,0,1e-9", "\n2,1"), 2, 2, "line 3: the cosine coefficient should be there"),
        (whole.replace("2,2,1,", "2,2,0,"), 2, 2, "f.tab, line 1: the coefficients are not fully normalised"),
        (whole.replace(",1,0,0\n", ",1,10,0\n"), 2, 2, "line 1: the reference longitude should be 0, it is \"10\""),
        (whole.replace("398600", "-398600"), 2, 2, "line 1: GM, km3/s2, should be positive"),
        (format!("{whole}0,0,0.9,0\n"), 2, 2, "line 5: the coefficient of degree 0 should be 1, it is \"0.9\""),
        ("garbage".to_owned(), 2, 2, "f.tab is no gravity file that is known here"),
        (String::new(), 2, 2, "f.tab is no gravity file that is known here"),
        (ICGEM.replace("fully_normalized", "unnormalized"), 2, 2, "line 7: the coefficients are not fully normalised"),
        (ICGEM.replace("gfc 2 1", "gfct 2 1"), 2, 2, "line 14: \"gfct\" makes the field change with time"),
        (ICGEM.replace("radius 6378136.3\n", ""), 2, 2, "f.tab does not say its radius: add it"),
        (ICGEM.replace("max_degree 2", "max_degree 99999"), 2, 2, "the degree should be a whole number up to 2190"),
        (
            "POTFIELD 2 2 1 4e14 6e6 1.0\nRECOEF 2 0 -4e-4\nEND\n".to_owned(),
            2,
            2,
            "no coefficient of degree 2 and order 1",
        ),
        ("COMMENT\nRECOEF 2 0 1\nPOTFIELD".to_owned(), 2, 2, "line 2: the first record should be POTFIELD"),
    ] {
        let said = refuse(&text, degree, order);
        assert!(said.contains(wanted), "wanted {wanted}\ngot {said}");
    }
    let name = GravityField::embedded("egm96", 2, 2).expect_err("refused").to_string();
    assert!(name.contains("\"egm96\": choose one of earth_egm2008_70, earth_jgm3_70"), "{name}");
    let missing = GravityField::read(Path::new("/nowhere.gfc"), 2, 2).expect_err("refused").to_string();
    assert!(missing.starts_with("the gravity file /nowhere.gfc cannot be read"), "{missing}");
    let cut = GravityField::parse("cut.gz", &EMBEDDED[0].2[..5000], 2, 2).expect_err("refused").to_string();
    assert!(cut.contains("its gzip is damaged"), "{cut}");
}
