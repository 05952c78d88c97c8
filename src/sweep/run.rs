//! All scenarios of a sweep: in waves of blocks on all cores, counted in order.

use std::ops::{ControlFlow, Range};

use crate::error::Error;
use crate::sweep::prepared::{Block, Fate, Prepared, Structures};
use crate::sweep::summary::{Ask, Summary, Tally};
use crate::sweep::threads;

/// Scenarios of a wave at most, and blocks: what is in memory at a time.
const WAVE: usize = 1 << 18;
const BLOCKS: usize = 64;

/// All numbers of all scenarios, kept in memory.
#[derive(Debug)]
#[non_exhaustive]
pub struct Table {
    /// What became of each scenario.
    pub fates: Vec<Fate>,
    /// One column for each number, in the order of [`Prepared::columns`]; not a number where no figure covers it.
    pub columns: Vec<Vec<f64>>,
}

impl Block {
    /// The rows whose scenario is kept.
    pub fn kept(&self) -> impl Iterator<Item = usize> {
        self.fates.iter().enumerate().filter(|(_, fate)| **fate == Fate::Kept).map(|(row, _)| row)
    }
}

impl Prepared<'_> {
    /// Computes all scenarios, and what is asked of them together.
    ///
    /// # Errors
    ///
    /// When what is asked for is not computed, or a value turns out wrong beside others.
    pub fn summary(&self, ask: &Ask) -> Result<Summary, Error> {
        self.run(0..self.scenarios(), ask, |_| Ok(ControlFlow::Continue(())))
    }

    /// Whether all that is asked for can be told by this sweep.
    ///
    /// # Errors
    ///
    /// When a measure is not computed, or no axis has a key.
    pub fn check_ask(&self, ask: &Ask) -> Result<(), Error> {
        Tally::new(self, ask).map(drop)
    }

    /// Computes some scenarios in a row; `each` is given every block in order, and may end the sweep.
    ///
    /// The same bits for any number of threads: blocks are cut by the axes alone, and counted in order.
    ///
    /// # Errors
    ///
    /// When what is asked for is not computed, a value turns out wrong beside others, or `each` fails.
    pub fn run(
        &self,
        range: Range<u64>,
        ask: &Ask,
        mut each: impl FnMut(&Block) -> Result<ControlFlow<()>, Error>,
    ) -> Result<Summary, Error> {
        let range = range.start.min(self.scenarios())..range.end.min(self.scenarios());
        let mut tally = Tally::new(self, ask)?;
        let mut structures = Structures::new();
        'waves: for wave in self.waves(range.clone()) {
            self.load(wave.clone(), &mut structures)?;
            let blocks = threads::map(self.blocks(wave), |(first, len)| {
                let block = self.block(first, len, &structures)?;
                let own = tally.of_block(&block);
                Ok::<_, Error>((block, own))
            });
            for block in blocks {
                let (block, own) = block?;
                tally.merge(own);
                if each(&block)?.is_break() {
                    break 'waves;
                }
            }
        }
        Ok(tally.finish(ask, range))
    }

    /// Computes all scenarios and keeps every number.
    ///
    /// # Errors
    ///
    /// When a value turns out wrong beside others.
    pub fn table(&self) -> Result<Table, Error> {
        let len =
            usize::try_from(self.scenarios()).map_err(|_| Error::new("too many scenarios to be kept in memory"))?;
        let mut table =
            Table { fates: vec![Fate::Kept; len], columns: vec![vec![f64::NAN; len]; self.columns().len()] };
        let mut structures = Structures::new();
        for wave in self.waves(0..len as u64) {
            self.load(wave.clone(), &mut structures)?;
            let blocks = threads::map(self.blocks(wave), |(first, len)| self.block(first, len, &structures));
            for block in blocks {
                let block = block?;
                let at = block.first as usize;
                table.fates[at..at + block.fates.len()].copy_from_slice(&block.fates);
                for (own, column) in table.columns.iter_mut().zip(&block.columns) {
                    own[at..at + column.len()].copy_from_slice(column);
                }
            }
        }
        Ok(table)
    }

    /// Ranges that are computed one after the other.
    fn waves(&self, range: Range<u64>) -> impl Iterator<Item = Range<u64>> + use<> {
        let block = self.block_len();
        let wave = (block * (WAVE / block).clamp(1, BLOCKS)) as u64;
        (range.start..range.end).step_by(wave as usize).map(move |first| first..(first + wave).min(range.end))
    }

    /// First scenario and length of the blocks of a wave.
    fn blocks(&self, wave: Range<u64>) -> Vec<(u64, usize)> {
        let block = self.block_len() as u64;
        let firsts = (wave.start..wave.end).step_by(block as usize);
        firsts.map(|first| (first, block.min(wave.end - first) as usize)).collect()
    }

    /// The measures of the first scenario that is feasible.
    pub(super) fn first_values(&self) -> Result<Vec<f64>, Error> {
        Ok(self.first_feasible()?.map(|scenario| self.reader().one(&scenario)).unwrap_or_default())
    }

    /// One of these values; one, where it has none.
    pub(super) fn near(&self, values: &[f64], measure: crate::sweep::Measure) -> f64 {
        let place = self.place(measure);
        place.and_then(|place| values.get(place)).copied().filter(|value| *value > 0.0).unwrap_or(1.0)
    }
}
