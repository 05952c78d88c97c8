//! Continuous axes, of which some points are sampled: a Latin hypercube.

use crate::error::Error;
use crate::sweep::Axis;
use crate::sweep::values::{MOST_VALUES, Range};
use crate::uncertainty::ordered_by;

/// Continuous axes as one axis of points: each range is cut into as many equal parts as there are points, and each part
/// holds one (McKay, Beckman and Conover 1979), in its middle.
pub(super) fn sample(ranges: &[(String, Range)], points: usize, seed: u64) -> Result<Axis, Error> {
    if points == 0 || points > MOST_VALUES {
        return Err(Error::new(format!("a sample has between 1 and {MOST_VALUES} points, found {points}")));
    }
    let values = |(key, range): &(String, Range)| {
        let mut shares: Vec<f64> = (0..points).map(|part| (part as f64 + 0.5) / points as f64).collect();
        ordered_by(&mut shares, seed, key);
        shares.iter().map(|share| range.written(range.at(*share))).collect()
    };
    Ok(Axis { keys: ranges.iter().map(|(key, _)| key.clone()).collect(), values: ranges.iter().map(values).collect() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::Catalog;
    use crate::sweep::values::Values;

    #[test]
    fn every_part_of_every_range_holds_one_point() {
        let range = |text: &str| match Values::read("site.pue", text, &Catalog::builtin()).unwrap() {
            Values::Continuous(range) => range,
            Values::Listed(_) => panic!("a list"),
        };
        let ranges = [("a".to_owned(), range("0..10")), ("b".to_owned(), range("1..1000:log"))];
        let axis = sample(&ranges, 100, 1).unwrap();
        let parts = |key: usize, part: &dyn Fn(f64) -> f64| {
            let mut parts: Vec<usize> =
                axis.numbers(key).unwrap().iter().map(|value| (part(*value) * 100.0) as usize).collect();
            let drawn = parts.clone();
            parts.sort_unstable();
            assert_eq!(parts, (0..100).collect::<Vec<_>>());
            drawn
        };
        let (a, b) = (parts(0, &|value| value / 10.0), parts(1, &|value| value.log10() / 3.0));
        assert_ne!(a, b);
    }
}
