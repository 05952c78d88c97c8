//! Which scenarios are kept: `latency_s < 2 && sizing.accelerators <= 8 && inference.model != "gpt-4o"`.

use crate::error::{Error, Place};
use crate::sweep::layout::Layout;
use crate::sweep::{Axis, Measure};

/// A condition on results, sizes and places on the axes.
#[derive(Debug)]
pub(super) struct Condition(Node);

/// A part of a condition; numbers and truths are columns of numbers, a truth being one or zero.
#[derive(Debug)]
enum Node {
    Number(f64),
    Text(String),
    /// A measure, by its place among those computed.
    Measure(usize),
    /// What belongs to each place of an axis.
    Axis(usize, Vec<f64>),
    /// The words at each place of an axis.
    Words(usize, Vec<String>),
    Not(Box<Node>),
    Both(Operation, Box<Node>, Box<Node>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Operation {
    Or,
    And,
    Equal,
    Different,
    AtMost,
    AtLeast,
    Less,
    More,
    Add,
    Subtract,
    Multiply,
    Divide,
}

/// What a part of a condition is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Type {
    Number,
    Text,
    Truth,
}

impl Type {
    fn words(self) -> &'static str {
        match self {
            Self::Number => "a number",
            Self::Text => "a text",
            Self::Truth => "a condition",
        }
    }
}

/// Operations that bind equally, from the loosest; within a level the longest come first.
const LEVELS: [&[(&str, Operation)]; 5] = [
    &[("||", Operation::Or)],
    &[("&&", Operation::And)],
    &[
        ("==", Operation::Equal),
        ("!=", Operation::Different),
        ("<=", Operation::AtMost),
        (">=", Operation::AtLeast),
        ("<", Operation::Less),
        (">", Operation::More),
    ],
    &[("+", Operation::Add), ("-", Operation::Subtract)],
    &[("*", Operation::Multiply), ("/", Operation::Divide)],
];

impl Operation {
    fn takes(self) -> Type {
        match self {
            Self::Or | Self::And => Type::Truth,
            _ => Type::Number,
        }
    }

    fn gives(self) -> Type {
        match self {
            Self::Add | Self::Subtract | Self::Multiply | Self::Divide => Type::Number,
            _ => Type::Truth,
        }
    }

    fn of(self, a: f64, b: f64) -> f64 {
        match self {
            Self::Or => a.max(b),
            Self::And => a.min(b),
            Self::Equal => f64::from(a == b),
            Self::Different => f64::from(a != b),
            Self::AtMost => f64::from(a <= b),
            Self::AtLeast => f64::from(a >= b),
            Self::Less => f64::from(a < b),
            Self::More => f64::from(a > b),
            Self::Add => a + b,
            Self::Subtract => a - b,
            Self::Multiply => a * b,
            Self::Divide => a / b,
        }
    }
}

impl Condition {
    /// Reads a condition; measures that it names are added to those computed.
    pub(super) fn read(text: &str, axes: &[Axis], measures: &mut Vec<Measure>) -> Result<Self, Error> {
        let mut parser = Parser { text, at: 0, axes, measures };
        let (node, found) = parser.level(0)?;
        parser.skip();
        if parser.at < text.len() {
            return Err(parser.wrong(parser.at, 1, "expected an operator such as && or <"));
        }
        match found {
            Type::Truth => Ok(Self(node)),
            other => {
                let words = format!("the constraint is {}, not a condition", other.words());
                Err(parser.wrong(0, text.len(), &words).with_help("write for example latency_s < 2"))
            }
        }
    }

    /// For scenarios in a row, whether it holds: one, or not; what has no figure keeps no limit.
    pub(super) fn holds(&self, layout: &Layout, first: u64, columns: &[&[f64]], len: usize) -> Vec<f64> {
        self.0.column(layout, first, columns, len)
    }
}

impl Node {
    fn column(&self, layout: &Layout, first: u64, columns: &[&[f64]], len: usize) -> Vec<f64> {
        match self {
            Self::Number(value) => vec![*value; len],
            Self::Text(_) | Self::Words(..) => vec![f64::NAN; len],
            Self::Measure(measure) => columns[*measure][..len].to_vec(),
            Self::Axis(axis, values) => {
                let mut column = vec![0.0; len];
                layout.fill(*axis, first, values, &mut column);
                column
            }
            Self::Not(inner) => {
                let mut column = inner.column(layout, first, columns, len);
                column.iter_mut().for_each(|truth| *truth = 1.0 - *truth);
                column
            }
            Self::Both(operation, a, b) => {
                let mut a = a.column(layout, first, columns, len);
                let b = b.column(layout, first, columns, len);
                a.iter_mut().zip(&b).for_each(|(a, b)| *a = operation.of(*a, *b));
                a
            }
        }
    }
}

/// Reads a text from left to right.
struct Parser<'t> {
    text: &'t str,
    at: usize,
    axes: &'t [Axis],
    measures: &'t mut Vec<Measure>,
}

impl Parser<'_> {
    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    fn skip(&mut self) {
        self.at += self.rest().len() - self.rest().trim_start().len();
    }

    /// An error about a part of the text.
    fn wrong(&self, at: usize, width: usize, words: &str) -> Error {
        let before = self.text[..at].chars().count();
        let place =
            Place { file: "where".to_owned(), line: 1, column: before + 1, excerpt: self.text.to_owned(), width };
        Error::new(words).at(Some(place))
    }

    /// Operations of one level between what binds closer; comparisons do not chain.
    fn level(&mut self, level: usize) -> Result<(Node, Type), Error> {
        let Some(operations) = LEVELS.get(level) else { return self.term() };
        let mut left = self.level(level + 1)?;
        loop {
            self.skip();
            let found = operations.iter().find(|(symbol, _)| self.rest().starts_with(symbol));
            let Some((symbol, operation)) = found else { return Ok(left) };
            let at = self.at;
            self.at += symbol.len();
            let right = self.level(level + 1)?;
            left = self.both(*operation, left, right).map_err(|words| self.wrong(at, symbol.len(), &words))?;
        }
    }

    fn both(&self, operation: Operation, left: (Node, Type), right: (Node, Type)) -> Result<(Node, Type), String> {
        let equality = operation == Operation::Equal || operation == Operation::Different;
        let node = match (left, right) {
            ((Node::Words(axis, words), _), (Node::Text(text), _))
            | ((Node::Text(text), _), (Node::Words(axis, words), _))
                if equality =>
            {
                let wanted = operation == Operation::Equal;
                Node::Axis(axis, words.iter().map(|word| f64::from((*word == text) == wanted)).collect())
            }
            ((left, a), (right, b)) if a == operation.takes() && b == a => {
                Node::Both(operation, Box::new(left), Box::new(right))
            }
            ((_, a), (_, b)) => {
                let wrong = if a == operation.takes() { b } else { a };
                return Err(format!("expected {} on both sides, found {}", operation.takes().words(), wrong.words()));
            }
        };
        Ok((node, operation.gives()))
    }

    fn term(&mut self) -> Result<(Node, Type), Error> {
        self.skip();
        let at = self.at;
        match self.rest().chars().next() {
            None => {
                Err(self.wrong(at, 1, "the constraint ends too early").with_help("write for example latency_s < 2"))
            }
            Some('(') => {
                self.at += 1;
                let inner = self.level(0)?;
                self.skip();
                if !self.rest().starts_with(')') {
                    return Err(self.wrong(at, 1, "this bracket is not closed"));
                }
                self.at += 1;
                Ok(inner)
            }
            Some('!') => {
                self.at += 1;
                match self.term()? {
                    (inner, Type::Truth) => Ok((Node::Not(Box::new(inner)), Type::Truth)),
                    (_, other) => {
                        Err(self.wrong(at, 1, &format!("expected a condition behind !, found {}", other.words())))
                    }
                }
            }
            Some('-') => {
                self.at += 1;
                let inner = self.term()?;
                self.both(Operation::Subtract, (Node::Number(0.0), Type::Number), inner)
                    .map_err(|words| self.wrong(at, 1, &words))
            }
            Some(quote @ ('"' | '\'')) => {
                let inner = self.text[at + 1..].split_once(quote).map(|(inner, _)| inner.to_owned());
                let inner = inner.ok_or_else(|| self.wrong(at, 1, "this text is not closed"))?;
                self.at += inner.len() + 2;
                Ok((Node::Text(inner), Type::Text))
            }
            Some(c) if c.is_ascii_digit() || c == '.' => self.number(),
            Some(_) => self.name(),
        }
    }

    fn number(&mut self) -> Result<(Node, Type), Error> {
        let at = self.at;
        let mut last = ' ';
        let end = self.rest().find(|c: char| {
            let sign = (c == '-' || c == '+') && (last == 'e' || last == 'E');
            last = c;
            !(c.is_ascii_alphanumeric() || c == '.' || c == '_' || sign)
        });
        let end = end.unwrap_or(self.rest().len());
        let word = self.rest()[..end].to_owned();
        self.at += end;
        match word.replace('_', "").parse() {
            Ok(value) => Ok((Node::Number(value), Type::Number)),
            Err(_) => Err(self
                .wrong(at, word.len(), &format!("\"{word}\" is no number"))
                .with_help("results stand in the unit of their name: latency_s < 2")),
        }
    }

    fn name(&mut self) -> Result<(Node, Type), Error> {
        let at = self.at;
        let is_part = |c: char| c.is_alphanumeric() || "._".contains(c);
        let end = self.rest().find(|c: char| !is_part(c)).unwrap_or(self.rest().len());
        // The name of a step may hold a minus.
        let keys = self.axes.iter().flat_map(|axis| &axis.keys).filter(|key| self.rest().starts_with(key.as_str()));
        let end = keys.map(String::len).fold(end, usize::max);
        let name = self.rest()[..end].to_owned();
        self.at += end;
        if name.is_empty() {
            return Err(self.wrong(at, 1, "expected a name, a number or a bracket"));
        }
        for (place, axis) in self.axes.iter().enumerate() {
            if let Some(key) = axis.keys.iter().position(|key| *key == name) {
                return Ok(match axis.numbers(key) {
                    Some(numbers) => (Node::Axis(place, numbers), Type::Number),
                    None => (Node::Words(place, axis.values[key].clone()), Type::Text),
                });
            }
        }
        if Measure::names().any(|known| known == name) {
            let measure = Measure::named(&name)?;
            return Ok((Node::Measure(position(self.measures, measure)), Type::Number));
        }
        let mut known: Vec<&str> = Measure::names().collect();
        known.extend(self.axes.iter().flat_map(|axis| &axis.keys).map(String::as_str));
        let error = Error::unknown("name", &name, known.into_iter());
        let help =
            error.help().unwrap_or("names are results, sizing.accelerators and so on, and keys of the axes").to_owned();
        Err(self.wrong(at, name.len(), error.message()).with_help(help))
    }
}

/// The place of a measure in a list, to whose end it is added where it is new.
pub(super) fn position(measures: &mut Vec<Measure>, measure: Measure) -> usize {
    measures.iter().position(|own| *own == measure).unwrap_or_else(|| {
        measures.push(measure);
        measures.len() - 1
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn axes() -> Vec<Axis> {
        let axis = |key: &str, values: &[&str]| Axis {
            keys: vec![key.to_owned()],
            values: vec![values.iter().map(|value| (*value).to_owned()).collect()],
        };
        vec![axis("site.grid", &["fr", "de"]), axis("site.pue", &["1.1", "1.2", "1.3"])]
    }

    /// Which of the six scenarios are kept, with a result that counts them.
    fn kept(text: &str) -> Result<Vec<usize>, Error> {
        let mut measures = vec![Measure::named("carbon_g")?];
        let condition = Condition::read(text, &axes(), &mut measures)?;
        let column: Vec<f64> = (0..6).map(f64::from).collect();
        let truths = condition.holds(&Layout::new(axes()), 0, &[&column, &[f64::NAN; 6]], 6);
        Ok((0..6).filter(|index| truths[*index] > 0.0).collect())
    }

    #[test]
    fn conditions_keep_what_they_say() {
        for (text, expected) in [
            ("carbon_g < 2", vec![0, 1]),
            ("carbon_g >= 2 && carbon_g != 4", vec![2, 3, 5]),
            ("carbon_g < 1 || carbon_g > 4", vec![0, 5]),
            ("!(carbon_g < 1 || carbon_g > 4)", vec![1, 2, 3, 4]),
            ("site.grid == 'de'", vec![3, 4, 5]),
            ("\"de\" != site.grid && site.pue > 1.15", vec![1, 2]),
            ("carbon_g * 2 + 1 <= 3", vec![0, 1]),
            ("carbon_g - 1 - 1 == 0", vec![2]),
            ("-carbon_g > -1.5e0", vec![0, 1]),
            ("site.pue*10 < 11.5 && carbon_g/2>1", vec![3]),
            ("latency_s < 2 || carbon_g == 0", vec![0]),
            ("latency_s > 2", vec![]),
        ] {
            assert_eq!(kept(text).unwrap(), expected, "{text}");
        }
    }

    #[test]
    fn what_is_wrong_is_shown_where_it_stands() {
        for (text, column, words) in [
            ("latency < 2", 1, "did you mean latency_s"),
            ("carbon_g < 2 &&", 16, "ends too early"),
            ("carbon_g", 1, "not a condition"),
            ("carbon_g < 'a'", 10, "found a text"),
            ("carbon_g && 3", 10, "found a number"),
            ("(carbon_g < 2", 1, "not closed"),
            ("carbon_g < 2 carbon_g", 14, "expected an operator"),
            ("latency_s < 2s", 13, "\"2s\" is no number"),
            ("site.grid == 'de", 14, "not closed"),
            ("site.grid < 'de'", 11, "found a text"),
            ("1 < carbon_g < 3", 14, "found a condition"),
            ("!carbon_g", 1, "found a number"),
            ("", 1, "ends too early"),
        ] {
            let error = kept(text).unwrap_err();
            assert_eq!(error.position(), Some((1, column)), "{text}: {error}");
            assert!(error.to_string().contains(words), "{text}: {error}");
        }
    }
}
