//! Stands in until the inputs are there: lines of a file or of standard input.

use std::fs::File;
use std::io::{BufRead, BufReader, stdin};
use std::path::Path;

use anyhow::Context as _;

/// The name of standard input.
pub const STDIN: &str = "-";

pub fn each_line(
    path: &Path,
    each: &mut dyn FnMut(u64, Vec<u8>) -> anyhow::Result<bool>,
) -> anyhow::Result<()> {
    let mut reader: Box<dyn BufRead> = if path.as_os_str() == STDIN {
        Box::new(BufReader::new(stdin()))
    } else {
        let file = File::open(path).with_context(|| format!("cannot open {}", path.display()))?;
        Box::new(BufReader::with_capacity(1 << 16, file))
    };
    for line in 1.. {
        let mut bytes = Vec::new();
        if reader.read_until(b'\n', &mut bytes)? == 0 {
            break;
        }
        while bytes.last().is_some_and(|byte| matches!(byte, b'\n' | b'\r')) {
            bytes.pop();
        }
        if !bytes.is_empty() && !each(line, bytes)? {
            break;
        }
    }
    Ok(())
}
