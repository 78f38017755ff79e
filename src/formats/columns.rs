//! What the Parquet files hold: five flat tables, each column with where it is taken from and a
//! sentence. A change here is a change of a public shape; `schemas/columns.md` tells of it.

mod tables;

pub use self::tables::TABLES;

/// The page that describes them, beside the schemas.
pub const PAGE: &str = "columns.md";

/// One file.
#[derive(Clone, Copy, Debug)]
pub struct Table {
    /// Its name without the ending.
    pub name: &'static str,
    /// What a row is.
    pub about: &'static str,
    /// In order.
    pub columns: &'static [Column],
}

/// One column. Where a row has nothing for it, it is null.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// `snake_case`.
    pub name: &'static str,
    /// Of which type.
    pub kind: Kind,
    /// Where it is taken from.
    pub take: Take,
    /// What it says.
    pub about: &'static str,
}

/// Types of columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// UTF-8.
    Text,
    /// UTF-8, one JSON value.
    Json,
    /// 64 bits, signed.
    Whole,
    /// A double.
    Real,
    /// True or false.
    Flag,
    /// Milliseconds since 1970, in UTC.
    Time,
}

/// Where a column's value is taken from; places are JSON pointers.
#[derive(Clone, Copy, Debug)]
pub enum Take {
    /// The value there.
    At(&'static str),
    /// The value there, in what a row of this table is made from (a quote of a change).
    Own(&'static str),
    /// The number of the row within the event, from 0.
    Number,
    /// A type without its prefix and version.
    TypeName,
    /// A desk without `/desk/`.
    Desk,
    /// Texts of the list there, this field of each, joined by "; ".
    Joined(&'static str, &'static str),
    /// How many the list there has.
    Length(&'static str),
    /// Names along the chain of attribution, from the publisher to the root.
    Chain,
    /// Of the last hop of that chain.
    Root(&'static str),
    /// The value there as JSON.
    Json(&'static str),
    /// The row's own value as JSON.
    OwnJson,
}

impl Kind {
    /// As DuckDB names it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Text => "VARCHAR",
            Self::Json => "JSON",
            Self::Whole => "BIGINT",
            Self::Real => "DOUBLE",
            Self::Flag => "BOOLEAN",
            Self::Time => "TIMESTAMP",
        }
    }
}

/// All tables as a page for a person.
#[must_use]
pub fn described() -> String {
    let mut page = "# Columns of the Parquet files\n\n\
         Written by `writethru schemas`. `--output DIR/` of `pipe` and `replay` writes these files. \
         Every column may be null; times are UTC; what was taken back has no words.\n"
        .to_owned();
    for table in TABLES {
        page += &format!("\n## {}.parquet\n\n{}\n\n", table.name, table.about);
        page += "| Column | Type | |\n|---|---|---|\n";
        for column in table.columns {
            page += &format!("| `{}` | {} | {} |\n", column.name, column.kind.name(), column.about);
        }
    }
    page
}
