//! Which attribution stands in which, and which sentences each of them touches.
//!
//! Computed once for a text, so that every sentence looks at its own attributions only.

use super::attribution::Attribution;
use super::tokens::Tokens;

/// Attributions that may stand in one another.
const LINE_MAX: usize = 8;

/// How the attributions of one text hang together.
#[derive(Debug, Default)]
pub struct Nesting {
    /// The smallest attribution whose content holds this one, or that cites it.
    pub parents: Vec<Option<usize>>,
    /// Another one cites it: that one tells its content.
    pub cited: Vec<bool>,
    /// Attributions whose parts lie in the sentence, in order.
    pub by_sentence: Vec<Vec<usize>>,
}

impl Nesting {
    /// Looks at all attributions of a text.
    #[must_use]
    pub fn of(tokens: &Tokens<'_>, found: &[Attribution]) -> Self {
        let mut made = Self {
            parents: Vec::with_capacity(found.len()),
            cited: vec![false; found.len()],
            by_sentence: vec![Vec::new(); tokens.sentences.len()],
        };
        for (at, one) in found.iter().enumerate() {
            made.touch(tokens, at, one);
            if let Some(cited) = one.cited_by.and_then(|by| made.cited.get_mut(by)) {
                *cited = true;
            }
        }
        for (at, one) in found.iter().enumerate() {
            let parent = one.cited_by.or_else(|| made.holder(found, at));
            made.parents.push(parent);
        }
        made
    }

    fn touch(&mut self, tokens: &Tokens<'_>, at: usize, one: &Attribution) {
        let mut touched = vec![one.sentence];
        for piece in &one.content {
            let first = tokens.sentences.partition_point(|sentence| sentence.end <= piece.start);
            let rest = tokens.sentences.get(first..).unwrap_or_default();
            let count = rest.iter().take_while(|sentence| sentence.start < piece.end).count();
            touched.extend(first..first + count);
        }
        touched.sort_unstable();
        touched.dedup();
        for sentence in touched {
            if let Some(list) = self.by_sentence.get_mut(sentence) {
                list.push(at);
            }
        }
    }

    /// The smallest attribution whose content holds the cue.
    fn holder(&self, found: &[Attribution], at: usize) -> Option<usize> {
        let one = &found[at];
        let near = self.by_sentence.get(one.sentence)?;
        let holds = |other: &Attribution| {
            other.cited_by.is_none()
                && other.content.iter().any(|piece| piece.contains(&one.cue.start))
        };
        let size =
            |other: &Attribution| other.content.iter().map(ExactSizeIterator::len).sum::<usize>();
        near.iter()
            .copied()
            .filter(|other| *other != at && holds(&found[*other]))
            .min_by_key(|other| (size(&found[*other]), *other))
    }

    /// From the outermost attribution to this one.
    #[must_use]
    pub fn line(&self, at: usize) -> Vec<usize> {
        let mut line = vec![at];
        let mut here = at;
        while let Some(parent) = self.parents.get(here).copied().flatten() {
            if line.contains(&parent) || line.len() >= LINE_MAX {
                break;
            }
            line.push(parent);
            here = parent;
        }
        line.reverse();
        line
    }
}
