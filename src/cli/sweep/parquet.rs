//! Rows as columns of a Parquet file.

use std::sync::Arc;

use parquet::basic::{ConvertedType, Repetition, Type as Physical};
use parquet::data_type::{ByteArray, ByteArrayType, DoubleType, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::types::{Type, TypePtr};

use crate::cli::files::Sink;
use crate::cli::sweep::rows::{names, plain_number};
use crate::error::Error;
use crate::sweep::{Block, Prepared};

/// Rows that are written together.
const GROUP: usize = 1 << 17;

/// Columns that grow until they are written.
pub(super) struct Columns {
    writer: SerializedFileWriter<Sink>,
    scenarios: Vec<i64>,
    keys: Vec<Key>,
    numbers: Vec<Numbers>,
}

/// The values of one key.
enum Key {
    Numbers(Vec<f64>),
    Texts(Vec<ByteArray>),
}

/// One number of every row: those that there are, and which rows have one.
#[derive(Default)]
struct Numbers {
    values: Vec<f64>,
    present: Vec<i16>,
}

impl Columns {
    pub(super) fn new(sink: Sink, prepared: &Prepared<'_>) -> Result<Self, Error> {
        let keys: Vec<Key> = prepared
            .axes()
            .iter()
            .flat_map(|axis| &axis.values)
            .map(|values| match values.iter().all(|value| plain_number(value).is_some()) {
                true => Key::Numbers(Vec::new()),
                false => Key::Texts(Vec::new()),
            })
            .collect();
        let numbers = prepared.columns().iter().map(|_| Numbers::default()).collect();
        let schema = schema(&names(prepared), &keys).map_err(failed)?;
        let properties = Arc::new(WriterProperties::builder().build());
        let writer = SerializedFileWriter::new(sink, schema, properties).map_err(failed)?;
        Ok(Self { writer, scenarios: Vec::new(), keys, numbers })
    }

    pub(super) fn write_block(&mut self, prepared: &Prepared<'_>, block: &Block) -> Result<(), Error> {
        for row in block.kept() {
            let numbers = block.columns.iter().map(|column| Some(column[row]).filter(|value| !value.is_nan()));
            self.push(prepared, block.first + row as u64, numbers);
            if self.scenarios.len() == GROUP {
                self.write_group()?;
            }
        }
        Ok(())
    }

    /// Adds one row.
    pub(super) fn push(&mut self, prepared: &Prepared<'_>, scenario: u64, numbers: impl Iterator<Item = Option<f64>>) {
        self.scenarios.push(scenario as i64);
        for (key, value) in self.keys.iter_mut().zip(prepared.values(scenario)) {
            match key {
                Key::Numbers(numbers) => numbers.push(plain_number(value).unwrap_or(f64::NAN)),
                Key::Texts(texts) => texts.push(ByteArray::from(value)),
            }
        }
        for (column, number) in self.numbers.iter_mut().zip(numbers) {
            column.present.push(i16::from(number.is_some()));
            column.values.extend(number);
        }
    }

    fn write_group(&mut self) -> Result<(), Error> {
        if self.scenarios.is_empty() {
            return Ok(());
        }
        let mut group = self.writer.next_row_group().map_err(failed)?;
        write_group(&mut group, &self.scenarios, &self.keys, &self.numbers).map_err(failed)?;
        group.close().map_err(failed)?;
        self.scenarios.clear();
        for key in &mut self.keys {
            match key {
                Key::Numbers(numbers) => numbers.clear(),
                Key::Texts(texts) => texts.clear(),
            }
        }
        for column in &mut self.numbers {
            column.values.clear();
            column.present.clear();
        }
        Ok(())
    }

    /// Writes what is left, and the end of the file.
    pub(super) fn finish(mut self) -> Result<Sink, Error> {
        self.write_group()?;
        self.writer.into_inner().map_err(failed)
    }
}

/// One column after the other, in the order of the schema.
fn write_group(
    group: &mut SerializedRowGroupWriter<'_, Sink>,
    scenarios: &[i64],
    keys: &[Key],
    numbers: &[Numbers],
) -> Result<(), ParquetError> {
    if let Some(mut column) = group.next_column()? {
        column.typed::<Int64Type>().write_batch(scenarios, None, None)?;
        column.close()?;
    }
    for key in keys {
        let Some(mut column) = group.next_column()? else { continue };
        match key {
            Key::Numbers(values) => column.typed::<DoubleType>().write_batch(values, None, None)?,
            Key::Texts(values) => column.typed::<ByteArrayType>().write_batch(values, None, None)?,
        };
        column.close()?;
    }
    for Numbers { values, present } in numbers {
        let Some(mut column) = group.next_column()? else { continue };
        column.typed::<DoubleType>().write_batch(values, Some(present), None)?;
        column.close()?;
    }
    Ok(())
}

fn schema(names: &[String], keys: &[Key]) -> Result<TypePtr, ParquetError> {
    let field = |(place, name): (usize, &String)| {
        let is_text = place.checked_sub(1).is_some_and(|place| matches!(keys.get(place), Some(Key::Texts(_))));
        let (physical, converted) = match (place, is_text) {
            (0, _) => (Physical::INT64, ConvertedType::NONE),
            (_, true) => (Physical::BYTE_ARRAY, ConvertedType::UTF8),
            (_, false) => (Physical::DOUBLE, ConvertedType::NONE),
        };
        let repetition = if place > keys.len() { Repetition::OPTIONAL } else { Repetition::REQUIRED };
        let builder = Type::primitive_type_builder(name, physical);
        builder.with_repetition(repetition).with_converted_type(converted).build().map(Arc::new)
    };
    let fields = names.iter().enumerate().map(field).collect::<Result<Vec<_>, _>>()?;
    Type::group_type_builder("sweep").with_fields(fields).build().map(Arc::new)
}

fn failed(error: ParquetError) -> Error {
    Error::run(format!("cannot write the result: {error}"))
}
