//! Scenarios by what stands on some axes: how many, and what their numbers are.

use std::collections::BTreeMap;

use crate::sweep::layout::Layout;
use crate::sweep::prepared::{Block, Fate};

/// Scenarios that have the same places on some axes.
#[derive(Clone, Debug)]
pub(super) struct Groups {
    axes: Vec<usize>,
    columns: Vec<usize>,
    groups: BTreeMap<Vec<usize>, Group>,
}

/// Those of one group.
#[derive(Clone, Debug)]
pub(super) struct Group {
    pub(super) kept: u64,
    pub(super) infeasible: u64,
    pub(super) excluded: u64,
    pub(super) numbers: Vec<Numbers>,
}

/// What is known of one number.
#[derive(Clone, Copy, Debug)]
pub(super) struct Numbers {
    pub(super) count: u64,
    pub(super) sum: f64,
    pub(super) least: f64,
    pub(super) most: f64,
}

const NONE: Numbers = Numbers { count: 0, sum: 0.0, least: f64::INFINITY, most: f64::NEG_INFINITY };

impl Groups {
    pub(super) fn new(axes: Vec<usize>, columns: Vec<usize>) -> Self {
        Self { axes, columns, groups: BTreeMap::new() }
    }

    /// Nothing counted yet, of the same groups.
    pub(super) fn empty(&self) -> Self {
        Self::new(self.axes.clone(), self.columns.clone())
    }

    pub(super) fn add(&mut self, layout: &Layout, block: &Block) {
        let mut places = vec![0; self.axes.len()];
        let mut start = 0;
        while start < block.fates.len() {
            for (place, axis) in places.iter_mut().zip(&self.axes) {
                *place = layout.place(*axis, block.first + start as u64);
            }
            let same = self.axes.iter().map(|axis| layout.same_place(*axis, block.first + start as u64)).min();
            let end = block.fates.len().min(start.saturating_add(same.unwrap_or(u64::MAX) as usize));
            let group = self.groups.entry(places.clone()).or_insert_with(|| Group::new(self.columns.len()));
            group.add(block, &self.columns, start..end);
            start = end;
        }
    }

    pub(super) fn merge(&mut self, other: Self) {
        for (places, group) in other.groups {
            match self.groups.get_mut(&places) {
                Some(own) => own.merge(&group),
                None => drop(self.groups.insert(places, group)),
            }
        }
    }

    /// Groups by their places, in axis order.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&Vec<usize>, &Group)> {
        self.groups.iter()
    }
}

impl Group {
    fn new(numbers: usize) -> Self {
        Self { kept: 0, infeasible: 0, excluded: 0, numbers: vec![NONE; numbers] }
    }

    fn add(&mut self, block: &Block, columns: &[usize], rows: std::ops::Range<usize>) {
        for row in rows {
            match block.fates[row] {
                Fate::Infeasible => self.infeasible += 1,
                Fate::Excluded => self.excluded += 1,
                Fate::Kept => {
                    self.kept += 1;
                    for (numbers, column) in self.numbers.iter_mut().zip(columns) {
                        numbers.add(block.columns[*column][row]);
                    }
                }
            }
        }
    }

    fn merge(&mut self, other: &Self) {
        self.kept += other.kept;
        self.infeasible += other.infeasible;
        self.excluded += other.excluded;
        for (own, other) in self.numbers.iter_mut().zip(&other.numbers) {
            own.count += other.count;
            own.sum += other.sum;
            own.least = own.least.min(other.least);
            own.most = own.most.max(other.most);
        }
    }
}

impl Numbers {
    fn add(&mut self, value: f64) {
        if !value.is_nan() {
            self.count += 1;
            self.sum += value;
            self.least = self.least.min(value);
            self.most = self.most.max(value);
        }
    }
}
