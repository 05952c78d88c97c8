//! Work on all cores, its results in order.

/// Maps items in parallel; results stand in the order of the items.
#[cfg(feature = "parallel")]
pub(super) fn map<I: Send, R: Send>(items: Vec<I>, f: impl Fn(I) -> R + Sync + Send) -> Vec<R> {
    use rayon::prelude::*;
    items.into_par_iter().map(f).collect()
}

/// Maps items one after the other.
#[cfg(not(feature = "parallel"))]
pub(super) fn map<I, R>(items: Vec<I>, f: impl Fn(I) -> R) -> Vec<R> {
    items.into_iter().map(f).collect()
}
