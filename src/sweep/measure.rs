//! What a sweep follows in every scenario: results by their names, and the size of the fleet.

use crate::error::Error;
use crate::estimate::Target;
use crate::impact::{Impacts, Outcome, Sizing};
use crate::math::Real;
use crate::scenario::Scenario;
use crate::units::Carried as _;

/// A number that every scenario of a sweep has: a result, or a size of the fleet.
///
/// ```
/// use econome::sweep::Measure;
/// assert_eq!(Measure::named("carbon_g")?.unit(), "gCO2e");
/// assert_eq!(Measure::named("sizing.accelerators")?.name(), "sizing.accelerators");
/// assert!(Measure::named("carbon").is_err());
/// # Ok::<(), econome::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Measure(Kind);

#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    Result(Target),
    Size(Size),
}

/// A size of the fleet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Size {
    Replicas,
    Accelerators,
    Servers,
    Utilisation,
    OutputTokens,
}

const SIZES: [(&str, Size); 5] = [
    ("sizing.replicas", Size::Replicas),
    ("sizing.accelerators", Size::Accelerators),
    ("sizing.servers", Size::Servers),
    ("sizing.utilisation", Size::Utilisation),
    ("sizing.output_tokens_per_s", Size::OutputTokens),
];

impl Measure {
    /// The number of this name.
    ///
    /// # Errors
    ///
    /// When there is none of this name; the nearest are listed.
    pub fn named(name: &str) -> Result<Self, Error> {
        match SIZES.iter().find(|(own, _)| *own == name) {
            Some((_, size)) => Ok(Self(Kind::Size(*size))),
            None if Target::names().any(|own| own == name) => {
                Target::named(name).map(|target| Self(Kind::Result(target)))
            }
            None => {
                let error = Error::unknown("result", name, Self::names());
                let known: Vec<&str> = Self::names().collect();
                Err(if error.help().is_some() {
                    error
                } else {
                    error.with_help(format!("known: {}", known.join(", ")))
                })
            }
        }
    }

    /// All names, in the order of reports.
    pub fn names() -> impl Iterator<Item = &'static str> {
        Target::names().chain(SIZES.iter().map(|(name, _)| *name))
    }

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self.0 {
            Kind::Result(target) => target.name(),
            Kind::Size(size) => SIZES.iter().find(|(_, own)| *own == size).map_or("", |(name, _)| name),
        }
    }

    /// Its unit; nothing for a count or a share.
    #[must_use]
    pub fn unit(self) -> &'static str {
        match self.0 {
            Kind::Result(target) => target.unit(),
            Kind::Size(_) => "",
        }
    }

    /// Whether a case has it.
    pub(super) fn is_covered(self, outcome: &Outcome) -> bool {
        match self.0 {
            Kind::Result(target) => target.is_covered(outcome),
            Kind::Size(Size::OutputTokens) => {
                outcome.sizing.as_ref().is_some_and(|sizing| sizing.output_tokens_per_second.is_some())
            }
            Kind::Size(_) => outcome.sizing.is_some(),
        }
    }

    /// An error that says that a scenario does not have it.
    pub(super) fn not_covered(self, scenario: &Scenario, outcome: &Outcome) -> Error {
        match self.0 {
            Kind::Result(target) => target.not_covered(scenario, outcome),
            Kind::Size(_) => Error::new(format!("\"{}\" has no {}: it serves nothing", scenario.name(), self.name())),
        }
    }

    /// Its amount in an outcome and its total.
    pub(super) fn of<T: Real>(self, outcome: &Outcome<T>, total: &Impacts<T>, units_per_year: T) -> T {
        match (self.0, &outcome.sizing) {
            (Kind::Result(target), _) => target.of(outcome, total, units_per_year),
            (Kind::Size(size), Some(sizing)) => size.of(sizing),
            (Kind::Size(_), None) => T::of(f64::NAN),
        }
    }
}

impl Size {
    fn of<T: Real>(self, sizing: &Sizing<T>) -> T {
        match self {
            Self::Replicas => sizing.replicas.raw(),
            Self::Accelerators => sizing.accelerators.raw(),
            Self::Servers => sizing.servers.raw(),
            Self::Utilisation => sizing.busy.raw() / sizing.powered.raw().max(T::of(f64::MIN_POSITIVE)),
            Self::OutputTokens => sizing.output_tokens_per_second.map_or(T::of(f64::NAN), |rate| rate.raw()),
        }
    }
}
