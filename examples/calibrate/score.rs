//! How good computed values are: the figures that are published for every split.

/// Standard score of the 95th percentile.
pub const Z95: f64 = 1.644_853_626_951_472_6;

/// Errors of a set of rows, as shares unless said otherwise.
#[derive(Clone, Copy, Debug)]
pub struct Score {
    pub rows: usize,
    /// Median of the absolute relative error.
    pub median_error: f64,
    /// Mean of the absolute relative error.
    pub mean_error: f64,
    /// Median relative error, with its sign.
    pub bias: f64,
    /// Determination of the logarithms.
    pub r_squared: f64,
    pub within_30: f64,
    pub within_twice: f64,
    /// Root mean square of the logarithms of the ratios.
    pub log_rms: f64,
    /// Log standard deviation whose 90 % interval holds 90 % of the rows.
    pub log_sd_90: f64,
}

impl Score {
    /// From the logarithms of computed over measured, and the measured values.
    pub fn of(logs: &[f64], measured: &[f64]) -> Self {
        let count = logs.len() as f64;
        let share = |holds: &dyn Fn(f64) -> bool| logs.iter().filter(|log| holds(**log)).count() as f64 / count;
        let errors: Vec<f64> = logs.iter().map(|log| (log.exp() - 1.0).abs()).collect();
        let magnitudes: Vec<f64> = logs.iter().map(|log| log.abs()).collect();
        let squares: f64 = logs.iter().map(|log| log * log).sum();
        let mean = measured.iter().map(|value| value.ln()).sum::<f64>() / count;
        let spread: f64 = measured.iter().map(|value| (value.ln() - mean).powi(2)).sum();
        Self {
            rows: logs.len(),
            median_error: quantile(&errors, 0.5),
            mean_error: errors.iter().sum::<f64>() / count,
            bias: quantile(logs, 0.5).exp() - 1.0,
            r_squared: 1.0 - squares / spread,
            within_30: share(&|log| (log.exp() - 1.0).abs() <= 0.3),
            within_twice: share(&|log| log.abs() <= 2.0_f64.ln()),
            log_rms: (squares / count).sqrt(),
            log_sd_90: quantile(&magnitudes, 0.9) / Z95,
        }
    }

    /// One row of a table of scores.
    pub fn markdown(&self, name: &str, log_sd: f64, logs: &[f64]) -> String {
        /// Fewer rows have no spread to explain.
        const ENOUGH: usize = 3;
        let r_squared = if self.rows < ENOUGH { "–".to_owned() } else { format!("{:.3}", self.r_squared) };
        format!(
            "| {name} | {} | {:.1} | {:.1} | {r_squared} | {:+.0} | {:.0} | {:.1} | {:.0} |\n",
            self.rows,
            100.0 * self.median_error,
            100.0 * self.mean_error,
            100.0 * self.bias,
            100.0 * self.within_30,
            100.0 * self.within_twice,
            100.0 * covered(logs, log_sd),
        )
    }
}

/// Heading of a table of scores.
pub const HEADING: &str = "| rows | n | MdAPE % | MAPE % | R² (log) | bias % | in ±30 % | in ×2 | covered % |\n\
                           |---|--:|--:|--:|--:|--:|--:|--:|--:|\n";

/// Share of rows that a 90 % interval of this log standard deviation holds.
pub fn covered(logs: &[f64], log_sd: f64) -> f64 {
    logs.iter().filter(|log| log.abs() <= Z95 * log_sd).count() as f64 / logs.len() as f64
}

/// A quantile by linear interpolation.
pub fn quantile(values: &[f64], at: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let place = at * (sorted.len() - 1) as f64;
    let (below, above) = (sorted[place.floor() as usize], sorted[place.ceil() as usize]);
    below + (above - below) * place.fract()
}
