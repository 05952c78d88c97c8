//! Whether a result is more than an order of magnitude.

use crate::estimate::PerUnit;
use crate::number::significant;
use crate::uncertainty::Quantiles;
use crate::warning::Warning;

/// Code of the warning that some results are known to an order of magnitude only.
pub const ORDER_OF_MAGNITUDE: &str = "order_of_magnitude";

/// Squared geometric standard deviation above which a result is an order of magnitude only: 95 % of the draws then
/// spread over more than a factor of four.
const WIDE: f64 = 2.0;

/// The warning that names the indicators whose squared geometric standard deviation is above two.
pub(super) fn order_of_magnitude(per_unit: &PerUnit) -> Option<Warning> {
    let indicators = [
        ("energy", per_unit.energy_wh),
        ("carbon", per_unit.carbon_g),
        ("water", per_unit.water_l),
        ("primary energy", per_unit.primary_energy_mj),
        ("abiotic resources", per_unit.abiotic_kgsbeq),
        ("cost", per_unit.cost_eur),
    ];
    let wide: Vec<String> = indicators.into_iter().filter_map(|(name, quantiles)| wide(name, quantiles?)).collect();
    let words = format!("order of magnitude only (GSD² above 2): {}", wide.join(", "));
    (!wide.is_empty()).then(|| Warning::new(ORDER_OF_MAGNITUDE, words))
}

/// A result that is known to an order of magnitude only, with the factor.
fn wide(name: &str, quantiles: Quantiles) -> Option<String> {
    match quantiles.gsd_squared() {
        Some(factor) if factor <= WIDE => None,
        Some(factor) => Some(format!("{name} {}", significant(factor, 2))),
        // Without spread, or down to zero.
        None if quantiles.p05 == quantiles.p95 => None,
        None => Some(name.to_owned()),
    }
}
