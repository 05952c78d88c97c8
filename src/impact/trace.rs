//! Watching the formulas being applied, for `explain`.

use std::borrow::Cow;

use crate::units::Term;

/// Something that watches the formulas being applied.
///
/// Physics is the same whoever watches: [`Silent`] costs nothing and serves the draws, [`Recorder`] keeps each
/// formula with its numbers for `explain`.
pub trait Trace<T> {
    /// A step of the use case begins; none outside of all steps.
    fn step(&mut self, index: Option<usize>);
    /// A new group of formulas begins.
    fn heading(&mut self, title: &str);
    /// A formula whose shape depends on the case gave a result; built only if somebody watches.
    fn shaped(&mut self, function: &'static str, build: impl FnOnce() -> Option<Shaped<T>>);
    /// A formula gave a result from some terms.
    fn formula<const N: usize>(
        &mut self,
        function: &'static str,
        equation: &'static str,
        result: Term<T>,
        terms: [(&'static str, Term<T>); N],
    );
}

/// Equation, result and terms of a formula whose shape depends on the case.
pub type Shaped<T> = (String, Term<T>, Vec<(&'static str, Term<T>)>);

/// Watches nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silent;

impl<T> Trace<T> for Silent {
    #[inline]
    fn step(&mut self, _: Option<usize>) {}
    #[inline]
    fn heading(&mut self, _: &str) {}
    #[inline]
    fn shaped(&mut self, _: &'static str, _: impl FnOnce() -> Option<Shaped<T>>) {}
    #[inline]
    fn formula<const N: usize>(
        &mut self,
        _: &'static str,
        _: &'static str,
        _: Term<T>,
        _: [(&'static str, Term<T>); N],
    ) {
    }
}

/// One formula as it was applied: `equation` gives `result` from `terms`.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Formula {
    /// Step of the use case it belongs to.
    pub step: Option<usize>,
    /// Group it belongs to.
    pub heading: String,
    /// Function of the library that computes it.
    pub function: &'static str,
    /// `symbol = expression`, readable and computable; a symbol with dots is an input.
    pub equation: Cow<'static, str>,
    /// What came out.
    pub result: Term,
    /// What went in, by symbol.
    pub terms: Vec<(&'static str, Term)>,
}

/// Keeps every formula.
#[derive(Clone, Debug, Default)]
pub struct Recorder {
    step: Option<usize>,
    heading: String,
    /// In the order of calculation.
    pub formulas: Vec<Formula>,
}

impl Trace<f64> for Recorder {
    fn step(&mut self, index: Option<usize>) {
        self.step = index;
    }
    fn heading(&mut self, title: &str) {
        title.clone_into(&mut self.heading);
    }
    fn shaped(&mut self, function: &'static str, build: impl FnOnce() -> Option<Shaped<f64>>) {
        let Some((equation, result, terms)) = build() else { return };
        let heading = self.heading.clone();
        self.formulas.push(Formula { step: self.step, heading, function, equation: equation.into(), result, terms });
    }
    fn formula<const N: usize>(
        &mut self,
        function: &'static str,
        equation: &'static str,
        result: Term,
        terms: [(&'static str, Term); N],
    ) {
        let heading = self.heading.clone();
        self.formulas.push(Formula {
            step: self.step,
            heading,
            function,
            equation: equation.into(),
            result,
            terms: terms.to_vec(),
        });
    }
}

/// Tells the trace what was computed: function, equation, result, then the terms by symbol.
macro_rules! explain {
    ($trace:expr, $function:literal, $equation:literal, $result:expr, { $($symbol:literal: $term:expr),* $(,)? }) => {
        $trace.formula($function, $equation, $result.term(), [$(($symbol, $term.term())),*])
    };
}
pub(crate) use explain;
