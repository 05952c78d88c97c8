//! The formulas of one scenario as a bare loop over columns, written by hand: what does not vary is hoisted, what lines
//! have in common is factored out, nothing but the six totals is computed.
//!
//! It holds for an open dense model in a dedicated deployment of one accelerator, whose server has no idle power of
//! its own.

use econome::{Draws, Sampler, Scenario, impact};
use wide::f64x4;

/// Seconds in a year.
const YEAR: f64 = 8760.0 * 3600.0;
/// Joules in a watt-hour.
const WATT_HOUR: f64 = 3600.0;
/// Draws in one vector.
const LANES: usize = 4;
/// Results: energy, carbon, water, primary energy, abiotic resources, cost.
const RESULTS: usize = 6;

/// What the loop needs: constants, columns, and room for the results.
pub struct Bare {
    constants: Constants,
    columns: [Vec<f64>; COLUMNS.len()],
    results: [Vec<f64>; RESULTS],
}

/// What does not vary from draw to draw.
#[derive(Clone, Copy)]
struct Constants {
    units: f64,
    /// Busy time of a year, over the error of the method.
    busy: f64,
    /// Replicas that the peak needs before they are rounded up, over the error of the method.
    replicas: f64,
    /// Share of the power between idle and rated that is drawn.
    activity: f64,
    tdp: f64,
    server_accelerators: f64,
}

/// The uncertain inputs, in the order in which the loop takes them.
const COLUMNS: [&str; 17] = [
    "stack.model_error",
    "accelerator.idle_power",
    "server.host_power",
    "site.pue",
    "site.wue",
    "grid.carbon_intensity",
    "grid.water",
    "grid.primary_energy",
    "grid.abiotic",
    "grid.electricity_price",
    "server.lifetime",
    "accelerator.embodied_carbon",
    "server.embodied_carbon",
    "accelerator.embodied_primary_energy",
    "server.embodied_primary_energy",
    "accelerator.embodied_abiotic",
    "server.embodied_abiotic",
];

impl Bare {
    /// Takes what the loop needs from a scenario and its columns.
    pub fn new(scenario: &Scenario, sampler: &Sampler) -> Self {
        let input = |key: &str| scenario.inputs().iter().find(|input| input.key == key).expect("an input");
        let samples = sampler.settings().samples();
        Self {
            constants: Constants::new(scenario),
            columns: COLUMNS.map(|key| sampler.draws(input(key))),
            results: std::array::from_fn(|_| vec![0.0; samples]),
        }
    }

    /// The loop, with the vectors that every machine of this kind has.
    pub fn run(&mut self) {
        kernel(self.constants, &self.columns, &mut self.results);
    }

    /// The loop, with the widest vectors of this machine.
    pub fn run_widest(&mut self) {
        pulp::Arch::new().dispatch(
            #[inline(always)]
            || kernel(self.constants, &self.columns, &mut self.results),
        );
    }

    /// That the loop computes what the library computes.
    pub fn check(&mut self, draws: &Draws) {
        self.run();
        for (result, values) in self.results.iter().enumerate() {
            for (bare, draw) in values.iter().zip(&*draws.column(result)) {
                assert!((bare / draw - 1.0).abs() < 1e-9, "result {result}: {bare} is not {draw}");
            }
        }
    }
}

impl Constants {
    fn new(scenario: &Scenario) -> Self {
        let case = scenario.central();
        let step = &case.steps[0];
        let mut crowded = *step;
        crowded.deployment.batch = step.deployment.peak_batch;
        let request = impact::request(step);
        let (idle, tdp) = (step.device.idle_power.as_watts(), step.device.tdp.as_watts());
        let units = case.units_per_year.value();
        let at_peak = units * step.deployment.peak_factor.value() * impact::request(&crowded).time.as_seconds();
        Self {
            units,
            busy: units * request.time.as_seconds(),
            replicas: at_peak / YEAR,
            activity: (request.power.as_watts() - idle) / (tdp - idle),
            tdp,
            server_accelerators: step.host.accelerators.value(),
        }
    }
}

/// The loop, one vector of draws at a time.
#[inline(always)]
fn kernel(constants: Constants, columns: &[Vec<f64>; COLUMNS.len()], results: &mut [Vec<f64>; RESULTS]) {
    let Constants { units, busy, replicas, activity, tdp, server_accelerators } = constants;
    let (per_unit, per_server) = (1.0 / units, 1.0 / server_accelerators);
    let vectors = columns[0].len() / LANES;
    let columns = columns.each_ref().map(|column| &column.as_chunks::<LANES>().0[..vectors]);
    let [
        errors,
        idle_powers,
        host_powers,
        pues,
        wues,
        carbons,
        waters,
        primaries,
        abiotics,
        prices,
        lifetimes,
        made @ ..,
    ] = columns;
    let [device_carbons, host_carbons, device_primaries, host_primaries, device_abiotics, host_abiotics] = made;
    let results = results.each_mut().map(|result| &mut result.as_chunks_mut::<LANES>().0[..vectors]);
    let [energy, carbon, water, primary, abiotic, cost] = results;
    for i in 0..vectors {
        let of = |column: &[[f64; LANES]]| f64x4::from(column[i]);
        let served = of(errors) * busy;
        let powered = ((of(errors) * replicas).ceil() * YEAR).max(served);
        let host = of(host_powers) * per_server;
        let power = of(idle_powers) + (tdp - of(idle_powers)) * activity;
        let it = (served * (power + host) + (powered - served) * (of(idle_powers) + host)) * per_unit;
        let used = powered / of(lifetimes) * per_unit;
        let site = it * of(pues);
        energy[i] = (site * (1.0 / WATT_HOUR)).to_array();
        carbon[i] = (site * of(carbons) + used * (of(device_carbons) + of(host_carbons) * per_server)).to_array();
        water[i] = (site * of(waters) + it * of(wues)).to_array();
        primary[i] =
            (site * of(primaries) + used * (of(device_primaries) + of(host_primaries) * per_server)).to_array();
        abiotic[i] = (site * of(abiotics) + used * (of(device_abiotics) + of(host_abiotics) * per_server)).to_array();
        cost[i] = (site * of(prices)).to_array();
    }
}
