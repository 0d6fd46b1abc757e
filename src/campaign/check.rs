//! From a file as it stands to a campaign that makes sense, or the first mistake with its place and cure.

use super::error::{CampaignError, Mistake, Source, Spot};
use super::file::{self, File, Name, Named, Scalar, Whole, Written};
use super::schema::{Fault, NRHO_FAMILIES, OBJECTIVES, check_keys, hint};
use super::{
    AmcmInputs, Campaign, Craft, Demand, Known, LauncherTerms, Located, Margins, Node, Objective, Partner, Place,
    Resonance, Search, Stage,
};
use crate::bodies::{Body, BodyError};
use crate::time::{DAY_S, Epoch, TimeError, Window};
use crate::transfers::ParkingOrbit;
use crate::transfers::porkchop::GridSize;
use crate::units::{Dimension, Mass, Money, Share, parse_quantity};
use std::collections::BTreeSet;
use std::f64::consts::PI;
use std::ops::Range;
use std::sync::Arc;
use toml::de::DeTable;

/// How far shares may add up beside one: the rounding of a handful of decimal fractions.
const SHARE_TOLERANCE: f64 = 1e-9;

/// Heaviest mass of a file, kg: what a launch manifest counts with.
const HEAVIEST_KG: f64 = 1e15;

/// Most cells of a grid, branches counted: a run holds the grids of all opportunities, 41 bytes a cell.
const MOST_CELLS: usize = 4_000_000;

pub(super) fn check(source: Arc<Source>, known: &Known) -> Result<Campaign, CampaignError> {
    let outcome = read_file(&source.text)
        .and_then(|file| Checker { text: &source.text, known }.campaign(&file, Arc::clone(&source)));
    outcome.map_err(|(span, mistake)| {
        let at = Box::new(Spot { source: Arc::clone(&source), span });
        CampaignError::Wrong { at, mistake: Box::new(mistake) }
    })
}

fn read_file(text: &str) -> Result<File, Fault> {
    let fault = |error: toml::de::Error| {
        let message = error.message().trim().replace('\n', ", ");
        (error.span().unwrap_or(0..0), Mistake::NotToml { message })
    };
    let root = DeTable::parse(text).map_err(fault)?;
    if let Some((span, error)) = file::name_fault(&root) {
        return Err((span, error.into()));
    }
    check_keys(&root)?;
    toml::from_str(text).map_err(fault)
}

/// The file's text and what its names are resolved against.
struct Checker<'a> {
    text: &'a str,
    known: &'a Known,
}

impl Checker<'_> {
    fn campaign(&self, file: &File, source: Arc<Source>) -> Result<Campaign, Fault> {
        let head = &file.campaign;
        let span = self.window("span", &head.span)?;
        for epoch in [span.value.start, span.value.end] {
            self.in_kernels(epoch, &span.span)?;
        }
        let currency_year = year("currency_year", &head.currency_year)?;
        let partner_names: Vec<&str> = in_order(&file.partner).iter().map(|(n, _)| n.get_ref().as_str()).collect();
        let nodes = collect(&file.node, |name, node| self.node(name, node, &partner_names))?;
        let stages = collect(&file.stage, |name, stage| self.stage(name, stage))?;
        check_cycles(&file.stage)?;
        let crafts = collect(&file.craft, |name, craft| self.craft(name, craft, &file.stage))?;
        let partners = self.partners(&file.partner)?;
        let demands = collect(&file.demand, |name, demand| {
            self.demand(
                name,
                demand,
                Resolved { nodes: &nodes, crafts: &crafts, partners: &partner_names, span: span.value },
            )
        })?;
        let start = 0..0;
        let nothing = |what, example| Err((start.clone(), Mistake::Nothing { what, example }));
        if demands.is_empty() {
            return nothing("demand", "[demand.cargo] with its node, mass and date");
        }
        if partners.is_empty() {
            return nothing("partner", "[partner.NAME] with share = 1 and its launchers");
        }
        Ok(Campaign {
            name: located(&head.name, head.name.get_ref().clone()),
            span,
            currency_year,
            objective: objective(head.objective.as_ref())?,
            discount_fraction: self.fraction("discount", head.discount.as_ref())?,
            search: search(&file.search)?,
            margins: Margins {
                burn_fraction: self.fraction("dv", file.margin.dv.as_ref())?,
                dry_mass_fraction: self.fraction("dry_mass", file.margin.dry_mass.as_ref())?,
                launch_fraction: self.fraction("launch", file.margin.launch.as_ref())?,
            },
            launchers: collect(&file.launcher, |name, terms| self.launcher(name, terms, currency_year))?,
            source,
            nodes,
            demands,
            partners,
            stages,
            crafts,
        })
    }

    fn node(&self, name: &Name, node: &file::Node, partners: &[&str]) -> Result<Node, Fault> {
        let place = match (&node.orbit, &node.nrho) {
            (Some(orbit), None) => self.orbit(name, orbit)?,
            (None, Some(nrho)) => {
                choice("family", &nrho.family, &NRHO_FAMILIES)?;
                Place::Nrho {
                    resonance: resonance(&nrho.resonance)?,
                    family: located(&nrho.family, nrho.family.get_ref().clone()),
                }
            }
            (orbit, _) => {
                let found = if orbit.is_some() { "both" } else { "none" };
                return Err((name.span(), Mistake::PlaceNotOne { node: name.get_ref().clone(), found }));
            }
        };
        let open = node.open.as_ref().map(|open| self.window("open", open)).transpose()?;
        let owner = node.owner.as_ref().map(|owner| self.partner_name(owner, partners)).transpose()?;
        Ok(Node { name: located(name, name.get_ref().clone()), open, owner, place })
    }

    fn orbit(&self, name: &Name, orbit: &file::Orbit) -> Result<Place, Fault> {
        let body = Body::find(orbit.body.get_ref()).map_err(|BodyError::Unknown { name, hint }| {
            (orbit.body.span(), Mistake::UnknownBody { name, hint: hint.trim_start_matches("; ").to_owned() })
        })?;
        if body.mu_km3_s2 <= 0.0 || body.radius_km <= 0.0 {
            return Err((orbit.body.span(), Mistake::NothingToOrbit { body: body.name.to_owned() }));
        }
        let height = |key, value: &Scalar| self.at_least("0 or more", key, value, Dimension::Length, 0.0);
        let shape = match (&orbit.altitude, &orbit.periapsis_altitude, &orbit.period) {
            (Some(altitude), None, None) => ParkingOrbit::Circular { altitude_km: height("altitude", altitude)?.value },
            (None, Some(periapsis), Some(period)) => {
                let periapsis_altitude_km = height("periapsis_altitude", periapsis)?.value;
                let period = self.positive("period", period, Dimension::Time)?;
                let radius_km = body.radius_km + periapsis_altitude_km;
                let least_s = 2.0 * PI * (radius_km.powi(3) / body.mu_km3_s2).sqrt();
                if period.value < least_s {
                    let mistake = Mistake::PeriodTooShort {
                        body: body.name.to_owned(),
                        period_s: period.value,
                        periapsis_altitude_km,
                        least_s,
                    };
                    return Err((period.span, mistake));
                }
                ParkingOrbit::Elliptic { periapsis_altitude_km, period_s: period.value }
            }
            _ => return Err((orbit.body.span(), Mistake::OrbitUnclear { node: name.get_ref().clone() })),
        };
        let inclination_deg = match &orbit.inclination {
            Some(value) => {
                let angle = self.quantity("inclination", value, Dimension::Angle)?;
                within("0 to 180 deg", "inclination", &angle, (0.0..=180.0).contains(&angle.value))?;
                Some(angle)
            }
            None => None,
        };
        Ok(Place::Orbit { body: located(&orbit.body, body), orbit: shape, inclination_deg })
    }

    fn demand(&self, name: &Name, demand: &file::Demand, resolved: Resolved<'_>) -> Result<Demand, Fault> {
        let node_names: Vec<&str> = resolved.nodes.iter().map(|n| n.name.value.as_str()).collect();
        let find = |name: &Name| {
            resolved.nodes.iter().find(|n| n.name.value == *name.get_ref()).ok_or_else(|| {
                let hint = hint(name.get_ref(), &node_names);
                (name.span(), Mistake::UnknownNode { name: name.get_ref().clone(), hint })
            })
        };
        find(&demand.from)?;
        let node = find(&demand.node)?;
        let own_name = name.get_ref().clone();
        if demand.from.get_ref() == demand.node.get_ref() {
            let mistake = Mistake::NoWayToGo { demand: own_name, node: demand.node.get_ref().clone() };
            return Err((demand.node.span(), mistake));
        }
        let mass = self.mass("mass", &demand.mass)?;
        let by = self.last_instant("by", &demand.by)?;
        self.in_kernels(by.value - DAY_S, &by.span)?;
        // The last day of the span counts in full, as the day of the demand does.
        if by.value <= resolved.span.start || by.value > resolved.span.end + DAY_S {
            let mistake = Mistake::ByOutsideSpan { demand: own_name, by: by.text, span: resolved.span };
            return Err((by.span, mistake));
        }
        if let Some(open) = &node.open {
            open_at(&node.name.value, open, by.value - DAY_S).map_err(|mistake| (open.span.clone(), mistake))?;
        }
        let partner =
            demand.partner.as_ref().map(|partner| self.partner_name(partner, resolved.partners)).transpose()?;
        let craft = resolve_craft(name, demand.craft.as_ref(), resolved.crafts)?;
        Ok(Demand {
            name: located(name, own_name),
            commodity: located(&demand.commodity, demand.commodity.get_ref().clone()),
            from: located(&demand.from, demand.from.get_ref().clone()),
            node: located(&demand.node, demand.node.get_ref().clone()),
            mass,
            by,
            partner,
            craft,
        })
    }

    fn partners(&self, section: &Named<file::Partner>) -> Result<Vec<Partner>, Fault> {
        let partners = collect(section, |name, partner| self.partner(name, partner))?;
        let sum_fraction: f64 = partners.iter().map(|p| p.share.value.fraction()).sum();
        match partners.last() {
            Some(last) if (sum_fraction - 1.0).abs() > SHARE_TOLERANCE => {
                let terms: Vec<String> =
                    partners.iter().map(|p| format!("{} {}", p.name.value, p.share.text)).collect();
                // Nine digits hide the rounding of the sum and nothing that the tolerance lets matter.
                let sum_fraction = (sum_fraction * 1e9).round() / 1e9;
                Err((last.share.span.clone(), Mistake::SharesNotOne { sum_fraction, terms: terms.join(" + ") }))
            }
            _ => Ok(partners),
        }
    }

    fn partner(&self, name: &Name, partner: &file::Partner) -> Result<Partner, Fault> {
        let written = self.quantity("share", &partner.share, Dimension::Ratio)?;
        let value = Share::new(written.value).map_err(|e| (written.span.clone(), Mistake::Share(e)))?;
        if value.fraction() > 0.0 && partner.launchers.is_empty() {
            let mistake = Mistake::PartnerWithoutLauncher { partner: name.get_ref().clone(), share: written.text };
            return Err((name.span(), mistake));
        }
        no_duplicates("launchers", &partner.launchers)?;
        let launchers =
            partner.launchers.iter().map(|launcher| self.launcher_name(launcher)).collect::<Result<_, _>>()?;
        let share = Located { value, text: written.text, span: written.span };
        Ok(Partner { name: located(name, name.get_ref().clone()), share, launchers })
    }

    fn launcher(&self, name: &Name, terms: &file::Launcher, currency_year: i32) -> Result<LauncherTerms, Fault> {
        Ok(LauncherTerms {
            name: self.launcher_name(name)?,
            price: terms.price.as_ref().map(|price| self.money("price", price, currency_year)).transpose()?,
            per_year: terms.per_year.as_ref().map(|n| whole("0 to 1000", "per_year", n, 0..=1000)).transpose()?,
        })
    }

    fn stage(&self, name: &Name, stage: &file::Stage) -> Result<Stage, Fault> {
        let dry = self.optional_mass("dry", stage.dry.as_ref())?;
        let dry_per_propellant_ratio = self.ratio("dry_per_propellant", stage.dry_per_propellant.as_ref())?;
        let tank = stage.tank.as_ref().map(|tank| self.mass("tank", tank)).transpose()?;
        let own_name = name.get_ref().clone();
        if dry == Mass::ZERO && dry_per_propellant_ratio == 0.0 {
            let mistake = Mistake::NoDryMass { what: "stage", name: own_name, grows: "dry_per_propellant" };
            return Err((name.span(), mistake));
        }
        if dry_per_propellant_ratio == 0.0 && tank.is_none() {
            return Err((name.span(), Mistake::TankWithoutSize { stage: own_name }));
        }
        Ok(Stage {
            name: located(name, own_name),
            isp_s: self.positive("isp", &stage.isp, Dimension::Time)?,
            thrust_n: self.positive("thrust", &stage.thrust, Dimension::Force)?,
            dry,
            dry_per_propellant_ratio,
            tank,
            residual_fraction: self.fraction("residual", stage.residual.as_ref())?,
        })
    }

    fn craft(&self, name: &Name, craft: &file::Craft, stages: &Named<file::Stage>) -> Result<Craft, Fault> {
        no_duplicates("stack", &craft.stack)?;
        let dry = self.optional_mass("dry", craft.dry.as_ref())?;
        let dry_per_cargo_ratio = self.ratio("dry_per_cargo", craft.dry_per_cargo.as_ref())?;
        if dry == Mass::ZERO && dry_per_cargo_ratio == 0.0 {
            let mistake = Mistake::NoDryMass { what: "craft", name: name.get_ref().clone(), grows: "dry_per_cargo" };
            return Err((name.span(), mistake));
        }
        let amcm = &craft.amcm;
        let class = amcm.spec.get_ref();
        if !self.known.cost_classes.contains(class) {
            let known: Vec<&str> = self.known.cost_classes.iter().map(String::as_str).collect();
            let mistake = Mistake::UnknownCostClass { name: class.clone(), hint: hint(class, &known) };
            return Err((amcm.spec.span(), mistake));
        }
        let difficulty = self.quantity("difficulty", &amcm.difficulty, Dimension::Ratio)?;
        within("-3 to 3", "difficulty", &difficulty, (-3.0..=3.0).contains(&difficulty.value))?;
        Ok(Craft {
            name: located(name, name.get_ref().clone()),
            stack: whole_stack(&craft.stack, stages)?,
            dry,
            dry_per_cargo_ratio,
            operations_fraction: self.ratio("operations", craft.operations.as_ref())?,
            amcm: AmcmInputs {
                class: located(&amcm.spec, class.clone()),
                difficulty: difficulty.value,
                block: whole("1 to 1000", "block", &amcm.block, 1..=1000)?.value,
                ioc_year: year("ioc", &amcm.ioc)?,
            },
        })
    }

    fn partner_name(&self, name: &Name, partners: &[&str]) -> Result<Located<String>, Fault> {
        let wanted = name.get_ref();
        if partners.contains(&wanted.as_str()) {
            return Ok(located(name, wanted.clone()));
        }
        let hint = if self.known.partners.contains(wanted) {
            format!("the catalogue knows it, this file does not: add [partner.{wanted}]")
        } else {
            hint(wanted, partners)
        };
        Err((name.span(), Mistake::UnknownPartner { name: wanted.clone(), hint }))
    }

    fn launcher_name(&self, name: &Name) -> Result<Located<String>, Fault> {
        let wanted = name.get_ref();
        if self.known.launchers.contains(wanted) {
            return Ok(located(name, wanted.clone()));
        }
        let known: Vec<&str> = self.known.launchers.iter().map(String::as_str).collect();
        // A family name stands for several: `Falcon Heavy` is one with and one without recovery.
        let family: Vec<&str> =
            known.iter().copied().filter(|k| k.to_lowercase().contains(&wanted.trim().to_lowercase())).collect();
        let hint = if family.is_empty() || wanted.trim().is_empty() {
            hint(wanted, &known)
        } else {
            format!("did you mean \"{}\"?", family.join("\" or \""))
        };
        Err((name.span(), Mistake::UnknownLauncher { name: wanted.clone(), hint }))
    }

    fn in_kernels(&self, epoch: Epoch, span: &Range<usize>) -> Result<(), Fault> {
        if self.known.kernels.contains(epoch) {
            return Ok(());
        }
        Err((span.clone(), Mistake::OutsideKernels { date: epoch.date(), kernels: self.known.kernels }))
    }

    /// The text of a value: between its quotes, or as it stands bare.
    fn written(&self, value: &Scalar) -> Located<String> {
        let text = match value.get_ref() {
            Written::Text(text) => text.clone(),
            Written::Bare => self.text.get(value.span()).unwrap_or_default().to_owned(),
        };
        Located { value: text.clone(), text, span: value.span() }
    }

    fn quantity(&self, key: &str, value: &Scalar, dimension: Dimension) -> Result<Located<f64>, Fault> {
        let Located { text, span, .. } = self.written(value);
        match parse_quantity(&text, dimension) {
            Ok(value) => Ok(Located { value, text, span }),
            Err(source) => Err((span, Mistake::Quantity { key: key.to_owned(), source })),
        }
    }

    fn at_least(
        &self,
        range: &'static str,
        key: &str,
        value: &Scalar,
        dimension: Dimension,
        least: f64,
    ) -> Result<Located<f64>, Fault> {
        let found = self.quantity(key, value, dimension)?;
        within(range, key, &found, found.value >= least)?;
        Ok(found)
    }

    fn positive(&self, key: &str, value: &Scalar, dimension: Dimension) -> Result<Located<f64>, Fault> {
        let found = self.quantity(key, value, dimension)?;
        within("more than 0", key, &found, found.value > 0.0)?;
        Ok(found)
    }

    /// A part of a whole: 0 or more, and less than the whole.
    fn fraction(&self, key: &str, value: Option<&Scalar>) -> Result<f64, Fault> {
        let Some(value) = value else { return Ok(0.0) };
        let found = self.quantity(key, value, Dimension::Ratio)?;
        within("0 or more and less than 1 (100 %)", key, &found, (0.0..1.0).contains(&found.value))?;
        Ok(found.value)
    }

    fn ratio(&self, key: &str, value: Option<&Scalar>) -> Result<f64, Fault> {
        let Some(value) = value else { return Ok(0.0) };
        Ok(self.at_least("0 or more", key, value, Dimension::Ratio, 0.0)?.value)
    }

    fn mass(&self, key: &str, value: &Scalar) -> Result<Located<Mass>, Fault> {
        let Located { value, text, span } = self.quantity(key, value, Dimension::Mass)?;
        if value > HEAVIEST_KG {
            Err((span, Mistake::OutOfRange { key: key.to_owned(), text, range: "1e15 kg or less" }))
        } else if value > 0.0 {
            Ok(Located { value: Mass::from_kg(value), text, span })
        } else {
            Err((span, Mistake::NegativeMass { key: key.to_owned(), text }))
        }
    }

    fn optional_mass(&self, key: &str, value: Option<&Scalar>) -> Result<Mass, Fault> {
        value.map_or(Ok(Mass::ZERO), |value| Ok(self.mass(key, value)?.value))
    }

    /// `120 M$ (2025)`, `120 M$ 2025`, or `120 M$` of the campaign's year.
    fn money(&self, key: &str, value: &Scalar, currency_year: i32) -> Result<Located<Money>, Fault> {
        let Located { text, span, .. } = self.written(value);
        let (amount, year) = split_year(&text);
        let amount_musd = parse_quantity(amount, Dimension::Money)
            .map_err(|source| (span.clone(), Mistake::Quantity { key: key.to_owned(), source }))?;
        let money = Money::from_musd(amount_musd, year.unwrap_or(currency_year));
        let value = Located { value: money, text, span };
        within("0 to 1e15 M$", key, &value, (0.0..=1e15).contains(&amount_musd))?;
        // The bill adds it to money of the campaign's year; that is tried here, where the file can be blamed.
        Money::from_musd(0.0, currency_year)
            .try_add(money)
            .map_err(|source| (value.span.clone(), Mistake::MoneyOfTwoYears { source, currency_year }))?;
        Ok(value)
    }

    fn window(&self, key: &str, value: &Scalar) -> Result<Located<Window>, Fault> {
        let Located { text, span, .. } = self.written(value);
        match Window::parse(&text) {
            Ok(value) => Ok(Located { value, text, span }),
            Err(source) => Err((span, time(key, source))),
        }
    }

    /// The end of a day, or the instant if a clock reading was written.
    fn last_instant(&self, key: &str, value: &Scalar) -> Result<Located<Epoch>, Fault> {
        let Located { text, span, .. } = self.written(value);
        match Epoch::parse(&text) {
            Ok(epoch) => {
                let whole_day = !text.contains(':') && !text.contains("JD");
                Ok(Located { value: if whole_day { epoch + DAY_S } else { epoch }, text, span })
            }
            Err(source) => Err((span, time(key, source))),
        }
    }
}

/// What a demand's names are resolved against.
#[derive(Clone, Copy)]
struct Resolved<'a> {
    nodes: &'a [Node],
    crafts: &'a [Craft],
    partners: &'a [&'a str],
    span: Window,
}

fn time(key: &str, source: TimeError) -> Mistake {
    Mistake::Time { key: key.to_owned(), source }
}

/// Whether a node is open on a date.
pub(super) fn open_at(node: &str, open: &Located<Window>, arrival: Epoch) -> Result<(), Mistake> {
    let Window { start, end } = open.value;
    // The last day counts in full.
    if arrival > end + DAY_S {
        let (node, closes) = (node.to_owned(), end.date());
        return Err(Mistake::NodeClosesBeforeArrival { node, closes, arrival: arrival.date() });
    }
    if arrival < start {
        let (node, opens) = (node.to_owned(), start.date());
        return Err(Mistake::NodeOpensAfterArrival { node, opens, arrival: arrival.date() });
    }
    Ok(())
}

fn located<T>(name: &Name, value: T) -> Located<T> {
    Located { value, text: name.get_ref().clone(), span: name.span() }
}

/// The sections in the order of the file.
fn in_order<T>(section: &Named<T>) -> Vec<(&Name, &T)> {
    let mut entries: Vec<(&Name, &T)> = section.iter().collect();
    entries.sort_by_key(|(name, _)| name.span().start);
    entries
}

fn collect<T, U>(section: &Named<T>, mut one: impl FnMut(&Name, &T) -> Result<U, Fault>) -> Result<Vec<U>, Fault> {
    in_order(section).into_iter().map(|(name, entry)| one(name, entry)).collect()
}

fn within<T>(range: &'static str, key: &str, found: &Located<T>, fits: bool) -> Result<(), Fault> {
    if fits {
        return Ok(());
    }
    let mistake = Mistake::OutOfRange { key: key.to_owned(), text: found.text.clone(), range };
    Err((found.span.clone(), mistake))
}

fn whole(
    range: &'static str,
    key: &str,
    value: &Whole,
    fits: std::ops::RangeInclusive<u32>,
) -> Result<Located<u32>, Fault> {
    let text = value.get_ref().to_string();
    match u32::try_from(*value.get_ref()).ok().filter(|n| fits.contains(n)) {
        Some(number) => Ok(Located { value: number, text, span: value.span() }),
        None => Err((value.span(), Mistake::OutOfRange { key: key.to_owned(), text, range })),
    }
}

fn year(key: &str, value: &Whole) -> Result<i32, Fault> {
    let found = whole("a year from 1950 to 2100", key, value, 1950..=2100)?;
    Ok(found.value as i32)
}

fn choice(key: &str, name: &Name, words: &[&str]) -> Result<usize, Fault> {
    words.iter().position(|word| word == name.get_ref()).ok_or_else(|| {
        let mistake =
            Mistake::UnknownChoice { key: key.to_owned(), text: name.get_ref().clone(), known: words.join(", ") };
        (name.span(), mistake)
    })
}

fn objective(name: Option<&Name>) -> Result<Objective, Fault> {
    let Some(name) = name else { return Ok(Objective::default()) };
    Ok([Objective::Cost, Objective::LaunchMass, Objective::CostThenMass][choice("objective", name, &OBJECTIVES)?])
}

fn search(section: &file::Search) -> Result<Search, Fault> {
    let size = match &section.size {
        Some(name) => {
            let sides: Option<Vec<usize>> = name.get_ref().split(['x', '×']).map(|n| n.trim().parse().ok()).collect();
            match sides.as_deref() {
                Some(&[depart, arrive]) if (2..=10_000).contains(&depart) && (2..=10_000).contains(&arrive) => {
                    GridSize { depart, arrive }
                }
                _ => {
                    let (key, text) = ("size".to_owned(), format!("\"{}\"", name.get_ref()));
                    let range = "two numbers from 2 to 10000, such as \"400x400\"";
                    return Err((name.span(), Mistake::OutOfRange { key, text, range }));
                }
            }
        }
        None => GridSize { depart: 400, arrive: 400 },
    };
    let revs = section.revs.as_ref().map_or(Ok(0), |n| Ok(whole("0 to 10", "revs", n, 0..=10)?.value))?;
    // one branch without a revolution, two with each number of them
    let held = size.depart * size.arrive * (2 * revs as usize + 1);
    match section.size.as_ref().filter(|_| held > MOST_CELLS) {
        Some(name) => {
            let (key, text) = ("size".to_owned(), format!("\"{}\" with revs = {revs}", name.get_ref()));
            let range = "two numbers whose product, times 2 revs + 1, is 4000000 or less";
            Err((name.span(), Mistake::OutOfRange { key, text, range }))
        }
        None => Ok(Search { size, revs }),
    }
}

fn resonance(name: &Name) -> Result<Located<Resonance>, Fault> {
    let parts =
        name.get_ref().split_once(':').and_then(|(r, m)| Some((r.trim().parse().ok()?, m.trim().parse().ok()?)));
    match parts {
        Some((revolutions, months)) if revolutions > 0 && months > 0 => {
            Ok(located(name, Resonance { revolutions, months }))
        }
        _ => {
            let (key, text) = ("resonance".to_owned(), format!("\"{}\"", name.get_ref()));
            Err((name.span(), Mistake::OutOfRange { key, text, range: "revolutions to months, such as \"9:2\"" }))
        }
    }
}

/// `120 M$ (2025)` apart: the amount, and the year if there is one.
fn split_year(text: &str) -> (&str, Option<i32>) {
    let trimmed = text.trim();
    if let Some((amount, last)) = trimmed.rsplit_once([' ', '(']) {
        let digits = last.trim_end_matches(')');
        if digits.len() == 4 && digits.bytes().all(|b| b.is_ascii_digit()) {
            return (amount.trim_end_matches(['(', ' ']), digits.parse().ok());
        }
    }
    (trimmed, None)
}

fn no_duplicates(key: &str, names: &[Name]) -> Result<(), Fault> {
    let mut seen = BTreeSet::new();
    match names.iter().find(|name| !seen.insert(name.get_ref())) {
        Some(twice) => Err((twice.span(), Mistake::Duplicate { key: key.to_owned(), name: twice.get_ref().clone() })),
        None => Ok(()),
    }
}

fn resolve_craft(demand: &Name, wanted: Option<&Name>, crafts: &[Craft]) -> Result<String, Fault> {
    let names: Vec<&str> = crafts.iter().map(|c| c.name.value.as_str()).collect();
    match (wanted, names.as_slice()) {
        (_, []) => {
            let example = "[craft.cargo_module] with its stack and its amcm";
            Err((demand.span(), Mistake::Nothing { what: "craft", example }))
        }
        (Some(name), names) if names.contains(&name.get_ref().as_str()) => Ok(name.get_ref().clone()),
        (Some(name), names) => {
            let hint = hint(name.get_ref(), names);
            Err((name.span(), Mistake::UnknownCraft { name: name.get_ref().clone(), hint }))
        }
        (None, [only]) => Ok((*only).to_owned()),
        (None, several) => {
            let mistake = Mistake::CraftUnclear { demand: demand.get_ref().clone(), count: several.len() };
            Err((demand.span(), mistake))
        }
    }
}

/// Every stage's chain of `carries` ends, and at stages that exist.
fn check_cycles(stages: &Named<file::Stage>) -> Result<(), Fault> {
    for (name, _) in in_order(stages) {
        let mut path = vec![name.get_ref().as_str()];
        let mut next = stages.get(name.get_ref().as_str()).and_then(|s| s.carries.as_ref());
        while let Some(above) = next {
            let seen = path.contains(&above.get_ref().as_str());
            path.push(above.get_ref());
            if seen {
                return Err((above.span(), Mistake::StackCycle { path: path.join(" carries ") }));
            }
            next = find_stage(above, stages)?.carries.as_ref();
        }
    }
    Ok(())
}

fn find_stage<'a>(name: &Name, stages: &'a Named<file::Stage>) -> Result<&'a file::Stage, Fault> {
    stages.get(name.get_ref().as_str()).ok_or_else(|| {
        let known: Vec<&str> = stages.keys().map(|n| n.get_ref().as_str()).collect();
        let hint = hint(name.get_ref(), &known);
        (name.span(), Mistake::UnknownStage { name: name.get_ref().clone(), hint })
    })
}

/// The stages that a craft lists, each followed by all that it carries; none of them twice.
///
/// Cycles are out of the question once [`check_cycles`] has passed.
fn whole_stack(listed: &[Name], stages: &Named<file::Stage>) -> Result<Vec<String>, Fault> {
    let mut stack: Vec<String> = Vec::new();
    for name in listed {
        let mut next = Some(name);
        while let Some(stage) = next {
            if stack.contains(stage.get_ref()) {
                let mistake = Mistake::Duplicate { key: "stack".to_owned(), name: stage.get_ref().clone() };
                return Err((name.span(), mistake));
            }
            stack.push(stage.get_ref().clone());
            next = find_stage(stage, stages)?.carries.as_ref();
        }
    }
    Ok(stack)
}
