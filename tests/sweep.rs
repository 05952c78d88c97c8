//! Sweeps: every scenario is what it is on its own, in axis order, whatever the threads; what is best in them is found.

mod common;

use std::process::Stdio;

use common::{command, econome, printed};
use econome::sweep::{Ask, Fate, Measure, Prepared, Summary, Sweep, Table};
use econome::{Catalog, Document, Sampler, Scenario, Settings, Target};
use proptest::prelude::*;

/// A dedicated service with network and terminal, so that every part has something to vary.
const SCENARIO: &str = r#"
name = "Chat"
[use]
requests_per_year = 1e6
[inference]
model = "llama-3.1-8b"
input_tokens = 500
output_tokens = 300
[serving]
mode = "dedicated"
accelerator = "h100-sxm"
stack = "vllm-0.11"
[site]
facility = "scaleway-dc5"
[network]
data_per_request = "20 kB"
[terminal]
active_time = "60 s"
"#;

/// Axes of every kind: those that are columns of the formulas, and those that make other formulas.
const AXES: [(&str, &str); 22] = [
    ("site.pue", "1.1..1.6:lin4"),
    ("site.wue", "0.1..2 L/kWh:lin3"),
    ("site.electricity_price", "0.1 EUR/kWh,0.3 EUR/kWh"),
    ("serving.utilisation", "0.1,0.5,1"),
    ("serving.accelerator_price", "1 EUR/h,4 EUR/h"),
    ("network.data_per_request", "1 kB,10 MB"),
    ("terminal.active_time", "10 s,60 s,3 min"),
    ("override.grid.carbon_intensity", "10..500 gCO2e/kWh:log4"),
    ("override.grid.water", "1 L/kWh,5 L/kWh"),
    ("override.facility.pue", "1.2,1.3"),
    ("override.accelerator.embodied_carbon", "100 kgCO2e,300 kgCO2e"),
    ("override.server.lifetime", "3 years,6 years"),
    ("override.server.host_power", "500 W,1 kW"),
    ("override.network.carbon_per_data", "1 gCO2e/GB,30 gCO2e/GB"),
    ("override.terminal.lifetime", "3 years,8 years"),
    ("use.requests_per_year", "1e3,1e6,1e9"),
    ("use.peak_factor", "1,4"),
    ("serving.batch", "1,8,64"),
    ("inference.precision", "bf16,fp8"),
    ("site.grid", "fr,de,se"),
    ("inference.model", "llama-3.1-8b,llama-3.1-70b"),
    ("serving.accelerators", "1,2"),
];

const RESULTS: [&str; 8] = [
    "energy_wh",
    "carbon_g",
    "water_l",
    "carbon_kg_per_year",
    "latency_s",
    "abiotic_kgsbeq",
    "sizing.accelerators",
    "sizing.utilisation",
];

fn base() -> Document {
    Document::new("chat.toml", SCENARIO)
}

fn measures(names: &[&str]) -> Vec<Measure> {
    names.iter().map(|name| Measure::named(name).expect("a result")).collect()
}

fn sweep(axes: &[(&str, &str)], catalog: &Catalog) -> Sweep {
    let mut sweep = Sweep::new(base());
    for (key, values) in axes {
        sweep.axis(key, values, catalog).expect("an axis");
    }
    sweep
}

fn table(axes: &[(&str, &str)], settings: Option<Settings>) -> Table {
    let catalog = Catalog::builtin();
    sweep(axes, &catalog).prepare(&catalog, &measures(&RESULTS), settings).expect("a sweep").table().expect("a table")
}

/// One scenario of a sweep, read on its own.
fn alone(prepared: &Prepared<'_>, scenario: u64, catalog: &Catalog) -> Result<Scenario, econome::Error> {
    let mut document = base();
    let keys = prepared.axes().iter().flat_map(|axis| &axis.keys);
    for (key, value) in keys.zip(prepared.values(scenario)) {
        document.set(key, value, "alone");
    }
    Scenario::read(&document, catalog)
}

fn is_near(a: f64, b: f64) -> bool {
    a == b || (a - b).abs() <= 1e-12 * a.abs().max(b.abs())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    /// Whatever axes are taken together, columns of formulas give what reading each scenario gives.
    #[test]
    fn every_scenario_is_what_it_is_on_its_own(chosen in prop::sample::subsequence(AXES.to_vec(), 1..5).prop_shuffle()) {
        let catalog = Catalog::builtin();
        let prepared = sweep(&chosen, &catalog).prepare(&catalog, &measures(&RESULTS), None).expect("a sweep");
        let table = prepared.table().expect("a table");
        let targets: Vec<(usize, Target)> =
            RESULTS.iter().enumerate().filter_map(|(at, name)| Some((at, Target::named(name).ok()?))).collect();
        let exact = Sampler::new(Settings::default().with_samples(100).expect("enough"));
        for scenario in (0..prepared.scenarios()).step_by(1 + prepared.scenarios() as usize / 40) {
            let row = scenario as usize;
            let Ok(read) = alone(&prepared, scenario, &catalog) else {
                prop_assert_eq!(table.fates[row], Fate::Infeasible);
                continue;
            };
            prop_assert_eq!(table.fates[row], Fate::Kept);
            for (at, target) in &targets {
                let expected = read.at_centre(*target, &exact);
                let found = table.columns[*at][row];
                prop_assert!(is_near(found, expected), "{:?}, scenario {}: {} {} is not {}", chosen, scenario, target.name(), found, expected);
            }
        }
    }
}

/// What a scenario gives with every input at its central value.
trait AtCentre {
    fn at_centre(&self, target: Target, sampler: &Sampler) -> f64;
}

impl AtCentre for Scenario {
    fn at_centre(&self, target: Target, _: &Sampler) -> f64 {
        let outcome = econome::impact::evaluate(&self.central(), &mut econome::impact::Silent);
        let total = outcome.total();
        let units = outcome.units_per_year.value();
        match target.name() {
            "energy_wh" => total.energy.as_wh() / units,
            "carbon_g" => total.carbon.as_g() / units,
            "water_l" => total.water.as_litres() / units,
            "carbon_kg_per_year" => total.carbon.as_kg(),
            "abiotic_kgsbeq" => total.abiotic.as_kg_sb() / units,
            "latency_s" => outcome.sizing.expect("a fleet").latency.as_seconds(),
            other => panic!("{other}"),
        }
    }
}

#[test]
fn drawn_scenarios_are_those_of_an_estimate() {
    let catalog = Catalog::builtin();
    let settings = Settings::default().with_samples(500).expect("enough");
    let axes = [("site.pue", "1.1,1.4"), ("inference.precision", "bf16,fp8"), ("use.requests_per_year", "1e4,1e7")];
    let prepared = sweep(&axes, &catalog).prepare(&catalog, &measures(&RESULTS), Some(settings)).expect("a sweep");
    let table = prepared.table().expect("a table");
    assert_eq!(prepared.columns()[3..6], ["carbon_g_p05", "carbon_g_p50", "carbon_g_p95"]);
    for scenario in 0..8 {
        let read = alone(&prepared, scenario, &catalog).expect("a scenario");
        let expected = read.estimate(settings).per_unit.carbon_g.expect("covered");
        let found = [3, 4, 5].map(|column: usize| table.columns[column][scenario as usize]);
        for (found, expected) in found.into_iter().zip([expected.p05, expected.p50, expected.p95]) {
            assert!((found / expected - 1.0).abs() < 1e-12, "{scenario}: {found} is not {expected}");
        }
    }
}

#[test]
fn any_number_of_threads_gives_the_same_bits() {
    let axes = [("site.pue", "1.1..1.6:lin50"), ("site.grid", "fr,de"), ("site.wue", "0..2 L/kWh:lin100")];
    let settings = Settings::default().with_samples(200).expect("enough");
    let few = [("site.pue", "1.1..1.6:lin20"), ("serving.batch", "1,8")];
    let one = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
        pool.install(|| (table(&axes, None), table(&few, Some(settings)), summary(&axes, "carbon_g < 1")))
    };
    let bits = |table: &Table| -> Vec<Vec<u64>> {
        table.columns.iter().map(|column| column.iter().map(|value| value.to_bits()).collect()).collect()
    };
    let (first, drawn, said) = one(1);
    for threads in [2, 3, 7] {
        let (other, other_drawn, other_said) = one(threads);
        assert_eq!(bits(&first), bits(&other));
        assert_eq!(bits(&drawn), bits(&other_drawn));
        assert_eq!(said, other_said);
    }
}

fn summary(axes: &[(&str, &str)], condition: &str) -> Summary {
    let catalog = Catalog::builtin();
    let mut sweep = sweep(axes, &catalog);
    sweep.keep_where(condition);
    let measures = measures(&["carbon_g", "energy_wh", "water_l", "latency_s"]);
    let groups: Vec<String> = axes.iter().take(1).map(|(key, _)| (*key).to_owned()).collect();
    let ask = Ask::default()
        .with_top(7, measures[0])
        .with_pareto(&measures)
        .with_groups(&groups)
        .with_effects(&measures[..1]);
    sweep.prepare(&catalog, &measures, None).expect("a sweep").summary(&ask).expect("a summary")
}

#[test]
fn rows_come_in_axis_order_the_first_axis_slowest() {
    let text = printed(&[
        "sweep",
        "lirae",
        "-P",
        "site.pue=1.1,1.2",
        "-P",
        "site.grid=fr,de",
        "-P",
        "site.wue=1 L/kWh,2 L/kWh",
        "--format",
        "csv",
    ]);
    let keys: Vec<String> =
        text.lines().skip(1).map(|line| line.split(',').take(4).collect::<Vec<_>>().join(" ")).collect();
    assert_eq!(
        keys,
        [
            "0 1.1 fr 1 L/kWh",
            "1 1.1 fr 2 L/kWh",
            "2 1.1 de 1 L/kWh",
            "3 1.1 de 2 L/kWh",
            "4 1.2 fr 1 L/kWh",
            "5 1.2 fr 2 L/kWh",
            "6 1.2 de 1 L/kWh",
            "7 1.2 de 2 L/kWh",
        ]
    );
}

#[test]
fn the_best_the_front_and_the_groups_are_those_of_the_rows() {
    let axes = [("serving.batch", "1..64:log2"), ("site.grid", "fr,de,se"), ("site.pue", "1.1..1.5:lin5")];
    let catalog = Catalog::builtin();
    let names = ["carbon_g", "energy_wh", "water_l", "latency_s"];
    let rows =
        sweep(&axes, &catalog).prepare(&catalog, &measures(&names), None).expect("a sweep").table().expect("rows");
    let value = |column: usize, row: usize| rows.columns[column][row];
    let kept: Vec<usize> = (0..rows.fates.len()).filter(|row| value(3, *row) < 4.0).collect();
    let said = summary(&axes, "latency_s < 4");
    assert_eq!((said.scenarios, said.kept, said.excluded), (105, kept.len() as u64, 105 - kept.len() as u64));

    let mut lowest = kept.clone();
    lowest.sort_by(|a, b| value(0, *a).total_cmp(&value(0, *b)).then(a.cmp(b)));
    let top: Vec<u64> = said.top.expect("the lowest").rows.iter().map(|row| row.scenario).collect();
    assert_eq!(top, lowest[..7].iter().map(|row| *row as u64).collect::<Vec<_>>());

    let is_beaten = |row: usize| {
        kept.iter().any(|other| {
            (0..4).all(|column| value(column, *other) <= value(column, row))
                && (0..4).any(|column| value(column, *other) < value(column, row))
        })
    };
    let front: Vec<u64> = kept.iter().filter(|row| !is_beaten(**row)).map(|row| *row as u64).collect();
    let mut found: Vec<u64> = said.pareto.expect("a front").rows.iter().map(|row| row.scenario).collect();
    found.sort_unstable();
    assert_eq!(found, front);

    let groups = said.groups.expect("groups").groups;
    assert_eq!(groups.iter().map(|group| group.kept + group.excluded).collect::<Vec<_>>(), [15; 7]);
    let first: Vec<f64> = kept.iter().filter(|row| **row < 15).map(|row| value(0, *row)).collect();
    let [least, mean, most] = groups[0].numbers[0].expect("carbon");
    assert_eq!(
        [least, most],
        [first.iter().copied().fold(f64::INFINITY, f64::min), first.iter().copied().fold(0.0, f64::max)]
    );
    assert!((mean / (first.iter().sum::<f64>() / first.len() as f64) - 1.0).abs() < 1e-12);
}

/// Energy of the site is proportional to its PUE, and nothing else moves it here.
#[test]
fn an_axis_that_alone_moves_a_result_has_the_whole_effect() {
    let said = summary(
        &[("site.pue", "1.1..1.6:lin6"), ("site.grid", "fr,de,se"), ("site.wue", "0..1 L/kWh:lin3")],
        "energy_wh > 0",
    );
    let catalog = Catalog::builtin();
    let energy = measures(&["energy_wh"]);
    let prepared = sweep(&[("site.pue", "1.1..1.6:lin6"), ("site.wue", "0..1 L/kWh:lin3")], &catalog);
    let own = prepared
        .prepare(&catalog, &energy, None)
        .expect("a sweep")
        .summary(&Ask::default().with_effects(&energy))
        .expect("said");
    assert!(own.effects[0].shares[0] > 0.999 && own.effects[0].shares[1] < 1e-9, "{:?}", own.effects);
    let carbon = &said.effects[0];
    assert!(carbon.shares[1] > carbon.shares[0] && carbon.shares.iter().sum::<f64>() <= 1.0, "{carbon:?}");
}

#[test]
fn scenarios_that_do_not_fit_are_counted_with_the_first_reasons() {
    let said = summary(
        &[("inference.model", "llama-3.1-8b,llama-3.1-405b"), ("serving.accelerators", "1,2,16")],
        "energy_wh > 0",
    );
    assert_eq!((said.kept, said.infeasible), (4, 2));
    assert_eq!(said.reasons[0].places, ["llama-3.1-405b", "1"]);
    assert!(said.reasons[0].reason.contains("the model does not fit"), "{:?}", said.reasons);
}

#[test]
fn shards_are_the_whole_cut_in_parts() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    let axes = [
        "sweep",
        "lirae",
        "-q",
        "-P",
        "site.pue=1.1..1.5:lin7",
        "-P",
        "site.grid=fr,de,se",
        "-P",
        "site.wue=0..1 L/kWh:lin11",
    ];
    let run = |output: &str, more: &[&str]| {
        let output = econome(&[&axes[..], &["-o", output], more].concat());
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    };
    let whole = file("whole.csv");
    run(&whole, &[]);
    let whole = std::fs::read_to_string(whole).expect("rows");
    let mut together = String::new();
    for part in 1..=4 {
        let path = file(&format!("{part}.csv"));
        run(&path, &["--shard", &format!("{part}/4")]);
        let text = std::fs::read_to_string(path).expect("rows");
        let rows = if part == 1 { &*text } else { text.split_once('\n').expect("a header").1 };
        together.push_str(rows);
    }
    assert_eq!(whole, together);
    assert_eq!(whole.lines().count(), 1 + 231);
}

/// Rows are written with all digits: a file says what the library says.
#[test]
fn json_lines_and_csv_say_the_same() {
    let arguments =
        ["sweep", "lirae", "-q", "-P", "site.pue=1.1,1.2", "-P", "site.grid=fr,de", "--results", "carbon_g,water_l"];
    let csv = printed(&[&arguments[..], &["--format", "csv"]].concat());
    let jsonl = printed(&[&arguments[..], &["--format", "jsonl"]].concat());
    for (row, record) in csv.lines().skip(1).zip(jsonl.lines()) {
        let cells: Vec<&str> = row.split(',').collect();
        let record: serde_json::Value = serde_json::from_str(record).expect("a record");
        assert_eq!(record["scenario"].to_string(), cells[0]);
        assert_eq!(record["site.grid"], cells[2]);
        for (name, cell) in ["carbon_g", "water_l"].iter().zip(&cells[3..]) {
            assert_eq!(record[name].as_f64(), cell.parse().ok());
        }
    }
    assert_eq!(jsonl.lines().count(), 4);
}

#[cfg(feature = "parquet")]
#[test]
fn parquet_holds_the_rows_of_the_csv() {
    use parquet::file::reader::{FileReader as _, SerializedFileReader};
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("rows.parquet");
    let arguments = [
        "sweep",
        "lirae",
        "-q",
        "-P",
        "site.pue=1.1..1.5:lin5",
        "-P",
        "site.grid=fr,de",
        "--results",
        "carbon_g,cost_eur",
    ];
    let csv = printed(&[&arguments[..], &["--format", "csv"]].concat());
    assert!(econome(&[&arguments[..], &["-o", &path.to_string_lossy()]].concat()).status.success());
    let reader = SerializedFileReader::new(std::fs::File::open(&path).expect("a file")).expect("Parquet");
    let rows: Vec<_> = reader.get_row_iter(None).expect("rows").map(|row| row.expect("a row").into_columns()).collect();
    assert_eq!(rows.len(), 10);
    for (line, row) in csv.lines().skip(1).zip(rows) {
        for (cell, (name, field)) in line.split(',').zip(row) {
            let found = field.to_string().trim_matches('"').to_owned();
            let same =
                found == cell || found.parse::<f64>().ok() == cell.parse().ok() || cell.is_empty() && found == "null";
            assert!(same, "{name}: {found} is not {cell}");
        }
    }
}

#[test]
fn a_sweep_can_be_written_as_a_file() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("chat.toml"), SCENARIO).expect("written");
    let axes = "where = \"sizing.accelerators <= 8\"\n[axes]\n\"site.grid\" = [\"fr\", \"de\"]\n\"site.pue\" = \"1.1..1.3:lin3\"\n\
                [[zip]]\n\"serving.accelerator\" = [\"h100-sxm\", \"l4\"]\n\"serving.accelerators\" = [1, 1]\n";
    let (named, inline) =
        (format!("scenario = \"chat.toml\"\n{axes}"), axes.replace("[axes]", &format!("{SCENARIO}\n[axes]")));
    let run = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).expect("written");
        printed(&["sweep", &path.to_string_lossy(), "-q", "--format", "csv"])
    };
    let rows = run("named.toml", &named);
    assert_eq!(rows, run("inline.toml", &inline));
    assert!(rows.starts_with("scenario,site.grid,site.pue,serving.accelerator,serving.accelerators,"), "{rows}");
    assert_eq!(rows.lines().count(), 1 + 12);
}

#[test]
fn continuous_axes_are_sampled_together() {
    let arguments = [
        "sweep",
        "lirae",
        "-P",
        "site.pue=1.1..1.6",
        "-P",
        "site.grid=fr,de",
        "-P",
        "site.wue=0..2 L/kWh",
        "--sample",
        "50",
        "--format",
        "csv",
    ];
    let rows = printed(&arguments);
    assert_eq!(rows.lines().count(), 1 + 100);
    assert_eq!(rows, printed(&arguments));
    assert!(rows.starts_with("scenario,site.pue,site.wue,site.grid,"), "{rows}");
}

#[test]
fn a_dry_run_says_how_many_scenarios_there_are_and_computes_nothing() {
    let output = econome(&[
        "sweep",
        "lirae",
        "-P",
        "site.pue=1.1..1.5:lin20",
        "-P",
        "site.wue=0..1 L/kWh:lin20",
        "-P",
        "site.grid=fr,de",
        "--dry-run",
    ]);
    assert!(output.status.success() && output.stdout.is_empty());
    assert_eq!(
        String::from_utf8_lossy(&output.stderr),
        "800 scenarios: site.pue (20) x site.wue (20) x site.grid (2)\n"
    );
}

/// The rows until Ctrl-C are kept, marked as partial, and the rest is computed later: the whole is what it would have been.
#[cfg(unix)]
#[test]
fn an_interrupted_sweep_goes_on_where_it_stopped() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    let (output, whole) = (file("rows.csv"), file("whole.csv"));
    let axes = ["sweep", "lirae", "-P", "serving.batch=1..80:lin80", "-P", "site.grid=fr,de,se"];
    let more = ["--results", "carbon_g", "--samples", "2000", "-o"];
    let arguments = |output| [&axes[..], &more[..], &[output]].concat();
    interrupt(&arguments(&output));
    assert!(!std::path::Path::new(&output).exists(), "a partial file stands as if it were whole");
    let partial = std::fs::read_to_string(file("rows.csv.partial")).expect("the rows until then");
    assert!(partial.ends_with('\n') && partial.lines().count() < 241, "{} lines", partial.lines().count());

    let other = econome(&[&arguments(&output)[..], &["--resume", "--set", "site.pue=1.4"]].concat());
    assert!(String::from_utf8_lossy(&other.stderr).contains("is of another sweep"));
    assert!(econome(&[&arguments(&output)[..], &["--resume"]].concat()).status.success());
    assert!(econome(&arguments(&whole)).status.success());
    let (resumed, whole) = (std::fs::read_to_string(output), std::fs::read_to_string(whole));
    assert_eq!(resumed.expect("rows"), whole.expect("rows"));
    assert_eq!(std::fs::read_dir(folder.path()).expect("the folder").count(), 2, "something is left");
}

/// Starts a sweep, and sends it what Ctrl-C sends once it is under way.
#[cfg(unix)]
fn interrupt(arguments: &[&str]) {
    use std::io::{BufRead as _, BufReader, Read as _};
    let mut child = command(arguments).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("started");
    let mut told = BufReader::new(child.stderr.take().expect("a pipe"));
    let mut words = String::new();
    // The number of scenarios is told when everything is checked.
    told.read_line(&mut words).expect("a line");
    std::thread::sleep(std::time::Duration::from_millis(200));
    let signal =
        std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status().expect("kill runs");
    assert!(signal.success(), "the sweep ended before it was interrupted");
    told.read_to_string(&mut words).expect("text");
    assert_eq!(child.wait().expect("ended").code(), Some(1), "{words}");
    assert!(words.contains("--resume goes on from there"), "{words}");
}

#[test]
fn an_output_that_cannot_be_written_is_found_before_any_work() {
    let arguments = [
        "sweep",
        "lirae",
        "-P",
        "site.pue=1.1..1.5:lin20",
        "-P",
        "site.wue=0..1 L/kWh:lin20",
        "-P",
        "override.grid.carbon_intensity=1..9 gCO2e/kWh:lin20",
    ];
    for output in ["nowhere/rows.csv", "src"] {
        let ended = econome(&[&arguments[..], &["-o", output, "--format", "csv"]].concat());
        assert_eq!(ended.status.code(), Some(2), "{}", String::from_utf8_lossy(&ended.stderr));
    }
}

/// A device that is always full: the sweep fails, and says so.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_a_failure() {
    let ended =
        econome(&["sweep", "lirae", "-q", "-P", "site.pue=1.1..1.5:lin100", "--format", "csv", "-o", "/dev/full"]);
    let told = String::from_utf8_lossy(&ended.stderr);
    assert_eq!(ended.status.code(), Some(1), "{told}");
    assert!(told.contains("cannot write the result"), "{told}");
}
