//! Which scenario has which place on every axis: mixed radix, the first axis slowest.

use crate::sweep::Axis;
use crate::sweep::axis;
use crate::sweep::plain;

/// The axes, and how a number of a scenario becomes places on them.
#[derive(Debug)]
pub(super) struct Layout {
    pub(super) axes: Vec<Axis>,
    /// Whether the values of an axis are columns of the formulas; those of the others make another structure.
    pub(super) plain: Vec<bool>,
    /// Scenarios between two neighbours on an axis.
    strides: Vec<u64>,
    /// Structures between two neighbours on an axis; zero of a plain one.
    structure_strides: Vec<u64>,
    pub(super) scenarios: u64,
    /// Scenarios in a row that have the same structure.
    pub(super) inner: u64,
}

/// Some scenarios in a row that have the same structure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Run {
    pub(super) structure: u64,
    pub(super) first: u64,
    pub(super) len: usize,
}

impl Layout {
    /// Lays out axes whose product is known to be in range.
    pub(super) fn new(axes: Vec<Axis>) -> Self {
        let mut loads = 0;
        let plain: Vec<bool> = axes
            .iter()
            .map(|axis| {
                loads += usize::from(axis.keys.iter().any(|key| plain::is_load(key)));
                let is_second_load = loads > 1 && axis.keys.iter().any(|key| plain::is_load(key));
                axis.is_plain() && !is_second_load
            })
            .collect();
        let lens: Vec<u64> = axes.iter().map(|axis| axis.len() as u64).collect();
        let structural: Vec<u64> = lens.iter().zip(&plain).map(|(len, plain)| if *plain { 1 } else { *len }).collect();
        let mut structure_strides = strides(&structural);
        structure_strides.iter_mut().zip(&plain).for_each(|(stride, plain)| *stride *= u64::from(!plain));
        let inner = lens.iter().zip(&plain).rev().take_while(|(_, plain)| **plain).map(|(len, _)| len).product();
        Self { strides: strides(&lens), structure_strides, scenarios: lens.iter().product(), inner, axes, plain }
    }

    /// Place of a scenario on an axis.
    pub(super) fn place(&self, axis: usize, scenario: u64) -> usize {
        (scenario / self.strides[axis] % self.axes[axis].len() as u64) as usize
    }

    /// How many scenarios in a row, from this one on, have its place on an axis.
    pub(super) fn same_place(&self, axis: usize, scenario: u64) -> u64 {
        self.strides[axis] - scenario % self.strides[axis]
    }

    /// Its places on all axes.
    pub(super) fn places(&self, scenario: u64) -> Vec<usize> {
        (0..self.axes.len()).map(|axis| self.place(axis, scenario)).collect()
    }

    /// Its structure: the places on the axes that are not plain.
    pub(super) fn structure(&self, scenario: u64) -> u64 {
        let strides = self.structure_strides.iter().enumerate().filter(|(_, stride)| **stride > 0);
        strides.map(|(axis, stride)| self.place(axis, scenario) as u64 * stride).sum()
    }

    /// Number of structures.
    pub(super) fn structures(&self) -> u64 {
        let structural = self.axes.iter().zip(&self.plain).filter(|(_, plain)| !**plain);
        structural.map(|(axis, _)| axis.len() as u64).product()
    }

    /// Places on all axes of the first scenario of a structure.
    pub(super) fn first_places(&self, structure: u64) -> Vec<usize> {
        let place = |(axis, stride): (&Axis, &u64)| match stride {
            0 => 0,
            stride => (structure / stride % axis.len() as u64) as usize,
        };
        self.axes.iter().zip(&self.structure_strides).map(place).collect()
    }

    /// The scenarios from `first` on, cut where the structure changes.
    pub(super) fn runs(&self, first: u64, len: usize) -> Vec<Run> {
        let mut runs = Vec::new();
        let (mut at, end) = (first, first + len as u64);
        while at < end {
            let next = (at / self.inner + 1).saturating_mul(self.inner).min(end);
            runs.push(Run { structure: self.structure(at), first: at, len: (next - at) as usize });
            at = next;
        }
        runs
    }

    /// Writes, for scenarios in a row, the value that belongs to their place on an axis.
    pub(super) fn fill(&self, axis: usize, first: u64, values: &[f64], mut out: &mut [f64]) {
        let stride = self.strides[axis];
        let mut place = self.place(axis, first);
        let mut left = stride - first % stride;
        while !out.is_empty() {
            let count = (left.min(out.len() as u64)) as usize;
            let (now, later) = out.split_at_mut(count);
            now.fill(values[place]);
            (out, left) = (later, stride);
            place = if place + 1 == values.len() { 0 } else { place + 1 };
        }
    }
}

/// A way along the scenarios that knows the place on one axis.
pub(super) struct Walk {
    stride: u64,
    len: usize,
    place: usize,
    left: u64,
}

impl Layout {
    /// A way along one axis, from some scenario on.
    pub(super) fn walk(&self, axis: usize, first: u64) -> Walk {
        let stride = self.strides[axis];
        let (len, place) = (self.axes[axis].len(), self.place(axis, first));
        Walk { stride, len, place, left: stride - first % stride }
    }
}

impl Walk {
    /// Goes some scenarios further; returns the place there.
    pub(super) fn advance(&mut self, mut scenarios: usize) -> usize {
        while scenarios as u64 >= self.left {
            scenarios -= self.left as usize;
            self.left = self.stride;
            self.place = if self.place + 1 == self.len { 0 } else { self.place + 1 };
        }
        self.left -= scenarios as u64;
        self.place
    }
}

/// Products of all lengths behind each.
fn strides(lens: &[u64]) -> Vec<u64> {
    let mut strides = vec![1; lens.len()];
    for axis in (1..lens.len()).rev() {
        strides[axis - 1] = strides[axis] * lens[axis];
    }
    strides
}

/// Most scenarios of a sweep.
const MOST_SCENARIOS: u128 = 1_000_000_000_000;

/// The number of scenarios of some axes.
pub(super) fn count(axes: &[Axis]) -> Result<u64, crate::Error> {
    axis::check_keys(axes)?;
    let count = axes.iter().try_fold(1_u128, |count, axis| count.checked_mul(axis.len() as u128));
    match count.filter(|count| *count <= MOST_SCENARIOS) {
        Some(count) => Ok(count as u64),
        None => {
            let lens: Vec<String> = axes.iter().map(|axis| axis.len().to_string()).collect();
            let words = format!("{} scenarios are more than a sweep computes, 10^12", lens.join(" x "));
            Err(crate::Error::new(words).with_help("take fewer values, or sample some axes: KEY=A..B and --sample N"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn axis(key: &str, len: usize) -> Axis {
        Axis { keys: vec![key.to_owned()], values: vec![(0..len).map(|value| value.to_string()).collect()] }
    }

    fn layout() -> Layout {
        let axes = ["site.pue", "inference.model", "site.wue", "serving.batch", "use.users", "override.grid.water"];
        Layout::new(axes.iter().zip([2, 3, 4, 5, 3, 2]).map(|(key, len)| axis(key, len)).collect())
    }

    #[test]
    fn scenarios_are_counted_like_an_odometer() {
        let layout = layout();
        assert_eq!((layout.scenarios, layout.structures(), layout.inner), (720, 15, 6));
        let mut expected = vec![0; 6];
        for scenario in 0..720 {
            assert_eq!(layout.places(scenario), expected);
            for axis in (0..6).rev() {
                expected[axis] += 1;
                if expected[axis] < layout.axes[axis].len() {
                    break;
                }
                expected[axis] = 0;
            }
        }
    }

    #[test]
    fn runs_cover_every_scenario_once_with_its_structure() {
        let layout = layout();
        let mut next = 5;
        for run in layout.runs(5, 600) {
            assert_eq!(run.first, next);
            assert!(
                (run.first..run.first + run.len as u64).all(|scenario| layout.structure(scenario) == run.structure)
            );
            let places = layout.first_places(run.structure);
            let same = |axis: &usize| layout.plain[*axis] || places[*axis] == layout.place(*axis, run.first);
            assert!((0..6).all(|axis| same(&axis)));
            next += run.len as u64;
        }
        assert_eq!(next, 605);
    }

    #[test]
    fn a_column_has_the_value_of_every_place() {
        let layout = layout();
        for axis in 0..6 {
            let values: Vec<f64> = (0..layout.axes[axis].len()).map(|place| place as f64).collect();
            let mut column = vec![f64::NAN; 500];
            layout.fill(axis, 7, &values, &mut column);
            assert!((0..500).all(|row| column[row] == layout.place(axis, 7 + row as u64) as f64), "{axis}");
        }
    }

    #[test]
    fn one_axis_of_the_load_is_plain() {
        let layout = Layout::new(vec![axis("use.users", 2), axis("use.peak_factor", 2), axis("site.pue", 2)]);
        assert_eq!(layout.plain, [true, false, true]);
    }
}
