//! Injected mass as a function of C3: a table of points, straight lines between them, nothing beyond them.

use super::table::{CatalogueError, Table, Verified};
use serde::Deserialize;

/// One point of a curve.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CurvePoint {
    /// characteristic energy of the departure hyperbola, km²/s²
    pub c3_km2_s2: f64,
    /// mass put on it, kg
    pub injected_kg: f64,
}

/// Where a C3 lies against the ends of a curve.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum OnCurve {
    /// between two points, or on one: the injected mass, kg
    Mass {
        /// injected mass
        mass_kg: f64,
    },
    /// below the first point
    Below(CurvePoint),
    /// beyond the last point
    Beyond(CurvePoint),
}

/// A launcher's curve of injected mass against C3.
#[derive(Debug, Clone, PartialEq)]
pub struct Curve {
    /// the name in `launch_c3.csv`
    pub vehicle: String,
    /// points, C3 rising, mass falling; two or more
    pub points: Vec<CurvePoint>,
    /// where the curve comes from
    pub source: String,
    /// how far it can be trusted
    pub verified: Verified,
}

impl Curve {
    /// The curves of a checked table, in the order in which each is first named.
    pub(crate) fn from_table(table: &Table) -> Result<Vec<Self>, CatalogueError> {
        let mut curves: Vec<(Self, u64)> = Vec::new();
        for row in &table.rows {
            let vehicle = table.cell(row, "vehicle");
            let number = |column| table.value(row, column).unwrap_or(f64::NAN);
            let point = CurvePoint { c3_km2_s2: number("c3_km2_s2"), injected_kg: number("injected_kg") };
            let Some((curve, _)) = curves.iter_mut().find(|(c, _)| c.vehicle == vehicle) else {
                let curve = Self {
                    vehicle: vehicle.to_owned(),
                    points: vec![point],
                    source: row.source.clone(),
                    verified: row.verified,
                };
                curves.push((curve, row.line));
                continue;
            };
            if row.verified == Verified::Memory {
                curve.verified = Verified::Memory;
            }
            if let Some(last) = curve.points.last() {
                let wrong = |column: &str, before, after| CatalogueError::CurveNotFalling {
                    file: table.file.clone(),
                    line: row.line,
                    column: column.to_owned(),
                    vehicle: vehicle.to_owned(),
                    before_value: before,
                    after_value: after,
                };
                if point.c3_km2_s2 <= last.c3_km2_s2 {
                    return Err(wrong("c3_km2_s2", last.c3_km2_s2, point.c3_km2_s2));
                }
                if point.injected_kg >= last.injected_kg {
                    return Err(wrong("injected_kg", last.injected_kg, point.injected_kg));
                }
            }
            curve.points.push(point);
        }
        if let Some((short, line)) = curves.iter().find(|(c, _)| c.points.len() < 2) {
            return Err(CatalogueError::CurveTooShort {
                file: table.file.clone(),
                line: *line,
                vehicle: short.vehicle.clone(),
            });
        }
        Ok(curves.into_iter().map(|(c, _)| c).collect())
    }

    /// The injected mass at a C3 by a straight line between the two points around it, which keeps the
    /// curve falling; never beyond its ends.
    #[must_use]
    pub fn at(&self, c3_km2_s2: f64) -> OnCurve {
        let after = self.points.partition_point(|p| p.c3_km2_s2 < c3_km2_s2);
        match (after.checked_sub(1).and_then(|i| self.points.get(i)), self.points.get(after)) {
            (_, Some(b)) if b.c3_km2_s2 == c3_km2_s2 => OnCurve::Mass { mass_kg: b.injected_kg },
            (Some(a), Some(b)) => {
                let t = (c3_km2_s2 - a.c3_km2_s2) / (b.c3_km2_s2 - a.c3_km2_s2);
                OnCurve::Mass { mass_kg: a.injected_kg + t * (b.injected_kg - a.injected_kg) }
            }
            (Some(last), None) => OnCurve::Beyond(*last),
            (None, Some(first)) => OnCurve::Below(*first),
            (None, None) => OnCurve::Below(CurvePoint { c3_km2_s2: f64::NAN, injected_kg: 0.0 }),
        }
    }
}

/// A polynomial that another tool fitted to a curve; here only a check of the table.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct CurvePolynomial {
    /// the curve's name
    pub vehicle: String,
    /// first and last C3 of the fit, km²/s²
    #[serde(rename = "c3_range")]
    pub c3_range_km2_s2: [f64; 2],
    /// coefficients c₀, c₁, … of m(C3) = Σ cᵢ C3ⁱ, kg and km²/s²
    #[serde(rename = "coeff")]
    pub coefficients: Vec<f64>,
    /// greatest distance from the table as published, kg
    pub max_abs_residual_kg: f64,
}

/// The file of polynomials.
#[derive(Deserialize)]
struct PolynomialFile {
    source: String,
    #[serde(rename = "curve")]
    curves: Vec<CurvePolynomial>,
}

impl CurvePolynomial {
    /// The polynomials of a TOML file.
    ///
    /// * `text`: the file, as `launch_c3_poly.toml` is written
    /// * `file`: the name that refusals carry
    ///
    /// # Errors
    /// [`CatalogueError::NotThisToml`] with file, line and what is wrong.
    pub fn read(text: &str, file: &str) -> Result<Vec<Self>, CatalogueError> {
        let parsed: PolynomialFile = toml_file(text, file)?;
        if parsed.source.is_empty() {
            return Err(CatalogueError::Empty { file: file.to_owned(), line: 1, column: "source".to_owned() });
        }
        for curve in &parsed.curves {
            let energies = curve.c3_range_km2_s2.iter().all(|c3| c3.abs() <= MOST_C3_KM2_S2);
            let masses = curve.coefficients.iter().chain([&curve.max_abs_residual_kg]).all(|c| c.abs() <= MOST_KG);
            if !(energies && masses && curve.coefficients.len() <= MOST_COEFFICIENTS) {
                return Err(CatalogueError::NotThisToml {
                    file: file.to_owned(),
                    line: text.lines().position(|l| l.contains(&curve.vehicle)).map_or(1, |k| k as u64 + 1),
                    detail: format!(
                        "the polynomial of {} has numbers that no launcher has: write energies up to {MOST_C3_KM2_S2} km²/s², and at most {MOST_COEFFICIENTS} coefficients up to {MOST_KG:e} kg",
                        curve.vehicle
                    ),
                });
            }
        }
        Ok(parsed.curves)
    }

    /// The polynomial's mass at a C3, kg; meaningful inside its range only.
    #[must_use]
    pub fn injected_kg(&self, c3_km2_s2: f64) -> f64 {
        self.coefficients.iter().rev().fold(0.0, |sum, c| sum.mul_add(c3_km2_s2, *c))
    }

    /// Greatest distance between the polynomial and the points of a curve inside its range, kg.
    #[must_use]
    pub fn residual_kg(&self, curve: &Curve) -> f64 {
        let [from, to] = self.c3_range_km2_s2;
        let inside = curve.points.iter().filter(|p| (from..=to).contains(&p.c3_km2_s2));
        inside.map(|p| (self.injected_kg(p.c3_km2_s2) - p.injected_kg).abs()).fold(0.0, f64::max)
    }
}

/// Greatest energy of a curve, km²/s²: beyond any departure.
const MOST_C3_KM2_S2: f64 = 1e3;
/// Greatest coefficient and residual of a curve.
const MOST_KG: f64 = 1e9;
/// Most coefficients of a curve.
const MOST_COEFFICIENTS: usize = 20;

/// A TOML file into its type; a refusal counts the line.
pub(crate) fn toml_file<T: for<'a> Deserialize<'a>>(text: &str, file: &str) -> Result<T, CatalogueError> {
    toml::from_str(text).map_err(|e| CatalogueError::NotThisToml {
        file: file.to_owned(),
        line: e.span().map_or(1, |s| 1 + text.bytes().take(s.start).filter(|b| *b == b'\n').count() as u64),
        detail: e.message().to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::super::catalogue::{Catalogue, LAUNCH_C3_POLY};
    use super::*;
    use proptest::prelude::*;

    fn catalogue() -> &'static Catalogue {
        Catalogue::embedded().expect("the embedded catalogue")
    }

    #[test]
    fn refuses_polynomials_of_numbers_that_no_launcher_has() {
        let file = |range: &str, coefficients: &str, residual: &str| {
            format!(
                "source = \"me\"\n[[curve]]\nvehicle = \"own\"\nc3_range = {range}\ncoeff = {coefficients}\nmax_abs_residual_kg = {residual}\n"
            )
        };
        assert!(CurvePolynomial::read(&file("[0, 10]", "[1772.5, -89.5]", "5.0"), "own.toml").is_ok());
        for (range, coefficients, residual) in [
            ("[1e308, 0]", "[9.0, 9.0]", "2.0"),
            ("[0, nan]", "[9.0, 9.0]", "2.0"),
            ("[0, 10]", "[inf]", "2.0"),
            ("[0, 10]", "[9.0]", "inf"),
        ] {
            let refused = CurvePolynomial::read(&file(range, coefficients, residual), "own.toml");
            let said = refused.expect_err("refused").to_string();
            assert!(said.contains("the polynomial of own has numbers that no launcher has"), "{said}");
        }
    }

    /// LOGISTICS V2: greatest residuals of the EMTG polynomials against the LSP table, kg.
    #[test]
    fn published_polynomial_residuals_of_every_curve() {
        let printed = [
            ("Falcon 9 (RTLS)", 5.0),
            ("Falcon 9 (ASDS)", 13.3),
            ("Vulcan VC0", 0.0),
            ("Vulcan VC2", 20.2),
            ("Falcon Heavy (recovery)", 61.2),
            ("Vulcan VC4", 77.7),
            ("Vulcan VC6", 87.1),
            ("Falcon Heavy (expendable)", 45.9),
            ("New Glenn", 136.8),
        ];
        let polynomials = CurvePolynomial::read(LAUNCH_C3_POLY, "launch_c3_poly.toml").expect("the polynomials");
        assert_eq!(polynomials.len(), printed.len());
        for (name, residual_kg) in printed {
            let polynomial = polynomials.iter().find(|p| p.vehicle == name).expect(name);
            let curve = catalogue().curve(name).expect(name);
            let found_kg = polynomial.residual_kg(curve);
            assert!((found_kg - residual_kg).abs() <= 0.05 + 1e-9, "{name}: {found_kg} kg, printed {residual_kg} kg");
            assert_eq!(polynomial.max_abs_residual_kg, residual_kg);
        }
    }

    /// LOGISTICS V2: Falcon Heavy expendable at C3 0, 10, 30, 60, 100.
    #[test]
    fn published_falcon_heavy_expendable_points() {
        let curve = catalogue().curve("Falcon Heavy (expendable)").expect("a curve");
        for (c3, kg) in [(0.0, 15_010.0), (10.0, 12_345.0), (30.0, 8225.0), (60.0, 4100.0), (100.0, 755.0)] {
            assert_eq!(curve.at(c3), OnCurve::Mass { mass_kg: kg });
        }
        assert!(matches!(curve.at(-0.1), OnCurve::Below(p) if p.c3_km2_s2 == 0.0));
        assert!(matches!(curve.at(100.1), OnCurve::Beyond(p) if p.c3_km2_s2 == 100.0));
    }

    proptest! {
        #[test]
        fn law_a_higher_c3_never_carries_more(a in 0.0..60.0_f64, b in 0.0..60.0_f64, which in 0..9_usize) {
            let curve = &catalogue().curves()[which];
            let (low, high) = (a.min(b), a.max(b));
            if let (OnCurve::Mass { mass_kg: m_low }, OnCurve::Mass { mass_kg: m_high }) = (curve.at(low), curve.at(high)) {
                prop_assert!(m_high <= m_low, "{}: {m_low} at {low}, {m_high} at {high}", curve.vehicle);
                prop_assert!(m_low <= curve.points[0].injected_kg);
            }
        }
    }

    #[test]
    fn refuses_a_curve_that_rises_or_is_one_point() {
        let refusal = |rows: &str| {
            let text = format!("vehicle,c3_km2_s2,injected_kg,source,verified\n{rows}");
            Catalogue::embedded()
                .expect("the catalogue")
                .with_curves(&text, "mine.csv")
                .expect_err("a refusal")
                .to_string()
        };
        assert_eq!(
            refusal("A,0,100,here,read\nA,5,120,here,read\n"),
            "mine.csv:3: column `injected_kg`: the curve of A goes from 100 to 120; C3 must rise from row to row and the mass must fall"
        );
        assert_eq!(
            refusal("A,5,100,here,read\nA,0,90,here,read\n"),
            "mine.csv:3: column `c3_km2_s2`: the curve of A goes from 5 to 0; C3 must rise from row to row and the mass must fall"
        );
        assert_eq!(
            refusal("A,5,100,here,read\n"),
            "mine.csv:2: column `vehicle`: the curve of A has one point; a curve needs two or more"
        );
        let broken =
            CurvePolynomial::read("source = \"x\"\n[[curve]]\nvehicle = 3\n", "poly.toml").expect_err("broken");
        assert!(broken.to_string().starts_with("poly.toml:3: invalid type"), "{broken}");
    }
}
