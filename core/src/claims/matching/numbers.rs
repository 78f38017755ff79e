//! Which question a number answers: the same thing counted, of the same people, in the same place.

use xxhash_rust::xxh3::xxh3_64;

use crate::article::{SlotId, Time};
use crate::reading::{Modality, Proposition, Quantity, nation_in};

use super::places;
use super::who::is_armed;

/// Whose number it is, and of which day, as far as that is told.
#[derive(Clone, Debug, Default)]
pub(super) struct Of {
    subject: Option<u32>,
    /// The country whose forces are said to have done it.
    actor: Option<&'static str>,
    day: Option<Time>,
}

impl Of {
    pub fn new(proposition: &Proposition, quantity: &Quantity, day: Option<Time>) -> Self {
        let text = proposition.subject_text.as_str();
        let nation = nation_in(text).filter(|_| is_armed(text));
        // "Twelve Syrian soldiers were killed" tells of the victims.
        let victims = quantity.population.as_deref().unwrap_or_default();
        let actor = nation.filter(|it| !victims.contains(&it.to_lowercase()));
        Self { subject: proposition.subject, actor, day }
    }

    /// Whether both tell whose it is, or when it was, and not the same.
    fn is_other(&self, other: &Self) -> bool {
        let actors = matches!((self.actor, other.actor), (Some(one), Some(two)) if one != two);
        actors || matches!((self.day, other.day), (Some(one), Some(two)) if one != two)
    }

    /// For the id of a slot of its own.
    pub fn told(&self) -> (Option<&'static str>, Option<Time>) {
        (self.actor, self.day)
    }
}

/// A slot of numbers.
#[derive(Clone, Debug)]
pub(super) struct Numbers {
    pub slot: SlotId,
    pub place: Option<String>,
    pub of: Of,
}

impl Numbers {
    /// What another value of the slot tells besides.
    pub fn learn(&mut self, of: &Of) {
        self.of.actor = self.of.actor.or(of.actor);
        self.of.day = self.of.day.or(of.day);
    }
}

/// The slot of a number among those that count the same thing.
pub(super) fn find(
    slots: &[Numbers],
    of: &Of,
    quantity: &Quantity,
    (overlaps, tells): (impl Fn(SlotId) -> bool, impl Fn(SlotId) -> bool),
) -> Option<SlotId> {
    // A price or a share is somebody's; people are counted whatever the clause's subject is.
    let agree = |known: &&Numbers| {
        let (own, theirs) = (of.subject, known.of.subject);
        let one = own == theirs || own.is_none() || theirs.is_none();
        (quantity.unit.is_none() || one) && !of.is_other(&known.of)
    };
    let same = |known: &&Numbers| same_place(known.place.as_deref(), quantity.place.as_deref());
    let known: Vec<&Numbers> = slots.iter().filter(agree).collect();
    if let Some(slot) = known.iter().copied().find(same) {
        return Some(slot.slot);
    }
    let wide = |place: Option<&str>| place.is_none_or(places::is_country);
    let here = wide(quantity.place.as_deref());
    // The total without a place, or of the whole country, is one question.
    if here && let Some(slot) = known.iter().find(|known| wide(known.place.as_deref())) {
        let both = quantity.place.is_some() && slot.place.is_some();
        return (!both).then_some(slot.slot);
    }
    match known.as_slice() {
        [only] if here || (overlaps(only.slot) && only.place.is_none()) => Some(only.slot),
        // A city's number after the same one without a place.
        _ => known
            .iter()
            .find(|known| {
                here && overlaps(known.slot) || known.place.is_none() && tells(known.slot)
            })
            .map(|known| known.slot),
    }
}

fn same_place(one: Option<&str>, two: Option<&str>) -> bool {
    match (one, two) {
        (None, None) => true,
        (Some(one), Some(two)) => one.eq_ignore_ascii_case(two),
        _ => false,
    }
}

/// Words for people in general.
const PEOPLE: [&str; 6] = ["casualties", "individuals", "people", "person", "persons", "victims"];

/// What a number counts, as a key: indicator, unit, population, whether a part, and modality.
pub(super) fn counted(modality: Modality, quantity: &Quantity) -> u64 {
    let population = quantity.population.as_deref().map(str::to_lowercase).unwrap_or_default();
    let population = if PEOPLE.contains(&population.as_str()) { "" } else { &population };
    // "Including 35 children" and "35 children were killed" count the same.
    let part = quantity.part && population.is_empty();
    let unit = quantity.unit.as_deref().unwrap_or_default();
    let mut key = Vec::with_capacity(64);
    key.extend([modality as u8, u8::from(part)]);
    for part in [quantity.indicator.as_str(), unit, population] {
        key.extend_from_slice(part.as_bytes());
        key.push(0);
    }
    xxh3_64(&key)
}
