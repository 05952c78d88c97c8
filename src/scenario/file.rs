//! A scenario as the user writes it.

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;

use crate::precision::Precision;
use crate::scenario::Mode;
use crate::units::{Compute, CostPerEnergy, CostPerTime, Count, Data, Power, Pue, Share, Time, WaterPerEnergy};
use crate::word::word;

/// Defines a table of a scenario: every key optional, unknown keys refused.
macro_rules! table {
    ($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident: $type:ty,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, Default, Deserialize)]
        #[serde(deny_unknown_fields, default)]
        #[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
        #[non_exhaustive]
        pub struct $name {
            $($(#[$field_doc])* pub $field: Option<$type>,)*
        }
    };
}

/// The JSON Schema of scenarios.
///
/// ```
/// let schema = econome::scenario::schema();
/// assert_eq!(schema.get("title").and_then(|title| title.as_str()), Some("econome scenario"));
/// ```
#[cfg(feature = "cli")]
#[must_use]
pub fn schema() -> schemars::Schema {
    schemars::schema_for!(ScenarioFile)
}

/// A scenario as the user writes it: the keys of its TOML file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "cli", schemars(title = "econome scenario"))]
#[non_exhaustive]
pub(crate) struct ScenarioFile {
    /// Name of the use case.
    pub name: String,
    /// What it is about.
    pub description: Option<String>,
    /// Functional unit: what one answer, hour or file is called.
    pub unit: Option<String>,
    /// How good the answers are: what makes another scenario the same service.
    pub quality: Option<QualityTable>,
    /// How much it is used.
    #[serde(rename = "use", default)]
    pub usage: Usage,
    /// One model answering.
    pub inference: Option<Inference>,
    /// A chain of models, by name of the step, in the order written.
    #[serde(default)]
    pub steps: BTreeMap<String, Inference>,
    /// Training or fine-tuning.
    pub training: Option<TrainingTable>,
    /// Where it is served.
    #[serde(default)]
    pub serving: ServingTable,
    /// The data centre and its electricity.
    #[serde(default)]
    pub site: SiteTable,
    /// The network between data centre and user.
    pub network: Option<NetworkTable>,
    /// The user's device.
    pub terminal: Option<TerminalTable>,
    /// Figures of the chosen profiles that are replaced: kind, then name of the figure.
    #[serde(rename = "override", default)]
    pub overrides: BTreeMap<String, BTreeMap<String, Written>>,
}

table!(
    /// `[quality]`: a score that the answers reach.
    QualityTable {
        /// What is measured, such as "accuracy".
        metric: String,
        /// On which data set.
        dataset: String,
        /// The score.
        value: f64,
        /// By how much another score may be worse and still count as the same service.
        tolerance: f64,
        /// Whether a lower score is a better one, as of an error rate.
        lower_is_better: bool,
    }
);

table!(
    /// `[use]`: how much.
    Usage {
        /// People who use it.
        users: Count,
        /// Units each of them asks for on a day of use.
        requests_per_user_day: Count,
        /// Days of use a year.
        days_per_year: Count,
        /// Units a year, instead of the three above.
        requests_per_year: Count,
        /// Years of service.
        years: Count,
        /// Growth of use from year to year: 0.1 is 10 % more each year.
        growth_per_year: Count,
        /// Peak over mean load, for sizing.
        peak_factor: Count,
    }
);

table!(
    /// `[inference]` or one of `[steps.NAME]`: one model and what it is asked.
    Inference {
        /// Profile of the model.
        model: String,
        /// What it does.
        task: Task,
        /// Prompt tokens of one request; of one item for embedding and classification of texts.
        input_tokens: Count,
        /// Generated tokens of one request.
        output_tokens: Count,
        /// Calls of the model in a dialogue or by an agent, each with the text of those before.
        turns: Count,
        /// Tokens by which the prompt grows from one turn to the next.
        tokens_per_turn: Count,
        /// Share of the prompt whose cache is kept from before.
        cached_input_share: Share,
        /// Pictures or videos.
        images: Count,
        /// Denoising steps.
        steps: Count,
        /// Width in pixels.
        width: Count,
        /// Height in pixels.
        height: Count,
        /// Frames of a video.
        frames: Count,
        /// Seconds of sound.
        audio_seconds: Count,
        /// Pages of a document.
        pages: Count,
        /// Images, texts or rows.
        items: Count,
        /// Seconds of one processor core for one item, where they were measured.
        cpu_seconds: Count,
        /// Precision of weights and arithmetic.
        precision: Precision,
        /// Measured time of a whole request; for `--method ecologits-0.11` only, econome computes its own.
        latency: Time,
        /// Measured time to the first token; for `--method ecologits-0.11` only.
        time_to_first_token: Time,
        /// Measured rate of generation that one user sees; for `--method ecologits-0.11` only.
        output_tokens_per_second: Count,
        /// Times this runs in one functional unit.
        per_unit: Count,
        /// Where this step is served, where it differs from `[serving]`.
        serving: ServingTable,
    }
);

table!(
    /// `[training]`: training or fine-tuning of a model.
    TrainingTable {
        /// Profile of the model.
        model: String,
        /// How it is trained.
        method: Method,
        /// Training tokens.
        tokens: Count,
        /// All operations, instead of tokens.
        flop: Written,
        /// Billed hours of all accelerators, instead of tokens or operations.
        accelerator_hours: Count,
        /// Profile of the accelerator; by default the serving one.
        accelerator: String,
        /// Profile of the cloud instance, which gives accelerator and server.
        instance: String,
        /// Profile of the server.
        server: String,
        /// Share of the 16-bit peak reached over billed hours.
        mfu: Share,
        /// Mean power of one accelerator over the run, without its host.
        power: Power,
        /// Mean power of a node for each of its accelerators over the run: accelerator, host, network cards, fans.
        node_power: Power,
        /// Share of the parameters that a low-rank adapter trains.
        trained_share: Share,
        /// Hours at which it draws electricity; by default those of the site.
        hours: String,
        /// Months in which it draws electricity; by default those of the site.
        months: String,
        /// Whole programme over final run.
        programme_factor: Count,
        /// Runs a year.
        retrainings_per_year: Count,
        /// Requests over which the training is spread, such as "5e9 requests".
        amortised_over: Written,
    }
);

table!(
    /// `[serving]`: where and how.
    ServingTable {
        /// Whose machines, and when they are powered.
        mode: Mode,
        /// Profile of the accelerator.
        accelerator: String,
        /// Profile of the cloud instance, which gives accelerator, server, accelerators of a replica and price.
        instance: String,
        /// Profile of the server.
        server: String,
        /// Accelerators of one replica.
        accelerators: Count,
        /// Mean number of requests served together.
        batch: Count,
        /// Profile of the serving software.
        stack: String,
        /// Share of the powered time spent serving.
        utilisation: Share,
        /// How a replica is cut over its accelerators.
        parallelism: Parallelism,
        /// Price of an hour on one accelerator, electricity included.
        accelerator_price: CostPerTime,
    }
);

table!(
    /// `[site]`: the data centre and its electricity.
    SiteTable {
        /// Profile of the facility.
        facility: String,
        /// Power usage effectiveness.
        pue: Pue,
        /// Water usage effectiveness, per IT energy.
        wue: WaterPerEnergy,
        /// Profile of the grid.
        grid: String,
        /// Whose carbon intensity counts.
        instrument: Instrument,
        /// Hours at which electricity is drawn, of the zone's standard time, such as "22-6" or "9-12, 14-18".
        hours: String,
        /// Months in which electricity is drawn, such as "5-9", "11-2" or "1, 7".
        months: String,
        /// Profile of how the carbon intensity varies over hours and months; by default that of the grid's zone.
        shape: String,
        /// Price of electricity.
        electricity_price: CostPerEnergy,
    }
);

table!(
    /// `[network]`: data between data centre and user.
    NetworkTable {
        /// Profile of the network.
        network: String,
        /// Data of one functional unit.
        data_per_request: Data,
    }
);

table!(
    /// `[terminal]`: the user's device.
    TerminalTable {
        /// Profile of the terminal.
        terminal: String,
        /// Time of use for one functional unit.
        active_time: Time,
        /// Profile of the user's grid; by default that of France.
        grid: String,
    }
);

word!(
    /// What a model does.
    Task {
        /// Text in, text out.
        Text = "text",
        /// Pictures.
        Image = "image",
        /// Videos.
        Video = "video",
        /// Speech to text.
        Speech = "speech",
        /// Texts to vectors.
        Embedding = "embedding",
        /// Classification of texts, images or rows.
        Classification = "classification",
        /// Things found in images.
        Detection = "detection",
        /// Pages in, text out.
        Document = "document",
    }
);

word!(
    /// How a model is trained.
    Method {
        /// From nothing.
        Pretraining = "pretraining",
        /// All parameters of a trained model.
        FineTuning = "fine_tuning",
        /// A low-rank adapter.
        Lora = "lora",
        /// Reinforcement learning: generation, then training on what was generated.
        Reinforcement = "reinforcement",
    }
);

word!(
    /// How a replica is cut over its accelerators.
    Parallelism {
        /// Every matrix is cut.
        Tensor = "tensor",
        /// Experts are spread.
        Expert = "expert",
        /// Every accelerator keeps the whole model.
        Data = "data",
    }
);

word!(
    /// Whose carbon intensity counts.
    Instrument {
        /// That of the grid.
        Location = "location",
        /// That of the contracts of the operator, else what contracts leave over in the zone.
        Market = "market",
        /// That of the plants that follow demand, for the consequences of a change.
        Marginal = "marginal",
    }
);

/// A number or a text, kept as written and read where its quantity is known.
#[derive(Clone, Debug, PartialEq)]
pub struct Written(pub(crate) String);

impl<'de> Deserialize<'de> for Written {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl serde::de::Visitor<'_> for Visitor {
            type Value = Written;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number or a text such as \"350 W\"")
            }
            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Written, E> {
                Ok(Written(text.to_owned()))
            }
            fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Written, E> {
                Ok(Written(value.to_string()))
            }
            fn visit_i64<E: serde::de::Error>(self, value: i64) -> Result<Written, E> {
                Ok(Written(value.to_string()))
            }
        }
        deserializer.deserialize_any(Visitor)
    }
}

#[cfg(feature = "cli")]
impl schemars::JsonSchema for Written {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Written".into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "description": "a number, or a text with a number and its unit",
            "type": ["number", "string"]
        })
    }
}

impl Written {
    /// The operations written as a number or with a unit.
    pub(crate) fn compute(&self) -> Result<Compute, crate::Error> {
        match self.0.parse::<f64>() {
            Ok(_) => format!("{} FLOP", self.0).parse(),
            Err(_) => self.0.parse(),
        }
    }

    /// The count written as a number, with or without the word that is counted.
    pub(crate) fn count(&self) -> Result<Count, crate::Error> {
        self.0.split_whitespace().next().unwrap_or_default().parse()
    }
}
