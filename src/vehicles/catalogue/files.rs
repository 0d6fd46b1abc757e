//! Every file of the catalogue, and what its columns must look like.

use crate::vehicles::table::{Column, Kind, Layout};

const KG: &str = "kg";
const HEAVIEST_KG: f64 = 5e6;

pub(super) const LAUNCHERS: Layout = Layout {
    columns: &[
        Column("name", Kind::Name),
        Column("partner", Kind::Name),
        Column("country", Kind::Name),
        Column("status", Kind::Name),
        Column("leo_kg", Kind::Known(KG, 0.0, 3e5)),
        Column("gto_kg", Kind::Known(KG, 0.0, 3e5)),
        Column("tli_or_escape_kg", Kind::Known(KG, 0.0, 3e5)),
        Column("escape_basis", Kind::Text),
        Column("price_low_musd", Kind::Known("millions of USD", 0.0, 2e4)),
        Column("price_high_musd", Kind::Known("millions of USD", 0.0, 2e4)),
        Column("price_year", Kind::Known("calendar years", 1950.0, 2100.0)),
        Column("price_basis", Kind::Text),
        Column("availability", Kind::Name),
        Column("reuse", Kind::Name),
    ],
    unique: true,
};

pub(super) const CURVES: Layout = Layout {
    columns: &[
        Column("vehicle", Kind::Name),
        Column("c3_km2_s2", Kind::Number("km²/s²", -61.0, 400.0)),
        Column("injected_kg", Kind::Number(KG, 0.0, 3e5)),
    ],
    unique: false,
};

/// One row for each source: what two rows of one launcher say must not overlap.
pub(super) const LAUNCHER_FACTS: Layout = Layout {
    columns: &[
        Column("launcher", Kind::Name),
        Column("sso_kg", Kind::Known(KG, 0.0, 3e5)),
        Column("site", Kind::Text),
        Column("fairing_diameter_m", Kind::Known("m", 0.1, 30.0)),
        Column("fairing_height_m", Kind::Known("m", 0.1, 60.0)),
        Column("fairing_volume_m3", Kind::Known("m³", 0.1, 1e4)),
        Column("flown", Kind::Known("flights", 0.0, 1e5)),
        Column("failed", Kind::Known("flights", 0.0, 1e5)),
        Column("counted_to", Kind::Text),
        Column("first_flight", Kind::Text),
        Column("last_flight", Kind::Text),
        Column("per_year", Kind::Known("launches a year", 1.0, 1e3)),
        Column("note", Kind::Text),
    ],
    unique: false,
};

/// What a launch costs whom, by the number bought together.
pub(super) const LAUNCH_PRICES: Layout = Layout {
    columns: &[
        Column("launcher", Kind::Name),
        Column("buyer", Kind::Name),
        Column("from_number", Kind::Number("launches", 1.0, 1e4)),
        Column("low_musd", Kind::Number("millions of USD", 0.0, 2e4)),
        Column("high_musd", Kind::Number("millions of USD", 0.0, 2e4)),
        Column("price_year", Kind::Number("calendar years", 1950.0, 2100.0)),
        Column("note", Kind::Text),
    ],
    unique: false,
};

const LAUNCHER_CURVES: Layout =
    Layout { columns: &[Column("launcher", Kind::Name), Column("curve", Kind::Name)], unique: true };

const STAGES: Layout = Layout {
    columns: &[
        Column("name", Kind::Name),
        Column("class", Kind::Name),
        Column("dry_kg", Kind::Known(KG, 0.0, HEAVIEST_KG)),
        Column("prop_kg", Kind::Known(KG, 0.0, HEAVIEST_KG)),
        Column("rcs_prop_kg", Kind::KnownOr("shared", KG, 0.0, HEAVIEST_KG)),
        Column("isp_s", Kind::Known("s", 50.0, 1e4)),
        Column("rcs_isp_s", Kind::Known("s", 50.0, 1e4)),
        Column("propellant", Kind::Text),
        Column("cargo_cap_kg", Kind::Known(KG, 0.0, HEAVIEST_KG)),
        Column("crew", Kind::Known("people", 0.0, 1000.0)),
        Column("note", Kind::Text),
    ],
    unique: true,
};

const ENGINES: Layout = Layout {
    columns: &[
        Column("name", Kind::Name),
        Column("isp_vac_s", Kind::Number("s", 50.0, 1e4)),
        Column("bulk_density_kg_l", Kind::Known("kg/L", 0.01, 25.0)),
        Column("boiloff_pct_day", Kind::Known("% per day", 0.0, 100.0)),
        Column("tank_kg_per_l", Kind::Known("kg/L", 0.0, 1.0)),
        Column("isru_feed_kg_per_kg", Kind::Text),
    ],
    unique: true,
};

const CRAFT: Layout = Layout {
    columns: &[
        Column("name", Kind::Name),
        Column("partner", Kind::Name),
        Column("to", Kind::Name),
        Column("pressurized_kg", Kind::Known(KG, 0.0, 2e5)),
        Column("unpressurized_kg", Kind::Known(KG, 0.0, 2e5)),
        Column("total_kg", Kind::Known(KG, 0.0, 2e5)),
        Column("return_kg", Kind::Known(KG, 0.0, 2e5)),
        Column("launcher", Kind::Name),
        Column("note", Kind::Text),
    ],
    unique: true,
};

const LANDERS: Layout = Layout {
    columns: &[
        Column("name", Kind::Name),
        Column("partner", Kind::Name),
        Column("payload_to_lunar_surface_kg", Kind::Figure(KG, 0.0, 2e5)),
        Column("mode", Kind::Name),
        Column("prop", Kind::Text),
        Column("note", Kind::Text),
    ],
    unique: true,
};

const ARCS: Layout = Layout {
    columns: &[
        Column("from", Kind::Name),
        Column("to", Kind::Name),
        Column("dv_m_s", Kind::Figure("m/s", 0.0, 3e4)),
        Column("tof_d", Kind::Figure("d", 0.0, 5e3)),
        Column("kind", Kind::Name),
        Column("note", Kind::Text),
    ],
    unique: false,
};

const MARS_WINDOWS: Layout = Layout {
    columns: &[
        Column("window", Kind::Number("calendar years", 2000.0, 2200.0)),
        Column("type", Kind::Name),
        Column("depart", Kind::Text),
        Column("arrive", Kind::Text),
        Column("c3_min_km2_s2", Kind::Number("km²/s²", 0.0, 400.0)),
        Column("tof_d", Kind::Known("d", 1.0, 5e3)),
        Column("dv_tmi_407km_m_s", Kind::Number("m/s", 0.0, 3e4)),
        Column("fh_exp_kg", Kind::Number(KG, 0.0, 3e5)),
        Column("fh_rec_kg", Kind::Number(KG, 0.0, 3e5)),
        Column("vulcan_vc6_kg", Kind::Number(KG, 0.0, 3e5)),
    ],
    unique: true,
};

const CREW_RATES: Layout = Layout {
    columns: &[
        Column("item", Kind::Name),
        Column("value", Kind::Figure("the row's own unit", 0.0, 1e4)),
        Column("unit", Kind::Name),
        Column("basis", Kind::Text),
    ],
    unique: true,
};

const CLASSES: Layout = Layout {
    columns: &[
        Column("cos", Kind::Number("class numbers", 1.0, 9999.0)),
        Column("name", Kind::Name),
        Column("parent", Kind::Known("class numbers", 1.0, 99.0)),
    ],
    unique: true,
};

const DEPOTS: Layout = Layout {
    columns: &[
        Column("item", Kind::Name),
        Column("value", Kind::Figure("the row's own unit", 0.0, 1e5)),
        Column("low", Kind::Known("the row's own unit", 0.0, 1e5)),
        Column("high", Kind::Known("the row's own unit", 0.0, 1e5)),
        Column("unit", Kind::Name),
    ],
    unique: true,
};

const CONTRACTS: Layout = Layout {
    columns: &[
        Column("service", Kind::Name),
        Column("value_musd", Kind::Number("millions of USD", 0.0, 1e6)),
        Column("cargo_kg", Kind::Known(KG, 0.0, 1e8)),
        Column("missions", Kind::Known("flights", 0.0, 1e4)),
        Column("usd_per_kg", Kind::Known("USD/kg", 0.0, 1e7)),
        Column("year", Kind::Number("calendar years", 1950.0, 2100.0)),
    ],
    unique: true,
};

const INFLATION: Layout = Layout {
    columns: &[
        Column("from_year", Kind::Name),
        Column("to_year", Kind::Name),
        Column("factor", Kind::Number("a plain ratio", 0.1, 100.0)),
        Column("index", Kind::Name),
    ],
    unique: false,
};

const LAUNCH_SITES: Layout = Layout {
    columns: &[
        Column("name", Kind::Name),
        Column("country", Kind::Name),
        Column("latitude_deg", Kind::Number("degrees north", -90.0, 90.0)),
        Column("longitude_deg", Kind::Number("degrees east", -180.0, 180.0)),
    ],
    unique: true,
};

const ANCHORS: Layout = Layout {
    columns: &[
        Column("what", Kind::Name),
        Column("low_usd_per_lb", Kind::Number("USD/lb", 0.0, 1e7)),
        Column("high_usd_per_lb", Kind::Number("USD/lb", 0.0, 1e7)),
        Column("note", Kind::Text),
    ],
    unique: true,
};

macro_rules! files {
    ($($name:literal: $layout:ident),* $(,)?) => {
        /// Every table: its name, its text, what it must look like.
        pub(super) const FILES: &[(&str, &str, &Layout)] =
            &[$(($name, include_str!(concat!("../../../catalogue/", $name)), &$layout)),*];
    };
}
files! {
    "launch_vehicles.csv": LAUNCHERS,
    "launch_c3.csv": CURVES,
    "launcher_curves.csv": LAUNCHER_CURVES,
    "launcher_facts.csv": LAUNCHER_FACTS,
    "launch_prices.csv": LAUNCH_PRICES,
    "stages.csv": STAGES,
    "engines_propellants.csv": ENGINES,
    "cargo_craft.csv": CRAFT,
    "landers.csv": LANDERS,
    "arcs_delta_v.csv": ARCS,
    "mars_windows.csv": MARS_WINDOWS,
    "crew_rates.csv": CREW_RATES,
    "classes_of_supply.csv": CLASSES,
    "depots_isru.csv": DEPOTS,
    "service_contracts.csv": CONTRACTS,
    "inflation.csv": INFLATION,
    "anchors.csv": ANCHORS,
    "launch_sites.csv": LAUNCH_SITES,
}
