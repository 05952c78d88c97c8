//! The value of knowing a datum: how far the interval of a result would shrink.

use crate::sensitivity::NextDatum;
use crate::sensitivity::subject::{Group, Subject};
use crate::uncertainty::{Columns, Quantiles, Settings};

/// Data in the list of those to obtain.
const LONGEST_LIST: usize = 10;
/// Width that is left, over that of now, above which a datum is not worth an effort.
const WORTH_KNOWING: f64 = 0.999;

/// The draws of a result, of which some data can be taken as known.
pub(super) struct Knowledge<'s> {
    subject: &'s Subject<'s>,
    columns: Vec<Columns>,
    /// Every input at its central value.
    known: Vec<Columns>,
}

impl<'s> Knowledge<'s> {
    pub(super) fn new(subject: &'s Subject<'s>, settings: Settings) -> Self {
        Self { subject, columns: subject.columns(settings), known: subject.known(settings.samples()) }
    }

    /// All draws of the result, with what is known by now.
    pub(super) fn draws(&self) -> Vec<f64> {
        self.subject.draws(&self.columns)
    }

    /// The data to obtain, those that narrow the interval most first.
    pub(super) fn next(mut self, now: &Quantiles) -> Vec<NextDatum> {
        let subject = self.subject;
        let mut found: Vec<(&Group, Quantiles)> =
            subject.groups.iter().map(|group| (group, self.if_known(group))).collect();
        found.sort_by(|a, b| width(&a.1).total_cmp(&width(&b.1)));
        found.retain(|(_, known)| width(known) < WORTH_KNOWING * width(now));
        found.truncate(LONGEST_LIST);
        let mut datum = |(group, if_known): (&Group, Quantiles)| {
            group.exchange(&mut self.columns, &mut self.known);
            NextDatum {
                key: subject.keys(group).swap_remove(0),
                if_known,
                narrowing: width(&if_known) / width(now),
                if_all_known: Quantiles::of(&mut subject.draws(&self.columns)),
            }
        };
        found.into_iter().map(&mut datum).collect()
    }

    /// The result if this group too were known, at its median.
    fn if_known(&mut self, group: &Group) -> Quantiles {
        group.exchange(&mut self.columns, &mut self.known);
        let quantiles = Quantiles::of(&mut self.draws());
        group.exchange(&mut self.columns, &mut self.known);
        quantiles
    }
}

/// How wide an interval is: the factor between its ends, or their distance where it reaches zero.
fn width(quantiles: &Quantiles) -> f64 {
    if quantiles.p05 > 0.0 { quantiles.p95 / quantiles.p05 } else { quantiles.p95 - quantiles.p05 }
}
