//! All draws of one result, for whoever wants more than its quantiles.

use crate::error::Error;
use crate::estimate::Target;
use crate::impact::{Silent, evaluate};
use crate::scenario::Scenario;
use crate::uncertainty::{Draws, Formulas, Sampler};

impl Scenario {
    /// All draws of some results, one column for each, in the units that their names tell.
    ///
    /// Scenarios computed with one sampler share its columns: draw for draw, a figure that both use has the same value
    /// in both, so that a difference or a ratio of their draws is that of paired scenarios.
    ///
    /// # Errors
    ///
    /// When no figure covers one of the results, or the scenario does not train or serve.
    ///
    /// ```
    /// use econome::{Catalog, Document, Sampler, Scenario, Settings, Target};
    /// let read = |model: &str| {
    ///     let work = "input_tokens = 500\noutput_tokens = 300";
    ///     let text = format!("name = \"Chat\"\n[inference]\nmodel = \"{model}\"\n{work}");
    ///     Scenario::read(&Document::new("chat.toml", &text), &Catalog::builtin())
    /// };
    /// let sampler = Sampler::new(Settings::default().with_samples(1000)?);
    /// let carbon = [Target::named("carbon_g")?];
    /// let small = read("llama-3.1-8b")?.draws(&carbon, &sampler)?;
    /// let large = read("llama-3.1-70b")?.draws(&carbon, &sampler)?;
    /// let less = small.column(0).iter().zip(&*large.column(0)).filter(|(small, large)| small < large).count();
    /// assert!(less > 990);
    /// # Ok::<(), econome::Error>(())
    /// ```
    pub fn draws(&self, targets: &[Target], sampler: &Sampler) -> Result<Draws, Error> {
        Ok(ResultFormulas::new(self, targets)?.draws(sampler))
    }
}

/// The formulas of some results of a scenario, recorded once to be drawn many times.
///
/// ```
/// use econome::{Catalog, Document, Draws, ResultFormulas, Sampler, Scenario, Settings, Target};
/// let text = "name = \"Chat\"\n[inference]\nmodel = \"llama-3.1-8b\"\ninput_tokens = 500\noutput_tokens = 300";
/// let scenario = Scenario::read(&Document::new("chat.toml", text), &Catalog::builtin())?;
/// let formulas = ResultFormulas::new(&scenario, &[Target::named("carbon_g")?])?;
/// let mut draws = Draws::default();
/// for seed in 1..=3 {
///     formulas.draws_into(&Sampler::new(Settings::default().with_seed(seed)), &mut draws);
///     assert!(draws.column(0).iter().all(|carbon| *carbon > 0.0));
/// }
/// # Ok::<(), econome::Error>(())
/// ```
#[derive(Debug)]
pub struct ResultFormulas<'s>(Formulas<'s>);

impl<'s> ResultFormulas<'s> {
    /// The formulas of these results.
    ///
    /// # Errors
    ///
    /// When no figure covers one of the results, or the scenario does not train or serve.
    pub fn new(scenario: &'s Scenario, targets: &[Target]) -> Result<Self, Error> {
        let central = evaluate(&scenario.central(), &mut Silent);
        if let Some(target) = targets.iter().find(|target| !target.is_covered(&central)) {
            return Err(target.not_covered(scenario, &central));
        }
        let units = central.units_per_year.value();
        let outputs = targets.iter().map(|target| (target.output(), target.factor(units)));
        Ok(Self(Formulas::new(scenario, outputs)))
    }

    /// All draws of the results.
    #[must_use]
    pub fn draws(&self, sampler: &Sampler) -> Draws {
        self.0.draws(sampler)
    }

    /// All draws of the results, in the memory of draws that are no longer needed.
    pub fn draws_into(&self, sampler: &Sampler, draws: &mut Draws) {
        self.0.draws_into(sampler, draws);
    }
}
