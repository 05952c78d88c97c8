//! How far a step lies outside what its software was measured with.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::figure::Law;
use crate::math::Real;
use crate::number;
use crate::precision::Precision;
use crate::profile::Measured;
use crate::scenario::Slot;
use crate::scenario::door::Door;
use crate::scenario::file::Task;
use crate::scenario::hardware::Chosen;
use crate::scenario::step::ChosenModel;
use crate::units::Quantity as _;

/// Ratios below this are not worth a warning.
const NOTABLE: f64 = 1.05;

/// What some software was measured with.
pub(super) struct Measuring<'m> {
    pub(super) software: &'m str,
    /// Least and greatest value of inputs, by key.
    pub(super) range: &'m BTreeMap<String, (f64, f64)>,
    /// Log standard deviation that each unit of the logarithm beyond adds.
    pub(super) rate: f64,
}

impl Door<'_> {
    /// Whether accelerator, precision and kind of attention are among those measured; warns of those that are not.
    pub(super) fn seen(&mut self, chosen: &Chosen, task: Task, precision: Precision, model: &ChosenModel) -> bool {
        let stack = &chosen.stack_id;
        let Some(Measured { precisions, attentions, .. }) = chosen.measured.get(task.name()) else {
            return chosen.saw;
        };
        let mut unseen = Vec::new();
        if !chosen.saw {
            unseen.push(chosen.accelerator_id.replace('/', " "));
        }
        if !precisions.is_empty() && !precisions.contains(&precision) {
            unseen.push(format!("precision {}", precision.name()));
        }
        let attention = model.model.architecture.as_ref().map(|shape| shape.attention);
        if let Some(attention) = attention.filter(|kind| !attentions.is_empty() && !attentions.contains(kind)) {
            unseen.push(format!("attention {}", attention.name()));
        }
        for what in &unseen {
            let words = format!("{stack} was not measured with {what}: wider interval");
            self.warn("outside_calibration", words);
        }
        unseen.is_empty()
    }

    /// Widens the error of the method by how far the inputs of a step lie outside the measured range.
    pub(super) fn widen(&mut self, error: Slot, chosen: &Chosen, task: Task, inputs: Range<usize>) {
        let Some(Measured { range, .. }) = chosen.measured.get(task.name()) else { return };
        let Some(rate) = chosen.stack.extrapolation.as_ref().map(|figure| figure.value.coherent()) else { return };
        self.widen_by(error, &Measuring { software: &chosen.stack_id, range, rate }, inputs);
    }

    /// The same, by what was measured with some software.
    pub(super) fn widen_by(&mut self, error: Slot, measuring: &Measuring, inputs: Range<usize>) {
        let mut squares = 0.0;
        for (key, ends) in measuring.range {
            let suffix = format!(".{key}");
            let found =
                self.inputs[inputs.clone()].iter().find(|input| input.key == *key || input.key.ends_with(&suffix));
            let Some(input) = found else { continue };
            let distance = outside(input.value, *ends);
            let logarithm = Real::ln(distance);
            squares += logarithm * logarithm;
            if distance > NOTABLE {
                let words = format!(
                    "{} {} is {} times {} what {} was measured with ({} to {}): wider interval",
                    input.key,
                    number::significant(input.value, 4),
                    number::significant(distance, 2),
                    if input.value < ends.0 { "below" } else { "above" },
                    measuring.software,
                    number::significant(ends.0, 4),
                    number::significant(ends.1, 4),
                );
                self.warn("outside_calibration", words);
            }
        }
        let input = &mut self.inputs[error.0];
        if let Some(measured) = input.law.log_sd().filter(|_| squares > 0.0) {
            let wider = (measured * measured + measuring.rate * measuring.rate * squares).sqrt();
            input.law = Law::factor(1.0, wider);
            let before = input.reason.take().unwrap_or_default();
            let words = format!("{before}; {wider:.2} with the distance from the measured range");
            input.reason = Some(words);
        }
    }
}

/// By what factor a value lies outside an interval; one within.
fn outside(value: f64, (low, high): (f64, f64)) -> f64 {
    if value <= 0.0 { 1.0 } else { (low / value).max(value / high).max(1.0) }
}
