//! The one error type: where it went wrong, what was found, what was expected, what to do.

use std::fmt;

/// What went wrong, said so that the reader can mend it.
///
/// Its display is complete: message, place with a caret, and help.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error(Box<Content>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Content {
    message: String,
    place: Option<Place>,
    help: Option<String>,
    kind: Kind,
}

/// Whose fault it was; decides the exit code of the command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Kind {
    /// The input was wrong: exit code 2.
    Input,
    /// Each value is right by itself, but they do not go together, such as a model and too few accelerators: exit
    /// code 2; a sweep counts such scenarios and goes on.
    Infeasible,
    /// The work failed although the input was right: exit code 1.
    Run,
}

/// A place in a text: the excerpt with a caret below it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) file: String,
    pub(crate) line: usize,
    pub(crate) column: usize,
    pub(crate) excerpt: String,
    pub(crate) width: usize,
}

/// Characters of a long line shown before the column, and in all.
const BEFORE: usize = 40;
const SHOWN: usize = 100;

impl Place {
    /// File, line and column; the line itself, or what of a long one surrounds the column; a caret below.
    fn write(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let skipped = if self.column > SHOWN { self.column - BEFORE } else { 0 };
        let excerpt: String = self.excerpt.chars().skip(skipped).take(SHOWN).collect();
        let line = self.line.to_string();
        let margin = " ".repeat(line.len());
        let indent = " ".repeat(self.column - 1 - skipped);
        let caret = "^".repeat(self.width.clamp(1, SHOWN));
        write!(f, "\n{margin}--> {}:{}:{}", self.file, self.line, self.column)?;
        write!(f, "\n{margin} |\n{line} | {excerpt}\n{margin} | {indent}{caret}")
    }
}

/// Parts message and help where only one string can travel (through serde).
const HELP_MARK: &str = "\u{1f}help: ";

impl Error {
    /// An input error with this message.
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self(Box::new(Content { message: message.into(), place: None, help: None, kind: Kind::Input }))
    }

    /// A failure while running, such as a full disk.
    #[cfg(feature = "cli")]
    pub(crate) fn run(message: impl Into<String>) -> Self {
        let mut error = Self::new(message);
        error.0.kind = Kind::Run;
        error
    }

    /// The same error, as one of values that do not go together.
    pub(crate) fn infeasible(mut self) -> Self {
        self.0.kind = Kind::Infeasible;
        self
    }

    /// Adds what to do.
    pub(crate) fn with_help(mut self, help: impl Into<String>) -> Self {
        self.0.help = Some(help.into());
        self
    }

    /// Adds the place, unless a more precise one is known already.
    pub(crate) fn at(mut self, place: Option<Place>) -> Self {
        if self.0.place.is_none() {
            self.0.place = place;
        }
        self
    }

    /// The same error, to be placed anew.
    pub(crate) fn without_place(mut self) -> Self {
        self.0.place = None;
        self
    }

    /// Unknown name, with the nearest known ones.
    pub(crate) fn unknown<'a>(what: &str, name: &str, known: impl Iterator<Item = &'a str>) -> Self {
        let near = nearest(name, known);
        let error = Self::new(format!("unknown {what} \"{name}\""));
        if near.is_empty() { error } else { error.with_help(format!("did you mean {}?", near.join(", "))) }
    }

    /// What went wrong, without place and help.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// What to do about it.
    #[must_use]
    pub fn help(&self) -> Option<&str> {
        self.0.help.as_deref()
    }

    /// Line and column, from 1, where the input is a text.
    #[must_use]
    pub fn position(&self) -> Option<(usize, usize)> {
        self.0.place.as_ref().map(|place| (place.line, place.column))
    }

    /// Whether the input or the run was at fault.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.0.kind
    }

    /// All on one line, for a table cell.
    #[must_use]
    pub fn one_line(&self) -> String {
        match &self.0.help {
            Some(help) => format!("{}; {help}", self.0.message),
            None => self.0.message.clone(),
        }
    }

    pub(crate) fn into_serde<E: serde::de::Error>(self) -> E {
        match self.0.help {
            Some(help) => E::custom(format!("{}{HELP_MARK}{help}", self.0.message)),
            None => E::custom(self.0.message),
        }
    }

    /// Takes message and help back out of serde's string, and makes serde's own wording ours.
    pub(crate) fn from_serde(message: &str) -> Self {
        if let Some((message, help)) = message.split_once(HELP_MARK) {
            return Self::new(message).with_help(help.trim_end());
        }
        let quoted: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
        match quoted.as_slice() {
            [name, known @ ..] if message.starts_with("unknown field") => unknown_word("key", name, known),
            [name, known @ ..] if message.starts_with("unknown variant") => unknown_word("value", name, known),
            [name] if message.starts_with("missing field") => Self::new(format!("the key \"{name}\" is missing")),
            [name] if message.starts_with("duplicate field") => Self::new(format!("the key \"{name}\" stands twice")),
            _ => Self::new(message.trim_end().replace('\n', ", ").replace("expected f64", "expected a number")),
        }
    }
}

fn unknown_word(what: &str, name: &str, known: &[&str]) -> Error {
    let near = nearest(name, known.iter().copied());
    let list = if near.is_empty() {
        format!("known here: {}", known.join(", "))
    } else {
        format!("did you mean {}?", near.join(", "))
    };
    Error::new(format!("unknown {what} \"{name}\"")).with_help(list)
}

/// Similarity (Jaro-Winkler) below which a name is no help.
const NEAR_ENOUGH: f64 = 0.78;
/// How many names are suggested.
const SUGGESTIONS: usize = 3;

/// The known names most like `name`, best first.
pub(crate) fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut scored: Vec<(f64, &str)> = known.map(|word| (strsim::jaro_winkler(name, word), word)).collect();
    scored.retain(|(score, _)| *score > NEAR_ENOUGH);
    scored.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
    scored.into_iter().take(SUGGESTIONS).map(|(_, word)| word).collect()
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.message)?;
        if let Some(place) = &self.0.place {
            place.write(f)?;
        }
        if let Some(help) = &self.0.help {
            write!(f, "\n  help: {help}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Error {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_name_suggests_the_nearest() {
        let error = Error::unknown("accelerator", "h10-sxm", ["h100-sxm", "l4", "a100-sxm-80gb"].into_iter());
        assert_eq!(error.to_string(), "unknown accelerator \"h10-sxm\"\n  help: did you mean h100-sxm?");
    }

    #[test]
    fn message_and_help_survive_serde() {
        let error: toml::de::Error = Error::new("too hot").with_help("cool it").into_serde();
        assert_eq!(Error::from_serde(error.message()), Error::new("too hot").with_help("cool it"));
    }
}
