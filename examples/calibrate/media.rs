//! Pictures, videos and single passes: the rows of ML.ENERGY and of the AI Energy Score, and the coefficients fitted to
//! them.

use std::collections::BTreeSet;
use std::path::Path;

use econome::scenario::{Step, Work};
use econome::units::{Compute, Count, Power, Quantity as _, Share, Time};
use econome::{Catalog, Document, Scenario, impact};
use toml_edit::{DocumentMut, value};

use crate::fit::{Coefficient, Fitted, Row, Use, fit_each, leave_out, log_ratio};
use crate::score::{HEADING, Score};
use crate::stack::shown;

/// Pictures: priors from data sheets, counts of kernels and published timings. Several accelerators tell the last two.
const PICTURES: [Coefficient; 11] = [
    prior("picture_efficiency", 0.70, 0.08, 0.30, 0.90),
    prior("picture_attention_efficiency", 0.35, 0.30, 0.10, 0.80),
    prior("picture_memory_efficiency", 0.45, 0.40, 0.10, 0.90),
    prior("picture_layer_overhead", 500e-6, 1.00, 1e-6, 5e-3),
    prior("picture_step_overhead", 10e-3, 0.70, 1e-4, 0.1),
    prior("picture_exchange", 50.0, 1.00, 1.0, 500.0),
    prior("picture_exchange_latency", 500e-6, 0.70, 1e-6, 5e-3),
    prior("picture_pixel_work", 100e6, 0.50, 1e6, 1e9),
    prior("picture_power_floor", 0.10, 0.50, 0.01, 0.40),
    prior("picture_power_compute", 0.85, 0.30, 0.30, 1.20),
    prior("picture_power_exponent", 0.60, 0.40, 0.20, 1.50),
];

/// Passes: the host's times from published timings of eager execution, the power law from pictures.
const PASSES: [Coefficient; 9] = [
    prior("pass_efficiency", 0.50, 0.30, 0.10, 0.90),
    prior("pass_memory_efficiency", 0.70, 0.20, 0.30, 0.95),
    prior("pass_overhead", 1.5e-3, 0.70, 1e-5, 2e-2),
    prior("pass_launch_overhead", 25e-6, 0.50, 1e-6, 2e-4),
    prior("pass_token_overhead", 4e-3, 0.50, 1e-5, 5e-2),
    prior("pass_picture_overhead", 4e-3, 0.70, 1e-5, 5e-2),
    prior("pass_power_floor", 0.06, 0.30, 0.01, 0.30),
    prior("pass_power_compute", 0.85, 0.15, 0.30, 1.20),
    prior("pass_power_exponent", 0.65, 0.20, 0.20, 1.50),
];

const fn prior(name: &'static str, centre: f64, log_sd: f64, low: f64, high: f64) -> Coefficient {
    Coefficient { name, centre, log_sd, low, high }
}

/// A measured configuration, resolved.
pub struct Media {
    stack: String,
    accelerator: String,
    task: String,
    /// Models left out together: those of one shape.
    group: String,
    purpose: String,
    step: Step,
    measured: Use,
}

/// One line of a file: all its cells by column.
struct Line(std::collections::BTreeMap<String, String>);

impl Line {
    fn text(&self, column: &str) -> &str {
        self.0.get(column).map_or("", String::as_str)
    }

    fn number(&self, column: &str) -> Option<f64> {
        self.text(column).parse().ok()
    }
}

/// Reads and resolves the rows of a file.
pub fn read(path: &Path, catalog: &Catalog) -> Vec<Media> {
    let lines = csv::Reader::from_path(path).expect("the data").into_deserialize();
    lines.map(|line| resolve(&Line(line.expect("a row")), catalog)).collect()
}

fn resolve(line: &Line, catalog: &Catalog) -> Media {
    let mut document = Document::new("measured", "name = \"measured\"\n");
    for (column, key) in [
        ("model", "inference.model"),
        ("task", "inference.task"),
        ("precision", "inference.precision"),
        ("width", "inference.width"),
        ("height", "inference.height"),
        ("steps", "inference.steps"),
        ("frames", "inference.frames"),
        ("input_tokens", "inference.input_tokens"),
        ("audio_seconds", "inference.audio_seconds"),
        ("evaluations", "override.model.evaluations_per_step"),
        ("stack", "serving.stack"),
        ("accelerator", "serving.accelerator"),
        ("accelerators", "serving.accelerators"),
        ("batch", "serving.batch"),
    ] {
        if !line.text(column).is_empty() {
            document.set(key, line.text(column), "measured");
        }
    }
    if line.text("batch").is_empty() {
        document.set("serving.batch", "1", "measured");
    }
    let scenario = Scenario::read(&document, catalog).unwrap_or_else(|error| panic!("{}: {error}", line.text("model")));
    let step = scenario.central().steps.remove(0);
    let energy = line.number("measured_j_per_item").or(line.number("measured_j")).expect("an energy");
    let group = match &step.work {
        Work::Texts { texts, .. } => format!("encoder {:.0}", texts.multiplied_parameters.value() / 1e6),
        _ => line.text("model").trim_end_matches("-xt").to_owned(),
    };
    Media {
        stack: line.text("stack").to_owned(),
        accelerator: line.text("accelerator").to_owned(),
        task: line.text("task").to_owned(),
        group,
        purpose: if line.text("use").is_empty() { "fit".to_owned() } else { line.text("use").to_owned() },
        step,
        measured: Use { energy, power: line.number("power_w") },
    }
}

impl Row for Media {
    fn measured(&self) -> Use {
        self.measured
    }

    fn accelerator(&self) -> &str {
        &self.accelerator
    }

    fn computed(&self, values: &[f64]) -> Use {
        let mut step = self.step;
        let time = Time::seconds;
        match &mut step.work {
            Work::Pictures { costs, .. } => {
                costs.efficiency = share(values[0]);
                costs.attention_efficiency = share(values[1]);
                costs.memory_efficiency = share(values[2]);
                costs.layer_overhead = time(values[3]);
                costs.step_overhead = time(values[4]);
                costs.exchange = Count::of(values[5]);
                costs.exchange_latency = time(values[6]);
                costs.pixel_work = Compute::flop(values[7]);
            }
            Work::Texts { costs, .. } | Work::Items { costs, .. } => {
                costs.efficiency = share(values[0]);
                costs.memory_efficiency = share(values[1]);
                costs.overhead = time(values[2]);
                costs.launch_overhead = time(values[3]);
                costs.token_overhead = time(values[4]);
                costs.picture_overhead = time(values[5]);
            }
            _ => panic!("neither pictures nor passes"),
        }
        let law = &values[values.len() - 3..];
        step.power.power_floor = share(law[0]);
        step.power.power_compute = Count::of(law[1]);
        step.power.power_exponent = Count::of(law[2]);
        let request = impact::request(&step);
        let all = |power: Power| power.as_watts() * step.deployment.accelerators.value();
        Use { energy: request.energy.as_joules(), power: Some(all(request.power)) }
    }
}

fn share(value: f64) -> Share {
    Share::checked(value, "a fitted coefficient").expect("within its bounds")
}

/// A stack fitted for one family of tasks.
pub struct Tasks<'a> {
    pub id: &'a str,
    coefficients: &'a [Coefficient],
    fitted: Fitted,
    rows: Vec<&'a Media>,
    others: Vec<&'a Media>,
    left_out: Vec<f64>,
}

/// Fits the three stacks that were measured.
pub fn calibrate<'a>(pictures: &'a [Media], passes: &'a [Media]) -> [Tasks<'a>; 3] {
    [
        Tasks::new("xdit-0.4", &PICTURES, pictures),
        Tasks::new("diffusers", &PICTURES, pictures),
        Tasks::new("hf-batch1", &PASSES, passes),
    ]
}

impl<'a> Tasks<'a> {
    fn new(id: &'a str, coefficients: &'a [Coefficient], rows: &'a [Media]) -> Self {
        let own = rows.iter().filter(|row| row.stack == id);
        let (rows, others): (Vec<&Media>, Vec<&Media>) = own.partition(|row| row.purpose == "fit");
        let fitted = rounded(fit_each(coefficients, &rows), coefficients);
        let left_out = leave_out(coefficients, &rows, |row| row.group.clone());
        Self { id, coefficients, fitted, rows, others, left_out }
    }

    /// Scores with each model left out, by task, then the rows that were never fitted and the accelerators left out.
    fn scores(&self) -> String {
        let mut table = format!("\n## {}\n\n{HEADING}", self.id);
        let mut add = |name: &str, logs: &[f64], measured: &[f64]| {
            let score = Score::of(logs, measured);
            table += &score.markdown(&format!("{name} (log rms {:.3})", score.log_rms), spread(&score), logs);
        };
        let tasks: BTreeSet<&str> = self.rows.iter().map(|row| row.task.as_str()).collect();
        add("**model left out**", &self.left_out, &energies(&self.rows));
        for task in tasks {
            let of = |index: &usize| self.rows[*index].task == task;
            let members: Vec<usize> = (0..self.rows.len()).filter(of).collect();
            let logs: Vec<f64> = members.iter().map(|index| self.left_out[*index]).collect();
            let measured: Vec<f64> = members.iter().map(|index| self.rows[*index].measured.energy).collect();
            add(&format!("… {task}"), &logs, &measured);
        }
        let seen: Vec<f64> = self.rows.iter().map(|row| log_ratio(*row, self.fitted.on(row.accelerator()))).collect();
        add("seen in the fit", &seen, &energies(&self.rows));
        if !self.others.is_empty() {
            let logs: Vec<f64> =
                self.others.iter().map(|row| log_ratio(*row, self.fitted.on(row.accelerator()))).collect();
            add("pipelines with more parts, never fitted", &logs, &energies(&self.others));
        }
        if self.fitted.on.len() > 1 {
            let logs = leave_out(self.coefficients, &self.rows, |row| row.accelerator.clone());
            add("accelerator left out", &logs, &energies(&self.rows));
        }
        table
    }

    /// The coefficients, as a table.
    fn table(&self) -> String {
        let mut table = format!("\n| {} | any |", self.id);
        for name in self.fitted.on.keys() {
            table += &format!(" {name} |");
        }
        table += &format!("\n|---|--:|{}\n", "--:|".repeat(self.fitted.on.len()));
        for (place, coefficient) in self.coefficients.iter().enumerate() {
            table += &format!("| `{}` | {} |", coefficient.name, written(coefficient.name, self.fitted.all[place]));
            for values in self.fitted.on.values() {
                table += &format!(" {} |", written(coefficient.name, values[place]));
            }
            table += "\n";
        }
        table
    }

    /// The text of a profile, with these coefficients in place of those it has.
    pub fn updated(&self, text: &str) -> String {
        let mut document: DocumentMut = text.parse().unwrap_or_else(|error| panic!("{}: {error}", self.id));
        for (place, coefficient) in self.coefficients.iter().enumerate() {
            if self.informs(place) {
                put(&mut document["default"][coefficient.name], coefficient.name, self.fitted.all[place]);
            }
        }
        for (accelerator, values) in self.fitted.on.iter().filter(|_| self.fitted.on.len() > 1) {
            for (place, coefficient) in self.coefficients.iter().enumerate().filter(|(place, _)| self.informs(*place)) {
                let holder = document["on"].or_insert(toml_edit::table());
                let figure = holder[accelerator.as_str()].or_insert(toml_edit::table())[coefficient.name]
                    .or_insert(toml_edit::table());
                put(figure, coefficient.name, values[place]);
            }
        }
        document.to_string()
    }

    fn informs(&self, place: usize) -> bool {
        crate::fit::informs(&self.fitted.all, place, &self.rows)
    }
}

fn put(figure: &mut toml_edit::Item, name: &str, number: f64) {
    let text = written(name, number);
    figure["value"] = text.parse::<f64>().map_or_else(|_| value(&text), value);
    figure["source"] = value("calibration-2026");
}

/// A value with its unit, as a profile writes it.
fn written(name: &str, number: f64) -> String {
    if name.ends_with("_work") {
        return format!("{} MFLOP", econome::number::significant(number / 1e6, 3));
    }
    shown(name, number)
}

/// What a profile states: three digits.
fn rounded(fitted: Fitted, coefficients: &[Coefficient]) -> Fitted {
    let round = |values: &Vec<f64>| {
        let three = |value: &f64| econome::number::significant(*value, 3).parse().expect("a number");
        values.iter().map(three).collect::<Vec<f64>>()
    };
    debug_assert_eq!(fitted.all.len(), coefficients.len());
    Fitted {
        all: round(&fitted.all),
        on: fitted.on.iter().map(|(name, values)| (name.clone(), round(values))).collect(),
    }
}

fn energies(rows: &[&Media]) -> Vec<f64> {
    rows.iter().map(|row| row.measured.energy).collect()
}

/// Log standard deviation to ship: the root mean square, or what holds nine tenths, if that is more.
fn spread(score: &Score) -> f64 {
    score.log_rms.max(score.log_sd_90)
}

/// Coefficients of one stack on the rows of another: how much the software matters.
pub fn swapped(one: &Tasks, other: &Tasks) -> String {
    let logs: Vec<f64> = other.rows.iter().map(|row| log_ratio(*row, one.fitted.on(row.accelerator()))).collect();
    let score = Score::of(&logs, &energies(&other.rows));
    score.markdown(&format!("{} on rows of {} (log rms {:.3})", one.id, other.id, score.log_rms), spread(&score), &logs)
}

/// The part of the page about these tasks.
pub fn page(fits: &[Tasks]) -> String {
    let mut page =
        "\n# Tasks other than text\n\nPictures and videos by ML.ENERGY, single passes by the AI Energy Score, \
                    fitted in the same way. *Covered* is with the log standard deviation of the row itself.\n"
            .to_owned();
    for fit in fits {
        page += &fit.scores();
        page += &fit.table();
    }
    page += &format!("\nSoftware swapped:\n\n{HEADING}{}{}", swapped(&fits[0], &fits[1]), swapped(&fits[1], &fits[0]));
    page
}
