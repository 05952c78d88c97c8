//! Limits that a scenario is to keep, and how surely it does.

use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::estimate::Target;
use crate::impact::{Silent, evaluate};
use crate::scenario::Scenario;
use crate::uncertainty::{Formulas, Quantiles, Sampler, Settings};

/// A result and the most it may be.
///
/// ```
/// use econome::Limit;
/// let limit: Limit = "carbon_g=2".parse()?;
/// assert_eq!((limit.target().name(), limit.at_most()), ("carbon_g", 2.0));
/// assert!("carbon_g=few".parse::<Limit>().is_err());
/// # Ok::<(), econome::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Limit {
    target: Target,
    at_most: f64,
}

impl Limit {
    /// A limit on a result, in the unit that its name tells.
    ///
    /// # Errors
    ///
    /// When the limit is negative or not a number.
    pub fn new(target: Target, at_most: f64) -> Result<Self, Error> {
        if at_most.is_finite() && at_most >= 0.0 {
            return Ok(Self { target, at_most });
        }
        Err(Error::new(format!("a limit is a number from zero, found {at_most} for {}", target.name())))
    }

    /// The result.
    #[must_use]
    pub fn target(&self) -> Target {
        self.target
    }

    /// The most it may be.
    #[must_use]
    pub fn at_most(&self) -> f64 {
        self.at_most
    }
}

impl std::str::FromStr for Limit {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let help = "write for example carbon_g=2";
        let (name, number) = text
            .split_once('=')
            .ok_or_else(|| Error::new(format!("a limit is RESULT=NUMBER, found \"{text}\"")).with_help(help))?;
        let target = Target::named(name.trim())?;
        let number = number.trim().replace('_', "");
        let at_most = number.parse().map_err(|_| {
            let words = format!("the limit of {} is a number of {}, found \"{number}\"", target.name(), target.unit());
            Error::new(words).with_help(help)
        })?;
        Self::new(target, at_most)
    }
}

/// Whether a limit is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Verdict {
    /// At most the limit, with the confidence asked for.
    Within,
    /// Above the limit, with the confidence asked for.
    Exceeded,
    /// Neither can be said with the confidence asked for: the limit is not shown to be kept.
    NotShown,
    /// No figure covers the result: the limit is not shown to be kept.
    NotCovered,
}

impl Verdict {
    /// In words.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Within => "within",
            Self::Exceeded => "exceeded",
            Self::NotShown => "not shown",
            Self::NotCovered => "not covered",
        }
    }
}

/// What a scenario does with its limits.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Check {
    /// Name of the use case.
    pub scenario: String,
    /// Probability with which a limit must be kept.
    pub confidence: f64,
    /// Whether all limits are kept with that probability.
    pub holds: bool,
    /// The limits in the order given.
    pub limits: Vec<LimitReport>,
    /// Draws.
    pub samples: usize,
    /// Which draws.
    pub seed: u64,
    /// Version of the library.
    pub version: String,
    /// SHA-256, shortened, of the profiles used.
    pub profiles_digest: String,
}

/// What becomes of one limit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct LimitReport {
    /// Name of the result.
    pub result: String,
    /// Its unit.
    pub unit: String,
    /// The most it may be.
    pub at_most: f64,
    /// The result; absent where no figure covers it.
    pub quantiles: Option<Quantiles>,
    /// Share of the draws that keep the limit.
    pub probability: Option<f64>,
    /// Standard error of that share, for there are only so many draws.
    pub probability_error: Option<f64>,
    /// Whether the limit is kept.
    pub verdict: Verdict,
    /// Lines of the breakdown that are not in the result, for lack of a figure.
    pub missing_in: Vec<String>,
}

impl Scenario {
    /// Whether results keep their limits, each with a probability of at least `confidence`.
    ///
    /// ```text
    /// kept  if and only if  (draws with result <= limit) / draws >= confidence
    /// ```
    ///
    /// Each limit is judged on its own. A result that no figure covers does not keep any limit.
    ///
    /// # Errors
    ///
    /// When the confidence is not between zero and one, or asks for more draws than there are.
    ///
    /// ```
    /// use econome::{Catalog, Document, Scenario, Settings, Verdict};
    /// let text = "name = \"Chat\"\n[inference]\nmodel = \"llama-3.1-8b\"\ninput_tokens = 500\noutput_tokens = 300";
    /// let scenario = Scenario::read(&Document::new("chat.toml", text), &Catalog::builtin())?;
    /// let check = scenario.check(&["carbon_g=100".parse()?, "energy_wh=0".parse()?], 0.95, Settings::default())?;
    /// assert_eq!(check.limits[0].verdict, Verdict::Within);
    /// assert_eq!(check.limits[1].verdict, Verdict::Exceeded);
    /// assert!(!check.holds);
    /// # Ok::<(), econome::Error>(())
    /// ```
    pub fn check(&self, limits: &[Limit], confidence: f64, settings: Settings) -> Result<Check, Error> {
        enough(confidence, settings.samples())?;
        let central = evaluate(&self.central(), &mut Silent);
        let covered: Vec<bool> = limits.iter().map(|limit| limit.target.is_covered(&central)).collect();
        let units = central.units_per_year.value();
        let outputs = limits.iter().map(|limit| (limit.target.output(), limit.target.factor(units)));
        let draws = Formulas::new(self, outputs).draws(&Sampler::new(settings));
        let reports = limits.iter().zip(covered).enumerate().map(|(index, (limit, covered))| {
            let missing_in = limit.target.missing_in(&central);
            let draws = covered.then(|| draws.column(index).into_owned());
            LimitReport::new(limit, draws, confidence, missing_in)
        });
        let limits: Vec<LimitReport> = reports.collect();
        Ok(Check {
            scenario: self.name.clone(),
            confidence,
            holds: limits.iter().all(|limit| limit.verdict == Verdict::Within),
            limits,
            samples: settings.samples(),
            seed: settings.seed(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            profiles_digest: self.digest.clone(),
        })
    }
}

/// Refuses a confidence that is none, or that this number of draws cannot show.
fn enough(confidence: f64, samples: usize) -> Result<(), Error> {
    if !(confidence > 0.0 && confidence < 1.0) {
        let error = Error::new(format!("a confidence lies between 0 and 1, found {confidence}"));
        return Err(error.with_help("0.95 is usual"));
    }
    // Rounded up, not by more than what comes of writing the confidence in decimals.
    let needed = (1.0 / (1.0 - confidence) - 1e-6).ceil();
    if needed > samples as f64 {
        let words = format!("a confidence of {confidence} needs at least {needed} draws, there are {samples}");
        return Err(Error::new(words).with_help("ask for more draws, or for less confidence"));
    }
    Ok(())
}

impl LimitReport {
    fn new(limit: &Limit, draws: Option<Vec<f64>>, confidence: f64, missing_in: Vec<String>) -> Self {
        let at_most = limit.at_most;
        let kept = |draws: &Vec<f64>| draws.iter().filter(|draw| **draw <= at_most).count() as f64 / draws.len() as f64;
        let probability = draws.as_ref().map(kept);
        let verdict = match probability {
            None => Verdict::NotCovered,
            Some(probability) if probability >= confidence => Verdict::Within,
            Some(probability) if 1.0 - probability >= confidence => Verdict::Exceeded,
            Some(_) => Verdict::NotShown,
        };
        let error = |draws: &Vec<f64>, share: f64| (share * (1.0 - share) / draws.len() as f64).sqrt();
        let probability_error = draws.as_ref().zip(probability).map(|(draws, share)| error(draws, share));
        let quantiles = draws.map(|mut draws| Quantiles::of(&mut draws));
        let (result, unit) = (limit.target.name().to_owned(), limit.target.unit().to_owned());
        Self { result, unit, at_most, quantiles, probability, probability_error, verdict, missing_in }
    }
}
