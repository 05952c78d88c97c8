//! How much the service is used.

use crate::error::Error;
use crate::figure::Law;
use crate::math::Real;
use crate::scenario::door::Door;
use crate::scenario::{Input, Origin, Slot, defaults};
use crate::units::{Count, Quantity};

impl Door<'_> {
    /// Units a year, on average over the years of service.
    pub(super) fn units_per_year(&mut self) -> Result<Count<Slot>, Error> {
        let usage = &self.file.usage;
        if self.file.inference.is_none() && self.file.steps.is_empty() {
            return Ok(self.runs_per_year());
        }
        if usage.requests_per_year.is_some() && (usage.users.is_some() || usage.requests_per_user_day.is_some()) {
            let words = "requests_per_year already tells the volume";
            let error = Error::new(words).with_help("remove it, or remove users and requests_per_user_day");
            return Err(self.tree.at("use.requests_per_year", error));
        }
        let Some((first_year, reason)) = self.first_year() else {
            self.warn("volume_assumed", "no volume in [use]: figures per year are those of one unit");
            return Ok(self.assume::<Count>("use.requests_per_year", &defaults::UNITS));
        };
        let growth = self.mean_growth();
        let reason =
            if growth == 1.0 { reason.to_owned() } else { format!("{reason}, mean over the years of service") };
        let units = self.derive("units_per_year", Count::of(first_year * growth), Law::Exact, &reason);
        let assumed = ["use.requests_per_user_day", "use.days_per_year", "use.years"];
        let is_assumed = |input: &Input| input.origin == Origin::Default && assumed.contains(&input.key.as_str());
        if !self.inputs.iter().any(is_assumed) {
            self.inputs[units.place().0].origin = Origin::Given;
        }
        Ok(units)
    }

    /// Units of the first year, and how they were told.
    fn first_year(&mut self) -> Option<(f64, &'static str)> {
        let usage = &self.file.usage;
        if let Some(requests) = usage.requests_per_year {
            self.given("use.requests_per_year", requests);
            return Some((requests.coherent(), "requests given"));
        }
        let users = usage.users?;
        self.given("use.users", users);
        let requests =
            self.given_or("use.requests_per_user_day", usage.requests_per_user_day, &defaults::REQUESTS_PER_USER_DAY);
        let days = self.given_or("use.days_per_year", usage.days_per_year, &defaults::DAYS_PER_YEAR);
        let product = users.coherent() * self.value(*requests.place()) * self.value(*days.place());
        Some((product, "users x requests x days"))
    }

    /// Mean over the years of service of the use relative to the first year.
    fn mean_growth(&mut self) -> f64 {
        let usage = &self.file.usage;
        if usage.years.is_some() || usage.growth_per_year.is_some() {
            self.given_or("use.years", usage.years, &defaults::YEARS);
        }
        let Some(growth) = usage.growth_per_year else { return 1.0 };
        self.given("use.growth_per_year", growth);
        let years = usage.years.unwrap_or(Count::of(defaults::YEARS.value));
        let (growth, years) = (growth.coherent(), years.coherent());
        // Below this growth the mean over the years is that of a straight line, and the ratio loses its digits.
        const STRAIGHT: f64 = 1e-6;
        if growth < STRAIGHT {
            return 1.0 + growth * (years - 1.0) / 2.0;
        }
        (Real::pow(1.0 + growth, years) - 1.0) / (growth * years)
    }

    /// Peak over mean load, the same for all steps.
    pub(super) fn peak_factor(&mut self) -> Count<Slot> {
        if let Some(factor) = self.peak_factor {
            return factor;
        }
        let factor = self.given_or("use.peak_factor", self.file.usage.peak_factor, &defaults::PEAK_FACTOR);
        self.peak_factor = Some(factor);
        factor
    }

    /// Training runs a year.
    pub(super) fn runs_per_year(&mut self) -> Count<Slot> {
        if let Some(runs) = self.runs_per_year {
            return runs;
        }
        let given = self.file.training.as_ref().and_then(|training| training.retrainings_per_year);
        let runs = self.given_or("training.retrainings_per_year", given, &defaults::RETRAININGS);
        self.runs_per_year = Some(runs);
        runs
    }
}
