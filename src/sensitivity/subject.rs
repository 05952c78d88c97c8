//! What is studied: a result of one scenario, or the ratio of the same result of two.

use crate::Target;
use crate::error::Error;
use crate::impact::{Silent, evaluate};
use crate::scenario::{Evidence, Input, Scenario};
use crate::uncertainty::{Columns, Direction, Formulas, Sampler, Settings, derivatives};

/// A result of one scenario, or of one over that of another, and the uncertain data that it depends on.
pub(super) struct Subject<'s> {
    pub(super) target: Target,
    /// The scenario; then that which it is set against, if there is one.
    parts: Vec<Part<'s>>,
    pub(super) groups: Vec<Group>,
}

struct Part<'s> {
    scenario: &'s Scenario,
    /// Takes an amount to the unit of the result.
    factor: f64,
    /// The result at the central case.
    central: f64,
    /// The result over all draws.
    formulas: Formulas<'s>,
}

/// The uncertain inputs that are the same figure: one draw, and therefore one cause.
pub(super) struct Group {
    /// In the order of the inputs, those of the first scenario first.
    pub(super) places: Vec<Place>,
}

/// An input of one of the scenarios.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) part: usize,
    pub(super) input: usize,
}

impl<'s> Subject<'s> {
    /// A result of one scenario.
    pub(super) fn one(scenario: &'s Scenario, target: Target) -> Result<Self, Error> {
        Ok(Self::of(target, vec![Part::new(scenario, target)?]))
    }

    /// A result of one scenario over that of another.
    pub(super) fn ratio(scenario: &'s Scenario, against: &'s Scenario, target: Target) -> Result<Self, Error> {
        let parts = vec![Part::new(scenario, target)?, Part::new(against, target)?];
        match parts.iter().find(|part| part.central <= 0.0) {
            Some(part) => {
                Err(Error::new(format!("\"{}\" has no {}: no ratio can be formed", part.scenario.name, target.name())))
            }
            None => Ok(Self::of(target, parts)),
        }
    }

    fn of(target: Target, parts: Vec<Part<'s>>) -> Self {
        let mut subject = Self { target, parts, groups: Vec::new() };
        let places = subject.places();
        for place in places {
            let identity = &subject.input(place).identity;
            let same = subject.groups.iter().position(|group| subject.input(group.places[0]).identity == *identity);
            match same {
                Some(group) => subject.groups[group].places.push(place),
                None => subject.groups.push(Group { places: vec![place] }),
            }
        }
        subject
    }

    /// All uncertain inputs.
    fn places(&self) -> Vec<Place> {
        let of_part = |(part, one): (usize, &Part<'s>)| {
            let uncertain = one.scenario.inputs.iter().enumerate().filter(|(_, input)| input.is_uncertain());
            uncertain.map(|(input, _)| Place { part, input }).collect::<Vec<_>>()
        };
        self.parts.iter().enumerate().flat_map(of_part).collect()
    }

    pub(super) fn is_ratio(&self) -> bool {
        self.parts.len() > 1
    }

    /// The scenario; for a ratio, that above the line.
    pub(super) fn scenario(&self) -> &'s Scenario {
        self.parts[0].scenario
    }

    /// Name of the scenario below the line.
    pub(super) fn against(&self) -> Option<&'s str> {
        self.parts.get(1).map(|part| part.scenario.name.as_str())
    }

    pub(super) fn input(&self, place: Place) -> &'s Input {
        &self.parts[place.part].scenario.inputs[place.input]
    }

    pub(super) fn evidence(&self, place: Place) -> Evidence {
        self.parts[place.part].scenario.evidence(place.input)
    }

    /// The keys of a group; in a ratio, one that only one scenario has says which.
    pub(super) fn keys(&self, group: &Group) -> Vec<String> {
        let shared = (0..self.parts.len()).all(|part| group.places.iter().any(|place| place.part == part));
        let mut keys: Vec<String> = Vec::new();
        for place in &group.places {
            let key = &self.input(*place).key;
            let named = match (shared, place.part) {
                (true, _) => key.clone(),
                (false, 0) => format!("{key} (first)"),
                (false, _) => format!("{key} (second)"),
            };
            if !keys.contains(&named) {
                keys.push(named);
            }
        }
        keys
    }

    /// The result at the central case.
    pub(super) fn central(&self) -> f64 {
        self.over(|part| self.parts[part].central)
    }

    /// The result with every input at the value told.
    pub(super) fn at(&self, value: impl Fn(Place, &Input) -> f64) -> f64 {
        self.over(|part| {
            let Part { scenario, factor, .. } = &self.parts[part];
            let case = scenario.case.map(|slot| value(Place { part, input: slot.0 }, &scenario.inputs[slot.0]));
            self.target.amount(&evaluate(&case, &mut Silent)) * factor
        })
    }

    /// The first part, over the second where there is one.
    fn over(&self, result: impl Fn(usize) -> f64) -> f64 {
        let first = result(0);
        if self.is_ratio() { first / result(1) } else { first }
    }

    /// The derivative of the logarithm of the result as each group moves, its inputs at the rates told; zero where the
    /// result is not above zero.
    pub(super) fn log_slopes(&self, rate: fn(&Input) -> f64) -> Vec<f64> {
        let mut slopes = vec![0.0; self.groups.len()];
        for (part, one) in self.parts.iter().enumerate().filter(|(_, one)| one.central > 0.0) {
            let own = |group: &Group| -> Direction {
                let own = group.places.iter().filter(|place| place.part == part);
                own.map(|place| (place.input, rate(self.input(*place)))).collect()
            };
            let directions: Vec<Direction> = self.groups.iter().map(own).collect();
            let found = derivatives(one.scenario, &directions, |outcome| vec![self.target.amount(outcome)]);
            let sign = if part == 0 { 1.0 } else { -1.0 };
            for (slope, found) in slopes.iter_mut().zip(found) {
                *slope += sign * found[0] * one.factor / one.central;
            }
        }
        slopes
    }

    /// Columns of all parts.
    pub(super) fn columns(&self, settings: Settings) -> Vec<Columns> {
        let sampler = Sampler::new(settings);
        self.parts.iter().map(|part| sampler.columns(&part.scenario.inputs)).collect()
    }

    /// Columns where every input is known, at its central value.
    pub(super) fn known(&self, samples: usize) -> Vec<Columns> {
        self.parts.iter().map(|part| Columns::known(&part.scenario.inputs, samples)).collect()
    }

    /// All draws of the result.
    pub(super) fn draws(&self, columns: &[Columns]) -> Vec<f64> {
        let of_part = |(part, columns): (&Part, &Columns)| part.formulas.play(columns).column(0).into_owned();
        let mut draws = self.parts.iter().zip(columns).map(of_part);
        let first = draws.next().unwrap_or_default();
        match draws.next() {
            Some(second) => first.into_iter().zip(second).map(|(first, second)| first / second).collect(),
            None => first,
        }
    }
}

impl Group {
    /// Exchanges the draws of its inputs between two sets of columns.
    pub(super) fn exchange(&self, one: &mut [Columns], other: &mut [Columns]) {
        for place in &self.places {
            one[place.part].exchange(&mut other[place.part], place.input);
        }
    }
}

impl<'s> Part<'s> {
    fn new(scenario: &'s Scenario, target: Target) -> Result<Self, Error> {
        let outcome = evaluate(&scenario.central(), &mut Silent);
        if !target.is_covered(&outcome) {
            return Err(target.not_covered(scenario, &outcome));
        }
        let factor = target.factor(outcome.units_per_year.value());
        let formulas = Formulas::new(scenario, [(target.output(), factor)]);
        Ok(Self { scenario, factor, central: target.amount(&outcome) * factor, formulas })
    }
}
