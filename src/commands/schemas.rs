//! `writethru schemas`: the JSON Schemas of everything that is published, and a page of the columns
//! of Parquet files.

use std::process::ExitCode;

use anyhow::Context as _;

use super::print;
use crate::cli::SchemasArgs;
use crate::formats::columns;
use crate::formats::schemas::all;

/// Writes one file each into the folder.
///
/// # Errors
/// A folder or file that cannot be written.
pub fn schemas(args: &SchemasArgs) -> anyhow::Result<ExitCode> {
    let folder = &args.folder;
    std::fs::create_dir_all(folder)
        .with_context(|| format!("making the folder {}", folder.display()))?;
    let all = all();
    let page = (columns::PAGE.to_owned(), columns::described());
    for (name, text) in all.iter().chain([&page]) {
        let path = folder.join(name);
        std::fs::write(&path, text).with_context(|| format!("writing {}", path.display()))?;
    }
    print::line(format_args!("{} schemas in {}", all.len(), folder.display()))?;
    Ok(ExitCode::SUCCESS)
}
