//! The field's scores for story clustering: BCubed, pairwise, adjusted Rand index, normalised
//! mutual information.
//!
//! Pure counting over pairs of labels; the order of the articles does not matter.

use std::collections::BTreeMap;
use std::fmt;

/// Precision, recall and their harmonic mean.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Ratio {
    /// Of what was put together, how much belongs together.
    pub precision: f64,
    /// Of what belongs together, how much was put together.
    pub recall: f64,
    /// Harmonic mean of the two.
    pub f1: f64,
}

impl Ratio {
    fn of(precision: f64, recall: f64) -> Self {
        let sum = precision + recall;
        let f1 = if sum > 0.0 { 2.0 * precision * recall / sum } else { 0.0 };
        Self { precision, recall, f1 }
    }
}

/// All scores of one clustering against the gold one.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Report {
    /// BCubed (Bagga and Baldwin 1998): averaged over articles.
    pub bcubed: Ratio,
    /// Over pairs of articles.
    pub pairwise: Ratio,
    /// Adjusted Rand index (Hubert and Arabie 1985).
    pub ari: f64,
    /// Mutual information over the arithmetic mean of the two entropies.
    pub nmi: f64,
    /// Articles.
    pub articles: usize,
    /// Stories found.
    pub found: usize,
    /// Stories in the gold standard.
    pub gold: usize,
}

/// Scores a clustering: one pair of (gold story, found story) for each article. An article that
/// was given no story must come with a label of its own.
#[must_use]
pub fn score<G: Ord, F: Ord>(pairs: &[(G, F)]) -> Report {
    let mut gold: BTreeMap<&G, f64> = BTreeMap::new();
    let mut found: BTreeMap<&F, f64> = BTreeMap::new();
    let mut both: BTreeMap<(&G, &F), f64> = BTreeMap::new();
    for (g, f) in pairs {
        *gold.entry(g).or_default() += 1.0;
        *found.entry(f).or_default() += 1.0;
        *both.entry((g, f)).or_default() += 1.0;
    }
    let n = pairs.len() as f64;
    Report {
        bcubed: bcubed(&gold, &found, &both, n),
        pairwise: pairwise(&gold, &found, &both),
        ari: ari(&gold, &found, &both, n),
        nmi: nmi(&gold, &found, &both, n),
        articles: pairs.len(),
        found: found.len(),
        gold: gold.len(),
    }
}

type Sizes<'a, L> = BTreeMap<&'a L, f64>;
type Cells<'a, G, F> = BTreeMap<(&'a G, &'a F), f64>;

fn bcubed<G: Ord, F: Ord>(
    gold: &Sizes<'_, G>,
    found: &Sizes<'_, F>,
    both: &Cells<'_, G, F>,
    n: f64,
) -> Ratio {
    if n == 0.0 {
        return Ratio::default();
    }
    let precision: f64 = both.iter().map(|((_, f), k)| k * k / found[*f]).sum();
    let recall: f64 = both.iter().map(|((g, _), k)| k * k / gold[*g]).sum();
    Ratio::of(precision / n, recall / n)
}

fn pairwise<G: Ord, F: Ord>(
    gold: &Sizes<'_, G>,
    found: &Sizes<'_, F>,
    both: &Cells<'_, G, F>,
) -> Ratio {
    let (right, ours, theirs) = (pairs_in(both), pairs_in(found), pairs_in(gold));
    let share = |whole: f64| if whole > 0.0 { right / whole } else { 1.0 };
    Ratio::of(share(ours), share(theirs))
}

fn ari<G: Ord, F: Ord>(
    gold: &Sizes<'_, G>,
    found: &Sizes<'_, F>,
    both: &Cells<'_, G, F>,
    n: f64,
) -> f64 {
    let (right, ours, theirs) = (pairs_in(both), pairs_in(found), pairs_in(gold));
    let all = n * (n - 1.0) / 2.0;
    if all <= 0.0 {
        return 1.0;
    }
    let expected = ours * theirs / all;
    let most = f64::midpoint(ours, theirs);
    if (most - expected).abs() < f64::EPSILON {
        1.0
    } else {
        (right - expected) / (most - expected)
    }
}

fn nmi<G: Ord, F: Ord>(
    gold: &Sizes<'_, G>,
    found: &Sizes<'_, F>,
    both: &Cells<'_, G, F>,
    n: f64,
) -> f64 {
    let information: f64 =
        both.iter().map(|((g, f), k)| k / n * (n * k / (gold[*g] * found[*f])).ln()).sum();
    let mean = f64::midpoint(entropy(gold, n), entropy(found, n));
    if mean > 0.0 { information / mean } else { 1.0 }
}

fn pairs_in<L: Ord>(sizes: &BTreeMap<L, f64>) -> f64 {
    sizes.values().map(|size| size * (size - 1.0) / 2.0).sum()
}

fn entropy<L: Ord>(sizes: &Sizes<'_, L>, n: f64) -> f64 {
    -sizes.values().map(|size| size / n * (size / n).ln()).sum::<f64>()
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let row = |f: &mut fmt::Formatter<'_>, name: &str, it: Ratio| {
            let Ratio { precision, recall, f1 } = it;
            writeln!(f, "{name:<10} P {precision:.3}  R {recall:.3}  F1 {f1:.3}")
        };
        row(f, "BCubed", self.bcubed)?;
        row(f, "pairwise", self.pairwise)?;
        writeln!(f, "{:<10} {:.3}", "ARI", self.ari)?;
        writeln!(f, "{:<10} {:.3}", "NMI", self.nmi)?;
        write!(
            f,
            "{:<10} {} found, {} gold, {} articles",
            "stories", self.found, self.gold, self.articles
        )
    }
}

#[cfg(test)]
mod tests {
    use super::score;

    fn near(a: f64, b: f64) {
        assert!((a - b).abs() < 0.000_5, "{a} is not {b}");
    }

    #[test]
    fn the_same_clustering_is_perfect_whatever_its_labels() {
        let report = score(&[("a", 7), ("a", 7), ("b", 3), ("c", 1)]);
        for share in [report.bcubed.f1, report.pairwise.f1, report.ari, report.nmi] {
            near(share, 1.0);
        }
        assert_eq!((report.found, report.gold, report.articles), (3, 3, 4));
    }

    /// Worked by hand: gold {1 2 3} {4 5}, found {1 2} {3 4 5}.
    #[test]
    fn a_small_case_by_hand() {
        let report = score(&[("g", 1), ("g", 1), ("g", 2), ("h", 2), ("h", 2)]);
        near(report.bcubed.precision, (1.0 + 1.0 + 1.0 / 3.0 + 2.0 / 3.0 + 2.0 / 3.0) / 5.0);
        near(report.bcubed.recall, (2.0 / 3.0 + 2.0 / 3.0 + 1.0 / 3.0 + 1.0 + 1.0) / 5.0);
        near(report.pairwise.precision, 0.5);
        near(report.pairwise.recall, 0.5);
        near(report.ari, 1.0 / 6.0);
        near(report.nmi, 0.432_5);
    }

    #[test]
    fn one_story_for_all_has_no_precision() {
        let report = score(&[("a", 0), ("b", 0), ("c", 0), ("d", 0)]);
        near(report.bcubed.precision, 0.25);
        near(report.bcubed.recall, 1.0);
        near(report.ari, 0.0);
        near(report.nmi, 0.0);
    }

    #[test]
    fn nothing_is_nothing() {
        assert_eq!(score::<u8, u8>(&[]).articles, 0);
    }
}
