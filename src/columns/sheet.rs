//! One table in Parquet's format: rows are gathered by column and written as groups of a limited
//! size, to a file or into memory.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use parquet::basic::{Compression, LogicalType, Repetition, TimeUnit, Type as Physical};
use parquet::data_type::{BoolType, ByteArray, ByteArrayType, DataType, DoubleType, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::file::writer::{SerializedColumnWriter, SerializedFileWriter};
use parquet::schema::types::{Type, TypePtr};

use super::ColumnsError;
use super::cells::{Cell, Row};
use crate::formats::columns::{Column, Kind, Table};

/// Rows of one group.
const GROUP_ROWS_MAX: usize = 20_000;
/// Bytes of text in one group: what is held in memory.
const GROUP_BYTES_MAX: usize = 32 << 20;

/// A table that is being written.
struct Written<W: Write + Send> {
    table: &'static Table,
    writer: SerializedFileWriter<W>,
    columns: Vec<Gathered>,
    rows: usize,
    bytes: usize,
}

/// A file that is being written, under a name of its own.
pub struct Sheet {
    written: Written<BufWriter<File>>,
    path: PathBuf,
    whole: PathBuf,
}

/// A file that is whole, and waits for its name.
pub struct Whole {
    path: PathBuf,
    whole: PathBuf,
}

/// Values of one column, without those that are null, and which are.
struct Gathered {
    values: Values,
    present: Vec<i16>,
}

enum Values {
    Texts(Vec<ByteArray>),
    Wholes(Vec<i64>),
    Reals(Vec<f64>),
    Flags(Vec<bool>),
}

impl Sheet {
    /// Begins a table's file in a folder.
    pub fn create(dir: &Path, table: &'static Table) -> Result<Self, ColumnsError> {
        let whole = dir.join(format!("{}.parquet", table.name));
        let path = dir.join(format!(".{}.parquet.part", table.name));
        let file = File::create(&path).map_err(|cause| unwritten(&whole, cause.into()))?;
        let written = Written::begin(BufWriter::new(file), table);
        let written = written.map_err(|cause| unwritten(&whole, cause.into()))?;
        Ok(Self { written, path, whole })
    }

    /// Adds a row.
    pub fn put(&mut self, row: &Row<'_>) -> Result<(), ColumnsError> {
        self.written.put(row).map_err(|cause| unwritten(&self.whole, cause.into()))
    }

    /// Ends the file and makes it lasting.
    pub fn close(self) -> Result<Whole, ColumnsError> {
        let Self { written, path, whole } = self;
        let ended = written.end().map_err(Into::into).and_then(|file| {
            let file = file.into_inner().map_err(std::io::IntoInnerError::into_error)?;
            file.sync_all()?;
            Ok(())
        });
        ended.map_err(|cause| unwritten(&whole, cause))?;
        Ok(Whole { path, whole })
    }
}

/// Rows as the bytes of a file.
pub fn in_memory<'a>(
    table: &'static Table,
    rows: impl Iterator<Item = Row<'a>>,
) -> Result<Vec<u8>, ParquetError> {
    let mut written = Written::begin(Vec::new(), table)?;
    for row in rows {
        written.put(&row)?;
    }
    written.end()
}

impl<W: Write + Send> Written<W> {
    fn begin(file: W, table: &'static Table) -> Result<Self, ParquetError> {
        let writer = begin(file, table)?;
        let columns = table.columns.iter().map(Gathered::of).collect();
        Ok(Self { table, writer, columns, rows: 0, bytes: 0 })
    }

    fn put(&mut self, row: &Row<'_>) -> Result<(), ParquetError> {
        for (column, gathered) in self.table.columns.iter().zip(&mut self.columns) {
            let cell = row.cell(column);
            if let Cell::Text(text) = &cell {
                self.bytes += text.len();
            }
            gathered.put(cell);
        }
        self.rows += 1;
        if self.rows >= GROUP_ROWS_MAX || self.bytes >= GROUP_BYTES_MAX {
            self.flush()?;
        }
        Ok(())
    }

    fn flush(&mut self) -> Result<(), ParquetError> {
        if self.rows > 0 {
            self.group()?;
        }
        (self.rows, self.bytes) = (0, 0);
        Ok(())
    }

    fn group(&mut self) -> Result<(), ParquetError> {
        let mut group = self.writer.next_row_group()?;
        for gathered in &mut self.columns {
            let Some(column) = group.next_column()? else { break };
            gathered.write(column)?;
        }
        group.close()?;
        Ok(())
    }

    fn end(mut self) -> Result<W, ParquetError> {
        self.flush()?;
        self.writer.into_inner()
    }
}

impl Whole {
    /// Gives the file its name, in place of what had it.
    pub fn appear(self) -> Result<(), ColumnsError> {
        fs::rename(&self.path, &self.whole).map_err(|cause| unwritten(&self.whole, cause.into()))
    }
}

type Cause = Box<dyn std::error::Error + Send + Sync>;

fn unwritten(file: &Path, cause: Cause) -> ColumnsError {
    ColumnsError::Column { file: file.to_owned(), cause }
}

fn begin<W: Write + Send>(file: W, table: &Table) -> Result<SerializedFileWriter<W>, ParquetError> {
    let fields = table.columns.iter().map(field).collect::<Result<Vec<TypePtr>, _>>()?;
    let schema = Type::group_type_builder(table.name).with_fields(fields).build()?;
    let properties = WriterProperties::builder()
        .set_compression(Compression::LZ4_RAW)
        .set_statistics_enabled(EnabledStatistics::Chunk)
        .set_created_by(format!("writethru {}", env!("CARGO_PKG_VERSION")))
        .build();
    SerializedFileWriter::new(file, Arc::new(schema), Arc::new(properties))
}

fn field(column: &Column) -> Result<TypePtr, ParquetError> {
    let (physical, logical) = match column.kind {
        Kind::Text => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
        Kind::Json => (Physical::BYTE_ARRAY, Some(LogicalType::Json)),
        Kind::Whole => (Physical::INT64, None),
        Kind::Real => (Physical::DOUBLE, None),
        Kind::Flag => (Physical::BOOLEAN, None),
        Kind::Time => (Physical::INT64, Some(LogicalType::timestamp(false, TimeUnit::MILLIS))),
    };
    let built = Type::primitive_type_builder(column.name, physical)
        .with_repetition(Repetition::OPTIONAL)
        .with_logical_type(logical)
        .build()?;
    Ok(Arc::new(built))
}

impl Gathered {
    fn of(column: &Column) -> Self {
        let values = match column.kind {
            Kind::Text | Kind::Json => Values::Texts(Vec::new()),
            Kind::Whole | Kind::Time => Values::Wholes(Vec::new()),
            Kind::Real => Values::Reals(Vec::new()),
            Kind::Flag => Values::Flags(Vec::new()),
        };
        Self { values, present: Vec::new() }
    }

    fn put(&mut self, cell: Cell) {
        let is_there = match (&mut self.values, cell) {
            (Values::Texts(values), Cell::Text(text)) => {
                values.push(ByteArray::from(text.into_bytes()));
                true
            }
            (Values::Wholes(values), Cell::Whole(whole)) => {
                values.push(whole);
                true
            }
            (Values::Reals(values), Cell::Real(real)) => {
                values.push(real);
                true
            }
            (Values::Flags(values), Cell::Flag(flag)) => {
                values.push(flag);
                true
            }
            _ => false,
        };
        self.present.push(i16::from(is_there));
    }

    fn write(&mut self, column: SerializedColumnWriter<'_>) -> Result<(), ParquetError> {
        let present = std::mem::take(&mut self.present);
        match &mut self.values {
            Values::Texts(values) => chunk::<ByteArrayType>(column, values, &present),
            Values::Wholes(values) => chunk::<Int64Type>(column, values, &present),
            Values::Reals(values) => chunk::<DoubleType>(column, values, &present),
            Values::Flags(values) => chunk::<BoolType>(column, values, &present),
        }
    }
}

fn chunk<T: DataType>(
    mut column: SerializedColumnWriter<'_>,
    values: &mut Vec<T::T>,
    present: &[i16],
) -> Result<(), ParquetError> {
    column.typed::<T>().write_batch(values, Some(present), None)?;
    column.close()?;
    values.clear();
    Ok(())
}
