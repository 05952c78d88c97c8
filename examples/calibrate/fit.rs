//! Robust least squares with prior knowledge: the one fit behind every coefficient.

use std::collections::{BTreeMap, BTreeSet};

use levenberg_marquardt::{LeastSquaresProblem, LevenbergMarquardt};
use nalgebra::{DMatrix, DVector, Dyn, Owned};

/// Logarithmic error beyond which a row loses weight: the scale of the soft-L1 loss.
const ROBUST_BEYOND: f64 = 0.12;
/// Weight of time and of power beside that of energy, which is what is asked for.
const WEIGHT_OF_PARTS: f64 = 0.3;
/// Width of the prior of one accelerator around the coefficients of all, relative to that of all.
const WIDTH_OF_ONE: f64 = 0.5;
/// Step of the numeric derivatives.
const STEP: f64 = 1e-6;

/// A coefficient to be fitted, and what is known of it beforehand: a lognormal prior and hard bounds.
#[derive(Clone, Copy, Debug)]
pub struct Coefficient {
    pub name: &'static str,
    pub centre: f64,
    pub log_sd: f64,
    pub low: f64,
    pub high: f64,
}

/// What a configuration took, measured or computed: joules per token, picture or whatever is asked, and watts where
/// they are known.
#[derive(Clone, Copy, Debug)]
pub struct Use {
    pub energy: f64,
    pub power: Option<f64>,
}

/// A measured configuration that coefficients can be fitted to.
pub trait Row {
    fn measured(&self) -> Use;
    /// What it takes with these values of the coefficients, in their order.
    fn computed(&self, values: &[f64]) -> Use;
    fn accelerator(&self) -> &str;
}

/// Values for all accelerators together, and for each of them.
#[derive(Clone, Debug)]
pub struct Fitted {
    pub all: Vec<f64>,
    pub on: BTreeMap<String, Vec<f64>>,
}

impl Fitted {
    /// Values on an accelerator; those of all where it was not among the rows.
    pub fn on(&self, accelerator: &str) -> &[f64] {
        self.on.get(accelerator).unwrap_or(&self.all)
    }
}

/// Fits all rows together, then each accelerator with the common values as its prior.
pub fn fit_each<R: Row>(coefficients: &[Coefficient], rows: &[&R]) -> Fitted {
    let all = fit(coefficients, rows);
    let narrow: Vec<Coefficient> = coefficients
        .iter()
        .zip(&all)
        .map(|(coefficient, value)| Coefficient {
            centre: *value,
            log_sd: coefficient.log_sd * WIDTH_OF_ONE,
            ..*coefficient
        })
        .collect();
    let accelerators: BTreeSet<&str> = rows.iter().map(|row| row.accelerator()).collect();
    let on = accelerators.into_iter().map(|accelerator| {
        let own: Vec<&R> = rows.iter().copied().filter(|row| row.accelerator() == accelerator).collect();
        (accelerator.to_owned(), fit(&narrow, &own))
    });
    Fitted { on: on.collect(), all }
}

/// The most plausible values of the coefficients, given the rows and the priors.
pub fn fit<R: Row>(coefficients: &[Coefficient], rows: &[&R]) -> Vec<f64> {
    let start = DVector::from_iterator(coefficients.len(), coefficients.iter().map(|c| to_free(c, c.centre)));
    let (problem, _) =
        LevenbergMarquardt::new().with_patience(200).minimize(Problem { coefficients, rows, free: start });
    values(coefficients, &problem.free)
}

/// Computed over measured energy of each row, as a logarithm, with the group of the row left out of the fit.
pub fn leave_out<R: Row>(coefficients: &[Coefficient], rows: &[&R], group: impl Fn(&R) -> String) -> Vec<f64> {
    let groups: BTreeSet<String> = rows.iter().map(|row| group(row)).collect();
    let fits: BTreeMap<&String, Fitted> = groups
        .iter()
        .map(|name| {
            let others: Vec<&R> = rows.iter().copied().filter(|row| group(row) != *name).collect();
            (name, fit_each(coefficients, &others))
        })
        .collect();
    rows.iter().map(|row| log_ratio(*row, fits[&group(row)].on(row.accelerator()))).collect()
}

/// Whether the rows tell anything about a coefficient: energy, time or power moves with it.
pub fn informs<R: Row>(values: &[f64], place: usize, rows: &[&R]) -> bool {
    let mut moved = values.to_vec();
    moved[place] *= 1.01;
    rows.iter().any(|row| row.computed(&moved).energy != row.computed(values).energy)
}

/// Logarithm of computed over measured energy.
pub fn log_ratio<R: Row>(row: &R, values: &[f64]) -> f64 {
    (row.computed(values).energy / row.measured().energy).ln()
}

/// The minimisation as its solver sees it. The free variables are unbounded; [`to_value`] keeps values in bounds.
struct Problem<'a, R> {
    coefficients: &'a [Coefficient],
    rows: &'a [&'a R],
    free: DVector<f64>,
}

impl<R: Row> Problem<'_, R> {
    fn residuals_at(&self, free: &DVector<f64>) -> DVector<f64> {
        let values = values(self.coefficients, free);
        let part = WEIGHT_OF_PARTS.sqrt();
        let of_row = |row: &&R| {
            let (computed, measured) = (row.computed(&values), row.measured());
            let energy = computed.energy / measured.energy;
            let power = computed.power.zip(measured.power).map_or(1.0, |(computed, measured)| computed / measured);
            let time = if measured.power.is_some() { energy / power } else { 1.0 };
            [soft(energy, 1.0), soft(time, part), soft(power, part)]
        };
        let of_prior =
            |(coefficient, value): (&Coefficient, &f64)| (value / coefficient.centre).ln() / coefficient.log_sd;
        let priors = self.coefficients.iter().zip(&values).map(of_prior);
        DVector::from_vec(self.rows.iter().flat_map(of_row).chain(priors).collect())
    }
}

impl<R: Row> LeastSquaresProblem<f64, Dyn, Dyn> for Problem<'_, R> {
    type ResidualStorage = Owned<f64, Dyn>;
    type JacobianStorage = Owned<f64, Dyn, Dyn>;
    type ParameterStorage = Owned<f64, Dyn>;

    fn set_params(&mut self, free: &DVector<f64>) {
        self.free.copy_from(free);
    }

    fn params(&self) -> DVector<f64> {
        self.free.clone()
    }

    fn residuals(&self) -> Option<DVector<f64>> {
        Some(self.residuals_at(&self.free))
    }

    fn jacobian(&self) -> Option<DMatrix<f64>> {
        let columns: Vec<DVector<f64>> = (0..self.free.len())
            .map(|index| {
                let moved = |by: f64| {
                    let mut free = self.free.clone();
                    free[index] += by;
                    self.residuals_at(&free)
                };
                (moved(STEP) - moved(-STEP)) / (2.0 * STEP)
            })
            .collect();
        Some(DMatrix::from_columns(&columns))
    }
}

/// A residual whose square is the soft-L1 loss of the logarithm of a ratio.
fn soft(ratio: f64, weight: f64) -> f64 {
    let error = weight * ratio.ln();
    let scaled = error / ROBUST_BEYOND;
    error.signum() * (2.0 * ((1.0 + scaled * scaled).sqrt() - 1.0)).sqrt()
}

fn values(coefficients: &[Coefficient], free: &DVector<f64>) -> Vec<f64> {
    coefficients.iter().zip(free.iter()).map(|(coefficient, free)| to_value(coefficient, *free)).collect()
}

/// From an unbounded variable to a value between the bounds, by a logistic curve in the logarithm.
fn to_value(coefficient: &Coefficient, free: f64) -> f64 {
    let (low, high) = (coefficient.low.ln(), coefficient.high.ln());
    (low + (high - low) / (1.0 + (-free).exp())).exp()
}

fn to_free(coefficient: &Coefficient, value: f64) -> f64 {
    /// Distance kept from the bounds, where the curve is flat.
    const MARGIN: f64 = 1e-3;
    let (low, high) = (coefficient.low.ln(), coefficient.high.ln());
    let share = ((value.ln() - low) / (high - low)).clamp(MARGIN, 1.0 - MARGIN);
    (share / (1.0 - share)).ln()
}
