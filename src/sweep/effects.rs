//! What each axis does to a number: its main effect, as a share of the variance of the logarithm.

use crate::math::Real;
use crate::sweep::layout::Layout;
use crate::sweep::prepared::{Block, Fate};

/// Sums of the logarithm of one number, over all scenarios and over those of each place of each axis.
#[derive(Clone, Debug)]
pub(super) struct Effects {
    column: usize,
    /// A logarithm near the others, so that no digits are lost.
    origin: f64,
    all: Sums,
    places: Vec<Vec<Sums>>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Sums {
    count: f64,
    sum: f64,
    squares: f64,
}

impl Sums {
    fn add(&mut self, value: f64) {
        self.count += 1.0;
        self.sum += value;
        self.squares += value * value;
    }

    fn merge(&mut self, other: &Self) {
        self.count += other.count;
        self.sum += other.sum;
        self.squares += other.squares;
    }

    fn mean(&self) -> f64 {
        self.sum / self.count
    }
}

impl Effects {
    /// Nothing counted yet; `near` is the number of some scenario.
    pub(super) fn new(layout: &Layout, column: usize, near: f64) -> Self {
        let places = layout.axes.iter().map(|axis| vec![Sums::default(); axis.len()]).collect();
        let origin = if near > 0.0 && near.is_finite() { Real::ln(near) } else { 0.0 };
        Self { column, origin, all: Sums::default(), places }
    }

    /// Nothing counted yet, of the same number.
    pub(super) fn empty(&self) -> Self {
        let places = self.places.iter().map(|places| vec![Sums::default(); places.len()]).collect();
        Self { column: self.column, origin: self.origin, all: Sums::default(), places }
    }

    /// Counts the scenarios of a block that are kept and above zero.
    pub(super) fn add(&mut self, layout: &Layout, block: &Block) {
        let values = &block.columns[self.column];
        let mut logarithms = vec![0.0; values.len()];
        crate::math::ln_all(values, &mut logarithms);
        let is_counted = |row: usize| block.fates[row] == Fate::Kept && values[row] > 0.0 && values[row].is_finite();
        let rows: Vec<usize> = (0..values.len()).filter(|row| is_counted(*row)).collect();
        for row in &rows {
            self.all.add(logarithms[*row] - self.origin);
        }
        for (axis, places) in self.places.iter_mut().enumerate() {
            let mut walk = layout.walk(axis, block.first);
            let mut next = 0;
            for row in &rows {
                let place = walk.advance(row - next);
                next = *row;
                places[place].add(logarithms[*row] - self.origin);
            }
        }
    }

    /// Both together; they have the same origin.
    pub(super) fn merge(&mut self, other: &Self) {
        self.all.merge(&other.all);
        for (own, other) in self.places.iter_mut().flatten().zip(other.places.iter().flatten()) {
            own.merge(other);
        }
    }

    /// Standard deviation of the logarithm, and the share of its variance that goes with each axis.
    ///
    /// ```text
    /// share = sum over places of n (mean of the place - mean)^2 / sum over scenarios of (ln x - mean)^2
    /// ```
    pub(super) fn shares(&self) -> Option<(f64, Vec<f64>)> {
        if self.all.count < 2.0 {
            return None;
        }
        let mean = self.all.mean();
        let variation = (self.all.squares - self.all.count * mean * mean).max(0.0);
        let share = |places: &Vec<Sums>| {
            let between = |place: &Sums| place.count * (place.mean() - mean) * (place.mean() - mean);
            let explained: f64 = places.iter().filter(|place| place.count > 0.0).map(between).sum();
            // What rounding leaves of nothing is nothing.
            if variation <= self.all.squares.max(1.0) * 1e-12 { 0.0 } else { (explained / variation).min(1.0) }
        };
        Some(((variation / self.all.count).sqrt(), self.places.iter().map(share).collect()))
    }
}
