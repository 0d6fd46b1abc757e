//! The porkchop: every departure date against every arrival date, Lambert arcs between ephemeris states.
//!
//! States are held per axis, not per cell; cells are solved in rows over all cores and come out the same
//! for any number of them. The minima of C3, arrival speed, sum and Δv of each type are then found on the true
//! function, not on the grid; a lowest cell that only leans on the 180° ridge or on the border is no minimum, and a
//! minimum is one whatever leans on the ridge.

mod cells;
mod gradient;
mod grid;
mod limits;
mod minima;
mod problem;
mod quantity;
pub(crate) mod scan;
pub(crate) mod window;

pub use cells::{Layer, Status};
pub use gradient::{Gradient, Varying};
pub use grid::MOST_HELD;
pub(super) use limits::Masks;
pub use limits::{ENTRY_ALTITUDE_KM, Limits};
pub use minima::{Criterion, Minimum};
pub use problem::{Arc, MOST_REVS, Problem, Reason, Transfer, TransferType, arrival_orbit, departure_orbit};
pub use quantity::{CellNumbers, Quantity};
pub use window::{FittingArrivals, Opportunity, fitting_arrivals, next_opportunity};

use crate::bodies::{Body, BodyError};
use crate::ephemerides::{Ephemerides, EphemerisError};
use crate::time::{DAY_S, Epoch, Window};
use crate::transfers::burns::{BurnError, ParkingOrbit};
use crate::transfers::lambert::Way;
use grid::Axes;
use minima::{Pass, Search};
use thiserror::Error;

/// What a porkchop refuses.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum PorkchopError {
    /// A body is not known.
    #[error(transparent)]
    Body(#[from] BodyError),
    /// The kernels do not hold a body or a date.
    #[error(transparent)]
    Ephemeris(#[from] EphemerisError),
    /// A parking orbit does not exist.
    #[error(transparent)]
    Burn(#[from] BurnError),
    /// Departure and arrival are one body or one system.
    #[error(
        "a transfer from {departure} to {arrival} does not leave the system: choose two bodies that go around the Sun"
    )]
    SameSystem {
        /// departure body
        departure: String,
        /// arrival body
        arrival: String,
    },
    /// The body does not go around the Sun by itself.
    #[error(
        "{body} does not go around the Sun by itself: a porkchop joins two bodies that do; `portolan moon-window` and `portolan mars-moons` fly around one planet"
    )]
    NotHeliocentric {
        /// the body at fault
        body: String,
    },
    /// A grid needs two dates on each axis, and memory for its cells.
    #[error("a grid of {depart} × {arrive} cells cannot be made: each side needs 2 to {most} dates")]
    BadSize {
        /// departure dates
        depart: usize,
        /// arrival dates
        arrive: usize,
        /// most dates on a side
        most: usize,
    },
    /// More layers than any question has.
    #[error(
        "up to {revs} revolutions around the Sun are more than are looked at: ask for {most} at most (a transfer of fifty years to Mercury makes about 200)"
    )]
    TooManyRevs {
        /// asked for
        revs: u32,
        /// most
        most: u32,
    },
    /// More cells than memory, or a day, has room for.
    #[error(
        "{depart} × {arrive} dates in {layers} layers (one, and two for each revolution) make {cells} cells, {most} at most are {what}: ask for fewer dates or fewer revolutions"
    )]
    TooManyCells {
        /// departure dates
        depart: usize,
        /// arrival dates
        arrive: usize,
        /// layers: one, and two for each revolution
        layers: usize,
        /// their product
        cells: u128,
        /// most of them
        most: usize,
        /// what is done with them
        what: &'static str,
    },
    /// A limit that is no number.
    #[error("a limit of the {quantity} is a number, got {value}")]
    BadLimit {
        /// what it limits, and its unit
        quantity: &'static str,
        /// the limit
        value: f64,
    },
    /// A pole without a direction.
    #[error("a pole of {pole:?} points nowhere: give three numbers, not all of them zero")]
    NoPole {
        /// the pole
        pole: [f64; 3],
    },
    /// Every arrival lies before every departure.
    #[error("all arrivals ({arrive}) lie before all departures ({depart}): move the arrival dates")]
    ArrivesFirst {
        /// departure dates
        depart: Window,
        /// arrival dates
        arrive: Window,
    },
    /// A body that nothing enters, or a speed below that of any entry.
    #[error("{reason}")]
    EntrySpeed {
        /// what is wrong, and what helps
        reason: String,
    },
    /// Dates that are no span.
    #[error("departures of {start} to {end} are no span: the first date comes before the last")]
    BadSpan {
        /// first date
        start: Epoch,
        /// last date
        end: Epoch,
    },
    /// More dates than can be looked at.
    #[error("{dates} hold more than {most} dates to look at, or too many flights between them: take a shorter span")]
    TooManyDates {
        /// the dates asked for
        dates: Window,
        /// most of them
        most: usize,
    },
    /// No opportunity was found after the date.
    #[error("no opportunity from {departure} to {arrival} was found after {after}: give --depart and --arrive")]
    NoOpportunity {
        /// departure body
        departure: String,
        /// arrival body
        arrival: String,
        /// the date
        after: Epoch,
    },
}

/// Number of dates on each axis.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GridSize {
    /// departure dates
    pub depart: usize,
    /// arrival dates
    pub arrive: usize,
}

/// What to solve.
#[derive(Debug, Clone, PartialEq)]
pub struct PorkchopRequest {
    /// body left behind; the Earth or the Earth-Moon barycentre make a difference of 0.1 km²/s²
    pub departure: Body,
    /// body flown to
    pub arrival: Body,
    /// departure dates
    pub depart: Window,
    /// arrival dates
    pub arrive: Window,
    /// dates on each axis
    pub size: GridSize,
    /// most revolutions
    pub max_revs: u32,
    /// sense of the transfer against the departure body's own motion
    pub way: Way,
    /// orbit that the departure burn leaves
    pub parking: ParkingOrbit,
    /// orbit that the arrival burn enters
    pub capture: ParkingOrbit,
    /// cells to mask
    pub limits: Limits,
}

impl PorkchopRequest {
    /// A request with the usual orbits at both ends, 400 × 400 dates and direct transfers.
    ///
    /// * `departure`, `arrival`: bodies that go around the Sun
    /// * `depart`, `arrive`: dates
    #[must_use]
    pub fn new(departure: Body, arrival: Body, depart: Window, arrive: Window) -> Self {
        Self {
            departure,
            arrival,
            depart,
            arrive,
            size: GridSize { depart: 400, arrive: 400 },
            max_revs: 0,
            way: Way::Prograde,
            parking: departure_orbit(departure),
            capture: arrival_orbit(arrival),
            limits: Limits::default(),
        }
    }

    /// Layers of the grid: one for direct transfers, two for each revolution.
    #[must_use]
    pub const fn layers(&self) -> usize {
        1 + 2 * self.max_revs as usize
    }

    /// Whether all cells can be held in memory at once, as [`porkchop`] does.
    ///
    /// # Errors
    /// [`PorkchopError::BadSize`], [`PorkchopError::TooManyCells`].
    pub fn check_held(&self) -> Result<(), PorkchopError> {
        grid::check(self, MOST_HELD, self.size.arrive, grid::MOST_CELLS, "held in memory at once")
    }
}

/// How many cells were solved, masked, and why the others are empty. Counted over all layers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct CellCounts {
    /// cells with a transfer
    pub solved: usize,
    /// cells with a transfer that a limit excludes
    pub masked: usize,
    /// arrival not after departure
    pub arrives_first: usize,
    /// time too short for the revolutions
    pub too_short: usize,
    /// positions in one line with the Sun
    pub in_line: usize,
}

impl CellCounts {
    /// Of one cell.
    fn of(status: Status) -> Self {
        let mut counts = Self::default();
        let count = match status {
            Status::Transfer => &mut counts.solved,
            Status::Masked => &mut counts.masked,
            Status::None(Reason::ArrivesFirst) => &mut counts.arrives_first,
            Status::None(Reason::TooShort) => &mut counts.too_short,
            Status::None(Reason::InLine) => &mut counts.in_line,
        };
        *count = 1;
        counts
    }

    /// Of two sets of cells together.
    #[must_use]
    pub const fn plus(self, other: Self) -> Self {
        Self {
            solved: self.solved + other.solved,
            masked: self.masked + other.masked,
            arrives_first: self.arrives_first + other.arrives_first,
            too_short: self.too_short + other.too_short,
            in_line: self.in_line + other.in_line,
        }
    }
}

/// A solved porkchop.
#[derive(Debug, Clone)]
pub struct Porkchop {
    /// what was asked
    pub request: PorkchopRequest,
    /// departure dates
    pub depart: Vec<Epoch>,
    /// arrival dates
    pub arrive: Vec<Epoch>,
    /// one layer for direct transfers, two for each revolution count; none where the cells went by in bands
    pub layers: Vec<Layer>,
    /// what became of the cells
    pub counts: CellCounts,
    /// the local minima of each criterion, type by type
    pub minima: Vec<Minimum>,
    /// the function behind the cells
    pub problem: Problem,
}

impl Porkchop {
    /// Departure dates times arrival dates.
    #[must_use]
    pub const fn cells(&self) -> usize {
        self.depart.len() * self.arrive.len()
    }

    /// The dates of a cell.
    ///
    /// * `k`: `i_arrive * departs + i_depart`
    #[must_use]
    pub fn dates(&self, k: usize) -> (Epoch, Epoch) {
        (self.depart[k % self.depart.len()], self.arrive[k / self.depart.len()])
    }

    /// The numbers of a cell that has a transfer, masked or not.
    ///
    /// * `layer`: place in [`Porkchop::layers`]
    /// * `k`: `i_arrive * departs + i_depart`
    #[must_use]
    pub fn numbers(&self, layer: usize, k: usize) -> Option<CellNumbers> {
        let (depart, arrive) = self.dates(k);
        self.layers[layer].numbers(&self.problem, k, (arrive - depart) / DAY_S)
    }

    /// The layer whose transfer has the least C3 in a cell; `None` where none has an unmasked one.
    ///
    /// * `k`: `i_arrive * departs + i_depart`
    #[must_use]
    pub fn best_layer(&self, k: usize) -> Option<usize> {
        let open = (0..self.layers.len()).filter(|l| self.layers[*l].status(k) == Status::Transfer);
        open.min_by(|a, b| self.layers[*a].c3_km2_s2(k).total_cmp(&self.layers[*b].c3_km2_s2(k)))
    }

    /// A number of the best layer, cell by cell; NaN where there is no transfer.
    ///
    /// * `quantity`: the number of one transfer, such as `|c| Quantity::C3.value(c)`
    ///
    /// The layer with the least C3 answers for a cell.
    #[must_use]
    pub fn values(&self, quantity: impl Fn(&CellNumbers) -> f64) -> Vec<f64> {
        let value = |k| self.best_layer(k).and_then(|layer| self.numbers(layer, k)).map_or(f64::NAN, |c| quantity(&c));
        (0..self.cells()).map(value).collect()
    }

    /// The transfer of a cell with everything that is known of it.
    ///
    /// * `layer`: place in [`Porkchop::layers`]
    /// * `k`: `i_arrive * departs + i_depart`
    #[must_use]
    pub fn transfer(&self, layer: usize, k: usize) -> Option<Transfer> {
        let ((depart, arrive), of) = (self.dates(k), &self.layers[layer]);
        self.problem.transfer(depart, arrive, of.revs, of.branch)
    }

    /// The lowest interior minimum of a criterion over all types.
    ///
    /// * `criterion`: what is to be least
    #[must_use]
    pub fn best(&self, criterion: Criterion) -> Option<&Transfer> {
        let of_criterion = self.minima.iter().filter(|m| m.criterion == criterion).filter_map(|m| m.found.as_ref());
        of_criterion.min_by(|a, b| criterion.transfer_value(a).total_cmp(&criterion.transfer_value(b)))
    }
}

/// Solve every cell and find the minima.
///
/// * `ephemerides`: the kernels
/// * `request`: bodies, dates, orbits
///
/// # Errors
/// [`PorkchopError`] for bodies, dates and orbits that make no porkchop. A cell without a transfer is not
/// an error; [`CellCounts`] tells how many there are and why.
///
/// # Source
/// NASA/TM-2010-216764 (Burke, Falck, McGuire) for the layout and the conventions; it departs from the
/// Earth-Moon barycentre.
pub fn porkchop(ephemerides: &Ephemerides, request: &PorkchopRequest) -> Result<Porkchop, PorkchopError> {
    request.check_held()?;
    let problem = Problem::new(ephemerides, request)?;
    let masks = Masks::new(&request.limits, request.arrival)?;
    let axes = Axes::new(&problem, request, MOST_HELD)?;
    let rows = 0..axes.arrive.len();
    let layers = axes.solve(rows.clone(), &masks);
    let search = Search { problem: &problem, axes: &axes, masks: &masks };
    let passes: Vec<Pass> = layers.iter().map(|layer| search.pass(layer, 0, rows.clone())).collect();
    let minima = search.find(&passes);
    let counts = grid::counts(&layers);
    let Axes { depart, arrive, .. } = axes;
    Ok(Porkchop { request: request.clone(), depart, arrive, layers, counts, minima, problem })
}

/// Solve a grid of any size band by band: what is held is one band.
///
/// * `ephemerides`, `request`: as for [`porkchop`]; up to a million dates a side
/// * `rows`: rows of equal arrival in a band, at least one; fewer where so many layers of them would not fit into memory
/// * `see`: is shown each band in its order, a porkchop of all departures and some arrivals, without minima
///
/// Everything but the cells: dates, counts and minima, the latter with the bits of [`porkchop`]; its list of layers is empty.
///
/// # Errors
/// [`PorkchopError`] as for [`porkchop`], before the first band; after that what `see` refuses with.
pub fn porkchop_in_bands<E: From<PorkchopError>>(
    ephemerides: &Ephemerides,
    request: &PorkchopRequest,
    rows: usize,
    mut see: impl FnMut(&Porkchop) -> Result<(), E>,
) -> Result<Porkchop, E> {
    grid::check(request, grid::MOST_DATES, request.size.arrive, grid::MOST_IN_BANDS, "solved")?;
    grid::check(request, grid::MOST_DATES, request.size.arrive.min(3), grid::MOST_CELLS, "held in one band")?;
    let rows = rows.clamp(1, (grid::MOST_CELLS / (request.size.depart * request.layers())).max(3) - 2);
    let problem = Problem::new(ephemerides, request)?;
    let masks = Masks::new(&request.limits, request.arrival)?;
    let axes = Axes::new(&problem, request, grid::MOST_DATES)?;
    let search = Search { problem: &problem, axes: &axes, masks: &masks };
    let (columns, height) = (axes.depart.len(), axes.arrive.len());
    let mut passes: Vec<Pass> = axes.branches.iter().map(|_| Pass::default()).collect();
    let mut counts = CellCounts::default();
    for first in (0..height).step_by(rows) {
        let band = first..(first + rows).min(height);
        // a row on either side, which a lowest cell is compared with
        let around = band.start.saturating_sub(1)..(band.end + 1).min(height);
        let layers = axes.solve(around.clone(), &masks);
        for (pass, layer) in passes.iter_mut().zip(&layers) {
            pass.join(search.pass(layer, around.start, band.clone()));
        }
        let cells = (band.start - around.start) * columns..(band.end - around.start) * columns;
        let layers: Vec<Layer> = layers.iter().map(|layer| layer.part(cells.clone())).collect();
        let of_band = grid::counts(&layers);
        counts = counts.plus(of_band);
        let seen = Porkchop {
            request: request.clone(),
            depart: axes.depart.clone(),
            arrive: axes.arrive[band].to_vec(),
            layers,
            counts: of_band,
            minima: Vec::new(),
            problem: problem.clone(),
        };
        see(&seen)?;
    }
    let minima = search.find(&passes);
    let Axes { depart, arrive, .. } = axes;
    Ok(Porkchop { request: request.clone(), depart, arrive, layers: Vec::new(), counts, minima, problem })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bodies::{EARTH, EARTH_MOON_BARYCENTER, MARS, MOON, SUN};
    use crate::transfers::lambert::Branch;

    fn request() -> PorkchopRequest {
        let window = |text| Window::parse(text).expect("a window");
        PorkchopRequest::new(EARTH, MARS, window("2030-11-01..2031-05-31"), window("2031-07-01..2032-07-31"))
    }

    fn refusal(request: &PorkchopRequest) -> String {
        porkchop(Ephemerides::embedded().expect("kernels"), request).expect_err("refused").to_string()
    }

    #[test]
    fn law_any_number_of_threads_gives_the_same_bits() {
        let mut request = request();
        request.size = GridSize { depart: 37, arrive: 53 };
        request.max_revs = 1;
        let ephemerides = Ephemerides::embedded().expect("kernels");
        let with = |threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool");
            pool.install(|| porkchop(ephemerides, &request)).expect("a porkchop")
        };
        let (one, three) = (with(1), with(3));
        assert_eq!(one.layers, three.layers);
        assert_eq!(one.minima, three.minima);
        assert_eq!(one.layers.len(), 3);
        let cells = 3 * 37 * 53;
        let CellCounts { solved, masked, arrives_first, too_short, in_line } = one.counts;
        assert_eq!(solved + masked + arrives_first + too_short + in_line, cells);
        assert!(too_short > 0, "no time for a revolution in most cells");
    }

    #[test]
    fn law_a_limit_masks_and_an_early_arrival_is_counted() {
        let mut request = request();
        request.arrive = Window::parse("2031-01-01..2031-12-31").expect("a window");
        request.size = GridSize { depart: 40, arrive: 40 };
        request.limits.max_c3_km2_s2 = Some(20.0);
        let found = porkchop(Ephemerides::embedded().expect("kernels"), &request).expect("a porkchop");
        assert!(found.counts.masked > 0 && found.counts.arrives_first > 0);
        let c3 = found.values(|c| Quantity::C3.value(c));
        assert!(c3.iter().all(|v| v.is_nan() || *v <= 20.0) && c3.iter().any(|v| v.is_finite()));
    }

    #[test]
    fn law_a_cell_is_the_function_on_its_dates() {
        let mut request = request();
        request.size = GridSize { depart: 20, arrive: 30 };
        let found = porkchop(Ephemerides::embedded().expect("kernels"), &request).expect("a porkchop");
        let (i, j) = (7, 11);
        let transfer = found.problem.transfer(found.depart[i], found.arrive[j], 0, Branch::Single).expect("a transfer");
        let cell = found.numbers(0, j * 20 + i).expect("a transfer");
        for quantity in Quantity::ALL {
            assert_eq!(quantity.value(&cell), quantity.value(&CellNumbers::from(&transfer)), "{quantity:?}");
        }
        assert_eq!(found.transfer(0, j * 20 + i), Some(transfer));
        assert_eq!(found.depart[19], request.depart.end);
        assert!((transfer.tof_d - (found.arrive[j] - found.depart[i]) / DAY_S).abs() < 1e-12);
        assert_eq!(transfer.kind.to_string(), "II");
        assert_eq!(TransferType::new(2, 1.0).to_string(), "V");
        assert_eq!(TransferType::new(4, 1.0).to_string(), "IX");
    }

    #[test]
    fn law_the_next_opportunity_holds_its_minimum() {
        let ephemerides = Ephemerides::embedded().expect("kernels");
        let after = Epoch::parse("2029-01-10").expect("a date");
        let found = next_opportunity(ephemerides, EARTH, MARS, after).expect("an opportunity");
        // the handbook's type II minimum of the 2031 opportunity
        assert!(found.depart.contains(Epoch::parse("2031-02-23").expect("a date")), "{}", found.depart);
        assert!(found.arrive.contains(Epoch::parse("2032-01-09").expect("a date")), "{}", found.arrive);
    }

    #[test]
    fn refuses_what_makes_no_porkchop() {
        let with = |change: fn(&mut PorkchopRequest)| {
            let mut request = request();
            change(&mut request);
            refusal(&request)
        };
        assert!(with(|r| r.arrival = EARTH_MOON_BARYCENTER).contains("does not leave the system"));
        assert!(with(|r| r.arrival = SUN).contains("Sun does not go around the Sun by itself"));
        assert!(with(|r| r.departure = MOON).contains("Moon does not go around the Sun by itself"));
        assert!(with(|r| r.size.depart = 1).contains("a grid of 1 × 400 cells cannot be made"));
        let wide = with(|r| r.size = GridSize { depart: 10_001, arrive: 2 });
        assert!(wide.contains("each side needs 2 to 10000 dates"), "{wide}");
        for (depart, arrive, max_revs, part) in [
            (400, 400, 1001, "ask for 1000 at most"),
            (400, 400, u32::MAX, "up to 4294967295 revolutions around the Sun"),
            (400, 400, 400, "400 × 400 dates in 801 layers (one, and two for each revolution) make 128160000 cells"),
            (10_000, 10_000, 1, "make 300000000 cells, 100000000 at most are held in memory at once"),
        ] {
            let mut request = request();
            (request.size, request.max_revs) = (GridSize { depart, arrive }, max_revs);
            assert!(refusal(&request).contains(part), "{depart} {arrive} {max_revs}: {}", refusal(&request));
        }
        // in bands too, before the first of them
        for (depart, arrive, max_revs, part) in [
            (1_000_001, 2, 0, "each side needs 2 to 1000000 dates"),
            (200_000, 200_000, 0, "make 40000000000 cells, 10000000000 at most are solved"),
            (1_000_000, 2, 1000, "make 4002000000 cells, 100000000 at most are held in one band"),
            (2, 2, u32::MAX, "ask for 1000 at most"),
        ] {
            let mut request = request();
            (request.size, request.max_revs) = (GridSize { depart, arrive }, max_revs);
            let ephemerides = Ephemerides::embedded().expect("kernels");
            let banded = porkchop_in_bands(ephemerides, &request, 8, |_| -> Result<(), PorkchopError> {
                panic!("a band was solved")
            });
            let told = banded.expect_err("refused").to_string();
            assert!(told.contains(part), "{depart} {arrive} {max_revs}: {told}");
        }
        let nowhere = with(|r| r.way = Way::About { pole: [0.0, f64::NAN, 1.0] });
        assert!(nowhere.contains("points nowhere"), "{nowhere}");
        let lost = with(|r| r.limits.max_c3_km2_s2 = Some(f64::NAN));
        assert_eq!(lost, "a limit of the launch energy (km²/s²) is a number, got NaN");
        assert!(
            with(|r| r.arrive = Window::parse("2029-01-01..2030-01-01").expect("a window"))
                .contains("lie before all departures")
        );
        let outside = with(|r| r.depart = Window::parse("2008-01-01..2009-01-01").expect("a window"));
        assert!(outside.contains("Earth at 2008-01-01T00:00:00 TDB is outside the kernels"), "{outside}");
        let low = with(|r| r.parking = ParkingOrbit::Circular { altitude_km: -10.0 });
        assert!(low.contains("lies below the surface"));
        let lost = with(|r| r.arrival = Body::from_naif_id(-1176));
        assert_eq!(lost, "no kernel holds NAIF -1176 (NAIF -1176): add one with --kernel FILE");
        let early = next_opportunity(
            Ephemerides::embedded().expect("kernels"),
            EARTH,
            MARS,
            Epoch::parse("2060-01-20").expect("a date"),
        );
        assert!(early.is_err());
    }
}
