//! Going on with an input that was partly taken in before: the same records are passed by.

use std::collections::BTreeMap;

use crate::log::Progress;

/// What the log has of each source, and how far the inputs were read again.
pub struct Resume {
    known: BTreeMap<String, Progress>,
}

/// An input is not the one that was read before.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{input} differs from what the state has read of it, in or before record {record}: give the \
     same input again, or begin with another state directory"
)]
pub struct InputDiffers {
    /// Its name.
    pub input: String,
    /// The last record that was compared.
    pub record: u64,
}

/// One source being read again from its beginning.
pub struct Again {
    source: String,
    wanted: Progress,
    seen: Progress,
    /// What was seen before the last record.
    before: Progress,
}

impl Resume {
    /// With what a marker says.
    #[must_use]
    pub fn new(known: BTreeMap<String, Progress>) -> Self {
        Self { known }
    }

    /// Begins with a source.
    #[must_use]
    pub fn begin(&self, source: &str) -> Again {
        let wanted = self.known.get(source).copied().unwrap_or_default();
        Again::of(source, wanted)
    }

    /// Keeps in mind how far a source was read, in case that it is given twice.
    pub fn end(&mut self, again: Again) {
        self.known.insert(again.source, again.seen);
    }
}

impl Again {
    fn of(source: &str, wanted: Progress) -> Self {
        let nothing = Progress::default();
        Self { source: source.to_owned(), wanted, seen: nothing, before: nothing }
    }

    /// Of an input of which nothing was read before.
    #[must_use]
    pub fn from_the_beginning(source: &str) -> Self {
        Self::of(source, Progress::default())
    }

    /// The same source from its beginning: what was seen by now was read before.
    #[must_use]
    pub fn once_more(&self) -> Self {
        let wanted = if self.has_caught_up() { self.seen } else { self.wanted };
        Self::of(&self.source, wanted)
    }

    /// Whether this record is new.
    ///
    /// # Errors
    /// Where the records so far are not those that were read before.
    pub fn is_new(&mut self, line: u64, content: &[u8]) -> Result<bool, InputDiffers> {
        let before = self.seen.records < self.wanted.records;
        self.before = self.seen;
        self.seen.advance(line, content);
        if before && self.seen.records == self.wanted.records && self.seen.hash != self.wanted.hash
        {
            return Err(self.differs());
        }
        Ok(!before)
    }

    /// Whether the last record of before was the beginning of this one, which was just compared and
    /// differs; if so, how much was consumed before it.
    #[must_use]
    pub fn is_grown(&self, content: &[u8]) -> Option<Progress> {
        let bytes = usize::try_from(self.wanted.bytes.checked_sub(self.before.bytes)?).ok()?;
        let part = content.get(..bytes).filter(|part| !part.is_empty())?;
        let mut with_part = self.before;
        with_part.advance(self.wanted.line, part);
        let is_last = with_part.records == self.wanted.records;
        (is_last && with_part.hash == self.wanted.hash).then_some(self.before)
    }

    /// What was seen so far.
    #[must_use]
    pub const fn seen(&self) -> Progress {
        self.seen
    }

    /// The last record was the beginning of one that comes anew: so much was consumed before it.
    pub fn go_back(&mut self, before: Progress) {
        self.wanted = before;
        self.seen = before;
        self.before = before;
    }

    /// At the end of the source.
    ///
    /// # Errors
    /// Where it has fewer records than were read before.
    pub fn check_end(&self) -> Result<(), InputDiffers> {
        if self.seen.records < self.wanted.records { Err(self.differs()) } else { Ok(()) }
    }

    /// Whether all that was read before has been passed by, and was the same.
    #[must_use]
    pub fn has_caught_up(&self) -> bool {
        let (seen, wanted) = (&self.seen, &self.wanted);
        seen.records > wanted.records
            || (seen.records == wanted.records && seen.hash == wanted.hash)
    }

    fn differs(&self) -> InputDiffers {
        InputDiffers { input: self.source.clone(), record: self.wanted.records }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(lines: &[&str]) -> Resume {
        let mut progress = Progress::default();
        lines.iter().for_each(|line| progress.advance(1, line.as_bytes()));
        Resume::new(BTreeMap::from([("wire.ndjson".to_owned(), progress)]))
    }

    fn new_ones(resume: &Resume, lines: &[&str]) -> Result<Vec<String>, InputDiffers> {
        let mut again = resume.begin("wire.ndjson");
        let mut new = Vec::new();
        for line in lines {
            if again.is_new(1, line.as_bytes())? {
                new.push((*line).to_owned());
            }
        }
        again.check_end()?;
        Ok(new)
    }

    #[test]
    fn what_was_read_is_passed_by() {
        let resume = known(&["a", "b"]);
        assert_eq!(new_ones(&resume, &["a", "b", "c"]).unwrap(), ["c"]);
        assert!(new_ones(&resume, &["a", "b"]).unwrap().is_empty());
    }

    #[test]
    fn a_record_that_has_grown_is_told() {
        let resume = known(&["a", "half"]);
        let mut again = resume.begin("wire.ndjson");
        assert_eq!(again.is_new(1, b"a"), Ok(false));
        assert!(again.is_new(2, b"half of it").is_err());
        let before = again.is_grown(b"half of it").unwrap();
        assert_eq!(before.records, 1);
        again.go_back(before);
        assert_eq!(again.is_new(2, b"half of it"), Ok(true));
        assert!(again.has_caught_up());
        // Another record is another one, and so is one that was not the last.
        for lines in [["a", "hard of it"], ["half a", "x"]] {
            let mut again = resume.begin("wire.ndjson");
            assert_eq!(again.is_new(1, lines[0].as_bytes()), Ok(false));
            assert!(again.is_new(2, lines[1].as_bytes()).is_err());
            assert_eq!(again.is_grown(lines[1].as_bytes()), None);
        }
    }

    #[test]
    fn another_input_is_refused() {
        let resume = known(&["a", "b"]);
        let error = new_ones(&resume, &["a", "x", "c"]).unwrap_err();
        assert_eq!(error.record, 2);
        assert!(new_ones(&resume, &["a"]).is_err());
    }
}
