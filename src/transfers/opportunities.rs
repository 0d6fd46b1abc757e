//! Every opportunity of a span of years, found without being told where to look, each with its minima.

use crate::bodies::SUN;
use crate::ephemerides::{Ephemerides, State};
use crate::time::{DAY_S, Epoch, Window};
use crate::transfers::porkchop::scan::{Basin, Flights, LONGEST_FLIGHT_D, Lattice, Swing, deepest};
use crate::transfers::porkchop::window::clip;
use crate::transfers::porkchop::{
    Criterion, GridSize, Minimum, PorkchopError, PorkchopRequest, Problem, Transfer, porkchop,
};

/// The opportunities of some years.
#[derive(Debug, Clone, PartialEq)]
pub struct Opportunities {
    /// in the order of time
    pub found: Vec<DatedOpportunity>,
    /// the departures that were searched: those asked for, less what the kernels do not hold
    pub searched: Window,
    /// the end of the arrival body's kernel, where flights of these departures would go on after it
    pub last_arrival: Option<Epoch>,
}

/// One opportunity: dates worth a porkchop, and the least of each criterion and type on them.
#[derive(Debug, Clone, PartialEq)]
pub struct DatedOpportunity {
    /// departure date of the least sum of both excess speeds, to the spacing of the scan
    pub lowest: Epoch,
    /// departure dates that were searched
    pub depart: Window,
    /// arrival dates that were searched
    pub arrive: Window,
    /// the minima of the porkchop of those dates that depart in the years asked for
    pub minima: Vec<Minimum>,
}

impl DatedOpportunity {
    /// The lowest interior minimum of a criterion over all types.
    ///
    /// * `criterion`: what is to be least
    #[must_use]
    pub fn best(&self, criterion: Criterion) -> Option<&Transfer> {
        let found = self.minima.iter().filter(|m| m.criterion == criterion).filter_map(|m| m.found.as_ref());
        found.min_by(|a, b| criterion.transfer_value(a).total_cmp(&criterion.transfer_value(b)))
    }
}

/// How two bodies meet again: the clock of their opportunities.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rhythm {
    /// time after which both bodies stand alike again
    pub synodic_d: f64,
    /// flight time of the ellipse that touches both orbits, taken as circles
    pub hohmann_d: f64,
    /// an opportunity is the best within this many days before and after it
    pub apart_d: f64,
    flights: Flights,
    to: Swing,
}

impl Rhythm {
    /// The rhythm of two bodies from their orbits about the Sun at one date.
    ///
    /// * `from`, `to`: their states from the Sun
    ///
    /// `None` when one of them does not come back. Bodies of nearly equal periods meet again after many years, but have
    /// an opportunity each time round: then half the shorter period keeps opportunities apart, not half the synodic one.
    /// So it does where an orbit is far from a circle: whenever the other body passes the near end of it, there is one.
    #[must_use]
    pub fn new(from: &State, to: &State) -> Option<Self> {
        let (from, to) = (Swing::of(from)?, Swing::of(to)?);
        let flights = Flights::between(&from, &to);
        let (p1_d, p2_d) = (from.period_s() / DAY_S, to.period_s() / DAY_S);
        let synodic_d = 1.0 / (1.0 / p1_d - 1.0 / p2_d).abs();
        let shorter_d = p1_d.min(p2_d);
        let rhythm_d = if synodic_d > 2.5 * p1_d.max(p2_d) {
            shorter_d
        } else if flights.eccentric {
            synodic_d.min(shorter_d)
        } else {
            synodic_d
        };
        Some(Self { synodic_d, hohmann_d: flights.mean_s / DAY_S, apart_d: 0.45 * rhythm_d, flights, to })
    }

    /// The longest flight that is looked at, with some revolutions.
    fn longest_d(&self, revs: u32) -> f64 {
        ((LONGEST + 2.0 * f64::from(revs)) * self.flights.most_s / DAY_S).min(LONGEST_FLIGHT_D)
    }
}

/// Shortest direct flight that is looked at, in halves of the ellipse between both perihelia, and the longest, in halves
/// of the ellipse between both aphelia.
const SHORTEST: f64 = 0.25;
const LONGEST: f64 = 1.8;

/// Most revolutions that are looked at.
const MOST_REVS: u32 = 50;

/// Every opportunity of which a minimum, or the least sum of both excess speeds, departs in `request.depart`, in the
/// order of time.
///
/// * `ephemerides`: the kernels
/// * `request`: bodies, orbits, limits, revolutions; its departures are the years to search, its arrivals and its grid
///   are not looked at
///
/// All direct transfers are scanned on a lattice of dates, their flight times bounded by the distances that both bodies
/// come to. The valleys of the sum of both excess speeds that are the deepest within [`Rhythm::apart_d`] of departure are
/// opportunities. Where an orbit is far from a circle so are the valleys of the other criteria that lie elsewhere, and
/// each arc of a long ellipse that is flown to has its own. Its dates are solved as a porkchop for the minima of all types.
///
/// Years that the kernels do not hold are left out, which [`Opportunities::searched`] tells.
///
/// # Errors
/// [`PorkchopError`] for bodies that make no transfer or do not come back, years that are no span or too long, and when
/// the kernels hold none of the years.
pub fn opportunities(ephemerides: &Ephemerides, request: &PorkchopRequest) -> Result<Opportunities, PorkchopError> {
    if request.max_revs > MOST_REVS {
        return Err(PorkchopError::TooManyRevs { revs: request.max_revs, most: MOST_REVS });
    }
    let problem = Problem::new(ephemerides, request)?;
    let asked = request.depart;
    if !(asked.start < asked.end && asked.start.tdb_s().is_finite() && asked.end.tdb_s().is_finite()) {
        return Err(PorkchopError::BadSpan { start: asked.start, end: asked.end });
    }
    let none = || PorkchopError::NoOpportunity {
        departure: request.departure.name.to_owned(),
        arrival: request.arrival.name.to_owned(),
        after: asked.start,
    };
    let kernels = (ephemerides.track(request.departure, SUN)?.span(), ephemerides.track(request.arrival, SUN)?.span());
    let both = clip(clip(asked, kernels.0), kernels.1);
    if both.start >= both.end {
        // told with the dates that the kernels hold
        problem.departure_state(asked.start)?;
        problem.arrival_state(asked.start)?;
        return Err(none());
    }
    let middle = both.start + 0.5 * (both.end - both.start);
    let rhythm = Rhythm::new(&problem.departure_state(middle)?, &problem.arrival_state(middle)?).ok_or_else(none)?;
    // departures whose flights the kernels hold for half a touching ellipse at least
    let needed_s = if rhythm.flights.eccentric { rhythm.flights.least_s } else { 0.5 * rhythm.flights.mean_s };
    let last = kernels.1.end - needed_s;
    let searched = Window { start: both.start, end: if last < both.end { last } else { both.end } };
    if searched.start >= searched.end {
        problem.arrival_state(asked.start + needed_s)?;
        return Err(none());
    }
    let search = Search { ephemerides, problem: &problem, request, rhythm, kernels, searched };
    let found = search.places()?.into_iter().map(|place| search.solve(&place)).collect::<Result<Vec<_>, _>>()?;
    let longest_s = rhythm.flights.bounds_s(SHORTEST, LONGEST).1;
    let last_arrival = (searched.end + longest_s > kernels.1.end).then_some(kernels.1.end);
    Ok(Opportunities { found: found.into_iter().flatten().collect(), searched, last_arrival })
}

/// Where an opportunity lies.
#[derive(Debug, Clone, Copy)]
struct Place {
    /// departure of the valley
    lowest: Epoch,
    /// what is least there
    of: Criterion,
    arc: usize,
    /// arrivals on the arc, and the step of the arrival body's clock there
    arrive: Window,
    step_s: f64,
    /// arrival of the valley, and the number of each criterion
    reach: Epoch,
    values: [f64; 4],
}

struct Search<'a> {
    ephemerides: &'a Ephemerides,
    problem: &'a Problem,
    request: &'a PorkchopRequest,
    rhythm: Rhythm,
    /// of departure and arrival
    kernels: (Window, Window),
    searched: Window,
}

/// Departures searched before and after the valley, in [`Rhythm::apart_d`]: both types of a Mars or Venus opportunity
/// lie within it, the neighbours' do not.
const HALF: f64 = 0.6;

impl Search<'_> {
    fn apart_s(&self) -> f64 {
        self.rhythm.apart_d * DAY_S
    }

    /// The deepest valleys, in the years and as far beyond as one of their minima may lie inside.
    fn places(&self) -> Result<Vec<Place>, PorkchopError> {
        let (Rhythm { flights, to, .. }, years, apart_s) = (self.rhythm, self.searched, self.apart_s());
        let (beyond_s, half_s) = (2.0 * apart_s, HALF * apart_s);
        // a valley at the edge of the years is one only if it is not the flank of a deeper one outside
        let scanned = clip(Window { start: years.start - beyond_s, end: years.end + beyond_s }, self.kernels.0);
        let bounds_s = flights.bounds_s(SHORTEST, LONGEST);
        let lattice = Lattice::solve(self.problem, scanned, bounds_s, self.kernels.1, &to, apart_s / 16.0)?;
        let wider = Window { start: years.start - half_s, end: years.end + half_s };
        let valleys: Vec<Basin> =
            deepest(lattice.basins(), apart_s).into_iter().filter(|b| wider.contains(b.depart)).collect();
        let mut places: Vec<Place> = Vec::new();
        // the sum speaks for both ends, so its valleys come first; near circles the others lie beside them
        let sum = Criterion::SpeedSum;
        for criterion in [sum, Criterion::DeltaV, Criterion::C3, Criterion::ArrivalSpeed] {
            for valley in valleys.iter().filter(|b| b.criterion == criterion) {
                let known = |p: &Place| p.arc == valley.arc && (p.lowest - valley.depart).abs() <= half_s;
                let beaten = |other: &Basin| {
                    other.criterion == criterion
                        && (other.depart - valley.depart).abs() <= apart_s
                        && other.value < valley.value
                };
                let least = criterion == sum || (flights.eccentric && !valleys.iter().any(beaten));
                if !least || places.iter().any(known) {
                    continue;
                }
                if let Some((arrive, step_s)) = lattice.arc(valley.arc) {
                    let Basin { depart: lowest, arrive: reach, arc, values, .. } = *valley;
                    places.push(Place { lowest, of: criterion, arc, arrive, step_s, reach, values });
                }
            }
        }
        places.sort_by(|a, b| {
            a.lowest.tdb_s().total_cmp(&b.lowest.tdb_s()).then(a.reach.tdb_s().total_cmp(&b.reach.tdb_s()))
        });
        // what arrives later and costs more by every criterion than what departs with it is nobody's opportunity
        let beaten = |p: &Place| {
            places.iter().any(|other| {
                other.arc < p.arc
                    && (other.lowest - p.lowest).abs() <= half_s
                    && other.values.iter().zip(&p.values).all(|(a, b)| a < b)
            })
        };
        Ok(places.iter().filter(|p| !beaten(p)).copied().collect())
    }

    /// The minima of an opportunity; `None` when none of them departs in the years.
    fn solve(&self, place: &Place) -> Result<Option<DatedOpportunity>, PorkchopError> {
        let (depart, arrive) = self.dates(place);
        // an arc of a long ellipse that no allowed flight comes to is not looked at
        let most_s = self.request.limits.max_tof_d.map_or(f64::INFINITY, |days| days * DAY_S);
        if self.rhythm.flights.eccentric && arrive.start - depart.end > most_s {
            return Ok(None);
        }
        let all = self.minima(place, depart, arrive)?;
        // of each row what leaves inside the years asked for; a row without a minimum stays and says so
        let inside = |m: &Minimum| {
            let mut minima = m.found.iter().chain(&m.others).filter(|t| self.searched.contains(t.depart)).copied();
            let (found, others) = (minima.next(), minima.collect());
            (found.is_some() || m.found.is_none()).then(|| Minimum { found, others, ..m.clone() })
        };
        let minima: Vec<Minimum> = all.iter().filter_map(inside).collect();
        // limits may leave nothing of a valley, which is told
        let empty = all.iter().all(|m| m.found.is_none());
        let told = empty && place.of == Criterion::SpeedSum && self.searched.contains(place.lowest);
        let worth = told || minima.iter().any(|m| m.found.is_some());
        Ok(worth.then_some(DatedOpportunity { lowest: place.lowest, depart, arrive, minima }))
    }

    /// The departures and arrivals around a valley, on whole days, inside the kernels.
    fn dates(&self, place: &Place) -> (Window, Window) {
        let half_s = HALF * self.apart_s();
        let whole =
            |epoch: Epoch| Epoch::from_tdb_s(((epoch.tdb_s() + 0.5 * DAY_S) / DAY_S).round() * DAY_S - 0.5 * DAY_S);
        let around = Window { start: whole(place.lowest - half_s), end: whole(place.lowest + half_s) };
        let depart = clip(around, self.kernels.0);
        let longest_s = self.rhythm.longest_d(self.request.max_revs) * DAY_S;
        let shortest_s = self.rhythm.flights.bounds_s(SHORTEST, LONGEST).0;
        let flown = Window { start: whole(depart.start + shortest_s), end: whole(depart.end + longest_s) };
        let arrive = clip(flown, self.kernels.1);
        if !self.rhythm.flights.eccentric {
            return (depart, arrive);
        }
        // some steps beyond the arc, for a minimum that lies where it ends
        let beyond_s = ARC_MARGIN * place.step_s;
        let arc = Window { start: whole(place.arrive.start - beyond_s), end: whole(place.arrive.end + beyond_s) };
        (depart, clip(arrive, arc))
    }

    fn minima(&self, place: &Place, depart: Window, arrive: Window) -> Result<Vec<Minimum>, PorkchopError> {
        if depart.start >= depart.end || arrive.start >= arrive.end {
            return Ok(Vec::new());
        }
        let request = self.request;
        // a direct flight of two turns' time would pass for an opportunity of its type, so flights are bounded
        let solve = |revs: u32| {
            let longest_d = self.rhythm.longest_d(revs);
            let step_d = (self.rhythm.apart_d / 230.0).clamp(0.25, 8.0);
            let arrive_step_d = if self.rhythm.flights.eccentric { (place.step_s / DAY_S).max(0.25) } else { step_d };
            let dates =
                |window: &Window, step_d: f64| ((window.length_d() / step_d).ceil() as usize + 1).clamp(40, 1600);
            let end = depart.end + longest_d * DAY_S;
            let arrive = Window { start: arrive.start, end: if end < arrive.end { end } else { arrive.end } };
            let mut porkchop_request = PorkchopRequest { depart, arrive, max_revs: revs, ..request.clone() };
            porkchop_request.size = GridSize { depart: dates(&depart, step_d), arrive: dates(&arrive, arrive_step_d) };
            porkchop_request.limits.max_tof_d = Some(request.limits.max_tof_d.map_or(longest_d, |d| d.min(longest_d)));
            porkchop(self.ephemerides, &porkchop_request).map(|solved| solved.minima)
        };
        let mut all = solve(0)?;
        if request.max_revs > 0 {
            all.extend(solve(request.max_revs)?.into_iter().filter(|m| m.revs > 0));
        }
        Ok(all)
    }
}

/// Steps of the shortest clock beyond both ends of an arc.
const ARC_MARGIN: f64 = 10.0;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bodies::{Body, EARTH_MOON_BARYCENTER, JUPITER_BARYCENTER, MARS, MERCURY, VENUS};
    use crate::transfers::porkchop::next_opportunity;

    fn found(from: Body, to: Body, years: &str) -> Vec<DatedOpportunity> {
        let years = Window::parse(years).expect("a span");
        let request = PorkchopRequest::new(from, to, years, years);
        opportunities(Ephemerides::embedded().expect("kernels"), &request).expect("opportunities").found
    }

    /// NASA/TM-2010-216764, tables 1 to 11 (by way of `catalogue/mars_windows.csv`): least C3 from the Earth-Moon
    /// barycentre, opportunities of 2026 to 2045. Its daily grid and DE405 allow 0.015 km²/s² (2037 is off by 0.0103).
    #[test]
    fn published_no_mars_opportunity_is_missed() {
        let found = found(EARTH_MOON_BARYCENTER, MARS, "2026-01-01..2050-12-31");
        let least: Vec<f64> = found.iter().map(|o| o.best(Criterion::C3).expect("a minimum").c3_km2_s2).collect();
        let handbook = [9.144, 8.928, 8.237, 7.781, 10.19, 14.84, 12.17, 9.818, 8.969, 8.587];
        assert_eq!(least.len(), handbook.len() + 2, "and 2048 and 2050: {least:?}");
        for (got, wanted) in least.iter().zip(handbook) {
            assert!((got - wanted).abs() <= 0.015, "{got} {wanted}, {least:?}");
        }
    }

    #[test]
    fn law_opportunities_are_a_synodic_period_apart() {
        for (from, to, years, spread) in [
            (EARTH_MOON_BARYCENTER, MARS, "2026-01-01..2050-12-31", 0.12),
            // on the way home the cheaper of two types is now the early, now the late one
            (MARS, EARTH_MOON_BARYCENTER, "2026-01-01..2050-12-31", 0.25),
            (EARTH_MOON_BARYCENTER, VENUS, "2026-01-01..2050-12-31", 0.15),
            (EARTH_MOON_BARYCENTER, JUPITER_BARYCENTER, "2026-01-01..2045-12-31", 0.15),
            (EARTH_MOON_BARYCENTER, MERCURY, "2026-01-01..2030-12-31", 0.5),
        ] {
            let found = found(from, to, years);
            let track = |body| Ephemerides::embedded().expect("kernels").track(body, SUN).expect("a track");
            let state = |body| track(body).state(found[0].lowest).expect("a state");
            let rhythm = Rhythm::new(&state(from), &state(to)).expect("a rhythm");
            let span_d = Window::parse(years).expect("a span").length_d();
            let count = span_d / rhythm.synodic_d;
            assert!((found.len() as f64 - count).abs() <= 1.0, "{}: {} of {count}", to.name, found.len());
            for pair in found.windows(2) {
                let apart = (pair[1].lowest - pair[0].lowest) / DAY_S / rhythm.synodic_d;
                assert!((apart - 1.0).abs() < spread, "{} {}: {apart}", to.name, pair[0].lowest);
            }
        }
    }

    #[test]
    fn law_years_beyond_the_kernels_are_left_out_and_told() {
        let ask = |years: &str| {
            let years = Window::parse(years).expect("a span");
            let request = PorkchopRequest::new(EARTH_MOON_BARYCENTER, MARS, years, years);
            opportunities(Ephemerides::embedded().expect("kernels"), &request)
        };
        let cut = ask("2050-06-01..2075-01-01").expect("opportunities");
        assert_eq!(cut.searched.start, Epoch::from_calendar(2050, 6, 1));
        assert_eq!(cut.searched.end.date(), "2059-09-24", "half a touching ellipse before the end of the kernels");
        assert_eq!(cut.last_arrival.expect("an end").date(), "2060-02-01");
        let whole = ask("2050-06-01..2057-06-01").expect("opportunities");
        assert_eq!(whole.last_arrival, None);
        // the same ones, and those that the kernels still hold
        assert!(whole.found.len() >= 3 && cut.found.len() > whole.found.len());
        for (a, b) in cut.found.iter().zip(&whole.found) {
            let c3 = |o: &DatedOpportunity| o.best(Criterion::C3).expect("a minimum").c3_km2_s2;
            assert!((c3(a) - c3(b)).abs() < 1e-6, "{} {}", c3(a), c3(b));
        }
        for years in ["2061-01-01..2075-01-01", "1900-01-01..1950-01-01", "2059-12-01..2060-01-20"] {
            let refused = ask(years).expect_err("refused").to_string();
            assert!(refused.contains("is outside the kernels, which hold"), "{years}: {refused}");
        }
    }

    #[test]
    fn law_no_row_departs_outside_the_years() {
        // the cheapest sum of the first lies in December 2030, its least C3 in February 2031
        let years = Window::parse("2031-01-01..2033-12-31").expect("a span");
        let found = found(EARTH_MOON_BARYCENTER, MARS, "2031-01-01..2033-12-31");
        assert_eq!(found.len(), 2);
        let rows: Vec<&Transfer> = found.iter().flat_map(|o| &o.minima).filter_map(|m| m.found.as_ref()).collect();
        assert!(rows.len() >= 9 && rows.iter().all(|t| years.contains(t.depart)), "{}", rows.len());
        assert!(found[0].best(Criterion::SpeedSum).is_none_or(|t| t.depart > years.start));
    }

    #[test]
    fn refuses_spans_and_revolutions_beyond_reason() {
        let say = |start: f64, end: f64, revs: u32| {
            let years = Window { start: Epoch::from_tdb_s(start), end: Epoch::from_tdb_s(end) };
            let mut request = PorkchopRequest::new(EARTH_MOON_BARYCENTER, MARS, years, years);
            request.max_revs = revs;
            opportunities(Ephemerides::embedded().expect("kernels"), &request).expect_err("refused").to_string()
        };
        assert!(say(f64::NAN, 1e9, 0).contains("are no span"));
        assert!(say(9e8, 8e8, 0).contains("are no span"));
        assert!(say(8e8, f64::INFINITY, 0).contains("are no span"));
        assert!(say(8e8, 9e8, u32::MAX).contains("ask for 50 at most"));
        // two bodies on elements have no kernel that would end
        let read = |text: &str| crate::bodies::osculating::read(text).expect("elements")[0];
        let (a, b) = (
            read("name=A, q=0.2, e=0.1, i=1, node=2, peri=3, tp=2461000.5"),
            read("name=B, q=0.25, e=0.1, i=2, node=9, peri=8, tp=2461300.5"),
        );
        let both = Ephemerides::embedded().expect("kernels").clone().with_small_bodies(vec![a, b]);
        let span = |end: f64| Window { start: Epoch::from_tdb_s(8e8), end: Epoch::from_tdb_s(end) };
        let request = |end: f64| PorkchopRequest::new(a.body, b.body, span(end), span(end));
        let refused = opportunities(&both, &request(3e13)).expect_err("refused").to_string();
        assert!(refused.contains("take a shorter span"), "{refused}");
        // periods of weeks: the bounds of their windows must not cross
        let found = opportunities(&both, &request(8.3e8)).expect("opportunities").found;
        assert!(!found.is_empty());
        let next = next_opportunity(&both, a.body, b.body, Epoch::from_tdb_s(8e8)).expect("an opportunity");
        assert!(next.depart.length_d() > 5.0 && next.arrive.length_d() > 2.0, "{next:?}");
    }
}
