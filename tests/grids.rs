//! The electricity of every zone: how many, under which names, within which bounds, and what is said where nothing is.

mod common;

use std::collections::BTreeSet;
use std::sync::LazyLock;

use common::{econome, printed, root};
use econome::profile::Shape;
use econome::units::Quantity;
use econome::{Catalog, Document, Grid, Kind, Scenario, Settings};

fn grids(catalog: &Catalog) -> Vec<(String, std::sync::Arc<Grid>)> {
    let ids: Vec<String> = catalog.ids(Kind::Grid).into_iter().map(str::to_owned).collect();
    ids.into_iter().map(|id| (id.clone(), catalog.profile::<Grid>(&id).expect("a grid"))).collect()
}

fn has_value(grid: &Grid) -> bool {
    grid.carbon_intensity.is_some() || grid.direct_carbon_intensity.is_some()
}

fn scenario(lines: &str) -> Result<Scenario, econome::Error> {
    let text =
        format!("name = 'x'\n[inference]\nmodel = 'llama-3.1-8b'\ninput_tokens = 500\noutput_tokens = 300\n{lines}");
    static CATALOG: LazyLock<Catalog> = LazyLock::new(Catalog::builtin);
    Scenario::read(&Document::new("x.toml", &text), &CATALOG)
}

/// A country by its own profile: two letters that are no region.
fn is_country(id: &str) -> bool {
    id.len() == 2 && !["eu", "g7"].contains(&id)
}

#[test]
fn the_catalogue_holds_the_zones_that_it_says() {
    let catalog = Catalog::builtin();
    let all = grids(&catalog);
    let valued: Vec<&(String, _)> = all.iter().filter(|(_, grid)| has_value(grid)).collect();
    let count = |of: &dyn Fn(&str) -> bool| valued.iter().filter(|(id, _)| of(id)).count();
    let state = |id: &str| id.starts_with("us-") && id.len() == 5;
    let area = |id: &str| id.starts_with("us-") && id.len() > 8 && !id.contains("egrid") && !id.contains("maps");
    assert_eq!(all.len(), 693);
    assert_eq!(count(&is_country), 220, "countries");
    assert_eq!(count(&state), 51, "states and the District of Columbia");
    assert_eq!(count(&area), 57, "balancing areas");
    assert_eq!(count(&|id| id.starts_with("ca-") && id.len() == 5), 13, "Canadian provinces and territories");
    assert_eq!(count(&|id| id.starts_with("cn-") && id.len() == 5), 30, "Chinese provinces");
    assert_eq!(all.len() - valued.len(), 30, "zones without a value");
    assert_eq!(catalog.ids(Kind::Shape).len(), 158);
    let zones: BTreeSet<&str> = all.iter().map(|(_, grid)| grid.zone.as_str()).collect();
    assert_eq!(zones.len(), 490);
}

#[test]
fn every_carbon_intensity_has_an_interval_and_a_basis() {
    for (id, grid) in grids(&Catalog::builtin()) {
        for figure in [&grid.carbon_intensity, &grid.direct_carbon_intensity].into_iter().flatten().take(1) {
            assert!(figure.value.as_g_per_kwh() < 2000.0, "{id}");
            assert_ne!(figure.law, econome::Law::Exact, "{id} has no interval");
            assert!(grid.basis.is_some(), "{id} has no basis");
        }
    }
}

/// Generation is a part of the life cycle.
#[test]
fn generation_alone_is_below_the_life_cycle() {
    let mut compared = 0;
    for (id, grid) in grids(&Catalog::builtin()) {
        let (Some(whole), Some(direct)) = (&grid.carbon_intensity, &grid.direct_carbon_intensity) else { continue };
        // They may be of two years: the direct value must not leave the interval that covers them.
        let econome::Law::Lognormal { p95, .. } = whole.law else { panic!("{id}: {:?}", whole.law) };
        assert!(direct.value.coherent() < p95, "{id}");
        compared += 1;
    }
    assert!(compared > 300, "{compared}");
}

#[test]
fn no_electricity_takes_less_primary_energy_than_it_is() {
    let mut known = 0;
    for (id, grid) in grids(&Catalog::builtin()) {
        let Some(figure) = &grid.primary_energy else { continue };
        let megajoules = figure.value.as_megajoules_per_kwh();
        assert!((3.6..=25.0).contains(&megajoules), "{id}: {megajoules}");
        known += 1;
    }
    assert!(known >= 200, "{known}");
    let own = "name = 'x'\nzone = 'IS'\n[primary_energy]\nvalue = '0.5 MJ/kWh'\nsource = 'wri-2020'\n";
    let catalog = Catalog::builtin().with_file("grid/is.toml", "grid/is.toml", own.to_owned()).expect("laid");
    let wrong: Vec<String> = catalog.check().iter().map(ToString::to_string).collect();
    assert!(wrong.len() == 1 && wrong[0].contains("at least 3.6 MJ"), "{wrong:?}");
}

/// What the hand-made files held before the tables took their place.
#[test]
fn values_that_were_shipped_before_stand() {
    let catalog = Catalog::builtin();
    for (id, g, low, high) in [
        ("de", 342.06, 315.0, 427.0),
        ("us", 383.55, 353.0, 424.0),
        ("no", 30.75, 27.9, 33.2),
        ("world", 472.94, 435.0, 511.0),
        ("fr", 51.9, 36.2, 70.3),
    ] {
        let grid = catalog.profile::<Grid>(id).expect("a grid");
        let figure = grid.carbon_intensity.as_ref().expect("a value");
        assert_eq!(figure.value.as_g_per_kwh(), g, "{id}");
        let econome::Law::Lognormal { p05, p95 } = figure.law else { panic!("{id}") };
        let scale = figure.value.as_g_per_kwh() / figure.value.coherent();
        assert!((p05 * scale - low).abs() < 1e-9 && (p95 * scale - high).abs() < 1e-9, "{id}: {p05} {p95}");
        assert!(grid.water.is_some() && grid.primary_energy.is_some() && grid.abiotic.is_some(), "{id}");
    }
}

#[test]
fn a_zone_is_found_by_its_codes_and_names() {
    let catalog = Catalog::builtin();
    for (name, id) in [
        ("FR", "fr"),
        ("FRA", "fr"),
        ("France", "fr"),
        ("usa", "us"),
        ("UK", "gb"),
        ("Great Britain", "gb"),
        ("Côte d'Ivoire", "ci"),
        ("US-CA", "us-ca"),
        ("california", "us-ca"),
        ("Québec", "ca-qc"),
        ("CAISO", "us-cal-ciso"),
        ("ERCOT", "us-tex-erco"),
        ("SE1", "se-se1"),
        ("Beijing", "cn-bj"),
        ("de-ember-2024", "de"),
        ("us_tex_erco", "us-tex-erco"),
    ] {
        assert_eq!(catalog.find(Kind::Grid, name).as_deref(), Ok(id), "{name}");
    }
}

/// Two countries and two letters are never confused: each code of a country means that country alone.
#[test]
fn every_country_is_found_by_two_and_by_three_letters() {
    let catalog = Catalog::builtin();
    let mut found = 0;
    for (id, grid) in grids(&catalog).iter().filter(|(id, _)| is_country(id)) {
        assert_eq!(catalog.find(Kind::Grid, &grid.zone).as_deref(), Ok(id.as_str()));
        let three = grid.aliases.iter().find(|alias| alias.len() == 3 && alias.chars().all(|c| c.is_ascii_uppercase()));
        let three = three.unwrap_or_else(|| panic!("{id} has no code of three letters"));
        assert_eq!(catalog.find(Kind::Grid, three).as_deref(), Ok(id.as_str()), "{three}");
        found += 1;
    }
    assert_eq!(found, 250);
}

#[test]
fn a_name_of_two_zones_lists_both() {
    let error = Catalog::builtin().find(Kind::Grid, "Georgia").unwrap_err();
    assert_eq!(error.help(), Some("choose one of ge, us-ga"));
}

#[test]
fn one_scenario_computes_on_every_zone_that_has_a_value() {
    let (mut computed, mut refused) = (0, 0);
    for (id, grid) in grids(&Catalog::builtin()) {
        match scenario(&format!("[site]\ngrid = '{id}'")) {
            Ok(scenario) => {
                let direct = grid.carbon_intensity.is_none();
                let warned = scenario.warnings().iter().any(|warning| warning.code == "direct_only");
                assert_eq!(warned, direct, "{id}");
                computed += 1;
            }
            Err(error) => {
                assert!(!has_value(&grid), "{id}: {error}");
                assert!(error.help().is_some_and(|help| help.contains("override.grid.carbon_intensity")), "{error}");
                refused += 1;
            }
        }
    }
    assert_eq!((computed, refused), (663, 30));
}

#[test]
fn a_zone_without_value_takes_the_one_that_is_given() {
    let given = scenario("[site]\ngrid = 'li'\n[override]\ngrid.carbon_intensity = '40 gCO2e/kWh'");
    let estimate = given.expect("a scenario").estimate(Settings::default());
    assert!(estimate.per_unit.carbon_g.is_some());
    assert!(estimate.warnings.iter().all(|warning| warning.code != "direct_only"));
}

#[test]
fn marginal_and_residual_intensities_count_where_they_are_asked_for() {
    let of = |lines: &str| {
        let scenario = scenario(lines).expect("a scenario");
        let input = scenario.inputs().iter().find(|input| input.key.ends_with("carbon_intensity")).expect("an input");
        (input.key.clone(), input.shown.clone())
    };
    let marginal = of("[site]\ngrid = 'fr'\ninstrument = 'marginal'");
    assert_eq!(marginal, ("grid.marginal_carbon_intensity".to_owned(), "158 gCO2e/kWh".to_owned()));
    let residual =
        of("[site]\ngrid = 'de'\ninstrument = 'market'\n[override]\ngrid.residual_carbon_intensity = '700 gCO2e/kWh'");
    assert_eq!(residual.1, "700 gCO2e/kWh");
    assert!(scenario("[site]\ngrid = 'us-ca'\ninstrument = 'marginal'").is_err());
}

#[test]
fn every_shape_belongs_to_a_zone() {
    let catalog = Catalog::builtin();
    let all = grids(&catalog);
    let zones: BTreeSet<String> = all.iter().map(|(_, grid)| grid.zone.to_lowercase()).collect();
    for id in catalog.ids(Kind::Shape) {
        assert!(zones.contains(id), "{id}");
        let shape = catalog.profile::<Shape>(id).expect("a shape");
        assert!((-12.0..=14.0).contains(&shape.utc_offset), "{id}");
    }
}

/// Data under a licence that binds whoever copies them lie in a folder of their own, with what it asks for.
#[test]
fn shared_alike_data_lie_apart() {
    let catalog = Catalog::builtin();
    for kind in [Kind::Grid, Kind::Shape] {
        for profile in catalog.texts(kind) {
            for (source, folder) in [("electricity-maps", "electricity-maps/"), ("unfccc-ifi", "unfccc/")] {
                let cites = profile.text.contains(&format!("source = \"{source}"));
                assert!(!cites || profile.file.contains(folder), "{}: {}", profile.id, profile.file);
            }
        }
    }
    for folder in ["grid/electricity-maps", "shape/electricity-maps", "grid/unfccc", "grid/ember"] {
        let read = std::fs::read_to_string(root().join(format!("profiles/{folder}/README.md"))).expect("terms");
        assert!(read.contains("icen"), "{folder}");
    }
}

#[test]
fn a_table_of_ones_own_is_laid_over_the_shipped_profiles() {
    let folder = tempfile::tempdir().expect("a folder");
    let grid = folder.path().join("grid");
    std::fs::create_dir(&grid).expect("a folder");
    let table = "id,name,zone,carbon_intensity.value [gCO2e/kWh],carbon_intensity.source\n\
                 *,,XX,,mine\nfr,Mine,FR,12,\nmill,The mill,,3,\n";
    std::fs::write(grid.join("mine.csv"), table).expect("written");
    std::fs::write(folder.path().join("sources.toml"), "[mine]\nauthor = \"Me\"\ntitle = \"My meter\"\n")
        .expect("written");
    let profiles = folder.path().to_string_lossy().into_owned();
    let shown = printed(&["profiles", "show", "grid/mill", "--profiles", &profiles]);
    assert!(shown.contains("3 gCO2e/kWh") && shown.contains("My meter") && shown.contains("zone = XX"), "{shown}");
    let shown = printed(&["profiles", "show", "grid/fr", "--profiles", &profiles]);
    assert!(shown.contains("12 gCO2e/kWh") && !shown.contains("L/kWh"), "replaced whole: {shown}");

    std::fs::write(grid.join("more.csv"), "id,name\nmill,Twice\n").expect("written");
    let output = econome(&["profiles", "check", "--profiles", &profiles]);
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2));
    assert!(told.contains("mine.csv, ") && told.contains("more.csv") && told.contains("duplicate key"), "{told}");
}
