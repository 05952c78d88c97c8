//! The few scenarios with the lowest number.

use crate::sweep::summary::Row;

/// The scenarios with the lowest numbers; of equal ones, the first.
#[derive(Clone, Debug)]
pub(super) struct Best {
    most: usize,
    /// In order.
    members: Vec<(f64, Row)>,
}

impl Best {
    pub(super) fn new(most: usize) -> Self {
        Self { most, members: Vec::new() }
    }

    /// As many of others.
    pub(super) fn same(&self) -> Self {
        Self::new(self.most)
    }

    /// The number from which on nothing is taken in.
    pub(super) fn limit(&self) -> f64 {
        match self.members.last() {
            Some((value, _)) if self.members.len() >= self.most => *value,
            _ => f64::INFINITY,
        }
    }

    /// Takes a scenario in, where it is among the lowest; `row` is asked for only then.
    pub(super) fn add(&mut self, value: f64, scenario: u64, row: impl FnOnce() -> Row) {
        if value.is_nan() || self.most == 0 {
            return;
        }
        let before = |other: &(f64, Row)| other.0.total_cmp(&value).then(other.1.scenario.cmp(&scenario)).is_lt();
        let place = self.members.partition_point(before);
        if place < self.most {
            self.members.truncate(self.most - 1);
            self.members.insert(place.min(self.members.len()), (value, row()));
        }
    }

    pub(super) fn merge(&mut self, other: Self) {
        for (value, row) in other.members {
            self.add(value, row.scenario, || row);
        }
    }

    pub(super) fn into_rows(self) -> Vec<Row> {
        self.members.into_iter().map(|(_, row)| row).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lowest_are_kept_in_order() {
        let values: Vec<f64> = (0..200).map(|index| f64::from(index * 37 % 50)).collect();
        for most in [1, 7, 60, 500] {
            let (mut first, mut second) = (Best::new(most), Best::new(most));
            for (scenario, value) in values.iter().enumerate() {
                let best = if scenario % 3 == 0 { &mut first } else { &mut second };
                best.add(*value, scenario as u64, || Row { scenario: scenario as u64, ..Row::default() });
            }
            first.merge(second);
            let mut expected: Vec<u64> = (0..200).collect();
            expected.sort_by(|a, b| values[*a as usize].total_cmp(&values[*b as usize]).then(a.cmp(b)));
            expected.truncate(most);
            assert_eq!(first.into_rows().iter().map(|row| row.scenario).collect::<Vec<_>>(), expected);
        }
    }
}
