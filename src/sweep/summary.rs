//! What is asked of a sweep, counted as its scenarios come, and the report.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::sweep::Measure;
use crate::sweep::best::Best;
use crate::sweep::effects::Effects;
use crate::sweep::front::Front;
use crate::sweep::groups::{Groups, Numbers};
use crate::sweep::prepared::{Block, Fate, Prepared};

/// What is asked of all scenarios together.
#[derive(Clone, Debug, Default)]
pub struct Ask {
    top: Option<(usize, Measure)>,
    pareto: Vec<Measure>,
    group_by: Vec<String>,
    effects: Vec<Measure>,
}

impl Ask {
    /// The scenarios with the lowest values of a measure.
    #[must_use]
    pub fn with_top(mut self, scenarios: usize, by: Measure) -> Self {
        self.top = Some((scenarios, by));
        self
    }

    /// The scenarios that no other is better than in all of some measures, the smaller the better.
    #[must_use]
    pub fn with_pareto(mut self, objectives: &[Measure]) -> Self {
        self.pareto = objectives.to_vec();
        self
    }

    /// Least, mean and most of every measure for each combination of values of some keys.
    #[must_use]
    pub fn with_groups(mut self, keys: &[String]) -> Self {
        self.group_by = keys.to_vec();
        self
    }

    /// What each axis does to some measures.
    #[must_use]
    pub fn with_effects(mut self, measures: &[Measure]) -> Self {
        self.effects = measures.to_vec();
        self
    }
}

/// What a sweep says of all its scenarios.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Summary {
    /// The axes, the slowest first.
    pub axes: Vec<AxisReport>,
    /// Scenarios in all.
    pub scenarios: u64,
    /// Scenarios computed; fewer where the sweep was interrupted or is one part of several.
    pub computed: u64,
    /// Scenarios for which the condition holds.
    pub kept: u64,
    /// Scenarios for which it does not.
    pub excluded: u64,
    /// Scenarios whose values do not go together.
    pub infeasible: u64,
    /// The first reasons.
    pub reasons: Vec<Reason>,
    /// Names of the numbers of every row.
    pub columns: Vec<String>,
    /// Draws of each scenario.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub samples: Option<usize>,
    /// The scenarios with the lowest values.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub top: Option<Top>,
    /// The scenarios that no other is better than in everything.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pareto: Option<Pareto>,
    /// Scenarios by the values of some keys.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub groups: Option<GroupsReport>,
    /// What each axis does.
    pub effects: Vec<Effect>,
    /// Whether the sweep was interrupted: everything here is of the scenarios computed until then.
    pub partial: bool,
}

/// An axis in a report.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct AxisReport {
    /// Its keys.
    pub keys: Vec<String>,
    /// Number of its values.
    pub values: usize,
}

/// Why a scenario is infeasible.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Reason {
    /// Number of the scenario.
    pub scenario: u64,
    /// What stands on each axis there.
    pub places: Vec<String>,
    /// Why.
    pub reason: String,
}

/// A scenario in a report.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Row {
    /// Its number, from zero.
    pub scenario: u64,
    /// What stands on each axis.
    pub places: Vec<String>,
    /// Its numbers; absent where no figure covers them.
    pub values: Vec<Option<f64>>,
}

/// The scenarios with the lowest values of a measure.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Top {
    /// The measure.
    pub by: String,
    /// The lowest first.
    pub rows: Vec<Row>,
}

/// A Pareto front.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Pareto {
    /// The measures, the smaller the better.
    pub objectives: Vec<String>,
    /// Its scenarios by the first objective.
    pub rows: Vec<Row>,
    /// For each, how many later scenarios have the same objectives.
    pub equals: Vec<u64>,
}

/// Scenarios by the values of some keys.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct GroupsReport {
    /// The keys.
    pub keys: Vec<String>,
    /// The measures, in the order of the numbers of a group.
    pub measures: Vec<String>,
    /// In axis order.
    pub groups: Vec<GroupReport>,
}

/// The scenarios of one group.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct GroupReport {
    /// What stands on the axes of the keys.
    pub places: Vec<String>,
    /// Scenarios for which the condition holds.
    pub kept: u64,
    /// Scenarios for which it does not.
    pub excluded: u64,
    /// Scenarios whose values do not go together.
    pub infeasible: u64,
    /// Least, mean and most of each measure; absent where no figure covers it.
    pub numbers: Vec<Option<[f64; 3]>>,
}

/// What each axis does to a measure.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Effect {
    /// The measure.
    pub measure: String,
    /// Standard deviation of its logarithm over all scenarios that are kept.
    pub log_sd: f64,
    /// For each axis, the share of the variance of the logarithm that goes with its value alone.
    pub shares: Vec<f64>,
}

/// Different reasons that are kept.
const REASONS: usize = 5;

/// What is counted over blocks, in order.
pub(super) struct Tally<'p> {
    prepared: &'p Prepared<'p>,
    computed: u64,
    fates: [u64; 3],
    reasons: Vec<(u64, String)>,
    top: Option<(usize, Best)>,
    pareto: Option<(Vec<usize>, Front)>,
    groups: Option<Groups>,
    effects: Vec<Effects>,
}

impl<'p> Tally<'p> {
    /// Nothing counted yet.
    pub(super) fn new(prepared: &'p Prepared<'p>, ask: &Ask) -> Result<Self, Error> {
        let column = |measure: Measure| {
            let error = || Error::new(format!("{} is not computed by this sweep", measure.name()));
            prepared.column(measure).ok_or_else(error)
        };
        let columns =
            |measures: &[Measure]| measures.iter().map(|measure| column(*measure)).collect::<Result<Vec<_>, _>>();
        let top = ask.top.map(|(most, by)| Ok::<_, Error>((column(by)?, Best::new(most)))).transpose()?;
        let pareto = (!ask.pareto.is_empty()).then(|| columns(&ask.pareto)).transpose()?;
        let axes = ask.group_by.iter().map(|key| axis_of(prepared, key)).collect::<Result<Vec<_>, _>>()?;
        let groups = if axes.is_empty() { None } else { Some(Groups::new(axes, columns(prepared.measures())?)) };
        let near = if ask.effects.is_empty() { Vec::new() } else { prepared.first_values()? };
        let effects = columns(&ask.effects)?
            .into_iter()
            .zip(&ask.effects)
            .map(|(column, measure)| Effects::new(&prepared.layout, column, prepared.near(&near, *measure)));
        Ok(Self {
            prepared,
            computed: 0,
            fates: [0; 3],
            reasons: Vec::new(),
            top,
            pareto: pareto.map(|columns| (columns, Front::default())),
            groups,
            effects: effects.collect(),
        })
    }

    /// The same with nothing counted; what is known to be out of question stays known.
    fn empty(&self) -> Self {
        Self {
            prepared: self.prepared,
            computed: 0,
            fates: [0; 3],
            reasons: Vec::new(),
            top: self.top.as_ref().map(|(column, best)| (*column, best.same())),
            pareto: self.pareto.as_ref().map(|(columns, _)| (columns.clone(), Front::default())),
            groups: self.groups.as_ref().map(Groups::empty),
            effects: self.effects.iter().map(Effects::empty).collect(),
        }
    }

    /// What one block adds to what was counted before it.
    pub(super) fn of_block(&self, block: &Block) -> Self {
        let mut own = self.empty();
        own.computed = block.fates.len() as u64;
        for fate in &block.fates {
            own.fates[*fate as usize] += 1;
        }
        own.reasons.clone_from(&block.reasons);
        let layout = &self.prepared.layout;
        own.groups.iter_mut().for_each(|groups| groups.add(layout, block));
        own.effects.iter_mut().for_each(|effects| effects.add(layout, block));
        if let (Some((column, best)), Some((_, before))) = (&mut own.top, &self.top) {
            let limit = before.limit();
            for row in block.kept().filter(|row| block.columns[*column][*row] < limit) {
                let value = block.columns[*column][row];
                best.add(value, block.first + row as u64, || self.row(block, row));
            }
        }
        if let (Some((columns, front)), Some((_, before))) = (&mut own.pareto, &self.pareto) {
            let mut before = before.outline();
            let mut point = vec![0.0; columns.len()];
            for row in block.kept() {
                point
                    .iter_mut()
                    .zip(&*columns)
                    .for_each(|(objective, column)| *objective = block.columns[*column][row]);
                if !before.beats(&point) {
                    front.add(&point, 0, || self.row(block, row));
                }
            }
        }
        own
    }

    fn row(&self, block: &Block, row: usize) -> Row {
        let scenario = block.first + row as u64;
        let number = |column: &Vec<f64>| Some(column[row]).filter(|value| !value.is_nan());
        Row { scenario, places: self.prepared.places(scenario), values: block.columns.iter().map(number).collect() }
    }

    /// Adds what the next block adds.
    pub(super) fn merge(&mut self, other: Self) {
        self.computed += other.computed;
        self.fates.iter_mut().zip(other.fates).for_each(|(own, other)| *own += other);
        for (scenario, reason) in other.reasons {
            if self.reasons.len() < REASONS && !self.reasons.iter().any(|(_, own)| *own == reason) {
                self.reasons.push((scenario, reason));
            }
        }
        if let (Some((_, own)), Some((_, other))) = (&mut self.top, other.top) {
            own.merge(other);
        }
        if let (Some((_, own)), Some((_, other))) = (&mut self.pareto, other.pareto) {
            own.merge(other);
        }
        if let (Some(own), Some(other)) = (&mut self.groups, other.groups) {
            own.merge(other);
        }
        for (own, other) in self.effects.iter_mut().zip(&other.effects) {
            own.merge(other);
        }
    }

    /// The report.
    pub(super) fn finish(self, ask: &Ask, range: Range<u64>) -> Summary {
        let prepared = self.prepared;
        let reason = |(scenario, reason): (u64, String)| Reason { scenario, places: prepared.places(scenario), reason };
        let axis = |axis: &crate::sweep::Axis| AxisReport { keys: axis.keys.clone(), values: axis.len() };
        let effect = |(effects, measure): (&Effects, &Measure)| {
            let (log_sd, shares) = effects.shares()?;
            Some(Effect { measure: measure.name().to_owned(), log_sd, shares })
        };
        Summary {
            axes: prepared.axes().iter().map(axis).collect(),
            scenarios: prepared.scenarios(),
            computed: self.computed,
            kept: self.fates[Fate::Kept as usize],
            excluded: self.fates[Fate::Excluded as usize],
            infeasible: self.fates[Fate::Infeasible as usize],
            reasons: self.reasons.into_iter().map(reason).collect(),
            columns: prepared.columns(),
            samples: prepared.samples(),
            effects: self.effects.iter().zip(&ask.effects).filter_map(effect).collect(),
            groups: self.groups.map(|groups| groups_report(prepared, ask, &groups)),
            top: self
                .top
                .zip(ask.top)
                .map(|((_, best), (_, by))| Top { by: by.name().to_owned(), rows: best.into_rows() }),
            pareto: self.pareto.map(|(_, front)| pareto_report(ask, front)),
            partial: self.computed < range.end - range.start,
        }
    }
}

fn pareto_report(ask: &Ask, front: Front) -> Pareto {
    let members = front.ordered();
    Pareto {
        objectives: ask.pareto.iter().map(|measure| measure.name().to_owned()).collect(),
        equals: members.iter().map(|member| member.equals).collect(),
        rows: members.into_iter().map(|member| member.row).collect(),
    }
}

fn groups_report(prepared: &Prepared<'_>, ask: &Ask, groups: &Groups) -> GroupsReport {
    let axes: Vec<usize> = ask.group_by.iter().filter_map(|key| axis_of(prepared, key).ok()).collect();
    let numbers = |numbers: &Numbers| {
        let Numbers { count, sum, least, most } = *numbers;
        (count > 0).then(|| [least, sum / count as f64, most])
    };
    let report = |(places, group): (&Vec<usize>, &crate::sweep::groups::Group)| GroupReport {
        places: axes.iter().zip(places).map(|(axis, place)| prepared.axes()[*axis].label(*place)).collect(),
        kept: group.kept,
        excluded: group.excluded,
        infeasible: group.infeasible,
        numbers: group.numbers.iter().map(numbers).collect(),
    };
    GroupsReport {
        keys: ask.group_by.clone(),
        measures: prepared.measures().iter().map(|measure| measure.name().to_owned()).collect(),
        groups: groups.iter().map(report).collect(),
    }
}

/// The axis that has a key.
fn axis_of(prepared: &Prepared<'_>, key: &str) -> Result<usize, Error> {
    let found = prepared.axes().iter().position(|axis| axis.keys.iter().any(|own| own == key) || axis.name() == key);
    found.ok_or_else(|| {
        let keys: Vec<&str> = prepared.axes().iter().flat_map(|axis| &axis.keys).map(String::as_str).collect();
        Error::new(format!("no axis has the key {key}")).with_help(format!("keys: {}", keys.join(", ")))
    })
}
