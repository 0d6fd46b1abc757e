//! Every mistake a campaign file can make, and the sentence it gets.

use super::*;
use crate::bodies::MARS;

const EXAMPLE: &str = include_str!("../../examples/campaigns/mars_cargo_2033.toml");

fn known() -> Known {
    Known {
        launchers: ["Falcon Heavy (recovery)", "Falcon Heavy (expendable)", "Ariane 62", "Ariane 64", "H3-24L"]
            .map(str::to_owned)
            .to_vec(),
        partners: ["NASA", "ESA", "JAXA", "CSA"].map(str::to_owned).to_vec(),
        cost_classes: ["planetary", "planetary_lander"].map(str::to_owned).to_vec(),
        kernels: Window::parse("2009-12-01..2060-02-01").expect("a span"),
    }
}

fn parse(text: &str) -> Result<Campaign, CampaignError> {
    Campaign::parse("mars.toml", text, &known())
}

/// The example with one text put for another that stands in it.
fn changed(from: &str, to: &str) -> String {
    assert!(EXAMPLE.contains(from), "the example has no {from}");
    EXAMPLE.replacen(from, to, 1)
}

/// The refusal of the example so changed: its message without file and place, and the line it points at.
fn refusal(from: &str, to: &str) -> [String; 2] {
    refused(&changed(from, to))
}

fn refused(text: &str) -> [String; 2] {
    let error = parse(text).expect_err("it passed");
    let spot = error.spot().expect("a place").clone();
    let message = error.to_string();
    let place = format!("{spot}: ");
    assert!(message.starts_with(&place) && place.starts_with("mars.toml:"), "{message}");
    [message[place.len()..].to_owned(), spot.line_text().split('#').next().unwrap_or("").trim().to_owned()]
}

fn is(got: [String; 2], message: &str, line: &str) {
    assert_eq!(got, [message.to_owned(), line.to_owned()]);
}

#[test]
fn law_the_example_is_read_as_written() {
    let campaign = parse(EXAMPLE).expect("the example");
    assert_eq!(campaign.span.text, "2032-06-01..2035-06-30");
    assert_eq!((campaign.currency_year, campaign.objective), (2025, Objective::Cost));
    assert!((campaign.discount_fraction - 0.03).abs() < 1e-15);
    assert!((campaign.margins.burn_fraction - 0.02).abs() < 1e-15);
    let Some(Node { place: Place::Orbit { body, orbit, .. }, .. }) = campaign.node("mars_1sol") else {
        panic!("mars_1sol is no orbit")
    };
    assert_eq!(body.value, MARS);
    assert_eq!(*orbit, ParkingOrbit::Elliptic { periapsis_altitude_km: 250.0, period_s: 88_775.244 });
    let demand = &campaign.demands[0];
    assert_eq!((demand.mass.value, demand.mass.text.as_str()), (Mass::from_kg(10_000.0), "10 t"));
    assert_eq!(demand.by.value, Epoch::from_calendar(2035, 1, 1), "the last day counts in full");
    assert_eq!(demand.craft, "cargo_module");
    let shares: Vec<_> = campaign.partners.iter().map(|p| (p.name.value.as_str(), p.share.value.fraction())).collect();
    assert_eq!(shares, [("NASA", 0.5), ("ESA", 0.3), ("JAXA", 0.2)], "in the order of the file");
    let craft = campaign.craft("cargo_module").expect("the craft");
    let stages: Vec<&Stage> = campaign.stack(craft).collect();
    assert_eq!(stages.len(), 1);
    assert_eq!((stages[0].isp_s.value, stages[0].thrust_n.value), (320.0, 4000.0));
    assert_eq!(&EXAMPLE[stages[0].isp_s.span.clone()], "\"320 s\"");
    assert_eq!((craft.amcm.class.value.as_str(), craft.amcm.block, craft.amcm.ioc_year), ("planetary", 2, 2033));
}

#[test]
fn law_the_example_names_what_the_catalogue_and_the_kernels_hold() {
    let catalogue = Catalogue::embedded().expect("the catalogue");
    let known = Known::new(catalogue, Ephemerides::embedded().expect("kernels")).expect("names");
    Campaign::parse("mars.toml", EXAMPLE, &known).expect("the example");
    assert!(known.partners.iter().any(|p| p == "ESA"), "{:?}", known.partners);
    assert!(known.kernels.contains(Epoch::from_calendar(2059, 12, 31)) && known.kernels.length_d() < 60.0 * 366.0);
}

#[test]
fn law_a_date_may_stand_without_quotes_and_a_share_with_percent() {
    let text = changed("by = \"2034-12-31\"", "by = 2034-12-31").replace("share = 0.5", "share = \"50 %\"");
    let campaign = parse(&text).expect("both forms");
    assert_eq!(campaign.demands[0].by.text, "2034-12-31");
    assert_eq!(campaign.demands[0].by.value, parse(EXAMPLE).expect("the example").demands[0].by.value);
    assert_eq!(campaign.partners[0].share.text, "50 %");
    let noon = parse(&changed("by = \"2034-12-31\"", "by = \"2034-12-31T12:00\"")).expect("an instant");
    assert_eq!(noon.demands[0].by.value, Epoch::from_calendar(2034, 12, 31) + 43_200.0);
}

#[test]
fn law_stages_that_carry_others_fly_from_the_lowest_up() {
    let text = changed("[stage.insertion]", "[stage.kick]\nisp = \"450 s\"\nthrust = \"100 kN\"\ndry = \"1 t\"\ntank = \"9 t\"\ncarries = \"insertion\"\n\n[stage.insertion]")
        .replace("stack = [\"insertion\"]", "stack = [\"kick\"]");
    let campaign = parse(&text).expect("a stack of two");
    assert_eq!(campaign.crafts[0].stack, ["kick", "insertion"]);
}

#[test]
fn law_an_nrho_and_a_price_are_read() {
    let text = format!(
        "{EXAMPLE}\n[node.gateway]\nopen = \"2028-01-01..2040-01-01\"\nowner = \"ESA\"\nnrho = {{ resonance = \"9:2\", family = \"L2 southern\" }}\n\n[launcher.\"Ariane 64\"]\nprice = \"120 M$ (2025)\"\nper_year = 2\n"
    );
    let campaign = parse(&text).expect("a node and a price");
    let Some(Place::Nrho { resonance, .. }) = campaign.node("gateway").map(|n| &n.place) else { panic!("no NRHO") };
    assert_eq!(resonance.value, Resonance { revolutions: 9, months: 2 });
    let price = campaign.launchers[0].price.as_ref().expect("a price");
    assert_eq!((price.value, price.text.as_str()), (Money::from_musd(120.0, 2025), "120 M$ (2025)"));
    for written in ["0.12 B$ 2025", "120 M$", "120000000 USD (2025)"] {
        let campaign = parse(&text.replace("120 M$ (2025)", written)).expect(written);
        let musd = campaign.launchers[0].price.as_ref().expect(written).value.musd();
        assert!((musd - 120.0).abs() < 1e-9, "{written}: {musd}");
    }
}

#[test]
fn refuses_a_file_that_is_not_there() {
    let error = Campaign::read(Path::new("no/such.toml"), &known()).expect_err("it is not there");
    assert!(error.to_string().starts_with("cannot read the campaign file no/such.toml: "), "{error}");
}

#[test]
fn refuses_what_is_not_toml() {
    let [message, line] = refusal("currency_year = 2025", "currency_year == 2025");
    assert!(message.starts_with("this is not TOML: "), "{message}");
    assert!(line.starts_with("currency_year =="), "{line}");
    let [message, line] = refusal("revs = 0", "revs = 0\nrevs = 1");
    assert_eq!((message.as_str(), line.as_str()), ("this is not TOML: duplicate key", "revs = 1"));
}

#[test]
fn refuses_an_unknown_key() {
    is(
        refusal("currency_year =", "curency_year ="),
        "[campaign] has no key \"curency_year\"; did you mean \"currency_year\"?",
        "curency_year = 2025",
    );
    is(refusal("[margin]", "[margins]"), "the file has no key \"margins\"; did you mean \"margin\"?", "[margins]");
    is(
        refusal("inclination =", "colour ="),
        "[node.parking.orbit] has no key \"colour\"; known here: body, altitude, periapsis_altitude, period, inclination",
        "colour = \"28.5 deg\"",
    );
}

#[test]
fn refuses_a_missing_key() {
    is(
        refusal("mass = \"10 t\"", ""),
        "[demand.cargo] does not say its \"mass\"; write it like mass = \"10 t\"",
        "[demand.cargo]",
    );
    let [message, _] = refused("[search]\nrevs = 1\n");
    assert_eq!(message, "the file does not say its \"campaign\"; write it like [campaign]");
}

#[test]
fn refuses_the_wrong_kind_of_value() {
    is(
        refusal("launchers = [\"Ariane 64\"]", "launchers = \"Ariane 64\""),
        "\"launchers\" wants a list of names, and this is a text; write it like launchers = [\"Ariane 64\"]",
        "launchers = \"Ariane 64\"",
    );
    is(
        refusal("revs = 0", "revs = 0.5"),
        "\"revs\" wants a whole number, and this is a number; write it like revs = 0",
        "revs = 0.5",
    );
    is(
        refusal("[search]", "demand.water = 3\n[search]"),
        "[campaign] has no key \"demand\"; known here: name, span, currency_year, objective, discount",
        "demand.water = 3",
    );
}

#[test]
fn refuses_an_unknown_word() {
    is(
        refusal("objective = \"cost\"", "objective = \"price\""),
        "\"price\" is no objective that portolan knows; write one of cost, launch_mass, cost_then_mass",
        "objective = \"price\"",
    );
}

#[test]
fn refuses_an_unknown_unit() {
    is(
        refusal("\"10 t\"", "\"10 stone\""),
        "\"mass\": \"stone\" is not a unit portolan knows; for a mass write one of: kg, t, tonnes, g, lb",
        "mass = \"10 stone\"",
    );
}

#[test]
fn refuses_the_wrong_dimension() {
    is(
        refusal("\"250 km\"", "\"250 kg\""),
        "\"periapsis_altitude\": \"kg\" measures a mass, but a length is asked for here (units: km, m, au)",
        "periapsis_altitude = \"250 kg\"",
    );
    is(
        refusal("isp = \"320 s\"", "isp = \"3.138 km/s\""),
        "\"isp\": \"km/s\" measures a speed, but a time is asked for here (units: s, min, h, d, day, days, yr, year, years, ms)",
        "isp = \"3.138 km/s\"",
    );
}

#[test]
fn refuses_a_number_without_unit() {
    is(
        refusal("mass = \"10 t\"", "mass = 10000"),
        "\"mass\": \"10000\" has no unit; a mass is written like \"10000 kg\"",
        "mass = 10000",
    );
}

#[test]
fn refuses_a_date_that_is_none() {
    is(
        refusal("by = \"2034-12-31\"", "by = \"2034-13-31\""),
        "\"by\": \"2034-13-31\" is not a date: write 2033-04-28, 2033-04-28T05:10:00 UTC or JD 2463715.5 (TDB unless a scale is given)",
        "by = \"2034-13-31\"",
    );
    is(
        refusal("2032-06-01..2035-06-30", "2035-06-30..2032-06-01"),
        "\"span\": the span \"2035-06-30..2032-06-01\" ends before it begins: exchange the two dates",
        "span = \"2035-06-30..2032-06-01\"",
    );
}

#[test]
fn refuses_a_negative_mass() {
    is(
        refusal("\"10 t\"", "\"-10 t\""),
        "\"mass\" is -10 t, and a mass here is more than nothing; write a mass such as \"10 t\"",
        "mass = \"-10 t\"",
    );
    let [message, _] = refusal("dry = \"150 kg\"", "dry = \"-150 kg\"");
    assert!(message.starts_with("\"dry\" is -150 kg, and a mass"), "{message}");
}

#[test]
fn refuses_numbers_that_make_no_sense() {
    for (from, to, message) in [
        ("isp = \"320 s\"", "isp = \"0 s\"", "\"isp\" is 0 s, which is not more than 0"),
        ("thrust = \"4 kN\"", "thrust = \"-4 kN\"", "\"thrust\" is -4 kN, which is not more than 0"),
        ("\"300 km\"", "\"-300 km\"", "\"altitude\" is -300 km, which is not 0 or more"),
        ("\"28.5 deg\"", "\"190 deg\"", "\"inclination\" is 190 deg, which is not 0 to 180 deg"),
        ("dv = \"2 %\"", "dv = \"100 %\"", "\"dv\" is 100 %, which is not 0 or more and less than 1 (100 %)"),
        ("residual = \"1.5 %\"", "residual = -1", "\"residual\" is -1, which is not 0 or more and less than 1 (100 %)"),
        ("difficulty = -1", "difficulty = 4", "\"difficulty\" is 4, which is not -3 to 3"),
        ("block = 2", "block = 0", "\"block\" is 0, which is not 1 to 1000"),
        ("ioc = 2033", "ioc = 33", "\"ioc\" is 33, which is not a year from 1950 to 2100"),
        (
            "currency_year = 2025",
            "currency_year = 25",
            "\"currency_year\" is 25, which is not a year from 1950 to 2100",
        ),
        ("revs = 0", "revs = -1", "\"revs\" is -1, which is not 0 to 10"),
        (
            "\"400x400\"",
            "\"400\"",
            "\"size\" is \"400\", which is not two numbers from 2 to 10000, such as \"400x400\"",
        ),
        (
            "\"400x400\"",
            "\"10000x10000\"",
            "\"size\" is \"10000x10000\" with revs = 0, which is not two numbers whose product, times 2 revs + 1, is 4000000 or less",
        ),
        ("mass = \"10 t\"", "mass = \"1e300 t\"", "\"mass\" is 1e300 t, which is not 1e15 kg or less"),
        ("block = 2", "block = 4000000000", "\"block\" is 4000000000, which is not 1 to 1000"),
    ] {
        let [got, line] = refusal(from, to);
        assert!(got.starts_with(&format!("{message}; give a number that is ")), "{got}");
        assert_eq!(line, to.rsplit_once(" = ").map_or(line.as_str(), |_| to));
    }
}

#[test]
fn refuses_a_date_outside_the_kernels() {
    is(
        refusal("2032-06-01..2035-06-30", "2032-06-01..2065-06-30"),
        "2065-06-30 lies outside the kernels, which cover 2009-12-01..2060-02-01; choose other dates, or give a kernel with --kernel FILE",
        "span = \"2032-06-01..2065-06-30\"",
    );
    let [message, line] = refusal("by = \"2034-12-31\"", "by = \"2080-12-31\"");
    assert!(message.starts_with("2080-12-31 lies outside the kernels"), "{message}");
    assert_eq!(line, "by = \"2080-12-31\"");
}

#[test]
fn refuses_a_body_that_is_not_there() {
    is(
        refusal("body = \"Mars\"", "body = \"Mras\""),
        "no body is called \"Mras\"; did you mean \"Mars\"?",
        "body = \"Mras\"",
    );
    is(
        refusal("body = \"Earth\"", "body = \"emb\""),
        "Earth-Moon Barycenter has no surface to measure an altitude from; name the planet itself, such as \"Earth\" or \"Mars\"",
        "body = \"emb\"",
    );
}

#[test]
fn refuses_orbits_that_are_none() {
    let cure = "write altitude = \"400 km\" for a circle, periapsis_altitude = \"250 km\" and period = \"88775.244 s\" for an ellipse";
    is(
        refusal("period = \"88775.244 s\"", ""),
        &format!("the orbit of \"mars_1sol\" is neither a circle nor an ellipse; {cure}"),
        "body = \"Mars\"",
    );
    is(
        refusal("\"88775.244 s\"", "\"1 h\""),
        "an orbit of 3600 s cannot have its periapsis 250 km above Mars: the circle there takes 6685 s; lengthen the period, or lower the periapsis",
        "period = \"1 h\"",
    );
    is(
        refusal("[node.mars_1sol.orbit]", "[node.depot]\nowner = \"ESA\"\n[node.mars_1sol.orbit]"),
        "[node.depot] describes none of orbit and nrho; give it one place: [node.depot.orbit], or nrho = { resonance = \"9:2\", family = … }",
        "[node.depot]",
    );
}

#[test]
fn refuses_an_unknown_node() {
    is(
        refusal("node = \"mars_1sol\"", "node = \"mars_1so\""),
        "there is no node \"mars_1so\" in this file; did you mean \"mars_1sol\"?",
        "node = \"mars_1so\"",
    );
    is(
        refusal("from = \"parking\"", "from = \"mars_1sol\""),
        "demand \"cargo\" starts at \"mars_1sol\" and ends there; let \"from\" and \"node\" be two nodes",
        "node = \"mars_1sol\"",
    );
}

#[test]
fn refuses_a_node_that_closes_before_the_arrival() {
    let with_dates = |open: &str| format!("[node.mars_1sol]\nopen = \"{open}\"\n\n[node.mars_1sol.orbit]");
    is(
        refusal("[node.mars_1sol.orbit]", &with_dates("2030-01-01..2034-01-31")),
        "node \"mars_1sol\" closes on 2034-01-31, before the arrival on 2034-12-31; keep the node open longer, or ask for an earlier date",
        "open = \"2030-01-01..2034-01-31\"",
    );
    is(
        refusal("[node.mars_1sol.orbit]", &with_dates("2035-01-01..2040-01-01")),
        "node \"mars_1sol\" opens on 2035-01-01, after the arrival on 2034-12-31; open the node earlier, or ask for a later date",
        "open = \"2035-01-01..2040-01-01\"",
    );
    let text = changed("[node.mars_1sol.orbit]", &with_dates("2034-03-01..2034-12-31"));
    let campaign = parse(&text).expect("open on the last day");
    let node = campaign.node("mars_1sol").expect("the node");
    assert!(campaign.check_open(node, Epoch::from_calendar(2034, 12, 31)).is_ok());
    let early = campaign.check_open(node, Epoch::from_calendar(2034, 1, 27)).expect_err("not open yet");
    assert!(matches!(early.mistake(), Some(Mistake::NodeOpensAfterArrival { .. })), "{early}");
    let late = campaign.check_open(node, Epoch::from_calendar(2035, 1, 27)).expect_err("closed");
    assert!(late.to_string().contains("closes on 2034-12-31, before the arrival on 2035-01-27"), "{late}");
}

#[test]
fn refuses_a_date_outside_the_campaign() {
    for by in ["2036-01-01", "2032-05-01"] {
        is(
            refusal("by = \"2034-12-31\"", &format!("by = \"{by}\"")),
            &format!(
                "demand \"cargo\" is due on {by}, outside the campaign's span 2032-06-01..2035-06-30; move the date into the span, or widen the span"
            ),
            &format!("by = \"{by}\""),
        );
    }
    parse(&changed("by = \"2034-12-31\"", "by = \"2035-06-30\"")).expect("the last day of the span");
}

#[test]
fn refuses_a_campaign_of_nothing() {
    let head = "[campaign]\nname = \"x\"\nspan = \"2033-01-01..2034-01-01\"\ncurrency_year = 2025\n";
    let [message, _] = refused(head);
    assert_eq!(message, "the campaign has no demand; add [demand.cargo] with its node, mass and date");
    let partners = EXAMPLE.find("# Who takes part").expect("the partners");
    let stages = EXAMPLE.find("# The stage").expect("the stages");
    let [message, _] = refused(&[&EXAMPLE[..partners], &EXAMPLE[stages..]].concat());
    assert_eq!(message, "the campaign has no partner; add [partner.NAME] with share = 1 and its launchers");
    let craft = EXAMPLE.find("# The craft").expect("the craft");
    is(
        refused(&EXAMPLE[..craft]),
        "the campaign has no craft; add [craft.cargo_module] with its stack and its amcm",
        "[demand.cargo]",
    );
}

#[test]
fn refuses_an_unknown_partner() {
    is(
        refusal("by = \"2034-12-31\"", "partner = \"EAS\"\nby = \"2034-12-31\""),
        "there is no partner \"EAS\" in this file; did you mean \"ESA\"?",
        "partner = \"EAS\"",
    );
    is(
        refusal("by = \"2034-12-31\"", "partner = \"CSA\"\nby = \"2034-12-31\""),
        "there is no partner \"CSA\" in this file; the catalogue knows it, this file does not: add [partner.CSA]",
        "partner = \"CSA\"",
    );
}

#[test]
fn refuses_a_partner_without_launcher() {
    is(
        refusal("launchers = [\"Ariane 64\"]", ""),
        "partner \"ESA\" carries 0.3 of the campaign and has no launcher; give it launchers = [\"…\"] out of `portolan catalogue launchers`, or a share of 0",
        "[partner.ESA]",
    );
    let idle = changed("[stage.insertion]", "[partner.CSA]\nshare = 0\n\n[stage.insertion]");
    assert_eq!(parse(&idle).expect("a partner who carries nothing").partners.len(), 4);
}

#[test]
fn refuses_an_unknown_launcher() {
    is(
        refusal("[\"Ariane 64\"]", "[\"Arianne 64\"]"),
        "no launcher is called \"Arianne 64\"; did you mean \"Ariane 64\"?",
        "launchers = [\"Arianne 64\"]",
    );
    is(
        refusal("\"Falcon Heavy (expendable)\"", "\"Falcon Heavy\""),
        "no launcher is called \"Falcon Heavy\"; did you mean \"Falcon Heavy (recovery)\" or \"Falcon Heavy (expendable)\"?",
        "launchers = [\"Falcon Heavy\"]",
    );
    is(
        refusal("[stage.insertion]", "[launcher.\"Ariane 7\"]\nper_year = 2\n\n[stage.insertion]"),
        "no launcher is called \"Ariane 7\"; did you mean \"Ariane 62\"?",
        "[launcher.\"Ariane 7\"]",
    );
}

#[test]
fn refuses_shares_that_do_not_make_one() {
    is(
        refusal("share = 0.2", "share = 0.1"),
        "the shares add up to 0.9, not to one: NASA 0.5 + ESA 0.3 + JAXA 0.1; change them until they do",
        "share = 0.1",
    );
    is(refusal("share = 0.2", "share = 1.2"), "a share is a number from 0 to 1, got 1.2", "share = 1.2");
    let thirds = EXAMPLE.replace("share = 0.5", "share = 0.6").replace("share = 0.3", "share = \"30 %\"");
    let text = thirds.replace("share = 0.2", "share = 0.1");
    assert!(parse(&text).is_ok(), "0.6 + 0.3 + 0.1 differs from 1 by rounding alone");
}

#[test]
fn refuses_money_of_two_years() {
    is(
        refusal("[stage.insertion]", "[launcher.\"Ariane 64\"]\nprice = \"115 M$ (2026)\"\n\n[stage.insertion]"),
        "cannot add 0 M$ of 2025 and 115 M$ of 2026: bring both to one currency year first; write the price in dollars of 2025, or change currency_year",
        "price = \"115 M$ (2026)\"",
    );
    let [message, _] =
        refusal("[stage.insertion]", "[launcher.\"Ariane 64\"]\nprice = \"115 EUR (2025)\"\n\n[stage.insertion]");
    assert!(message.starts_with("\"price\": \"EUR\" is not a unit portolan knows"), "{message}");
}

#[test]
fn refuses_the_same_thing_twice() {
    is(
        refusal("[\"Ariane 64\"]", "[\"Ariane 64\", \"Ariane 64\"]"),
        "\"Ariane 64\" stands twice in \"launchers\"; take one of them out",
        "launchers = [\"Ariane 64\", \"Ariane 64\"]",
    );
}

#[test]
fn refuses_a_cycle_in_a_stack() {
    let kick = "[stage.kick]\nisp = \"450 s\"\nthrust = \"100 kN\"\ndry = \"1 t\"\ntank = \"9 t\"\ncarries = \"insertion\"\n\n";
    let text = changed("[craft.cargo_module]\n", &format!("{kick}[craft.cargo_module]\n"))
        .replace("isp = \"320 s\"", "carries = \"kick\"\nisp = \"320 s\"");
    is(
        refused(&text),
        "the stack goes in a circle: insertion carries kick carries insertion; let the uppermost stage carry nothing",
        "carries = \"insertion\"",
    );
    is(
        refusal("isp = \"320 s\"", "carries = \"insertion\"\nisp = \"320 s\""),
        "the stack goes in a circle: insertion carries insertion; let the uppermost stage carry nothing",
        "carries = \"insertion\"",
    );
}

#[test]
fn refuses_an_unknown_stage() {
    is(
        refusal("stack = [\"insertion\"]", "stack = [\"insertoin\"]"),
        "there is no stage \"insertoin\" in this file; did you mean \"insertion\"?",
        "stack = [\"insertoin\"]",
    );
    is(
        refusal("isp = \"320 s\"", "carries = \"lander\"\nisp = \"320 s\""),
        "there is no stage \"lander\" in this file; known are insertion",
        "carries = \"lander\"",
    );
}

#[test]
fn refuses_stages_and_craft_that_cannot_be() {
    let without_growth = changed("dry_per_propellant = \"10 %\"", "");
    is(
        refused(&without_growth.replace("tank = \"6 t\"", "")),
        "stage \"insertion\" has a dry mass that does not grow with its propellant, and no size of its tank; add tank = \"3 t\", or let the dry mass grow with dry_per_propellant = \"12 %\"",
        "[stage.insertion]",
    );
    is(
        refused(&without_growth.replace("dry = \"150 kg\"", "")),
        "stage \"insertion\" weighs nothing without propellant and cargo; add dry = \"500 kg\", or dry_per_propellant = \"15 %\"",
        "[stage.insertion]",
    );
    let light = EXAMPLE.replace("dry = \"300 kg\"", "").replace("dry_per_cargo = \"20 %\"", "");
    let [message, _] = refused(&light);
    assert!(message.starts_with("craft \"cargo_module\" weighs nothing without"), "{message}");
}

#[test]
fn refuses_a_tank_too_small() {
    let campaign = parse(EXAMPLE).expect("the example");
    let tank = campaign.stages[0].tank.as_ref().expect("a tank");
    let error = campaign.refuse(
        &tank.span,
        Mistake::TankTooSmall { stage: "insertion".to_owned(), needed_kg: 7012.4, holds_kg: 5910.0 },
    );
    let line = 1 + EXAMPLE.lines().position(|l| l.starts_with("tank = ")).expect("the line");
    assert_eq!(
        error.to_string(),
        format!(
            "mars.toml:{line}:8: stage \"insertion\" needs 7012 kg of propellant and its tank gives 5910 kg; enlarge the tank, or carry less on each flight"
        )
    );
}

#[test]
fn refuses_an_unclear_craft() {
    let start = EXAMPLE.find("[craft.cargo_module]\n").expect("the craft");
    let twin = EXAMPLE[start..].replace("cargo_module", "tanker");
    is(
        refused(&format!("{EXAMPLE}\n{twin}")),
        "demand \"cargo\" does not say which craft carries it, and there are 2; add craft = \"…\" to it",
        "[demand.cargo]",
    );
    is(
        refusal("by = \"2034-12-31\"", "craft = \"cargo_modul\"\nby = \"2034-12-31\""),
        "there is no craft \"cargo_modul\" in this file; did you mean \"cargo_module\"?",
        "craft = \"cargo_modul\"",
    );
    is(
        refusal("spec = \"planetary\"", "spec = \"planetery\""),
        "the cost model knows no class \"planetery\"; did you mean \"planetary\"?",
        "spec = \"planetery\"",
    );
}

#[cfg(feature = "cli")]
#[test]
fn refuses_with_the_line_and_the_cure_in_the_picture() {
    let error = parse(&changed("body = \"Mars\"", "body = \"Mras\"")).expect_err("no such body");
    let mut picture = String::new();
    miette::GraphicalReportHandler::new_themed(miette::GraphicalTheme::unicode_nocolor())
        .render_report(&mut picture, &Pointed::new(&error).expect("a place"))
        .expect("a picture");
    assert!(picture.contains("× no body is called \"Mras\"\n"), "{picture}");
    let line = 1 + EXAMPLE.lines().position(|l| l == "body = \"Mars\"").expect("the line");
    assert!(picture.contains(&format!("[mars.toml:{line}:8]")), "{picture}");
    assert!(picture.contains("body = \"Mras\"") && picture.contains("did you mean \"Mars\"?"), "{picture}");
}
