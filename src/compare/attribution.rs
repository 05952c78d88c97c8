//! What each difference contributes to the change of the results.

use crate::compare::differences::Leaves;
use crate::compare::edits::{Edit, brief, edits};
use crate::compare::{Alternative, Contribution, Contributions, Effect, Total};
use crate::document::Document;
use crate::error::Error;
use crate::estimate::Target;
use crate::impact::{Indicator, Line, Outcome, Silent, evaluate};
use crate::math::Real;
use crate::scenario::Scenario;

/// The change of each result, shared out among the edits that turn the reference into the other scenario.
pub(super) fn contributions(
    keys: &[String],
    reference: (&Alternative, &Leaves),
    other: (&Alternative, &Leaves),
) -> Result<Contributions, Error> {
    let (edits, mut notes) = edits(keys, reference, other)?;
    let base = Base { document: brief(&reference.0.label, reference.1), reference: reference.0, other: other.0 };
    let game = Game::played(&base, edits, &mut notes);
    let totals: Vec<(Total, Indicator)> = totals(reference.0, other.0);
    let mut parts: Vec<Contribution> = game.edits.iter().map(Contribution::new).collect();
    for (total, indicator) in &totals {
        let amounts = game.amounts(*indicator, total);
        for (part, amount) in parts.iter_mut().zip(amounts) {
            let relative = (total.reference != 0.0).then(|| amount / total.reference);
            part.effects.push(Effect { result: total.result.clone(), amount, relative });
        }
    }
    Ok(Contributions { totals: totals.into_iter().map(|(total, _)| total).collect(), parts, notes })
}

/// The results that both cover, at the central case.
fn totals(reference: &Alternative, other: &Alternative) -> Vec<(Total, Indicator)> {
    let amount =
        |target: Target, outcome: &Outcome| target.amount(outcome) * target.factor(outcome.units_per_year.value());
    let both = |target: &Target| target.is_covered(&reference.central) && target.is_covered(&other.central);
    let of = |(target, indicator): (Target, Indicator)| {
        let (reference, other) = (amount(target, &reference.central), amount(target, &other.central));
        let (result, unit) = (target.name().to_owned(), target.unit().to_owned());
        (Total { result, unit, indicator, reference, other }, indicator)
    };
    Target::per_unit().filter(|(target, _)| both(target)).map(of).collect()
}

impl Contribution {
    fn new(edit: &Edit) -> Self {
        Self { label: edit.label.clone(), keys: edit.keys.clone(), effects: Vec::new() }
    }
}

/// The outcomes of all subsets of the edits, and the orders in which these can be made one by one.
///
/// A subset is a number whose bits are its edits; `None` where it is no valid scenario.
struct Game {
    edits: Vec<Edit>,
    outcomes: Vec<Option<Outcome>>,
    /// Orders that lead from no edit to a subset, every step valid; and from there to all edits.
    before: Vec<f64>,
    after: Vec<f64>,
}

impl Game {
    /// Tells the edits apart as far as they can be made one by one.
    fn played(base: &Base, edits: Vec<Edit>, notes: &mut Vec<String>) -> Self {
        let game = Self::new(base, edits);
        if game.before[game.all()] > 0.0 {
            return game;
        }
        // The largest subset that can be reached; the others are only valid together with each other.
        let reached = (0..game.outcomes.len()).filter(|subset| game.before[*subset] > 0.0);
        let most = reached.max_by_key(|subset| (subset.count_ones(), usize::MAX - subset)).unwrap_or_default();
        let (mut apart, mut joined) = (Vec::new(), Vec::new());
        for (index, edit) in game.edits.into_iter().enumerate() {
            if most & (1 << index) == 0 { joined.push(edit) } else { apart.push(edit) }
        }
        if let Some(edit) = Edit::of(joined) {
            notes.push(format!("{} is no valid scenario one by one: one difference", edit.label));
            apart.push(edit);
        }
        Self::played(base, apart, notes)
    }

    fn new(base: &Base, edits: Vec<Edit>) -> Self {
        let all = (1 << edits.len()) - 1;
        let outcome = |subset: usize| match subset {
            0 => Some(base.reference.central),
            subset if subset == all => Some(base.other.central),
            subset => base.with(&edits, subset),
        };
        let outcomes: Vec<Option<Outcome>> = (0..=all).map(outcome).collect();
        let (before, after) = orders(edits.len(), |subset| outcomes[subset].is_some());
        Self { edits, outcomes, before, after }
    }

    fn all(&self) -> usize {
        self.outcomes.len() - 1
    }

    /// What each edit contributes to one result: the sum over the lines of the breakdown.
    fn amounts(&self, indicator: Indicator, total: &Total) -> Vec<f64> {
        let mut amounts = vec![0.0; self.edits.len()];
        let Ok(target) = Target::named(&total.result) else { return amounts };
        for line in Line::ALL {
            let value = |outcome: &Option<Outcome>| {
                let outcome = outcome.as_ref()?;
                Some(outcome.line(line).amount(indicator) * target.factor(outcome.units_per_year.value()))
            };
            let values: Vec<Option<f64>> = self.outcomes.iter().map(value).collect();
            for (amount, part) in amounts.iter_mut().zip(self.of_line(&values)) {
                *amount += part;
            }
        }
        amounts
    }

    /// The change of one line: by logarithms with the logarithmic mean as weight where it is above zero on every way,
    /// else as it is.
    fn of_line(&self, values: &[Option<f64>]) -> Vec<f64> {
        let on_the_way = |subset: &usize| self.before[*subset] * self.after[*subset] > 0.0;
        let positive = |subset: usize| values[subset].is_some_and(|value| value > 0.0);
        if !(0..values.len()).filter(on_the_way).all(positive) {
            return self.shapley(|subset| values[subset].unwrap_or_default());
        }
        // Relative to the reference, so that the parts add up to the last digit.
        let value = |subset: usize| values[subset].unwrap_or_default();
        let (first, last) = (value(0), value(self.all()));
        let weight = logarithmic_mean(first, last);
        self.shapley(|subset| weight * Real::ln(value(subset) / first))
    }

    /// The mean over all orders of what each edit changes when its turn comes (Shapley's value).
    fn shapley(&self, value: impl Fn(usize) -> f64) -> Vec<f64> {
        let orders = self.before[self.all()];
        let of = |edit: usize| {
            let bit = 1 << edit;
            let without = (0..self.outcomes.len()).filter(|subset| subset & bit == 0);
            let weighed = without.map(|subset| (subset, self.before[subset] * self.after[subset | bit] / orders));
            weighed
                .filter(|(_, weight)| *weight > 0.0)
                .map(|(subset, weight)| weight * (value(subset | bit) - value(subset)))
                .sum()
        };
        (0..self.edits.len()).map(of).collect()
    }
}

/// Where all subsets start.
struct Base<'a, 'c> {
    /// What the reference says.
    document: Document,
    reference: &'a Alternative<'c>,
    other: &'a Alternative<'c>,
}

impl Base<'_, '_> {
    /// The reference with some of the edits, read as any scenario is; none where it is not valid.
    fn with(&self, edits: &[Edit], subset: usize) -> Option<Outcome> {
        let mut document = self.document.clone();
        let chosen = edits.iter().enumerate().filter(|(index, _)| subset & (1 << index) != 0);
        chosen.for_each(|(_, edit)| edit.apply(&mut document));
        // The catalogues agree in what both scenarios use; one of them may have profiles that the other lacks.
        let (first, second) = (self.reference.catalog, self.other.catalog);
        let second = (!std::ptr::eq(first, second)).then_some(second);
        let mut read = std::iter::once(first).chain(second).map(|catalog| Scenario::read(&document, catalog));
        let scenario = read.find_map(Result::ok)?;
        Some(evaluate(&scenario.central(), &mut Silent))
    }
}

/// How many orders of valid steps lead from nothing to each subset, and from each subset to the whole.
fn orders(edits: usize, valid: impl Fn(usize) -> bool) -> (Vec<f64>, Vec<f64>) {
    let subsets = 1_usize << edits;
    let (mut before, mut after) = (vec![0.0; subsets], vec![0.0; subsets]);
    before[0] = 1.0;
    after[subsets - 1] = 1.0;
    let bits = || (0..edits).map(|edit| 1 << edit);
    for subset in (1..subsets).filter(|subset| valid(*subset)) {
        before[subset] = bits().filter(|bit| subset & bit != 0).map(|bit| before[subset & !bit]).sum();
    }
    for subset in (0..subsets - 1).rev().filter(|subset| valid(*subset)) {
        after[subset] = bits().filter(|bit| subset & bit == 0).map(|bit| after[subset | bit]).sum();
    }
    (before, after)
}

/// Relative difference below which the logarithmic mean is the arithmetic one to all digits.
const NEAR: f64 = 1e-7;

/// The logarithmic mean, `(b - a) / ln(b / a)`.
fn logarithmic_mean(a: f64, b: f64) -> f64 {
    if (b - a).abs() <= NEAR * a { f64::midpoint(a, b) } else { (b - a) / Real::ln(b / a) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_order_counts_where_all_steps_are_valid() {
        let (before, after) = orders(3, |_| true);
        assert_eq!((before[7], after[0]), (6.0, 6.0));
        assert_eq!(before, [1.0, 1.0, 1.0, 2.0, 1.0, 2.0, 2.0, 6.0]);
    }

    #[test]
    fn orders_with_an_invalid_step_do_not_count() {
        // The second edit needs the first.
        let (before, after) = orders(2, |subset| subset != 2);
        assert_eq!((before[3], after[0], before[2]), (1.0, 1.0, 0.0));
        let (before, _) = orders(2, |subset| subset == 0 || subset == 3);
        assert_eq!(before[3], 0.0);
    }

    #[test]
    fn the_logarithmic_mean_lies_between_the_geometric_and_the_arithmetic() {
        for (a, b) in [(1.0, 2.0), (3.0, 0.1), (1.0, 1.0 + 1e-6)] {
            let mean = logarithmic_mean(a, b);
            assert!(mean >= f64::sqrt(a * b) && mean <= (a + b) / 2.0, "{mean}");
        }
        assert_eq!(logarithmic_mean(2.0, 2.0), 2.0);
    }
}
