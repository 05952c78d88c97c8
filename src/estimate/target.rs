//! One result of an estimate by its name: what a sensitivity is about, and what a limit holds for.

use crate::error::Error;
use crate::impact::{Impacts, Indicator, Line, Outcome};
use crate::math::Real;
use crate::scenario::Scenario;
use crate::uncertainty::Output;
use crate::units::{Abiotic, Carbon, Carried as _, Cost, Energy, PrimaryEnergy, Time, Water};

/// One result of an estimate, by the name it has in the machine-readable report.
///
/// ```
/// use econome::Target;
/// assert_eq!(Target::named("carbon_g")?.name(), "carbon_g");
/// let error = Target::named("carbon_gg").unwrap_err();
/// assert!(error.to_string().contains("did you mean carbon_g"));
/// # Ok::<(), econome::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Target(&'static Named);

/// A result: its name, what it is per, and where its draws are.
#[derive(Debug, PartialEq)]
struct Named {
    name: &'static str,
    per: Per,
    output: Output,
    /// Its unit.
    size: Size,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Per {
    Unit,
    Year,
    Run,
    /// Neither: a time that one user waits.
    Request,
}

/// Units of results.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Size {
    WattHour,
    KilowattHour,
    Gram,
    Kilogram,
    Litre,
    CubicMetre,
    Megajoule,
    KilogramOfAntimony,
    Euro,
    Hour,
    Second,
}

impl Size {
    /// Its value in the coherent unit.
    fn coherent(self) -> f64 {
        match self {
            Self::WattHour => Energy::<f64>::wh(1.0).raw(),
            Self::KilowattHour => Energy::<f64>::kwh(1.0).raw(),
            Self::Gram => Carbon::<f64>::g(1.0).raw(),
            Self::Kilogram => Carbon::<f64>::kg(1.0).raw(),
            Self::Litre => Water::<f64>::litres(1.0).raw(),
            Self::CubicMetre => Water::<f64>::cubic_metres(1.0).raw(),
            Self::Megajoule => PrimaryEnergy::<f64>::megajoules(1.0).raw(),
            Self::KilogramOfAntimony => Abiotic::<f64>::kg_sb(1.0).raw(),
            Self::Euro => Cost::<f64>::euros(1.0).raw(),
            Self::Hour => Time::<f64>::hours(1.0).raw(),
            Self::Second => Time::<f64>::seconds(1.0).raw(),
        }
    }

    fn symbol(self) -> &'static str {
        match self {
            Self::WattHour => "Wh",
            Self::KilowattHour => "kWh",
            Self::Gram => "gCO2e",
            Self::Kilogram => "kgCO2e",
            Self::Litre => "L",
            Self::CubicMetre => "m3",
            Self::Megajoule => "MJ",
            Self::KilogramOfAntimony => "kgSbeq",
            Self::Euro => "EUR",
            Self::Hour => "h",
            Self::Second => "s",
        }
    }
}

const fn total(name: &'static str, per: Per, indicator: Indicator, size: Size) -> Named {
    Named { name, per, output: Output::Total(indicator), size }
}

const fn part(name: &'static str, line: Line) -> Named {
    Named { name, per: Per::Unit, output: Output::Line(line, Indicator::Energy), size: Size::WattHour }
}

const fn other(name: &'static str, per: Per, output: Output, size: Size) -> Named {
    Named { name, per, output, size }
}

const ALL: [Named; 21] = [
    total("energy_wh", Per::Unit, Indicator::Energy, Size::WattHour),
    total("carbon_g", Per::Unit, Indicator::Carbon, Size::Gram),
    total("water_l", Per::Unit, Indicator::Water, Size::Litre),
    total("primary_energy_mj", Per::Unit, Indicator::PrimaryEnergy, Size::Megajoule),
    total("abiotic_kgsbeq", Per::Unit, Indicator::Abiotic, Size::KilogramOfAntimony),
    total("cost_eur", Per::Unit, Indicator::Cost, Size::Euro),
    total("energy_kwh_per_year", Per::Year, Indicator::Energy, Size::KilowattHour),
    total("carbon_kg_per_year", Per::Year, Indicator::Carbon, Size::Kilogram),
    total("water_m3_per_year", Per::Year, Indicator::Water, Size::CubicMetre),
    total("primary_energy_mj_per_year", Per::Year, Indicator::PrimaryEnergy, Size::Megajoule),
    total("abiotic_kgsbeq_per_year", Per::Year, Indicator::Abiotic, Size::KilogramOfAntimony),
    total("cost_eur_per_year", Per::Year, Indicator::Cost, Size::Euro),
    part("accelerators_energy_wh", Line::Accelerators),
    part("host_energy_wh", Line::Host),
    part("idle_energy_wh", Line::Idle),
    part("cooling_energy_wh", Line::Cooling),
    other("training_accelerator_hours", Per::Run, Output::TrainingTime, Size::Hour),
    other("training_energy_kwh", Per::Run, Output::TrainingRun(Indicator::Energy), Size::KilowattHour),
    other("training_carbon_kg", Per::Run, Output::TrainingRun(Indicator::Carbon), Size::Kilogram),
    other("latency_s", Per::Request, Output::Latency, Size::Second),
    other("time_to_first_token_s", Per::Request, Output::FirstToken, Size::Second),
];

static NAMED: [Named; ALL.len()] = ALL;

impl Target {
    /// The result of this name.
    ///
    /// # Errors
    ///
    /// When no result has this name; the message names the nearest.
    pub fn named(name: &str) -> Result<Self, Error> {
        let found = NAMED.iter().find(|named| named.name == name).map(Self);
        found.ok_or_else(|| {
            let error = Error::unknown("result", name, Self::names());
            let known: Vec<&str> = Self::names().collect();
            if error.help().is_some() { error } else { error.with_help(format!("known: {}", known.join(", "))) }
        })
    }

    /// All names, in the order of reports.
    pub fn names() -> impl Iterator<Item = &'static str> {
        NAMED.iter().map(|named| named.name)
    }

    /// The indicators per functional unit, in the order of reports.
    pub(crate) fn per_unit() -> impl Iterator<Item = (Self, Indicator)> {
        NAMED.iter().filter_map(|named| match (named.per, named.output) {
            (Per::Unit, Output::Total(indicator)) => Some((Self(named), indicator)),
            _ => None,
        })
    }

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.0.name
    }

    /// Its unit.
    #[must_use]
    pub fn unit(self) -> &'static str {
        self.0.size.symbol()
    }

    pub(crate) fn output(self) -> Output {
        self.0.output
    }

    /// What it is for, in words: a unit of the scenario, a year, a training run; nothing for a time.
    #[must_use]
    pub fn per(self, unit: &str) -> String {
        match self.0.per {
            Per::Unit => format!("per {unit}"),
            Per::Year => "per year".to_owned(),
            Per::Run => "per training run".to_owned(),
            Per::Request => String::new(),
        }
    }

    /// Takes an amount of a year (or a run, or a time) in its coherent unit to this result.
    pub(crate) fn factor(self, units_per_year: f64) -> f64 {
        let units = if self.0.per == Per::Unit && units_per_year > 0.0 { units_per_year } else { 1.0 };
        1.0 / (units * self.0.size.coherent())
    }

    /// Its amount in its unit, where the units of a year may vary with the other inputs.
    pub(crate) fn of<T: Real>(self, outcome: &Outcome<T>, total: &Impacts<T>, units_per_year: T) -> T {
        let amount = self.0.output.of(outcome, total) * T::of(1.0 / self.0.size.coherent());
        if self.0.per == Per::Unit { amount / units_per_year } else { amount }
    }

    /// Whether a case has this result: a figure covers it, something is served, something is trained.
    pub(crate) fn is_covered(self, outcome: &Outcome) -> bool {
        match self.0.output {
            Output::Total(indicator) => outcome.total().covers(indicator),
            Output::Line(line, indicator) => outcome.line(line).covers(indicator),
            Output::Latency => outcome.sizing.is_some(),
            Output::FirstToken => outcome.sizing.is_some_and(|sizing| sizing.time_to_first_token.is_some()),
            _ => outcome.training.is_some(),
        }
    }

    /// The lines of the breakdown whose figure this result lacks.
    pub(crate) fn missing_in(self, outcome: &Outcome) -> Vec<String> {
        if let Output::Total(indicator) = self.0.output { missing_in(outcome, indicator) } else { Vec::new() }
    }

    /// Its amount in the coherent unit.
    pub(crate) fn amount<T: Real>(self, outcome: &Outcome<T>) -> T {
        self.0.output.of(outcome, &outcome.total())
    }

    /// An error that says that a scenario does not have this result.
    pub(crate) fn not_covered(self, scenario: &Scenario, outcome: &Outcome) -> Error {
        let covered = NAMED.iter().map(Target).filter(|other| other.is_covered(outcome)).map(Target::name);
        let covered: Vec<&str> = covered.collect();
        Error::new(format!("\"{}\" has no {}: no figure covers it", scenario.name(), self.name()))
            .with_help(format!("it has {}", covered.join(", ")))
    }
}

/// The lines of the breakdown that lack a figure for an indicator.
pub(super) fn missing_in(outcome: &Outcome, indicator: Indicator) -> Vec<String> {
    let lacking = Line::ALL.into_iter().filter(|line| outcome.line(*line).lacks(indicator));
    lacking.map(|line| format!("{}, {}", line.part().name(), line.stage().name())).collect()
}
