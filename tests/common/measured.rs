//! Measured configurations of text generation, as scenarios.

use econome::Document;

use super::root;

/// One configuration.
#[derive(serde::Deserialize)]
pub struct Measured {
    pub stack: String,
    pub accelerator: String,
    pub model: String,
    precision: String,
    accelerators: f64,
    parallelism: String,
    pub batch: f64,
    pub input_tokens: f64,
    pub output_tokens: f64,
    pub measured_j_per_output_token: f64,
    #[serde(rename = "use")]
    purpose: String,
}

/// The configurations that stacks were fitted to.
pub fn fitted() -> Vec<Measured> {
    let path = root().join("tests/data/mlenergy.csv");
    let reader = csv::Reader::from_path(path).expect("the data");
    let rows = reader.into_deserialize().map(|row: Result<Measured, csv::Error>| row.expect("a row"));
    rows.filter(|row| row.purpose == "fit").collect()
}

impl Measured {
    /// As a scenario.
    pub fn document(&self) -> Document {
        let mut document = Document::new("measured", "name = \"measured\"\n");
        for (key, value) in [
            ("inference.model", self.model.clone()),
            ("inference.precision", self.precision.clone()),
            ("inference.input_tokens", format!("{:?}", self.input_tokens)),
            ("inference.output_tokens", format!("{:?}", self.output_tokens)),
            ("serving.stack", self.stack.clone()),
            ("serving.accelerator", self.accelerator.clone()),
            ("serving.accelerators", format!("{:?}", self.accelerators)),
            ("serving.batch", format!("{:?}", self.batch)),
            ("serving.parallelism", self.parallelism.clone()),
        ] {
            document.set(key, &value, "mlenergy.csv");
        }
        document
    }
}
