//! What the questions about two bodies share: their names, orbits, limits, and how a transfer is written.

use super::failure::Failure;
use super::flags;
use crate::bodies::Body;
use crate::ephemerides::Ephemerides;
use crate::time::{DAY_S, Epoch, Window};
use crate::transfers::ParkingOrbit;
use crate::transfers::lambert::Way;
use crate::transfers::porkchop::{Criterion, Limits, PorkchopRequest, Transfer};
use comfy_table::{CellAlignment, Table, presets};
use serde_json::{Value, json};

/// Two bodies, the orbits at both ends, and what is not wanted.
#[derive(Debug, Clone, clap::Args)]
pub(super) struct Pair {
    /// body left behind: Earth, emb, Mars, 2008 EV5, a NAIF number, or a name given by --elements
    #[arg(value_name = "FROM", value_parser = flags::body_name, allow_negative_numbers = true)]
    from: flags::BodyName,
    /// body flown to
    #[arg(value_name = "TO", value_parser = flags::body_name, allow_negative_numbers = true)]
    to: flags::BodyName,
    /// most full revolutions around the Sun
    #[arg(long, value_name = "N", default_value_t = 0)]
    revs: u32,
    /// along the departure body's own motion, or against it, for retrograde targets
    #[arg(long, value_name = "WAY", value_parser = flags::way, default_value = "along")]
    way: Way,
    /// orbit that the departure burn leaves: "300 km", or "250 km x 88775.244 s" (periapsis altitude, period)
    #[arg(long, value_name = "ORBIT", value_parser = flags::orbit)]
    parking: Option<ParkingOrbit>,
    /// orbit that the arrival burn enters, written alike
    #[arg(long, value_name = "ORBIT", value_parser = flags::orbit)]
    capture: Option<ParkingOrbit>,
    /// leave out transfers of a higher launch energy, km²/s²; a figure hatches what is left out
    #[arg(long, value_name = "C3", value_parser = flags::c3_km2_s2)]
    max_c3: Option<f64>,
    /// leave out longer flights: "400 d", or bare seconds
    #[arg(long, value_name = "T", value_parser = flags::time_s)]
    max_tof: Option<f64>,
    /// leave out steeper launch asymptotes, north or south: "28.5 deg", or bare degrees
    #[arg(long, value_name = "DLA", value_parser = flags::angle_deg)]
    max_dla: Option<f64>,
    /// leave out faster entries, 125 km above the body flown to: "12.5 km/s", or bare kilometres a second
    #[arg(long, value_name = "V", value_parser = flags::speed_km_s)]
    max_entry_speed: Option<f64>,
    #[command(flatten)]
    pub(super) kernels: flags::Kernels,
}

impl Pair {
    pub(super) fn request(
        &self,
        ephemerides: &Ephemerides,
        depart: Window,
        arrive: Window,
    ) -> Result<PorkchopRequest, Failure> {
        Ok(self.between(self.bodies(ephemerides)?, depart, arrive))
    }

    /// The bodies of both ends.
    pub(super) fn bodies(&self, ephemerides: &Ephemerides) -> Result<(Body, Body), Failure> {
        Ok((self.from.find(ephemerides)?, self.to.find(ephemerides)?))
    }

    /// What is asked of the transfers between them.
    pub(super) fn between(&self, (from, to): (Body, Body), depart: Window, arrive: Window) -> PorkchopRequest {
        let mut request = PorkchopRequest::new(from, to, depart, arrive);
        (request.max_revs, request.way) = (self.revs, self.way);
        request.parking = self.parking.unwrap_or(request.parking);
        request.capture = self.capture.unwrap_or(request.capture);
        request.limits = Limits {
            max_c3_km2_s2: self.max_c3,
            max_tof_d: self.max_tof.map(|tof_s| tof_s / DAY_S),
            max_dla_deg: self.max_dla,
            max_entry_km_s: self.max_entry_speed,
        };
        request
    }
}

/// A criterion as a flag says it.
pub(super) fn criterion(text: &str) -> Result<Criterion, String> {
    Criterion::ALL.into_iter().find(|c| c.to_string() == text.trim()).ok_or_else(|| {
        format!("\"{text}\" is nothing to make least: write {}", Criterion::ALL.map(|c| c.to_string()).join(", "))
    })
}

pub(super) fn transfer_json(t: &Transfer) -> Value {
    json!({
        "type": t.kind.to_string(),
        "revs": t.revs,
        "depart": t.depart.iso(),
        "arrive": t.arrive.iso(),
        "tof_d": t.tof_d,
        "c3_km2_s2": t.c3_km2_s2,
        "v_inf_dep_km_s": t.v_inf_dep_km_s,
        "v_inf_arr_km_s": t.v_inf_arr_km_s,
        "dla_deg": t.dla_deg,
        "rla_deg": t.rla_deg,
        "dv_depart_km_s": t.dv_depart_km_s,
        "dv_arrive_km_s": t.dv_arrive_km_s,
        "dv_total_km_s": t.dv_total_km_s,
    })
}

/// The names of [`transfer_cells`].
pub(super) const TRANSFER_COLUMNS: [&str; 9] =
    ["depart", "arrive", "tof d", "C3 km²/s²", "DLA °", "v∞ arr km/s", "Δv dep km/s", "Δv arr km/s", "Δv km/s"];

pub(super) fn transfer_cells(t: &Transfer) -> [String; 9] {
    [
        t.depart.date(),
        t.arrive.date(),
        format!("{:.1}", t.tof_d),
        format!("{:.3}", t.c3_km2_s2),
        format!("{:.1}", t.dla_deg),
        format!("{:.3}", t.v_inf_arr_km_s),
        format!("{:.3}", t.dv_depart_km_s),
        format!("{:.3}", t.dv_arrive_km_s),
        format!("{:.3}", t.dv_total_km_s),
    ]
}

/// A table whose columns are numbers from the given one on; an empty one says why it is.
pub(super) fn table<const N: usize>(header: [&str; N], rows: Vec<[String; N]>, numbers_from: usize) -> Table {
    let mut table = Table::new();
    table.load_style(presets::UTF8_FULL_CONDENSED);
    table.set_header(header);
    if rows.is_empty() {
        table.add_row(["none inside these dates: widen them"]);
    }
    table.add_rows(rows);
    for column in table.column_iter_mut().skip(numbers_from) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table
}

/// What the end of the kernels leaves out of the arrivals, in a sentence.
pub(super) fn late_arrivals(cut: Option<Epoch>) -> Option<String> {
    cut.map(|end| {
        format!("arrivals after {} were not looked at: the kernels end there, --kernel FILE adds more", end.date())
    })
}

/// The bodies of one's own that move on elements, in a sentence.
pub(super) fn on_elements(ephemerides: &Ephemerides, request: &PorkchopRequest) -> String {
    let ours = [request.departure, request.arrival]
        .into_iter()
        .filter(|body| ephemerides.track(*body, crate::bodies::SUN).is_ok_and(|track| !track.from_kernels()));
    ours.map(|body| format!("{} moves on two-body elements: see KNOWN_LIMITS.md for how far off that is\n", body.name))
        .collect()
}
