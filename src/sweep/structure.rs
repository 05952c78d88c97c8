//! The scenarios that share everything but plain numbers: one set of formulas, and a column for each input that varies.

use crate::document::Document;
use crate::error::{Error, Kind};
use crate::impact::{Outcome, Silent, evaluate};
use crate::math::Real as _;
use crate::profile::Catalog;
use crate::scenario::Scenario;
use crate::sweep::layout::Layout;
use crate::sweep::{Measure, threads};
use crate::tape::{Node, Program};
use crate::uncertainty::{Recorded, record};
use crate::units::Carried as _;

/// How the scenarios of a structure are computed.
#[derive(Debug)]
pub(super) enum Structure {
    /// By formulas, over columns of values.
    Formulas(Box<Formulas>),
    /// Each read on its own: their inputs do not vary one by one.
    OneByOne,
    /// Not at all: its values do not go together.
    Infeasible(String),
}

/// Formulas, and the inputs that vary.
#[derive(Debug)]
pub(super) struct Formulas {
    pub(super) scenario: Scenario,
    pub(super) program: Program,
    pub(super) columns: Vec<Column>,
    /// Place of each input in `columns`; that of an input that does not vary means nothing.
    pub(super) column_of: Vec<usize>,
}

/// The values of one input along one axis.
#[derive(Debug)]
pub(super) struct Column {
    pub(super) input: usize,
    pub(super) axis: usize,
    pub(super) values: Vec<f64>,
}

/// What every structure is read from.
pub(super) struct Reader<'a> {
    pub(super) base: &'a Document,
    pub(super) layout: &'a Layout,
    pub(super) catalog: &'a Catalog,
    pub(super) measures: &'a [Measure],
    /// Whether uncertain inputs are drawn, instead of standing at their central value.
    pub(super) drawn: bool,
}

impl Reader<'_> {
    /// The scenario at some places.
    pub(super) fn scenario(&self, places: &[usize]) -> Result<Scenario, Error> {
        let mut document = self.base.clone();
        for (axis, place) in self.layout.axes.iter().zip(places) {
            axis.set(&mut document, *place);
        }
        Scenario::read(&document, self.catalog)
    }

    /// A structure, with its formulas.
    ///
    /// # Errors
    ///
    /// When a value is wrong by itself.
    pub(super) fn structure(&self, structure: u64) -> Result<Structure, Error> {
        let places = self.layout.first_places(structure);
        let scenario = match self.scenario(&places) {
            Ok(scenario) => scenario,
            Err(error) if error.kind() == Kind::Infeasible => return Ok(Structure::Infeasible(error.one_line())),
            Err(error) => return Err(error),
        };
        let columns = self.columns(&scenario, &places)?;
        Ok(match columns.filter(|columns| are_apart(columns)) {
            Some(columns) if scenario.central().units_per_year.value() > 0.0 => self.formulas(scenario, columns),
            _ => Structure::OneByOne,
        })
    }

    fn formulas(&self, scenario: Scenario, columns: Vec<Column>) -> Structure {
        let mut column_of = vec![usize::MAX; scenario.inputs.len()];
        for (place, column) in columns.iter().enumerate() {
            column_of[column.input] = place;
        }
        let central = evaluate(&scenario.central(), &mut Silent);
        let covered = self.measures.iter().map(|measure| measure.is_covered(&central)).collect();
        let varies =
            |input: usize| column_of[input] != usize::MAX || self.drawn && scenario.inputs[input].is_uncertain();
        let program = record(&scenario, varies, &Measures { measures: self.measures, covered });
        Structure::Formulas(Box::new(Formulas { scenario, program, columns, column_of }))
    }

    /// The inputs that vary along plain axes; none where they do more than that.
    fn columns(&self, scenario: &Scenario, places: &[usize]) -> Result<Option<Vec<Column>>, Error> {
        let mut columns = Vec::new();
        for axis in (0..places.len()).filter(|axis| self.layout.plain[*axis]) {
            let others = (1..self.layout.axes[axis].len()).collect();
            let read = threads::map(others, |place| {
                let mut places = places.to_vec();
                places[axis] = place;
                self.values(scenario, &places)
            });
            let mut rows = vec![values(scenario)];
            for row in read {
                match row? {
                    Some(row) => rows.push(row),
                    None => return Ok(None),
                }
            }
            columns.extend(varying(axis, &rows));
        }
        Ok(Some(columns))
    }

    /// The values of all inputs at some places, where the scenario is the same in all else.
    fn values(&self, scenario: &Scenario, places: &[usize]) -> Result<Option<Vec<f64>>, Error> {
        match self.scenario(places) {
            Ok(other) => Ok(is_same_but_numbers(scenario, &other).then(|| values(&other))),
            Err(error) if error.kind() == Kind::Infeasible => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The formulas of one scenario, of which only what is uncertain varies.
    pub(super) fn alone(&self, scenario: &Scenario) -> Program {
        let central = evaluate(&scenario.central(), &mut Silent);
        let covered = self.measures.iter().map(|measure| measure.is_covered(&central)).collect();
        let measures = Measures { measures: self.measures, covered };
        record(scenario, |input| scenario.inputs[input].is_uncertain(), &measures)
    }

    /// What one scenario gives, read on its own.
    pub(super) fn one(&self, scenario: &Scenario) -> Vec<f64> {
        let outcome = evaluate(&scenario.central(), &mut Silent);
        let total = outcome.total();
        let units = outcome.units_per_year.value();
        // Where nothing is asked for, results per unit are those of a year.
        let units = if units > 0.0 { units } else { 1.0 };
        let amount = |measure: &Measure| match measure.is_covered(&outcome) {
            true => measure.of(&outcome, &total, units),
            false => f64::NAN,
        };
        self.measures.iter().map(amount).collect()
    }
}

/// Measures as formulas; those without figure are no number.
struct Measures<'m> {
    measures: &'m [Measure],
    covered: Vec<bool>,
}

impl Recorded for Measures<'_> {
    fn of<'r>(&self, outcome: &Outcome<Node<'r>>) -> Vec<Node<'r>> {
        let (total, units) = (outcome.total(), outcome.units_per_year.raw());
        let amount = |(measure, covered): (&Measure, &bool)| match covered {
            true => measure.of(outcome, &total, units),
            false => Node::of(f64::NAN),
        };
        self.measures.iter().zip(&self.covered).map(amount).collect()
    }
}

/// The inputs whose values differ from row to row.
fn varying(axis: usize, rows: &[Vec<f64>]) -> Vec<Column> {
    let is_varying = |input: &usize| rows.iter().any(|row| row[*input] != rows[0][*input]);
    let column = |input: usize| Column { input, axis, values: rows.iter().map(|row| row[input]).collect() };
    (0..rows[0].len()).filter(is_varying).map(column).collect()
}

/// Whether no input varies along two axes.
fn are_apart(columns: &[Column]) -> bool {
    let mut inputs: Vec<usize> = columns.iter().map(|column| column.input).collect();
    inputs.sort_unstable();
    inputs.windows(2).all(|pair| pair[0] != pair[1])
}

fn values(scenario: &Scenario) -> Vec<f64> {
    scenario.inputs.iter().map(|input| input.value).collect()
}

/// Whether two scenarios have the same inputs, laws and choices, so that only values differ.
fn is_same_but_numbers(scenario: &Scenario, other: &Scenario) -> bool {
    let inputs = scenario.inputs.iter().zip(&other.inputs);
    scenario.inputs.len() == other.inputs.len()
        && inputs.clone().all(|(a, b)| a.key == b.key && a.law == b.law && a.identity == b.identity)
        && scenario.choices.len() == other.choices.len()
        && scenario.choices.iter().zip(&other.choices).all(|(a, b)| a.value == b.value)
        && other.central().units_per_year.value() > 0.0
}
