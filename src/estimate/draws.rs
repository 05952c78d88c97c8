//! All draws of one result, for whoever wants more than its quantiles.

use crate::error::Error;
use crate::estimate::Target;
use crate::impact::{Silent, evaluate};
use crate::scenario::Scenario;
use crate::uncertainty::{Formulas, Sampler};

impl Scenario {
    /// All draws of some results, one column each, in the units that their names tell.
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
    /// let less = small[0].iter().zip(&large[0]).filter(|(small, large)| small < large).count();
    /// assert!(less > 990);
    /// # Ok::<(), econome::Error>(())
    /// ```
    pub fn draws(&self, targets: &[Target], sampler: &Sampler) -> Result<Vec<Vec<f64>>, Error> {
        let central = evaluate(&self.central(), &mut Silent);
        if let Some(target) = targets.iter().find(|target| !target.is_covered(&central)) {
            return Err(target.not_covered(self, &central));
        }
        let outputs: Vec<_> = targets.iter().map(|target| target.output()).collect();
        let draws = Formulas::new(self, &outputs).play(&sampler.columns(&self.inputs));
        let units = central.units_per_year.value();
        Ok(targets.iter().enumerate().map(|(output, target)| draws.scaled(output, target.factor(units))).collect())
    }
}
