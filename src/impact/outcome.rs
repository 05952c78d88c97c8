use serde::Serialize;

use crate::math::Real;
use crate::scenario::Site;
use crate::units::{Abiotic, Carbon, Carried as _, Cost, Count, Energy, PrimaryEnergy, Time, Water};

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Indicator {
    /// Electricity.
    Energy,
    /// Greenhouse gases.
    Carbon,
    /// Water.
    Water,
    /// Primary energy.
    PrimaryEnergy,
    /// Abiotic resources.
    Abiotic,
    /// Money.
    Cost,
}

impl Indicator {
    /// All indicators, in the order of every report.
    pub const ALL: [Self; 6] =
        [Self::Energy, Self::Carbon, Self::Water, Self::PrimaryEnergy, Self::Abiotic, Self::Cost];

    /// Its name in words.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Energy => "energy",
            Self::Carbon => "carbon",
            Self::Water => "water",
            Self::PrimaryEnergy => "primary energy",
            Self::Abiotic => "abiotic resources",
            Self::Cost => "cost",
        }
    }

    fn bit(self) -> u8 {
        1 << self as u8
    }
}

/// Who causes an impact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Part {
    /// Accelerators at work.
    Accelerators,
    /// The rest of their servers.
    Host,
    /// Machines powered and serving nobody.
    Idle,
    /// Cooling, power distribution, building.
    Cooling,
    /// Telecommunication network.
    Network,
    /// Users' devices.
    Terminal,
    /// Training runs before the final one.
    Programme,
}

impl Part {
    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Accelerators => "accelerators",
            Self::Host => "host",
            Self::Idle => "idle",
            Self::Cooling => "cooling",
            Self::Network => "network",
            Self::Terminal => "terminal",
            Self::Programme => "programme",
        }
    }
}

/// When in the life of the equipment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Stage {
    /// Making it, with transport and, where the source includes it, end of life.
    Manufacture,
    /// Using it.
    Use,
    /// The source gives all stages as one figure.
    LifeCycle,
}

impl Stage {
    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Manufacture => "manufacture",
            Self::Use => "use",
            Self::LifeCycle => "life cycle",
        }
    }
}

/// One line of the breakdown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Line {
    /// Accelerators, use.
    Accelerators,
    /// Host, use.
    Host,
    /// Idle capacity, use.
    Idle,
    /// Cooling, use.
    Cooling,
    /// Accelerators, manufacture.
    AcceleratorsMade,
    /// Host, manufacture.
    HostMade,
    /// Network, life cycle.
    Network,
    /// Terminal, use.
    Terminal,
    /// Terminal, manufacture.
    TerminalMade,
    /// Training programme beyond the final run, life cycle.
    Programme,
}

impl Line {
    /// All lines, in the order of the breakdown.
    pub const ALL: [Self; 10] = [
        Self::Accelerators,
        Self::Host,
        Self::Idle,
        Self::Cooling,
        Self::AcceleratorsMade,
        Self::HostMade,
        Self::Network,
        Self::Terminal,
        Self::TerminalMade,
        Self::Programme,
    ];

    /// Who.
    #[must_use]
    pub fn part(self) -> Part {
        match self {
            Self::Accelerators | Self::AcceleratorsMade => Part::Accelerators,
            Self::Host | Self::HostMade => Part::Host,
            Self::Idle => Part::Idle,
            Self::Cooling => Part::Cooling,
            Self::Network => Part::Network,
            Self::Terminal | Self::TerminalMade => Part::Terminal,
            Self::Programme => Part::Programme,
        }
    }

    /// When.
    #[must_use]
    pub fn stage(self) -> Stage {
        match self {
            Self::AcceleratorsMade | Self::HostMade | Self::TerminalMade => Stage::Manufacture,
            Self::Network | Self::Programme => Stage::LifeCycle,
            _ => Stage::Use,
        }
    }
}

/// Amounts of all indicators.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Impacts<T = f64> {
    /// Electricity.
    pub energy: Energy<T>,
    /// Greenhouse gases.
    pub carbon: Carbon<T>,
    /// Water.
    pub water: Water<T>,
    /// Primary energy.
    pub primary_energy: PrimaryEnergy<T>,
    /// Abiotic resources.
    pub abiotic: Abiotic<T>,
    /// Money.
    pub cost: Cost<T>,
    /// Which indicators have at least one figure, and which lack at least one.
    covered: u8,
    missing: u8,
}

impl<T: Real> Impacts<T> {
    /// Nothing, of which nothing is known.
    #[must_use]
    pub fn none() -> Self {
        Self {
            energy: Energy::zero(),
            carbon: Carbon::zero(),
            water: Water::zero(),
            primary_energy: PrimaryEnergy::zero(),
            abiotic: Abiotic::zero(),
            cost: Cost::zero(),
            covered: 0,
            missing: 0,
        }
    }

    /// Whether at least a part of this indicator is in the amount.
    #[must_use]
    pub fn covers(&self, indicator: Indicator) -> bool {
        self.covered & indicator.bit() != 0
    }

    /// Whether at least a part of this indicator is not in the amount, for lack of a figure.
    #[must_use]
    pub fn lacks(&self, indicator: Indicator) -> bool {
        self.missing & indicator.bit() != 0
    }

    /// The amount of one indicator in its coherent unit.
    #[inline]
    pub(crate) fn amount(&self, indicator: Indicator) -> T {
        match indicator {
            Indicator::Energy => self.energy.raw(),
            Indicator::Carbon => self.carbon.raw(),
            Indicator::Water => self.water.raw(),
            Indicator::PrimaryEnergy => self.primary_energy.raw(),
            Indicator::Abiotic => self.abiotic.raw(),
            Indicator::Cost => self.cost.raw(),
        }
    }

    fn mark(&mut self, indicator: Indicator, known: bool) {
        if known {
            self.covered |= indicator.bit();
        } else {
            self.missing |= indicator.bit();
        }
    }

    fn add_energy(&mut self, energy: Energy<T>) {
        self.energy = self.energy + energy;
        self.mark(Indicator::Energy, true);
    }

    /// Adds carbon, or notes that its figure is missing.
    pub(crate) fn add_carbon(&mut self, carbon: Option<Carbon<T>>) {
        self.carbon = self.carbon + carbon.unwrap_or_else(Carbon::zero);
        self.mark(Indicator::Carbon, carbon.is_some());
    }

    /// Adds water, or notes that its figure is missing.
    pub(crate) fn add_water(&mut self, water: Option<Water<T>>) {
        self.water = self.water + water.unwrap_or_else(Water::zero);
        self.mark(Indicator::Water, water.is_some());
    }

    fn add_primary_energy(&mut self, energy: Option<PrimaryEnergy<T>>) {
        self.primary_energy = self.primary_energy + energy.unwrap_or_else(PrimaryEnergy::zero);
        self.mark(Indicator::PrimaryEnergy, energy.is_some());
    }

    fn add_abiotic(&mut self, abiotic: Option<Abiotic<T>>) {
        self.abiotic = self.abiotic + abiotic.unwrap_or_else(Abiotic::zero);
        self.mark(Indicator::Abiotic, abiotic.is_some());
    }

    /// Adds money, or notes that its price is missing.
    pub(crate) fn add_cost(&mut self, cost: Option<Cost<T>>) {
        self.cost = self.cost + cost.unwrap_or_else(Cost::zero);
        self.mark(Indicator::Cost, cost.is_some());
    }

    /// Adds electricity drawn from the grid, with everything that comes with it but its price.
    pub(crate) fn add_electricity(&mut self, energy: Energy<T>, site: &Site<T>) {
        self.add_energy(energy);
        self.add_carbon(Some(energy * site.carbon_intensity));
        self.add_water(site.water.map(|factor| energy * factor));
        self.add_primary_energy(site.primary_energy.map(|factor| energy * factor));
        self.add_abiotic(site.abiotic.map(|factor| energy * factor));
    }

    /// Adds electricity of which only the amount is known here.
    pub(crate) fn add_foreign_electricity(&mut self, energy: Option<Energy<T>>) {
        match energy {
            Some(energy) => self.add_energy(energy),
            None => self.mark(Indicator::Energy, false),
        }
        self.mark(Indicator::Water, false);
        self.mark(Indicator::PrimaryEnergy, false);
        self.mark(Indicator::Abiotic, false);
    }

    /// Adds the share of a manufacture. Water of manufacture is published as scarcity only: not covered.
    pub(crate) fn add_manufacture(
        &mut self,
        share: Count<T>,
        carbon: Option<Carbon<T>>,
        abiotic: Option<Abiotic<T>>,
        primary_energy: Option<PrimaryEnergy<T>>,
    ) {
        self.add_carbon(carbon.map(|whole| whole * share));
        self.add_abiotic(abiotic.map(|whole| whole * share));
        self.add_primary_energy(primary_energy.map(|whole| whole * share));
        self.mark(Indicator::Water, false);
    }

    /// Both together.
    #[inline]
    #[must_use]
    pub fn plus(&self, other: &Self) -> Self {
        Self {
            energy: self.energy + other.energy,
            carbon: self.carbon + other.carbon,
            water: self.water + other.water,
            primary_energy: self.primary_energy + other.primary_energy,
            abiotic: self.abiotic + other.abiotic,
            cost: self.cost + other.cost,
            covered: self.covered | other.covered,
            missing: self.missing | other.missing,
        }
    }

    /// So many times as much.
    #[inline]
    #[must_use]
    pub fn times(&self, factor: Count<T>) -> Self {
        Self {
            energy: self.energy * factor,
            carbon: self.carbon * factor,
            water: self.water * factor,
            primary_energy: self.primary_energy * factor,
            abiotic: self.abiotic * factor,
            cost: self.cost * factor,
            covered: self.covered,
            missing: self.missing,
        }
    }
}

/// The fleet that serves the use case.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Sizing<T = f64> {
    /// Replicas of all steps; a fraction where traffic shares them with others.
    pub replicas: Count<T>,
    /// Their accelerators.
    pub accelerators: Count<T>,
    /// Servers that carry these.
    pub servers: Count<T>,
    /// Replica time serving.
    pub busy: Time<T>,
    /// Replica time powered.
    pub powered: Time<T>,
    /// Time a user waits for all steps.
    pub latency: Time<T>,
    /// Time until the first token of the last step that writes text.
    pub time_to_first_token: Option<Time<T>>,
    /// Tokens a second that one user sees in that step.
    pub output_tokens_per_second: Option<Count<T>>,
}

/// One training run.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct TrainingRun<T = f64> {
    /// Arithmetic, where hours are not given instead.
    pub flop: Option<crate::units::Compute<T>>,
    /// Billed time of all accelerators.
    pub accelerator_time: Time<T>,
    /// The run with host, site and manufacture.
    pub run: Impacts<T>,
    /// The programme beyond the run, where one is declared.
    pub programme: Option<Impacts<T>>,
    /// All runs of a year, spread over the requests declared, per functional unit.
    pub amortised: Option<Impacts<T>>,
}

/// What one case gives, per year.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Outcome<T = f64> {
    /// Functional units a year.
    pub units_per_year: Count<T>,
    lines: [Impacts<T>; Line::ALL.len()],
    /// The fleet, where something is served.
    pub sizing: Option<Sizing<T>>,
    /// One training run, where something is trained.
    pub training: Option<TrainingRun<T>>,
}

impl<T: Real> Outcome<T> {
    /// Nothing yet.
    #[must_use]
    pub fn none(units_per_year: Count<T>) -> Self {
        Self { units_per_year, lines: [Impacts::none(); Line::ALL.len()], sizing: None, training: None }
    }

    /// One line of the breakdown.
    #[inline]
    #[must_use]
    pub fn line(&self, line: Line) -> &Impacts<T> {
        &self.lines[line as usize]
    }

    pub(crate) fn line_mut(&mut self, line: Line) -> &mut Impacts<T> {
        &mut self.lines[line as usize]
    }

    /// All lines together.
    #[inline]
    #[must_use]
    pub fn total(&self) -> Impacts<T> {
        self.lines.iter().fold(Impacts::none(), |sum, line| sum.plus(line))
    }
}
