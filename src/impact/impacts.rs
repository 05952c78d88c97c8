//! Amounts of all indicators, and which of them a figure covers.

use crate::impact::Indicator;
use crate::math::Real;
use crate::scenario::Site;
use crate::units::{Abiotic, Carbon, Carried as _, Cost, Count, Energy, PrimaryEnergy, Term, Water};

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

    /// The amount of one indicator with its unit, for explaining a formula.
    pub(super) fn term(&self, indicator: Indicator) -> Term<T> {
        match indicator {
            Indicator::Energy => self.energy.term(),
            Indicator::Carbon => self.carbon.term(),
            Indicator::Water => self.water.term(),
            Indicator::PrimaryEnergy => self.primary_energy.term(),
            Indicator::Abiotic => self.abiotic.term(),
            Indicator::Cost => self.cost.term(),
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
