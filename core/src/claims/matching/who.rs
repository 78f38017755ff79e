//! Whether two subjects are one: by their key, their words, or the side that both mean.

use std::sync::OnceLock;

use crate::policy::Policy;
use crate::reading::Proposition;

use super::super::weigh::side_of;

/// Words of an office: they name nobody by themselves.
const TITLES: [&str; 20] = [
    "captain",
    "chairman",
    "chief",
    "colonel",
    "dr",
    "general",
    "governor",
    "king",
    "leader",
    "minister",
    "mr",
    "mrs",
    "ms",
    "premier",
    "president",
    "prime",
    "prince",
    "queen",
    "secretary",
    "sir",
];

/// Words for those who act without a name, by whom they mean: each report takes another one.
const ACTORS: [&[&str]; 4] = [
    &[
        "fighters",
        "guerrillas",
        "gunmen",
        "insurgents",
        "militants",
        "militiamen",
        "rebel",
        "rebels",
    ],
    &["army", "forces", "military", "soldiers", "troops"],
    &["officers", "police", "policemen"],
    &["crowds", "demonstrators", "marchers", "protesters", "protestors"],
];

/// What tells forces from an army that is called by nothing but its name.
const APART: [&str; 9] = [
    "allied",
    "coalition",
    "foreign",
    "opposition",
    "paramilitary",
    "peacekeeping",
    "rebel",
    "separatist",
    "un",
];

/// Whether the last word means an army, a police or a militia.
pub(super) fn is_armed(text: &str) -> bool {
    const ARMED: usize = 3;
    let last = text.split_whitespace().last().map(str::to_lowercase).unwrap_or_default();
    ACTORS.iter().take(ARMED).any(|words| words.contains(&last.as_str()))
}

/// A subject in a form that its wordings share.
#[derive(Clone, Debug, Default)]
pub(super) struct Who {
    key: Option<u32>,
    text: String,
    /// Its words in lower case, without article, titles and what stands in the genitive.
    words: Vec<String>,
    /// Those before "of": "Lena Brandt of Norland" is Lena Brandt.
    before_of: usize,
    /// The side that it means, once it was asked for.
    side: OnceLock<Option<String>>,
    /// Has a name: a family name, a body's name.
    pub named: bool,
}

impl Who {
    /// The subject of a proposition.
    pub fn of(proposition: &Proposition) -> Self {
        let text = proposition.subject_text.as_str();
        let words: Vec<&str> = text.split_whitespace().collect();
        let name = |word: &&str| word.chars().next().is_some_and(char::is_uppercase);
        let capital =
            words.last().is_some_and(name) || words.last().is_some_and(|w| w.contains('-'));
        let key_named =
            proposition.subject.is_some_and(|key| proposition.names.binary_search(&key).is_ok());
        Self {
            key: proposition.subject,
            text: text.to_owned(),
            words: words.iter().filter_map(|word| plain(word)).collect(),
            before_of: words
                .iter()
                .take_while(|word| **word != "of")
                .filter_map(|word| plain(word))
                .count(),
            side: OnceLock::new(),
            named: key_named || (capital && words.len() > 1),
        }
    }

    /// `Some(true)` where the two are one, `Some(false)` where one is not known, `None` where they
    /// differ.
    pub fn same(&self, policy: &Policy, other: &Self) -> Option<bool> {
        let (Some(one), Some(two)) = (self.key, other.key) else { return Some(false) };
        if self.told_apart(other) {
            return None;
        }
        if one == two || self.same_words(other) || self.same_actors(other) {
            return Some(true);
        }
        let side = self.side(policy)?;
        (side_of(policy, &other.text)?.id == side).then_some(true)
    }

    /// Whether two subjects that differ are known to be two: whom "rebels" means beside a name is
    /// not known.
    pub fn differs(&self, policy: &Policy, other: &Self) -> bool {
        if self.same(policy, other).is_some() {
            return false;
        }
        let sides = || self.side(policy).is_some() && side_of(policy, &other.text).is_some();
        let beside_name = |one: &Self, two: &Self| one.named && two.actors().is_some();
        sides() || !(beside_name(self, other) || beside_name(other, self))
    }

    /// Those whom its last word means, where it has no name.
    fn actors(&self) -> Option<usize> {
        let last = self.words.last().filter(|_| !self.named)?;
        ACTORS.iter().position(|words| words.contains(&last.as_str()))
    }

    /// "Peacekeeping troops" are not "the army", nor "rebel forces" "government forces".
    fn told_apart(&self, other: &Self) -> bool {
        let last = |who: &Self| who.words.last().map(String::as_str).unwrap_or_default().to_owned();
        let (own, theirs) = (last(self), last(other));
        let forces = |word: &String| {
            ACTORS.iter().skip(1).take(2).any(|words| words.contains(&word.as_str()))
        };
        if !(forces(&own) && forces(&theirs)) {
            return false;
        }
        let apart = |who: &Self| -> Vec<&str> {
            APART.into_iter().filter(|it| who.words.iter().any(|word| word == it)).collect()
        };
        apart(self) != apart(other)
    }

    /// Two words for one kind of people, with nothing that tells them apart.
    fn same_actors(&self, other: &Self) -> bool {
        let (Some(kind), Some(theirs)) = (self.actors(), other.actors()) else { return false };
        let told = |who: &Self| -> Vec<String> {
            let words = who.words.iter().filter(|word| !ACTORS[kind].contains(&word.as_str()));
            words.cloned().collect()
        };
        let (own, others) = (told(self), told(other));
        kind == theirs && own == others
    }

    /// Asked of what is looked up, never of what is kept, so that no side outlives its policy.
    fn side(&self, policy: &Policy) -> Option<&str> {
        let find = || side_of(policy, &self.text).map(|side| side.id.clone());
        self.side.get_or_init(find).as_deref()
    }

    fn whole(&self) -> bool {
        self.before_of == self.words.len()
    }

    fn head(&self) -> &[String] {
        self.words.get(..self.before_of).unwrap_or_default()
    }

    /// One name within the other ("Damascus airport", "the airport"), or the same family name with
    /// no other given name.
    fn same_words(&self, other: &Self) -> bool {
        // Of two with an "of" both have to be the same: there is more than one Supreme Court.
        let (own, theirs) = match (self.whole(), other.whole()) {
            (true, false) => (self.words.as_slice(), other.head()),
            (false, true) => (self.head(), other.words.as_slice()),
            _ => (self.words.as_slice(), other.words.as_slice()),
        };
        let (Some((last, given)), Some((their_last, their_given))) =
            (own.split_last(), theirs.split_last())
        else {
            return false;
        };
        if last != their_last {
            return false;
        }
        match (given.last(), their_given.last()) {
            (Some(one), Some(two)) => one == two,
            _ => true,
        }
    }
}

/// A word that tells who it is; the Arabic article and the genitive are dropped.
fn plain(word: &str) -> Option<String> {
    let lower = word.to_lowercase();
    if lower.ends_with("'s") || lower.ends_with("\u{2019}s") {
        return None;
    }
    let lower = lower.trim_matches(|c: char| !c.is_alphanumeric());
    let bare = ["al-", "el-"].iter().find_map(|article| lower.strip_prefix(article));
    let bare = bare.unwrap_or(lower);
    let told = !bare.is_empty() && !matches!(bare, "a" | "an" | "the") && !TITLES.contains(&bare);
    told.then(|| bare.to_owned())
}
