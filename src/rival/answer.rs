//! What a rival method answers: two ends, the inputs it looked at, and what it does not cover.

use crate::figure::Law;
use crate::impact::{Line, Outcome, TrainingRun};
use crate::rival::{Method, ecologits, llmcarbon, tdp};
use crate::scenario::{Input, Origin, Scenario, Slot};
use crate::units::{Carried, Compute, Count, Quantity, Time};

/// What a rival method answers for a scenario, per year.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Answer {
    /// The smaller answer, where the method takes a range; the same as `high` where it does not.
    pub low: Outcome,
    /// The larger answer.
    pub high: Outcome,
    /// What the method looked at: inputs of the scenario, and constants of its own.
    pub inputs: Vec<Input>,
    /// What the method has no formula for, and is therefore not in the answer.
    pub not_covered: Vec<String>,
}

/// The answer of a rival method; none for the method of this library, whose answer is drawn.
///
/// It cannot fail: the scenario was validated when it was read, and what a method has no formula for is listed.
///
/// ```
/// use econome::rival::{Method, answer};
/// use econome::{Catalog, Document, Scenario};
/// let text = "name = \"Chat\"\n[inference]\nmodel = \"llama-3.1-8b\"\ninput_tokens = 500\noutput_tokens = 300";
/// let scenario = Scenario::read(&Document::new("chat.toml", text), &Catalog::builtin())?;
/// let answer = answer(&scenario, Method::Ecologits).unwrap();
/// assert!(answer.high.total().energy.as_wh() > 0.0);
/// # Ok::<(), econome::Error>(())
/// ```
#[must_use]
pub fn answer(scenario: &Scenario, method: Method) -> Option<Answer> {
    let mut reader = Reader::new(scenario);
    let ends = match method {
        Method::Econome => return None,
        Method::Ecologits => ecologits::answer(&mut reader),
        Method::LlmCarbon => llmcarbon::answer(&mut reader),
        Method::Tdp => tdp::answer(&mut reader),
    };
    reader.note_boundary(method);
    Some(Answer { low: ends.low, high: ends.high, inputs: reader.inputs, not_covered: reader.not_covered })
}

/// The smaller and the larger of something.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ends<V> {
    pub(super) low: V,
    pub(super) high: V,
}

impl<V> Ends<V> {
    /// What becomes of either.
    pub(super) fn map<W>(&self, f: impl Fn(&V) -> W) -> Ends<W> {
        Ends { low: f(&self.low), high: f(&self.high) }
    }

    /// What becomes of either with its counterpart.
    pub(super) fn with<U, W>(&self, other: &Ends<U>, f: impl Fn(&V, &U) -> W) -> Ends<W> {
        Ends { low: f(&self.low, &other.low), high: f(&self.high, &other.high) }
    }
}

/// Reads the inputs of a scenario, and remembers which.
pub(super) struct Reader<'s> {
    pub(super) scenario: &'s Scenario,
    inputs: Vec<Input>,
    not_covered: Vec<String>,
}

impl<'s> Reader<'s> {
    fn new(scenario: &'s Scenario) -> Self {
        Self { scenario, inputs: Vec::new(), not_covered: Vec::new() }
    }

    fn input(&mut self, slot: Slot) -> &'s Input {
        let scenario: &'s Scenario = self.scenario;
        let input = &scenario.inputs[slot.0];
        self.keep(input.clone());
        input
    }

    fn keep(&mut self, input: Input) {
        if !self.inputs.iter().any(|other| other.key == input.key) {
            self.inputs.push(input);
        }
    }

    /// Central value.
    pub(super) fn central<C: Carried<Slot>>(&mut self, quantity: &C) -> C::Over<f64> {
        quantity.map(&mut |slot| self.input(*slot).value)
    }

    /// Central value of what a scenario may lack.
    pub(super) fn optional<C: Carried<Slot>>(&mut self, quantity: Option<&C>) -> Option<C::Over<f64>> {
        quantity.map(|quantity| self.central(quantity))
    }

    /// Ends of the interval that the figure states; the value itself where it states none.
    pub(super) fn ends<C: Carried<Slot>>(&mut self, quantity: &C) -> Ends<C::Over<f64>> {
        let mut end = |choose: fn((f64, f64)) -> f64| {
            quantity.map(&mut |slot| {
                let input = self.input(*slot);
                input.law.ends().map_or(input.value, choose)
            })
        };
        Ends { low: end(|(low, _)| low), high: end(|(_, high)| high) }
    }

    /// The value that the scenario itself gives, if it does.
    pub(super) fn given<C: Carried<Slot>>(&mut self, quantity: &C) -> Option<C::Over<f64>> {
        let mut given = false;
        let scenario = self.scenario;
        let _ = quantity.map(&mut |slot| given = scenario.inputs[slot.0].origin == Origin::Given);
        given.then(|| self.central(quantity))
    }

    /// The value that the scenario itself gives, or the constant of the method.
    pub(super) fn given_or<C: Carried<Slot>>(&mut self, quantity: Option<&C>, own: Own<C::Over<f64>>) -> C::Over<f64>
    where
        C::Over<f64>: Quantity,
    {
        match quantity.and_then(|quantity| self.given(quantity)) {
            Some(given) => given,
            None => self.own(own),
        }
    }

    /// A constant of the method.
    pub(super) fn own<Q: Quantity>(&mut self, own: Own<Q>) -> Q {
        self.keep(input_of(own.key, own.value, Origin::Default, Some(own.source), own.reason));
        own.value
    }

    /// A value that the scenario states for rival methods only.
    pub(super) fn stated<Q: Quantity>(&mut self, key: &str, value: Option<Q>) -> Option<Q> {
        if let Some(value) = value {
            self.keep(input_of(key, value, Origin::Given, None, "measured on the service"));
        }
        value
    }

    /// Notes a number that the method takes from a computation.
    pub(super) fn computed<Q: Quantity>(&mut self, key: &str, value: Q, reason: &str) {
        self.keep(input_of(key, value, Origin::Default, None, reason));
    }

    /// A choice of the scenario, if the user made it.
    pub(super) fn chosen(&self, key: &str) -> Option<&'s str> {
        let scenario: &'s Scenario = self.scenario;
        let made = scenario.choices.iter().find(|choice| choice.key == key && choice.origin == Origin::Given);
        made.map(|choice| choice.value.as_str())
    }

    /// Profile from which a quantity was read, as `kind/id`.
    pub(super) fn profile<C: Carried<Slot>>(&self, quantity: &C) -> Option<&'s str> {
        let scenario: &'s Scenario = self.scenario;
        let mut profile = None;
        let _ = quantity.map(&mut |slot| profile = scenario.inputs[slot.0].profile.as_deref());
        profile
    }

    /// Beginning of the keys of a step: `inference.` or `steps.NAME.`.
    pub(super) fn prefix(&self, step: usize) -> String {
        match self.scenario.step_names.get(step) {
            Some(name) if !name.is_empty() => format!("steps.{name}."),
            _ => "inference.".to_owned(),
        }
    }

    /// Notes that the method has no formula for something.
    pub(super) fn gap(&mut self, what: String) {
        if !self.not_covered.contains(&what) {
            self.not_covered.push(what);
        }
    }

    /// What no rival method counts.
    fn note_boundary(&mut self, method: Method) {
        let case = &self.scenario.case;
        if case.network.is_some() || case.terminal.is_some() {
            self.gap(format!("network and terminals: no formula in {}", method.id()));
        }
        if !case.steps.is_empty() {
            self.gap(format!("capacity powered and serving nobody: no formula in {}", method.id()));
        }
        if case.training.as_ref().is_some_and(|training| training.site.programme_factor.is_some()) {
            self.gap(format!("training programme around the final run: no formula in {}", method.id()));
        }
    }
}

/// A constant of a method: what it is, where it is published, why it is used.
#[derive(Clone, Copy)]
pub(super) struct Own<Q> {
    pub(super) key: &'static str,
    pub(super) value: Q,
    pub(super) source: &'static str,
    pub(super) reason: &'static str,
}

fn input_of<Q: Quantity>(key: &str, value: Q, origin: Origin, source: Option<&str>, reason: &str) -> Input {
    Input {
        key: key.to_owned(),
        shown: value.shown(6),
        value: value.coherent(),
        unit: Q::UNITS[0],
        domain: Q::DOMAIN,
        law: Law::Exact,
        origin,
        profile: None,
        source: source.map(str::to_owned),
        reason: Some(reason.to_owned()),
        identity: format!("rival/{key}"),
    }
}

/// Lines of one training run, by whatever method.
pub(super) struct TrainedRun {
    pub(super) flop: Option<Compute>,
    pub(super) time: Time,
    pub(super) lines: Outcome,
}

/// Adds a training run: beside the use, or as the use where training is the whole scenario.
pub(super) fn add_training(run: &TrainedRun, runs_per_year: Count, trains_only: bool, outcome: &mut Outcome) {
    if trains_only {
        for line in Line::ALL {
            *outcome.line_mut(line) = run.lines.line(line).times(runs_per_year);
        }
    }
    outcome.training = Some(TrainingRun {
        flop: run.flop,
        accelerator_time: run.time,
        runs_per_year,
        run: run.lines.total(),
        programme: None,
        amortised: None,
    });
}
