//! How surely one scenario is below another, in words.

use serde::{Deserialize, Serialize};

/// How surely a result is below or above that of the reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Standing {
    /// Below in at least the clear share of the draws.
    ClearlyLower,
    /// Below in at least the probable share of the draws.
    ProbablyLower,
    /// Neither.
    NoClearDifference,
    /// Above in at least the probable share of the draws.
    ProbablyHigher,
    /// Above in at least the clear share of the draws.
    ClearlyHigher,
    /// The same in every draw.
    Equal,
}

/// Shares of the draws from which on a difference is called clear, and probable.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct CutOffs {
    /// From here on, clearly.
    pub clearly: f64,
    /// From here on, probably.
    pub probably: f64,
}

impl CutOffs {
    /// Those of every comparison.
    pub const DECLARED: Self = Self { clearly: 0.95, probably: 0.80 };
}

impl Standing {
    /// By the shares of the draws below and above the reference.
    pub(super) fn new(lower: f64, higher: f64) -> Self {
        let CutOffs { clearly, probably } = CutOffs::DECLARED;
        match (lower, higher) {
            (lower, higher) if lower == 0.0 && higher == 0.0 => Self::Equal,
            (lower, _) if lower >= clearly => Self::ClearlyLower,
            (_, higher) if higher >= clearly => Self::ClearlyHigher,
            (lower, _) if lower >= probably => Self::ProbablyLower,
            (_, higher) if higher >= probably => Self::ProbablyHigher,
            _ => Self::NoClearDifference,
        }
    }

    /// In words.
    ///
    /// ```
    /// assert_eq!(econome::compare::Standing::ClearlyLower.words(), "clearly lower");
    /// ```
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::ClearlyLower => "clearly lower",
            Self::ProbablyLower => "probably lower",
            Self::NoClearDifference => "no clear difference",
            Self::ProbablyHigher => "probably higher",
            Self::ClearlyHigher => "clearly higher",
            Self::Equal => "equal",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_follow_the_cut_offs() {
        for (lower, higher, standing) in [
            (0.95, 0.05, Standing::ClearlyLower),
            (0.9499, 0.05, Standing::ProbablyLower),
            (0.80, 0.20, Standing::ProbablyLower),
            (0.79, 0.21, Standing::NoClearDifference),
            (0.2, 0.8, Standing::ProbablyHigher),
            (0.0, 1.0, Standing::ClearlyHigher),
            (0.0, 0.0, Standing::Equal),
            (0.3, 0.0, Standing::NoClearDifference),
        ] {
            assert_eq!(Standing::new(lower, higher), standing, "{lower} {higher}");
        }
    }
}
