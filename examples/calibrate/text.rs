//! Text generation: the rows of ML.ENERGY and of the AI Energy Score, and the coefficients fitted to them.

use std::path::Path;

use econome::scenario::{Step, Work};
use econome::units::{Count, Quantity as _, Share, Time};
use econome::{Catalog, Document, Scenario, impact};

use crate::fit::{Coefficient, Row, Use};

/// Priors: centres from published kernels, data sheets and the starting constants of the method documentation. The
/// upper bounds of `weights_efficiency`, `decode_efficiency` and `kv_efficiency` are a physical judgement.
pub const COEFFICIENTS: [Coefficient; 18] = [
    prior("weights_efficiency", 0.85, 0.10, 0.60, 0.90),
    prior("expert_efficiency", 0.60, 0.25, 0.30, 0.95),
    prior("kv_efficiency", 0.90, 0.20, 0.40, 0.95),
    prior("decode_efficiency", 0.70, 0.30, 0.30, 0.80),
    prior("prefill_efficiency", 0.30, 0.40, 0.10, 0.70),
    prior("step_overhead", 1e-3, 0.80, 1e-5, 2e-2),
    prior("layer_overhead", 50e-6, 0.60, 5e-6, 1e-3),
    prior("quantised_layer_overhead", 80e-6, 0.60, 1e-6, 5e-4),
    prior("quantised_expert_overhead", 50e-6, 0.60, 1e-6, 5e-4),
    prior("sequence_overhead", 30e-6, 1.00, 1e-7, 2e-3),
    prior("sampling_overhead", 20e-6, 0.70, 1e-7, 3e-4),
    prior("allreduce_latency", 5e-6, 0.70, 1e-7, 3e-4),
    prior("alltoall_latency", 8e-6, 0.70, 1e-7, 3e-4),
    prior("state_bytes", 5.0, 0.30, 2.0, 12.0),
    prior("power_floor", 0.30, 0.30, 0.03, 0.70),
    prior("power_memory", 0.05, 1.00, 0.005, 0.80),
    prior("power_compute", 0.75, 0.25, 0.20, 1.50),
    prior("power_exponent", 0.22, 0.40, 0.10, 0.80),
];

const fn prior(name: &'static str, centre: f64, log_sd: f64, low: f64, high: f64) -> Coefficient {
    Coefficient { name, centre, log_sd, low, high }
}

/// A measured configuration as the file has it.
#[derive(Clone, Debug, serde::Deserialize)]
struct Line {
    stack: String,
    accelerator: String,
    model: String,
    precision: String,
    accelerators: f64,
    parallelism: String,
    batch: f64,
    input_tokens: f64,
    output_tokens: f64,
    measured_j_per_output_token: f64,
    power_w: Option<f64>,
    #[serde(rename = "use")]
    purpose: String,
}

/// A measured configuration, resolved.
pub struct Text {
    pub stack: String,
    pub accelerator: String,
    /// `fit`, or why it was left out of the fit.
    pub purpose: String,
    /// Layers, width and experts: models that share them are one architecture.
    pub architecture: String,
    pub publisher: String,
    /// Precision of the weights and kind of attention.
    pub precision: String,
    pub attention: String,
    step: Step,
    spread_experts: bool,
    reduced_precision: bool,
    measured: Use,
}

/// Reads and resolves the rows of a file.
pub fn read(path: &Path, catalog: &Catalog) -> Vec<Text> {
    let lines = csv::Reader::from_path(path).expect("the data").into_deserialize::<Line>();
    lines.map(|line| resolve(&line.expect("a row"), catalog)).collect()
}

fn resolve(line: &Line, catalog: &Catalog) -> Text {
    let mut document = Document::new("measured", "name = \"measured\"\n");
    for (key, value) in [
        ("inference.model", line.model.clone()),
        ("inference.precision", line.precision.clone()),
        ("inference.input_tokens", format!("{:?}", line.input_tokens)),
        ("inference.output_tokens", format!("{:?}", line.output_tokens)),
        ("serving.stack", line.stack.clone()),
        ("serving.accelerator", line.accelerator.clone()),
        ("serving.accelerators", format!("{:?}", line.accelerators)),
        ("serving.batch", format!("{:?}", line.batch)),
        // It ran, whatever the estimate of its memory says.
        ("override.accelerator.memory", "10000 GB".to_owned()),
    ] {
        document.set(key, &value, "measured");
    }
    let scenario = Scenario::read(&document, catalog).unwrap_or_else(|error| panic!("{}: {error}", line.model));
    let step = scenario.central().steps.remove(0);
    let Work::Tokens { model, serving, .. } = &step.work else { panic!("{} writes no text", line.model) };
    let profile = catalog.profile::<econome::Model>(&line.model).unwrap_or_else(|error| panic!("{error}"));
    Text {
        stack: line.stack.clone(),
        accelerator: line.accelerator.clone(),
        purpose: line.purpose.clone(),
        architecture: format!(
            "{} layers, {} wide, 1 of {} experts",
            model.layers.value(),
            model.hidden_size.value(),
            (1.0 / model.expert_share.as_fraction()).round()
        ),
        publisher: profile.publisher.clone().unwrap_or_default(),
        precision: line.precision.clone(),
        attention: profile.architecture.as_ref().map(|shape| shape.attention.name().to_owned()).unwrap_or_default(),
        spread_experts: line.parallelism == "expert",
        reduced_precision: serving.precision_overhead.as_seconds() > 0.0,
        measured: Use { energy: line.measured_j_per_output_token, power: line.power_w },
        step,
    }
}

impl Text {
    /// A number of the step, by the key under which a profile states its measured range.
    pub fn input(&self, key: &str) -> f64 {
        let Work::Tokens { tokens, model, .. } = &self.step.work else { panic!("no text") };
        match key {
            "model.parameters" => model.parameters.value(),
            "model.active_parameters" => model.active_parameters.value(),
            "input_tokens" => tokens.input_tokens.value(),
            "output_tokens" => tokens.output_tokens.value(),
            "serving.batch" => self.step.deployment.batch.value(),
            "serving.accelerators" => self.step.deployment.accelerators.value(),
            other => panic!("no such input: {other}"),
        }
    }
}

impl Row for Text {
    fn measured(&self) -> Use {
        self.measured
    }

    fn computed(&self, values: &[f64]) -> Use {
        let of = |name: &str| {
            let place = COEFFICIENTS.iter().position(|coefficient| coefficient.name == name);
            values[place.unwrap_or_else(|| panic!("no coefficient {name}"))]
        };
        let mut step = self.step;
        let Work::Tokens { model, serving, .. } = &mut step.work else { panic!("no text") };
        let experts = model.expert_parameters.value() > 0.0;
        let quantised = of("quantised_layer_overhead") + if experts { of("quantised_expert_overhead") } else { 0.0 };
        let exchange = if self.spread_experts && experts { of("alltoall_latency") } else { of("allreduce_latency") };
        serving.weights_efficiency = share(of("weights_efficiency"));
        serving.expert_efficiency = share(of("expert_efficiency"));
        serving.kv_efficiency = Count::of(of("kv_efficiency"));
        serving.decode_efficiency = Count::of(of("decode_efficiency"));
        serving.prefill_efficiency = share(of("prefill_efficiency"));
        serving.step_overhead = Time::seconds(of("step_overhead"));
        serving.layer_overhead = Time::seconds(of("layer_overhead"));
        serving.precision_overhead = Time::seconds(if self.reduced_precision { quantised } else { 0.0 });
        serving.sequence_overhead = Time::seconds(of("sequence_overhead"));
        serving.sampling_overhead = Time::seconds(of("sampling_overhead"));
        serving.exchange_latency = Time::seconds(exchange);
        serving.state_bytes = Count::of(of("state_bytes"));
        step.power.power_floor = share(of("power_floor"));
        step.power.power_memory = Count::of(of("power_memory"));
        step.power.power_compute = Count::of(of("power_compute"));
        step.power.power_exponent = Count::of(of("power_exponent"));
        let request = impact::request(&step);
        let power = request.power.as_watts() * step.deployment.accelerators.value();
        Use { energy: request.energy.as_joules() / self.input("output_tokens"), power: Some(power) }
    }

    fn accelerator(&self) -> &str {
        &self.accelerator
    }
}

fn share(value: f64) -> Share {
    Share::checked(value, "a fitted coefficient").expect("within its bounds")
}
