//! Columns of draws: addressed, stratified, drawn once and shared by whoever uses the figure.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::scenario::Input;
use crate::tape::BLOCK;
use crate::uncertainty::Settings;
use crate::uncertainty::shuffle::{key, shuffle};
use crate::uncertainty::strata::{standard_scores, strata};

/// Draws the columns of inputs, and remembers them: each figure is drawn once for all scenarios that use it.
///
/// Randomness is addressed, not streamed: a column depends only on the seed, on which figure the input is, and
/// on its law. Two scenarios that use the same figure therefore use the same draws of it, in whatever order and
/// on however many threads they are computed. Each column is a Latin hypercube in one dimension: the midpoints
/// of equally likely strata, in an order given by a keyed shuffle.
///
/// ```
/// use econome::{Catalog, Document, Sampler, Scenario, Settings, Target};
/// let text = "name = \"Chat\"\n[inference]\nmodel = \"llama-3.1-8b\"\ninput_tokens = 500\noutput_tokens = 300";
/// let scenario = Scenario::read(&Document::new("chat.toml", text), &Catalog::builtin())?;
/// let sampler = Sampler::new(Settings::default().with_samples(1000)?);
/// let draws = scenario.draws(&[Target::named("carbon_g")?, Target::named("water_l")?], &sampler)?;
/// assert_eq!(draws.column(1).len(), 1000);
/// # Ok::<(), econome::Error>(())
/// ```
#[derive(Debug)]
pub struct Sampler {
    settings: Settings,
    drawn: Mutex<HashMap<Address, Arc<Vec<f64>>>>,
}

/// What a column depends on beside the seed: which figure, its value, its law, its domain.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Address {
    identity: String,
    numbers: [u64; 6],
}

/// All draws of all inputs: one column for each that is uncertain.
#[derive(Clone, Debug)]
pub(crate) struct Columns {
    columns: Vec<Option<Arc<Vec<f64>>>>,
    samples: usize,
}

impl Sampler {
    /// Nothing drawn yet.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        Self { settings, drawn: Mutex::default() }
    }

    /// Number of draws, and which.
    #[must_use]
    pub fn settings(&self) -> Settings {
        self.settings
    }

    /// The columns of some inputs: those drawn before, and the others drawn now.
    pub(crate) fn columns(&self, inputs: &[Input]) -> Columns {
        let samples = self.settings.samples();
        let columns = self.remembered(inputs);
        let is_missing = |(input, column): &(&Input, &Option<_>)| input.is_uncertain() && column.is_none();
        let missing: Vec<&Input> = inputs.iter().zip(&columns).filter(is_missing).map(|(input, _)| input).collect();
        if missing.is_empty() {
            return Columns { columns, samples };
        }
        let drawn = map_inputs(&missing, |input| (Address::of(input), Arc::new(self.draw(input))));
        self.drawn().extend(drawn);
        Columns { columns: self.remembered(inputs), samples }
    }

    /// The columns that were drawn before.
    fn remembered(&self, inputs: &[Input]) -> Vec<Option<Arc<Vec<f64>>>> {
        let drawn = self.drawn();
        let find = |input: &Input| if input.is_uncertain() { drawn.get(&Address::of(input)).cloned() } else { None };
        inputs.iter().map(find).collect()
    }

    /// All draws of one input.
    #[must_use]
    pub fn draws(&self, input: &Input) -> Vec<f64> {
        let samples = self.settings.samples();
        match &self.columns(std::slice::from_ref(input)).columns[..] {
            [Some(column)] => column[..samples].to_vec(),
            _ => vec![input.value; samples],
        }
    }

    /// What was drawn; a thread that failed while it was adding a column leaves the others whole.
    fn drawn(&self) -> MutexGuard<'_, HashMap<Address, Arc<Vec<f64>>>> {
        self.drawn.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The draws of one input, the last one repeated to the end of its block.
    fn draw(&self, input: &Input) -> Vec<f64> {
        let samples = self.settings.samples();
        let scores = standard_scores(samples);
        let mut draws = Vec::with_capacity(samples.next_multiple_of(BLOCK));
        strata(input, &scores, &mut draws);
        shuffle(&mut draws, key(self.settings.seed(), &input.identity));
        draws.resize(samples.next_multiple_of(BLOCK), draws[samples - 1]);
        draws
    }
}

impl Address {
    fn of(input: &Input) -> Self {
        let (low, high) = input.law.ends().unwrap_or((0.0, 0.0));
        let numbers = [input.value, low, high, input.domain.0, input.domain.1].map(f64::to_bits);
        let [value, low, high, from, to] = numbers;
        Self { identity: input.identity.clone(), numbers: [input.law.kind(), value, low, high, from, to] }
    }
}

impl Columns {
    /// Draws all inputs.
    #[cfg(test)]
    pub(crate) fn draw(inputs: &[Input], samples: usize, seed: u64) -> Self {
        let settings = Settings::default().with_seed(seed).with_samples(samples).unwrap_or_default();
        Sampler::new(settings).columns(inputs)
    }

    /// Columns in which the uncertain inputs are known, at their central values.
    pub(crate) fn known(inputs: &[Input], samples: usize) -> Self {
        let padded = samples.next_multiple_of(BLOCK);
        let column = |input: &Input| input.is_uncertain().then(|| Arc::new(vec![input.value; padded]));
        Self { columns: inputs.iter().map(column).collect(), samples }
    }

    /// Number of draws.
    pub(crate) fn samples(&self) -> usize {
        self.samples
    }

    /// Makes an input the same in all draws.
    pub(crate) fn hold(&mut self, input: usize, value: f64) {
        let padded = self.samples.next_multiple_of(BLOCK);
        match self.columns[input].as_mut().and_then(Arc::get_mut) {
            Some(column) => column.fill(value),
            None => self.columns[input] = Some(Arc::new(vec![value; padded])),
        }
    }

    /// Exchanges the draws of one input with those of other columns.
    pub(crate) fn exchange(&mut self, other: &mut Self, input: usize) {
        std::mem::swap(&mut self.columns[input], &mut other.columns[input]);
    }

    /// The draws of one input to the end of the last block; none of an input that is exact.
    #[inline]
    pub(crate) fn column(&self, input: u32) -> &[f64] {
        self.columns.get(input as usize).and_then(Option::as_ref).map_or(&[], |column| column.as_slice())
    }
}

#[cfg(feature = "parallel")]
fn map_inputs<R: Send>(inputs: &[&Input], f: impl Fn(&Input) -> R + Sync + Send) -> Vec<R> {
    use rayon::prelude::*;
    inputs.par_iter().map(|input| f(input)).collect()
}

#[cfg(not(feature = "parallel"))]
fn map_inputs<R>(inputs: &[&Input], f: impl Fn(&Input) -> R) -> Vec<R> {
    inputs.iter().map(|input| f(input)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figure::Law;
    use crate::scenario::Origin;

    fn input(identity: &str, value: f64, law: Law) -> Input {
        Input {
            key: identity.to_owned(),
            shown: String::new(),
            value,
            unit: ("", 1.0),
            domain: (0.0, f64::INFINITY),
            law,
            origin: Origin::Default,
            profile: None,
            source: None,
            reason: None,
            identity: identity.to_owned(),
        }
    }

    fn draws(identity: &str, value: f64, law: Law, samples: usize, seed: u64) -> Vec<f64> {
        let columns = Columns::draw(&[input(identity, value, law)], samples, seed);
        columns.column(0)[..samples].to_vec()
    }

    fn sorted(mut values: Vec<f64>) -> Vec<f64> {
        values.sort_by(f64::total_cmp);
        values
    }

    #[test]
    fn a_column_has_exactly_the_published_percentiles() {
        let law = Law::Lognormal { p05: 2.0, p95: 30.0 };
        let values = sorted(draws("a", 5.0, law, 10_001, 1));
        assert!((values[5000] - 5.0).abs() < 1e-3, "{}", values[5000]);
        assert!((values[500] - 2.0).abs() < 1e-2, "{}", values[500]);
        assert!((values[9500] - 30.0).abs() < 0.1, "{}", values[9500]);
    }

    #[test]
    fn a_column_is_a_permutation_of_its_strata() {
        let law = Law::Uniform { low: 0.0, high: 1.0 };
        for samples in [100, 1000, 1023, 1025] {
            let values = sorted(draws("a", 0.5, law, samples, 7));
            for (rank, value) in values.iter().enumerate() {
                assert!((value - (rank as f64 + 0.5) / samples as f64).abs() < 1e-12);
            }
        }
    }

    #[test]
    fn the_same_figure_is_the_same_draw_and_another_is_not() {
        let law = Law::Normal { p05: 8.0, p95: 12.0 };
        let one = draws("grid/fr/carbon_intensity", 10.0, law, 1000, 1);
        assert_eq!(one, draws("grid/fr/carbon_intensity", 10.0, law, 1000, 1));
        assert_ne!(one, draws("grid/fr/carbon_intensity", 10.0, law, 1000, 2));
        let other = draws("grid/de/carbon_intensity", 10.0, law, 1000, 1);
        let mean = 10.0;
        let product: f64 = one.iter().zip(&other).map(|(a, b)| (a - mean) * (b - mean)).sum();
        let square: f64 = one.iter().map(|a| (a - mean) * (a - mean)).sum();
        assert!((product / square).abs() < 0.1, "correlation {}", product / square);
    }

    #[test]
    fn the_triangular_law_has_its_mode() {
        let law = Law::Triangular { low: 0.0, high: 4.0 };
        let values = sorted(draws("a", 1.0, law, 1000, 1));
        assert!(values[0] > 0.0 && values[999] < 4.0);
        assert!((values[249] - 1.0).abs() < 0.01, "{}", values[249]);
    }
}
