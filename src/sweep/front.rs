//! The scenarios that no other is better than in everything: the Pareto front, found as scenarios come.

use crate::sweep::summary::Row;

/// A front of some objectives, all of them the smaller the better.
#[derive(Clone, Debug, Default)]
pub(super) struct Front {
    members: Vec<Member>,
}

/// A scenario of the front.
#[derive(Clone, Debug)]
pub(super) struct Member {
    pub(super) objectives: Vec<f64>,
    pub(super) row: Row,
    /// Later scenarios with the same objectives.
    pub(super) equals: u64,
}

/// How two points stand to each other.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Standing {
    Better,
    Worse,
    Equal,
    Apart,
}

fn standing(own: &[f64], other: &[f64]) -> Standing {
    let (mut lower, mut higher) = (false, false);
    for (own, other) in own.iter().zip(other) {
        lower |= own < other;
        higher |= own > other;
    }
    match (lower, higher) {
        (true, true) => Standing::Apart,
        (true, false) => Standing::Better,
        (false, true) => Standing::Worse,
        (false, false) => Standing::Equal,
    }
}

impl Front {
    /// Whether a point is worse than one of the front; the one that says so moves forward, to be asked first.
    pub(super) fn beats(&mut self, point: &[f64]) -> bool {
        let found = self.members.iter().position(|member| standing(&member.objectives, point) == Standing::Better);
        if let Some(place) = found {
            self.members.swap(place, place / 2);
        }
        found.is_some()
    }

    /// Takes a point in where none is better, and drops those that it beats; `row` is asked for where it stays.
    ///
    /// Of equal points the first scenario stands for all.
    pub(super) fn add(&mut self, objectives: &[f64], equals: u64, row: impl FnOnce() -> Row) {
        if objectives.iter().any(|objective| objective.is_nan()) || self.beats(objectives) {
            return;
        }
        if let Some(equal) = self.members.iter_mut().find(|member| member.objectives == objectives) {
            let row = row();
            equal.equals += 1 + equals;
            if row.scenario < equal.row.scenario {
                equal.row = row;
            }
            return;
        }
        self.members.retain(|member| standing(objectives, &member.objectives) != Standing::Better);
        self.members.push(Member { objectives: objectives.to_vec(), row: row(), equals });
    }

    /// Both together.
    pub(super) fn merge(&mut self, other: Self) {
        for Member { objectives, row, equals } in other.members {
            self.add(&objectives, equals, || row);
        }
    }

    /// Its members by their first objective.
    pub(super) fn ordered(mut self) -> Vec<Member> {
        let key = |member: &Member| (member.objectives.clone(), member.row.scenario);
        self.members.sort_by(|a, b| {
            let ((a, first), (b, second)) = (key(a), key(b));
            let by_objectives = a.iter().zip(&b).map(|(a, b)| a.total_cmp(b)).find(|order| order.is_ne());
            by_objectives.unwrap_or_else(|| first.cmp(&second))
        });
        self.members
    }

    /// The front as it stands, without its rows: what is beaten by it needs no second look.
    pub(super) fn outline(&self) -> Self {
        let bare = |member: &Member| Member { row: Row::default(), ..member.clone() };
        Self { members: self.members.iter().map(bare).collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn row(scenario: u64) -> Row {
        Row { scenario, ..Row::default() }
    }

    proptest! {
        #[test]
        fn the_front_is_what_nothing_beats(points in prop::collection::vec([0_u8..6, 0..6, 0..6], 1..60), cut in 0_usize..60) {
            let points: Vec<Vec<f64>> = points.iter().map(|point| point.iter().map(|x| f64::from(*x)).collect()).collect();
            let (mut front, mut second) = (Front::default(), Front::default());
            for (scenario, point) in points.iter().enumerate() {
                let part = if scenario < cut { &mut front } else { &mut second };
                part.add(point, 0, || row(scenario as u64));
            }
            front.merge(second);
            let beaten = |point: &Vec<f64>| points.iter().any(|other| {
                other.iter().zip(point).all(|(a, b)| a <= b) && other != point
            });
            let mut expected: Vec<u64> = Vec::new();
            for (scenario, point) in points.iter().enumerate() {
                if !beaten(point) && !points[..scenario].contains(point) {
                    expected.push(scenario as u64);
                }
            }
            let members = front.ordered();
            for member in &members {
                let same = points.iter().filter(|point| **point == member.objectives).count() as u64;
                prop_assert_eq!(member.equals + 1, same);
            }
            let mut found: Vec<u64> = members.iter().map(|member| member.row.scenario).collect();
            found.sort_unstable();
            prop_assert_eq!(found, expected);
        }
    }
}
