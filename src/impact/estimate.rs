//! The order in which formulas are applied, on one screen.

use crate::impact::trace::explain;
use crate::impact::{Impacts, Indicator, Line, Outcome, Trace, step, training};
use crate::math::Real;
use crate::physics::{facility, network, schedule, terminal};
use crate::scenario::{Case, Screen, Site, Transfer};
use crate::units::{Carried as _, Count, Energy};

/// The impacts of one case over a year, every formula in the order of calculation.
///
/// The case is complete and valid by construction, so this cannot fail. It is the only way from inputs to
/// impacts: the central value, the draws and `explain` all come through here.
#[must_use]
pub fn evaluate<T: Real>(case: &Case<T>, trace: &mut impl Trace<T>) -> Outcome<T> {
    let mut outcome = Outcome::none(case.units_per_year);
    let site = &then(&case.site, case.site.time_ratio);
    explain_then(&case.site, case.site.time_ratio, "site.time_ratio", trace);
    for (index, one) in case.steps.iter().enumerate() {
        trace.step(Some(index));
        let used = step::evaluate(one, case.units_per_year, site, &mut outcome, trace);
        cool(used, site, &mut outcome, one.deployment.accelerator_price.is_none(), trace);
    }
    trace.step(None);
    if let Some(transfer) = &case.network {
        carry(transfer, case.units_per_year, &mut outcome, trace);
    }
    if let Some(screen) = &case.terminal {
        show(screen, case.units_per_year, &mut outcome, trace);
    }
    if let Some(one) = &case.training {
        let trains_only = case.steps.is_empty();
        explain_then(&case.site, one.site.time_ratio, "training.time_ratio", trace);
        training::evaluate(one, &then(&case.site, one.site.time_ratio), trains_only, &mut outcome, trace);
    }
    explain_totals(&outcome, trace);
    outcome
}

/// The site with the electricity of the hours of use.
fn then<T: Real>(site: &Site<T>, ratio: Option<Count<T>>) -> Site<T> {
    let carbon_intensity =
        ratio.map_or(site.carbon_intensity, |ratio| schedule::carbon_intensity(site.carbon_intensity, ratio));
    Site { carbon_intensity, time_ratio: ratio, ..*site }
}

fn explain_then<T: Real>(site: &Site<T>, ratio: Option<Count<T>>, name: &'static str, trace: &mut impl Trace<T>) {
    let Some(ratio) = ratio else { return };
    trace.heading("electricity at the hours of use");
    trace.shaped("physics::schedule::carbon_intensity", || {
        let then = schedule::carbon_intensity(site.carbon_intensity, ratio).term();
        let terms = vec![("grid.carbon_intensity", site.carbon_intensity.term()), (name, ratio.term())];
        Some((format!("CI_then = grid.carbon_intensity * {name}"), then, terms))
    });
}

/// The sums over all lines; a line without a figure is not a term, and is listed as not covered beside the result.
fn explain_totals<T: Real>(outcome: &Outcome<T>, trace: &mut impl Trace<T>) {
    trace.heading("totals of what is covered, per year and per unit");
    let total = outcome.total();
    let units = outcome.units_per_year.max(Count::of(T::of(f64::MIN_POSITIVE)));
    for indicator in Indicator::ALL {
        let symbol = indicator.symbol();
        trace.shaped("impact::Outcome::total", || {
            let covered = Line::ALL.into_iter().filter(|line| outcome.line(*line).covers(indicator));
            let terms: Vec<_> = covered.map(|line| (line.symbol(), outcome.line(line).term(indicator))).collect();
            let names: Vec<&str> = terms.iter().map(|(name, _)| *name).collect();
            let equation = format!("{symbol} = {}", names.join(" + "));
            total.covers(indicator).then(|| (equation, total.term(indicator), terms))
        });
        trace.shaped("impact::Outcome::total", || {
            let equation = format!("{symbol}_per_unit = {symbol} / units_per_year");
            let one = total.times(Count::of(T::of(1.0)) / units).term(indicator);
            let terms = vec![(symbol, total.term(indicator)), ("units_per_year", units.term())];
            total.covers(indicator).then_some((equation, one, terms))
        });
    }
}

/// What the site adds to some IT energy.
fn cool<T: Real>(
    it: Energy<T>,
    site: &Site<T>,
    outcome: &mut Outcome<T>,
    pays_electricity: bool,
    trace: &mut impl Trace<T>,
) {
    let line = outcome.line_mut(Line::Cooling);
    add_cooling(it, site, line, pays_electricity);
    explain_site(it, site, pays_electricity, trace);
}

/// Electricity of the site, and what comes with it.
pub(super) fn explain_site<T: Real>(it: Energy<T>, site: &Site<T>, pays_electricity: bool, trace: &mut impl Trace<T>) {
    let cooling = facility::cooling_energy(it, site.pue);
    explain!(trace, "physics::facility::cooling_energy", "E_cooling = (site.pue - 1) * E_it", cooling, {
        "site.pue": site.pue, "E_it": it,
    });
    let energy = facility::site_energy(it, site.pue);
    explain!(trace, "physics::facility::site_energy", "E_site = site.pue * E_it", energy, {
        "site.pue": site.pue, "E_it": it,
    });
    let carbon = energy * site.carbon_intensity;
    if site.time_ratio.is_some() {
        explain!(trace, "impact::evaluate", "G_electricity = E_site * CI_then", carbon, {
            "E_site": energy, "CI_then": site.carbon_intensity,
        });
    } else {
        explain!(trace, "impact::evaluate", "G_electricity = E_site * grid.carbon_intensity", carbon, {
            "E_site": energy, "grid.carbon_intensity": site.carbon_intensity,
        });
    }
    if let Some(wue) = site.wue {
        explain!(trace, "physics::facility::site_water", "W_site = site.wue * E_it", facility::site_water(it, wue), {
            "site.wue": wue, "E_it": it,
        });
    }
    if let Some(factor) = site.water {
        explain!(trace, "impact::evaluate", "W_electricity = E_site * grid.water", energy * factor, {
            "E_site": energy, "grid.water": factor,
        });
    }
    if let Some(factor) = site.primary_energy {
        explain!(trace, "impact::evaluate", "PE_electricity = E_site * grid.primary_energy", energy * factor, {
            "E_site": energy, "grid.primary_energy": factor,
        });
    }
    if let Some(factor) = site.abiotic {
        explain!(trace, "impact::evaluate", "ADP_electricity = E_site * grid.abiotic", energy * factor, {
            "E_site": energy, "grid.abiotic": factor,
        });
    }
    if let Some(price) = site.electricity_price.filter(|_| pays_electricity) {
        explain!(trace, "impact::evaluate", "cost_electricity = E_site * electricity_price", energy * price, {
            "E_site": energy, "electricity_price": price,
        });
    }
}

pub(super) fn add_cooling<T: Real>(it: Energy<T>, site: &Site<T>, line: &mut Impacts<T>, pays_electricity: bool) {
    let energy = facility::cooling_energy(it, site.pue);
    line.add_electricity(energy, site);
    line.add_water(site.wue.map(|wue| facility::site_water(it, wue)));
    if pays_electricity {
        line.add_cost(site.electricity_price.map(|price| energy * price));
    }
}

fn carry<T: Real>(transfer: &Transfer<T>, units: Count<T>, outcome: &mut Outcome<T>, trace: &mut impl Trace<T>) {
    trace.heading("network, per year");
    let data = transfer.data_per_request * units;
    let energy = transfer.energy_per_data.map(|factor| network::energy(data, factor));
    let carbon = transfer.carbon_per_data.map(|factor| network::carbon(data, factor));
    if let (Some(energy), Some(factor)) = (energy, transfer.energy_per_data) {
        explain!(trace, "physics::network::energy", "E_network = network.data_per_request * units_per_year * network.energy_per_data", energy, {
            "network.data_per_request": transfer.data_per_request, "units_per_year": units, "network.energy_per_data": factor,
        });
    }
    if let (Some(carbon), Some(factor)) = (carbon, transfer.carbon_per_data) {
        explain!(trace, "physics::network::carbon", "G_network = network.data_per_request * units_per_year * network.carbon_per_data", carbon, {
            "network.data_per_request": transfer.data_per_request, "units_per_year": units, "network.carbon_per_data": factor,
        });
    }
    let line = outcome.line_mut(Line::Network);
    line.add_foreign_electricity(energy);
    line.add_carbon(carbon);
}

fn show<T: Real>(screen: &Screen<T>, units: Count<T>, outcome: &mut Outcome<T>, trace: &mut impl Trace<T>) {
    trace.heading("terminal, per year");
    let time = screen.active_time * units;
    let energy = terminal::energy(time, screen.active_power);
    explain!(trace, "physics::terminal::energy", "E_terminal = terminal.active_time * units_per_year * terminal.active_power", energy, {
        "terminal.active_time": screen.active_time, "units_per_year": units, "terminal.active_power": screen.active_power,
    });
    let share = terminal::life_share(time, screen.lifetime, screen.active_hours_per_day);
    explain!(trace, "physics::terminal::life_share",
        "terminals_used = terminal.active_time * units_per_year / (terminal.lifetime * terminal.active_hours_per_day / 24)", share, {
        "terminal.active_time": screen.active_time, "units_per_year": units, "terminal.lifetime": screen.lifetime,
        "terminal.active_hours_per_day": screen.active_hours_per_day,
    });
    let grid = screen.grid();
    outcome.line_mut(Line::Terminal).add_electricity(energy, &grid);
    outcome.line_mut(Line::TerminalMade).add_manufacture(share, screen.embodied_carbon, screen.embodied_abiotic, None);
}
