//! `writethru annotate`: what is read in each article, without any desk.

use std::io::{Write as _, stdout};
use std::process::ExitCode;

use writethru_core::policy::Policy;
use writethru_core::reading::read;

use super::fold::records;
use crate::cli::AnnotateArgs;
use crate::config::Settings;
use crate::formats::annotation;
use crate::formats::articles::{Decoded, decode_within};

/// Writes one line for each revision; what cannot be read is told on stderr.
///
/// # Errors
/// An output that cannot be written.
pub fn annotate(
    args: AnnotateArgs,
    settings: Settings,
    policy: Policy,
) -> anyhow::Result<ExitCode> {
    let mut out = std::io::BufWriter::new(stdout().lock());
    let bytes_max = settings.reading.record_bytes_max;
    let all = records(&args.files, bytes_max, &mut |name, number, bytes| {
        match decode_within(bytes, bytes_max) {
            Ok(Decoded::Article(article)) => {
                out.write_all(&annotation::line(&read(&policy, *article)))?;
            }
            Ok(Decoded::PassedOver { kind }) => {
                eprintln!("writethru: {name}, line {number}: passed over, its type is {kind}");
            }
            Err(error) => eprintln!("writethru: {name}, line {number}: {error}"),
        }
        Ok(())
    })?;
    out.flush()?;
    Ok(if all { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
