//! What is counted (indicators), who causes it (parts) and when (stages).

use serde::{Deserialize, Serialize};

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
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

    /// Its symbol in formulas.
    pub(super) fn symbol(self) -> &'static str {
        match self {
            Self::PrimaryEnergy => "primary_energy",
            Self::Abiotic => "abiotic",
            other => other.name(),
        }
    }

    pub(super) fn bit(self) -> u8 {
        1 << self as u8
    }
}

/// Who causes an impact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
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

    /// Its symbol in formulas.
    pub(super) fn symbol(self) -> &'static str {
        match self {
            Self::AcceleratorsMade => "accelerators_made",
            Self::HostMade => "host_made",
            Self::TerminalMade => "terminal_made",
            other => other.part().name(),
        }
    }

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
