//! One lexicon file as it is written, and how it becomes the table.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::{
    Act, Cue, Indicator, Meaning, NONE, NumberWord, Phrase, Predicate, Words, class_key,
    inflect::{self, Forms},
    tag::{self, form, takes},
};

/// `config/lexicon/<language>.toml`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LexiconFile {
    /// Primary subtag.
    pub language: String,
    grammar: BTreeMap<String, String>,
    inflection: Inflection,
    #[serde(default)]
    cue: Vec<CueLine>,
    #[serde(default)]
    cue_phrases: BTreeMap<Act, Vec<String>>,
    cue_other: CueOther,
    sources: BTreeMap<String, WordsOrPhrases>,
    certainty: BTreeMap<String, WordsOrPhrases>,
    basis: BTreeMap<String, WordsOrPhrases>,
    numbers: BTreeMap<String, WordsOrPhrases>,
    #[serde(default)]
    indicator: Vec<IndicatorLine>,
    #[serde(default)]
    units: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    predicate: Vec<PredicateLine>,
    verbs: BTreeMap<String, String>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Inflection {
    #[serde(default)]
    irregular: Vec<String>,
    #[serde(default)]
    doubling: String,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct CueLine {
    act: Act,
    takes: String,
    verbs: String,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct CueOther {
    prepositions: Vec<String>,
    citing: Vec<String>,
    reported: Vec<String>,
    alleged: Vec<String>,
    passives: String,
    nouns: String,
    noun_denials: String,
    noun_claims: String,
    noun_doubts: String,
    settings: String,
    addressees: String,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
enum WordsOrPhrases {
    Words(String),
    Phrases(Vec<String>),
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct IndicatorLine {
    name: String,
    series: String,
    #[serde(default)]
    verbs: String,
    #[serde(default)]
    nouns: String,
    #[serde(default)]
    tolls: Vec<String>,
    #[serde(default)]
    phrases: Vec<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct PredicateLine {
    class: String,
    #[serde(default)]
    verbs: String,
    #[serde(default)]
    nouns: String,
    #[serde(default)]
    phrases: Vec<String>,
    #[serde(default)]
    excludes: Option<String>,
    #[serde(default)]
    valence: i8,
    #[serde(default)]
    state: bool,
    #[serde(default)]
    once: bool,
    #[serde(default)]
    sole: bool,
}

/// Word classes of `[grammar]`, `[sources]` and so on by their key.
const CLASSES: &[(&str, u64)] = &[
    ("determiners", tag::DETERMINER),
    ("pronouns", tag::PRONOUN),
    ("objects", tag::OBJECT),
    ("demonstratives", tag::DEMONSTRATIVE),
    ("possessives", tag::POSSESSIVE),
    ("prepositions", tag::PREPOSITION),
    ("subordinators", tag::SUBORDINATOR),
    ("conditions", tag::CONDITION),
    ("relatives", tag::RELATIVE),
    ("coordinators", tag::COORDINATOR),
    ("negators", tag::NEGATOR),
    ("modals", tag::MODAL),
    ("be", tag::BE),
    ("have", tag::HAVE),
    ("do", tag::DO),
    ("adverbs", tag::ADVERB),
    ("weekdays", tag::WEEKDAY),
    ("months", tag::MONTH),
    ("times", tag::TIME),
    ("titles", tag::TITLE),
    ("honorifics", tag::HONORIFIC),
    ("light", tag::LIGHT),
    ("undone", tag::UNDONE),
    ("averted", tag::AVERTED),
    ("attempted", tag::ATTEMPTED),
    ("staged", tag::STAGED),
    ("wrongly", tag::WRONGLY),
    ("untrue_words", tag::UNTRUE),
    ("taken_back", tag::TAKEN_BACK),
    ("item_labels", tag::LABEL),
    ("view_labels", tag::VIEW),
    ("adjectives", tag::ADJECTIVE),
    ("complementisers", tag::THAT),
    ("infinitive", tag::TO),
    ("official", tag::OFFICIAL),
    ("organisation", tag::ORGANISATION),
    ("witness", tag::WITNESS),
    ("anonymous", tag::ANONYMOUS),
    ("collective", tag::COLLECTIVE),
    ("speakers", tag::SPEAKER),
    ("short", tag::SHORT),
    ("possible", tag::POSSIBLE),
    ("likely", tag::LIKELY),
    ("claimed", tag::CLAIMED),
    ("said", tag::SAID),
    ("plans", tag::WILL),
    ("opinion", tag::OPINION),
    ("past_years", tag::PAST_YEAR),
    ("bodies", tag::BODY),
    ("people", tag::COUNTED),
    ("not_counts", tag::NOT_COUNTED),
];

/// Phrase lists by their key.
const PHRASES: &[(&str, Meaning)] = &[
    ("access", Meaning::Access),
    ("unnamed", Meaning::Unnamed),
    ("agency_credit", Meaning::Credit),
    ("plan_phrases", Meaning::Plan),
    ("forecast_phrases", Meaning::Forecast),
    ("unverified", Meaning::Unverified),
    ("untrue", Meaning::Untrue),
    ("no_comment", Meaning::NoComment),
    ("absence", Meaning::Absence),
    ("opinion_frames", Meaning::Opinion),
    ("background", Meaning::Background),
    ("first_hand", Meaning::FirstHand),
    ("at_least", Meaning::AtLeast),
    ("more_than", Meaning::MoreThan),
    ("at_most", Meaning::AtMost),
    ("fewer_than", Meaning::FewerThan),
    ("about", Meaning::About),
];

struct Compiler {
    words: Words,
    irregular: BTreeMap<String, [String; 5]>,
    doubling: BTreeSet<String>,
}

impl LexiconFile {
    /// Makes the table.
    pub(super) fn compile(self) -> Result<Words, String> {
        let mut made = Compiler::new(&self.inflection)?;
        made.classes(&self)?;
        made.cues(&self)?;
        made.indicators(&self)?;
        made.units(&self);
        made.predicates(&self)?;
        for verbs in self.verbs.values() {
            verbs.split_whitespace().for_each(|verb| drop(made.verb(verb)));
        }
        made.words.seal();
        Ok(made.words)
    }

    fn sections(&self) -> impl Iterator<Item = (&String, &WordsOrPhrases)> {
        self.sources.iter().chain(&self.certainty).chain(&self.basis).chain(&self.numbers)
    }
}

impl Compiler {
    fn new(inflection: &Inflection) -> Result<Self, String> {
        let mut words = Words::default();
        words.intern("");
        let mut irregular = BTreeMap::new();
        for line in &inflection.irregular {
            let Forms { all } = inflect::irregular(line)
                .ok_or_else(|| format!("irregular \"{line}\" needs base, past and participle"))?;
            irregular.insert(all[0].clone(), all);
        }
        let doubling = inflection.doubling.split_whitespace().map(str::to_owned).collect();
        Ok(Self { words, irregular, doubling })
    }

    /// Enters all forms of a verb and gives their entries.
    fn verb(&mut self, base: &str) -> Vec<u32> {
        let all = match self.irregular.get(base) {
            Some(all) => all.clone(),
            None => inflect::regular(base, self.doubling.contains(base)).all,
        };
        if base == "be" {
            return ["be", "is", "are", "was", "were", "been", "being", "'s", "'re", "’s", "’re"]
                .iter()
                .map(|form| self.words.intern(form))
                .collect();
        }
        let lemma = self.words.intern(base);
        let bits = [form::BASE, form::PRESENT, form::PAST, form::PARTICIPLE, form::ING];
        self.words.entry_mut(base).past = Some(all[2].clone().into_boxed_str());
        let mut entries = Vec::new();
        for (form, bit) in all.iter().zip(bits) {
            let entry = self.words.entry_mut(form);
            entry.forms |= bit;
            entry.lemma = lemma;
            entries.push(self.words.intern(form));
        }
        entries
    }

    fn tag(&mut self, list: &str, bit: u64) {
        for word in list.split_whitespace() {
            self.words.entry_mut(word).tags |= bit;
        }
    }

    fn classes(&mut self, file: &LexiconFile) -> Result<(), String> {
        for (key, list) in &file.grammar {
            self.tag(list, class(key)?);
        }
        for (key, value) in file.sections() {
            match value {
                WordsOrPhrases::Words(list) => match key.as_str() {
                    "own_acts" => {
                        for verb in list.split_whitespace() {
                            self.verb(verb);
                            self.words.entry_mut(verb).tags |= tag::OWN_ACT;
                        }
                    }
                    "units" | "scales" | "intervals" | "fractions" => self.numbers(key, list)?,
                    // No words of the language's own: "Wolves" may be a team, "Lamb" a family.
                    "animals" => {
                        self.words.animals = list.split_whitespace().map(str::to_owned).collect();
                    }
                    _ => self.tag(list, class(key)?),
                },
                WordsOrPhrases::Phrases(list) => {
                    let meaning = PHRASES.iter().find(|(name, _)| name == key);
                    let (_, meaning) = meaning.ok_or_else(|| format!("unknown list \"{key}\""))?;
                    list.iter().for_each(|phrase| self.phrase(phrase, *meaning));
                }
            }
        }
        Ok(())
    }

    fn numbers(&mut self, key: &str, list: &str) -> Result<(), String> {
        for item in list.split_whitespace() {
            let mut parts = item.split(':');
            let word = parts.next().unwrap_or_default();
            let values: Vec<i64> = parts.filter_map(|part| part.parse().ok()).collect();
            let number = match (key, values.as_slice()) {
                ("units", [n]) => NumberWord::Unit(*n),
                ("scales", [n]) => NumberWord::Scale(*n),
                ("intervals", [from, to]) => NumberWord::Interval(*from, *to),
                ("fractions", [n, d]) => NumberWord::Fraction(*n, *d),
                _ => {
                    return Err(format!(
                        "number word \"{item}\" under \"{key}\" is not well formed"
                    ));
                }
            };
            self.words.entry_mut(word).number = Some(number);
        }
        Ok(())
    }

    fn cues(&mut self, file: &LexiconFile) -> Result<(), String> {
        for line in &file.cue {
            let cue = Cue { act: line.act, takes: complements(&line.takes)? };
            for verb in line.verbs.split_whitespace() {
                for at in self.verb(verb) {
                    let entry = &mut self.words.entries[usize::try_from(at).unwrap_or(0)];
                    add_cue(&mut entry.cues, cue);
                }
            }
        }
        for (act, phrases) in &file.cue_phrases {
            phrases.iter().for_each(|phrase| self.verb_phrase(phrase, Meaning::Cue(*act)));
        }
        let other = &file.cue_other;
        other.prepositions.iter().for_each(|phrase| self.phrase(phrase, Meaning::SourceFollows));
        self.tag(&other.citing.join(" "), tag::CITING);
        self.tag(&other.reported.join(" "), tag::REPORTED);
        self.tag(&other.alleged.join(" "), tag::ALLEGED);
        self.tag(&other.passives, tag::PASSIVE);
        self.nouns(&other.nouns, |entry| entry.tags |= tag::CUE_NOUN);
        self.nouns(&other.noun_denials, |entry| entry.tags |= tag::NOUN_DENIAL);
        self.nouns(&other.noun_claims, |entry| entry.tags |= tag::NOUN_CLAIM);
        self.nouns(&other.noun_doubts, |entry| entry.tags |= tag::NOUN_DOUBT);
        self.nouns(&other.settings, |entry| entry.tags |= tag::SETTING);
        self.tag(&other.addressees, tag::ADDRESSEE);
        Ok(())
    }

    /// Singular and plural of each noun.
    fn nouns(&mut self, list: &str, mut mark: impl FnMut(&mut super::Entry)) {
        for noun in list.split_whitespace() {
            mark(self.words.entry_mut(noun));
            let plural = inflect::regular(noun, false).all[1].clone();
            let lemma = self.words.intern(noun);
            let known = self.words.entry_mut(&plural);
            mark(known);
            if known.forms == 0 {
                known.lemma = lemma;
            }
        }
    }

    fn indicators(&mut self, file: &LexiconFile) -> Result<(), String> {
        for line in &file.indicator {
            let at = index(self.words.indicators.len())?;
            let gauge = match line.series.as_str() {
                "gauge" => true,
                "cumulative" => false,
                other => return Err(format!("series \"{other}\" is neither cumulative nor gauge")),
            };
            self.words.indicators.push(Indicator { name: line.name.clone(), gauge });
            for verb in line.verbs.split_whitespace() {
                for form in self.verb(verb) {
                    self.words.entries[usize::try_from(form).unwrap_or(0)].verb_indicator = at;
                }
            }
            for noun in line.nouns.split_whitespace() {
                self.words.entry_mut(noun).noun_indicator = at;
            }
            line.tolls.iter().for_each(|phrase| self.phrase(phrase, Meaning::Toll(at)));
            line.phrases.iter().for_each(|phrase| self.phrase(phrase, Meaning::Indicator(at)));
        }
        Ok(())
    }

    fn units(&mut self, file: &LexiconFile) {
        for (at, (name, words)) in file.units.iter().enumerate() {
            self.words.units.push(name.clone());
            let meaning = Meaning::Unit(u16::try_from(at).unwrap_or(NONE));
            words.iter().for_each(|phrase| self.phrase(phrase, meaning));
        }
    }

    fn predicates(&mut self, file: &LexiconFile) -> Result<(), String> {
        let known: BTreeSet<&str> = file.predicate.iter().map(|line| line.class.as_str()).collect();
        for line in &file.predicate {
            if let Some(other) = line.excludes.as_deref().filter(|other| !known.contains(other)) {
                return Err(format!("predicate \"{}\" excludes unknown \"{other}\"", line.class));
            }
            let at = index(self.words.predicates.len())?;
            self.words.predicates.push(Predicate {
                class: line.class.clone(),
                key: class_key(&line.class),
                excludes: line.excludes.as_deref().map(class_key),
                valence: line.valence,
                state: line.state,
                once: line.once,
                sole: line.sole,
            });
            for verb in line.verbs.split_whitespace() {
                for form in self.verb(verb) {
                    let entry = &mut self.words.entries[usize::try_from(form).unwrap_or(0)];
                    if entry.verb_class == NONE {
                        entry.verb_class = at;
                    }
                }
            }
            self.nouns(&line.nouns, |entry| {
                if entry.noun_class == NONE {
                    entry.noun_class = at;
                }
            });
            line.phrases.iter().for_each(|phrase| self.verb_phrase(phrase, Meaning::Predicate(at)));
        }
        Ok(())
    }

    /// A phrase whose words stand just so.
    fn phrase(&mut self, phrase: &str, meaning: Meaning) {
        let mut words = phrase.split_whitespace();
        let first = words.next().unwrap_or_default().to_owned();
        let rest: Vec<u32> = words.map(|word| self.words.intern(word)).collect();
        self.words.entry_mut(&first).phrases.push(Phrase { rest, meaning });
    }

    /// A phrase whose first word is a verb in any form.
    fn verb_phrase(&mut self, phrase: &str, meaning: Meaning) {
        let mut words = phrase.split_whitespace();
        let first = words.next().unwrap_or_default().to_owned();
        let rest: Vec<u32> = words.map(|word| self.words.intern(word)).collect();
        let mut forms = self.verb(&first);
        forms.sort_unstable();
        forms.dedup();
        for form in forms {
            let entry = &mut self.words.entries[usize::try_from(form).unwrap_or(0)];
            entry.phrases.push(Phrase { rest: rest.clone(), meaning });
        }
    }
}

fn class(key: &str) -> Result<u64, String> {
    let found = CLASSES.iter().find(|(name, _)| *name == key);
    found.map(|(_, bit)| *bit).ok_or_else(|| format!("unknown word class \"{key}\""))
}

fn index(length: usize) -> Result<u16, String> {
    u16::try_from(length).ok().filter(|at| *at != NONE).ok_or_else(|| "too many entries".to_owned())
}

fn add_cue(cues: &mut [Option<Cue>; 2], cue: Cue) {
    if cues.contains(&Some(cue)) {
        return;
    }
    if let Some(free) = cues.iter_mut().find(|slot| slot.is_none()) {
        *free = Some(cue);
    }
}

fn complements(list: &str) -> Result<u8, String> {
    list.split_whitespace().try_fold(0, |bits, word| {
        Ok(bits
            | match word {
                "clause" => takes::CLAUSE,
                "that" => takes::THAT,
                "quote" => takes::QUOTE,
                "object" => takes::OBJECT,
                "addressee" => takes::ADDRESSEE,
                "inversion" => takes::INVERSION,
                "to" => takes::INFINITIVE,
                other => return Err(format!("a cue cannot take \"{other}\"")),
            })
    })
}
