//! Keys whose value goes into fixed inputs by a change of unit and touches nothing else.

/// Keys of which only the number counts: no choice, size, check or warning depends on them together with others.
///
/// `steps.*.` stands for the table of any step.
const ALONE: [&str; 43] = [
    "site.pue",
    "site.wue",
    "site.electricity_price",
    "serving.utilisation",
    "serving.accelerator_price",
    "steps.*.serving.utilisation",
    "steps.*.serving.accelerator_price",
    "network.data_per_request",
    "terminal.active_time",
    "override.accelerator.embodied_carbon",
    "override.accelerator.embodied_abiotic",
    "override.accelerator.embodied_primary_energy",
    "override.server.host_power",
    "override.server.host_idle_power",
    "override.server.lifetime",
    "override.server.embodied_carbon",
    "override.server.embodied_abiotic",
    "override.server.embodied_primary_energy",
    "override.facility.pue",
    "override.facility.wue",
    "override.facility.market_carbon_intensity",
    "override.grid.carbon_intensity",
    "override.grid.water",
    "override.grid.primary_energy",
    "override.grid.abiotic",
    "override.grid.electricity_price",
    "override.network.carbon_per_data",
    "override.network.energy_per_data",
    "override.terminal.active_power",
    "override.terminal.lifetime",
    "override.terminal.active_hours_per_day",
    "override.terminal.embodied_carbon",
    "override.terminal.embodied_abiotic",
    "training.programme_factor",
    "training.mfu",
    "training.amortised_over",
    "use.users",
    "use.requests_per_user_day",
    "use.days_per_year",
    "use.requests_per_year",
    "use.years",
    "use.growth_per_year",
    "use.peak_factor",
];

/// The table of keys of the load: the size of a fleet follows from them together, so that one of them at most varies on
/// its own.
const LOAD: &str = "use.";

/// Whether a key is one of them.
pub(super) fn is_plain(key: &str) -> bool {
    match key.strip_prefix("steps.").and_then(|rest| rest.split_once('.')) {
        Some((_, rest)) => ALONE.contains(&format!("steps.*.{rest}").as_str()),
        None => ALONE.contains(&key),
    }
}

/// Whether a key is one of the load.
pub(super) fn is_load(key: &str) -> bool {
    key.starts_with(LOAD)
}
