//! For each launcher and opportunity the dates on which a launch delivers most.

use super::sizing::{Carrier, CraftMasses};
use super::{Campaign, CampaignError, Demand, Mistake, Node, Place, RunError};
use crate::bodies::Body;
use crate::ephemerides::{Ephemerides, EphemerisError};
use crate::numerics::minima::descend;
use crate::time::{DAY_S, Epoch, Window};
use crate::transfers::ParkingOrbit;
use crate::transfers::porkchop::{
    CellNumbers, Porkchop, PorkchopError, PorkchopRequest, Status, Transfer, next_opportunity, porkchop,
};
use crate::units::{DeltaV, Mass};
use crate::vehicles::{Basis, CAPACITY_DLA_DEG, Catalogue, Launcher, Service, gear_ratio};

/// A launcher on the dates that suit it best in one opportunity.
#[derive(Debug, Clone, PartialEq)]
pub struct Departure {
    /// launcher, as the catalogue calls it
    pub launcher: String,
    /// partner that brings it
    pub partner: String,
    /// which of the opportunities, counted from 0
    pub opportunity: usize,
    /// the transfer
    pub transfer: Transfer,
    /// what the launcher injects at that C3, without margin
    pub capacity_kg: f64,
    /// on what ground
    pub basis: Basis,
    /// the craft that fills the capacity less its margin
    pub masses: CraftMasses,
}

/// Isp and dry mass over propellant of the stage that IMLEO is counted with, s and kg/kg: the hydrolox stage of
/// LOGISTICS section 7, "Gear ratio".
const IMLEO_ISP_S: f64 = 450.0;
const IMLEO_INERT_RATIO: f64 = 0.1;

impl Departure {
    /// What would have to stand in the parking orbit for one reference stage (hydrolox, 450 s, a tenth of the
    /// propellant as dry mass) to inject this launch's mass. The launcher's
    /// own upper stage does that work; the number compares campaigns, it is not launched.
    #[must_use]
    pub fn imleo(&self) -> Mass {
        let dv = DeltaV::from_km_s(self.transfer.dv_depart_km_s);
        // a departure burn that this stage cannot make has no such mass
        gear_ratio(dv, IMLEO_ISP_S, IMLEO_INERT_RATIO).map_or(Mass::from_kg(f64::NAN), |gear| self.masses.launch * gear)
    }
}

/// The porkchops that a demand can fly in, and each launcher's best departure in each.
#[derive(Debug, Clone)]
pub struct Departures {
    /// one for each opportunity in the campaign's span
    pub porkchops: Vec<Porkchop>,
    /// launchers by opportunities, those that deliver nothing left out
    pub departures: Vec<Departure>,
    /// why launchers were left out
    pub left_out: Vec<String>,
}

/// The orbits at both ends of a demand.
pub(super) struct Ends {
    pub(super) from: Body,
    pub(super) to: Body,
    pub(super) parking: ParkingOrbit,
    pub(super) capture: ParkingOrbit,
}

impl Ends {
    pub(super) fn new(campaign: &Campaign, demand: &Demand) -> Result<Self, CampaignError> {
        let (from, parking) = orbit(campaign, &demand.from)?;
        let (to, capture) = orbit(campaign, &demand.node)?;
        Ok(Self { from, to, parking, capture })
    }
}

fn orbit(campaign: &Campaign, name: &super::Located<String>) -> Result<(Body, ParkingOrbit), CampaignError> {
    match campaign.node(&name.value).map(|node| &node.place) {
        Some(Place::Orbit { body, orbit, .. }) => Ok((body.value, *orbit)),
        _ => Err(campaign.refuse(&name.span, Mistake::NoOrbitYet { node: name.value.clone() })),
    }
}

/// Search every opportunity of a demand.
///
/// * `campaign`, `demand`: the file and one of its demands
/// * `carrier`: the craft
///
/// # Errors
/// [`RunError`] for dates outside the kernels, nodes that are closed, a tank that is too small.
pub(super) fn search(
    ephemerides: &Ephemerides,
    catalogue: &Catalogue,
    campaign: &Campaign,
    demand: &Demand,
    carrier: &Carrier<'_>,
) -> Result<Departures, RunError> {
    let ends = Ends::new(campaign, demand)?;
    let mut found = Departures { porkchops: Vec::new(), departures: Vec::new(), left_out: Vec::new() };
    for window in opportunities(ephemerides, campaign, demand, &ends)? {
        let mut request = PorkchopRequest::new(ends.from, ends.to, window.depart, window.arrive);
        (request.size, request.max_revs) = (campaign.search.size, campaign.search.revs);
        (request.parking, request.capture) = (ends.parking, ends.capture);
        request.limits.max_dla_deg = Some(CAPACITY_DLA_DEG);
        if let Some(end) = window.cut {
            found.left_out.push(format!(
                "arrivals after {} in the opportunity of {}: the kernels end there",
                end.date(),
                request.depart
            ));
        }
        found.porkchops.push(porkchop(ephemerides, &request)?);
    }
    for (opportunity, grid) in found.porkchops.iter().enumerate() {
        for partner in &campaign.partners {
            for name in &partner.launchers {
                let launcher = catalogue.launcher(&name.value)?;
                let partner = &partner.name.value;
                let dates = [grid.request.depart.start, grid.request.depart.end];
                let absent = dates.map(|date| launcher.service(date)).into_iter().find(Service::is_absence);
                if let Some(service) = absent {
                    found.left_out.push(format!(
                        "{} of {partner} {service}, which leaves out the opportunity of {}",
                        launcher.name, grid.request.depart
                    ));
                    continue;
                }
                match best(campaign, carrier, grid, launcher) {
                    Some((transfer, capacity, masses)) if masses.cargo.kg() > 0.0 => {
                        found.departures.push(Departure {
                            launcher: launcher.name.clone(),
                            partner: partner.clone(),
                            opportunity,
                            transfer,
                            capacity_kg: capacity.0,
                            basis: capacity.1,
                            masses,
                        });
                    }
                    _ => found.left_out.push(format!(
                        "{} of {partner} delivers nothing in the opportunity of {}",
                        launcher.name, grid.request.depart
                    )),
                }
            }
        }
    }
    for departure in &found.departures {
        carrier.check_tank(&departure.masses)?;
        for (name, epoch) in [(&demand.from, departure.transfer.depart), (&demand.node, departure.transfer.arrive)] {
            let node: Option<&Node> = campaign.node(&name.value);
            node.map_or(Ok(()), |node| campaign.check_open(node, epoch))?;
        }
    }
    Ok(found)
}

/// Every opportunity whose departure and arrival fit between the first day and the due date.
fn opportunities(
    ephemerides: &Ephemerides,
    campaign: &Campaign,
    demand: &Demand,
    ends: &Ends,
) -> Result<Vec<PorkchopDates>, RunError> {
    let (first, due) = (campaign.span.value.start, demand.by.value);
    let mut windows: Vec<PorkchopDates> = Vec::new();
    let mut after = first;
    while after < due && windows.len() < MOST_OPPORTUNITIES {
        let next = match next_opportunity(ephemerides, ends.from, ends.to, after) {
            Ok(next) => next,
            // the kernels end before the next one
            Err(PorkchopError::NoOpportunity { .. }) => break,
            Err(PorkchopError::Ephemeris(EphemerisError::OutsideKernel { .. })) if !windows.is_empty() => break,
            Err(other) => return Err(other.into()),
        };
        let arrive = Window { start: next.arrive.start, end: earlier(next.arrive.end, due) };
        let depart = Window { start: next.depart.start, end: earlier(next.depart.end, due) };
        // a sliver of dates at the due date holds no transfer
        if arrive.length_d() < 10.0 || depart.length_d() < 10.0 {
            break;
        }
        after = next.depart.end + 30.0 * DAY_S;
        // what the due date cuts sooner is not the kernels' doing
        let cut = next.cut.filter(|end| *end < due);
        windows.push(PorkchopDates { depart, arrive, cut });
    }
    if windows.is_empty() {
        let mistake = Mistake::NoOpportunity { demand: demand.name.value.clone(), span: campaign.span.value };
        return Err(campaign.refuse(&demand.by.span, mistake).into());
    }
    Ok(windows)
}

/// Opportunities looked at for one demand: thirteen of Mars fill the kernels.
const MOST_OPPORTUNITIES: usize = 40;

struct PorkchopDates {
    depart: Window,
    arrive: Window,
    /// the end of the kernels, where it cuts the arrivals
    cut: Option<Epoch>,
}

fn earlier(a: Epoch, b: Epoch) -> Epoch {
    if a < b { a } else { b }
}

type Filled = (Transfer, (f64, Basis), CraftMasses);

/// The transfer on which one launch delivers most: the best cell, then downhill on the true function.
fn best(campaign: &Campaign, carrier: &Carrier<'_>, grid: &Porkchop, launcher: &Launcher) -> Option<Filled> {
    let fill = |cell: &CellNumbers| -> Option<((f64, Basis), CraftMasses)> {
        if cell.dla_deg.abs() > CAPACITY_DLA_DEG {
            return None;
        }
        let capacity = launcher.capacity(cell.c3_km2_s2).ok()?;
        let launch_kg = capacity.mass.kg() * (1.0 - campaign.margins.launch_fraction);
        let masses = carrier.fill(launch_kg, DeltaV::from_km_s(cell.dv_arrive_km_s));
        Some(((capacity.mass.kg(), capacity.basis), masses))
    };
    let mut lead: Option<(Mass, usize, usize)> = None;
    for (l, layer) in grid.layers.iter().enumerate() {
        for k in (0..grid.cells()).filter(|k| layer.status(*k) == Status::Transfer) {
            let Some(cell) = grid.numbers(l, k) else { continue };
            let Some((.., masses)) = fill(&cell) else { continue };
            if lead.as_ref().is_none_or(|(best, ..)| masses.cargo > *best) {
                lead = Some((masses.cargo, l, k));
            }
        }
    }
    let (_, l, k) = lead?;
    let (revs, branch) = (grid.layers[l].revs, grid.layers[l].branch);
    let fill =
        |transfer: Transfer| fill(&CellNumbers::from(&transfer)).map(|(capacity, masses)| (transfer, capacity, masses));
    let cell = grid.transfer(l, k).and_then(fill)?;
    // Between the cells there may be a little more; the window's edge keeps what the cell gives.
    let (start, origin) = (grid.request.depart, grid.request.arrive);
    let at = |x_d: f64, y_d: f64| {
        let (depart, arrive) = (start.start + x_d * DAY_S, origin.start + y_d * DAY_S);
        let inside = start.contains(depart) && origin.contains(arrive);
        inside.then(|| grid.problem.transfer(depart, arrive, revs, branch)).flatten().and_then(fill)
    };
    let from = ((cell.0.depart - start.start) / DAY_S, (cell.0.arrive - origin.start) / DAY_S);
    let bottom = descend(|x, y| at(x, y).map(|f| -f.2.cargo.kg()), from, 3.0, 0.02);
    Some(bottom.and_then(|b| at(b.x, b.y)).filter(|f| f.2.cargo > cell.2.cargo).unwrap_or(cell))
}
