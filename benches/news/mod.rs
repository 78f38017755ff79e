//! Made-up news: a stream of articles that is a function of its seed, in our own words.
//!
//! Events begin, are told by several outlets (some of them copying an agency) and end, so that
//! stories grow, merge and leave the state much as with real wires. Each event has its own places,
//! people and things, its own few facts, and a toll that rises now and then.

#![allow(dead_code, reason = "each bench uses a part of it")]

use serde_json::json;

/// A splitmix64 generator.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit.max(1)
    }

    fn of<'a>(&mut self, words: &[&'a str]) -> &'a str {
        words[self.below(words.len() as u64) as usize]
    }
}

const ONSETS: [&str; 20] = [
    "Bel", "Kar", "Mor", "Tel", "Sar", "Nov", "Dun", "Vil", "Ost", "Hal", "Per", "Lim", "Gor",
    "Zan", "Fen", "Rad", "Tor", "Wes", "Jal", "Cor",
];
const MIDDLES: [&str; 12] =
    ["a", "e", "i", "o", "ova", "eri", "ani", "ulo", "esta", "ira", "onu", "ama"];
const ENDS: [&str; 14] = [
    "grad", "ton", "ville", "mar", "bad", "burg", "dal", "ria", "pur", "stan", "ford", "mouth",
    "sk", "nia",
];
const HAPPENINGS: [(&str, &str); 10] = [
    ("earthquake", "A strong earthquake shook"),
    ("flood", "Flood water swept through"),
    ("fire", "A fire burned for hours in"),
    ("collision", "Two trains collided near"),
    ("strike", "Dock workers walked off the job in"),
    ("election", "Voters queued before dawn in"),
    ("landslide", "A hillside gave way above"),
    ("blast", "An explosion tore through a depot in"),
    ("blackout", "The power failed across"),
    ("storm", "A storm ripped roofs off houses in"),
];
const OUTLETS: [&str; 14] = [
    "reuters.com",
    "apnews.com",
    "afp.com",
    "bbc.co.uk",
    "livemint.com",
    "aljazeera.com",
    "theguardian.com",
    "dw.com",
    "example-herald.net",
    "harbour-post.example",
    "valley-news.example",
    "city-wire.example",
    "morning-sheet.example",
    "coast-observer.example",
];
const SOURCES: [&str; 12] = [
    "the interior ministry",
    "the fire service",
    "a police spokesman",
    "the governor",
    "two officials familiar with the matter",
    "residents",
    "the Red Crescent",
    "Reuters",
    "state television",
    "the mayor's office",
    "an army statement",
    "a hospital director",
];
const CUES: [&str; 8] = [
    "said",
    "told reporters",
    "confirmed",
    "claimed",
    "reported",
    "added",
    "announced",
    "said on Sunday",
];
const FACTS: [&str; 24] = [
    "{n} people were killed and {m} injured in {place}",
    "at least {n} people were killed when the {a} fell on a {b}",
    "the {a} near {place} was closed and {m} travellers were turned away",
    "{n} children were among the people who were taken to the {c} hospital",
    "divers pulled the {b} from the {d} overnight",
    "the road between {place} and {other} was cut by {d}",
    "{m} families had left their homes by the evening",
    "no outside help had been asked for so far",
    "the damage to the {a} may reach {n} million dollars",
    "troops were sent to {place} to guard the {c}",
    "the {c} in {other} would stay shut for {n} days",
    "{person} would travel to {place} on Monday",
    "the number of missing had risen to {n}",
    "{person} had left the city by {b}",
    "a curfew was in force around the {d}",
    "electricity had been restored in {n} districts of {place}",
    "the {d} had been inspected a month before",
    "{second} resigned over the {a}",
    "the {b} had carried no {c} at all",
    "a court in {other} ordered the {a} to be opened",
    "{second} had warned of the {d} in a letter",
    "prices of {c} rose by a fifth in {place}",
    "the {a} belonged to a firm from {other}",
    "police arrested {second} at the {d}",
];
const SCENES: [&str; 12] = [
    "Along the {d} shopkeepers swept {c} into heaps while a queue formed at the bakery.",
    "{person}, who has lived in {place} since {year}, packed what fitted into a {b}.",
    "Helicopters circled over the {a}, and the smell of {c} hung in the alleys.",
    "Neither {other} nor the neighbouring provinces reported anything of the kind.",
    "It was the worst event of its kind in {place} since {year}, when a {d} fell in.",
    "Buses waited with their engines running beside the {a}, half of the seats still empty.",
    "Opposition members asked why the {b} had come so late, and called for an inquiry.",
    "{place}, known for its {c} and its {d}, counts some forty thousand people.",
    "Shares of the {a} company fell before trading was halted around noon.",
    "In {other} volunteers carried {c} until the lorries ran out of room.",
    "{second} stood at the {d} for most of the afternoon and said little.",
    "A photograph of the {b} beside the {a} was passed from hand to hand.",
];
const THINGS: [&str; 96] = [
    "harbour",
    "viaduct",
    "cannery",
    "orchard",
    "tramway",
    "quarry",
    "lighthouse",
    "granary",
    "aqueduct",
    "sawmill",
    "theatre",
    "brewery",
    "dockyard",
    "chapel",
    "foundry",
    "greenhouse",
    "observatory",
    "pontoon",
    "reservoir",
    "stadium",
    "tannery",
    "vineyard",
    "warehouse",
    "weir",
    "barge",
    "tractor",
    "trolley",
    "crane",
    "ferry",
    "glider",
    "locomotive",
    "minibus",
    "tanker",
    "scooter",
    "bulldozer",
    "ambulance",
    "caravan",
    "freighter",
    "helicopter",
    "kayak",
    "lorry",
    "motorcycle",
    "sleigh",
    "submarine",
    "trawler",
    "wagon",
    "yacht",
    "zeppelin",
    "barley",
    "cement",
    "cotton",
    "diesel",
    "fertiliser",
    "flour",
    "gravel",
    "honey",
    "insulin",
    "jute",
    "kerosene",
    "lentils",
    "maize",
    "nitrate",
    "olives",
    "paper",
    "quinine",
    "rubber",
    "salt",
    "timber",
    "uranium",
    "vaccine",
    "wool",
    "zinc",
    "boulevard",
    "canal",
    "embankment",
    "fountain",
    "gorge",
    "hillside",
    "island",
    "junction",
    "lagoon",
    "marsh",
    "meadow",
    "overpass",
    "plateau",
    "ravine",
    "riverbank",
    "slope",
    "square",
    "terrace",
    "tunnel",
    "underpass",
    "valley",
    "waterfall",
    "wharf",
    "woodland",
];
const FORENAMES: [&str; 12] = [
    "Ilan", "Sofia", "Tomas", "Mira", "Jonas", "Leyla", "Anton", "Nadia", "Pavel", "Grace",
    "Marek", "Hana",
];
/// Facts of one event.
const FACTS_OF_EVENT: usize = 9;

struct Event {
    number: u64,
    happening: usize,
    place: String,
    other: String,
    person: String,
    second: String,
    /// Four things that it has to do with.
    things: [&'static str; 4],
    /// Its facts, by number.
    facts: [usize; FACTS_OF_EVENT],
    killed: u64,
    injured: u64,
    year: u64,
    left: u64,
    /// The newest agency report, for those who copy.
    wire: Option<(String, String)>,
}

/// A stream of articles.
pub struct News {
    chance: Chance,
    events: Vec<Event>,
    begun: u64,
    written: u64,
    seconds: i64,
    /// Seconds of log time from one article to the next.
    pace: u64,
    sentences: u64,
}

/// Events that are told at the same time.
const EVENTS_AT_ONCE: usize = 60;
/// The first article's time: 2024-12-01T00:00:00Z.
const BEGIN_SECONDS: i64 = 1_733_011_200;

impl News {
    /// Articles of some 2.9 kB, one in `pace` seconds of log time.
    pub fn full(seed: u64, pace: u64) -> Self {
        Self::of(seed, pace, 22)
    }

    /// Articles of a few sentences.
    pub fn short(seed: u64, pace: u64) -> Self {
        Self::of(seed, pace, 2)
    }

    fn of(seed: u64, pace: u64, sentences: u64) -> Self {
        Self {
            chance: Chance(seed),
            events: Vec::new(),
            begun: 0,
            written: 0,
            seconds: BEGIN_SECONDS,
            pace,
            sentences,
        }
    }

    fn name(&mut self) -> String {
        let chance = &mut self.chance;
        format!("{}{}{}", chance.of(&ONSETS), chance.of(&MIDDLES), chance.of(&ENDS))
    }

    fn person(&mut self) -> String {
        let forename = self.chance.of(&FORENAMES);
        format!("{forename} {}", self.name())
    }

    fn begin_event(&mut self) -> Event {
        self.begun += 1;
        let mut things = [""; 4];
        things.iter_mut().for_each(|it| *it = self.chance.of(&THINGS));
        let mut facts = [0; FACTS_OF_EVENT];
        facts.iter_mut().for_each(|it| *it = self.chance.below(FACTS.len() as u64) as usize);
        Event {
            number: self.begun,
            place: self.name(),
            other: self.name(),
            happening: self.chance.below(HAPPENINGS.len() as u64) as usize,
            person: self.person(),
            second: self.person(),
            things,
            facts,
            killed: 2 + self.chance.below(30),
            injured: 40 + self.chance.below(300),
            year: 1950 + self.chance.below(70),
            left: 3 + self.chance.below(30),
            wire: None,
        }
    }

    fn fill(&mut self, template: &str, event: &Event) -> String {
        template
            .replace("{n}", &event.killed.to_string())
            .replace("{m}", &event.injured.to_string())
            .replace("{place}", &event.place)
            .replace("{other}", &event.other)
            .replace("{person}", &event.person)
            .replace("{second}", &event.second)
            .replace("{a}", event.things[0])
            .replace("{b}", event.things[1])
            .replace("{c}", event.things[2])
            .replace("{d}", event.things[3])
            .replace("{year}", &event.year.to_string())
    }

    fn headline(&mut self, event: &Event) -> String {
        let (what, _) = HAPPENINGS[event.happening];
        match self.chance.below(4) {
            0 => format!("{} dead in {} {what}", event.killed, event.place),
            1 => format!("{}: {what} leaves {} injured", event.place, event.injured),
            2 => format!("What is known about the {what} in {}", event.place),
            _ => format!("{what} hits {}, {} say", event.place, self.chance.of(&SOURCES)),
        }
    }

    fn body(&mut self, event: &Event) -> String {
        let (_, opening) = HAPPENINGS[event.happening];
        let mut body = format!("{opening} {}, {} said.", event.place, self.chance.of(&SOURCES));
        for at in 0..self.sentences {
            let sentence = if self.chance.below(3) == 0 {
                let scene = self.chance.of(&SCENES);
                self.fill(scene, event)
            } else {
                let fact = event.facts[self.chance.below(FACTS_OF_EVENT as u64) as usize];
                // A fact has its source, and sometimes another.
                let other = self.chance.below(8) / 7;
                let source =
                    SOURCES[(fact + event.number as usize + other as usize) % SOURCES.len()];
                let fact = self.fill(FACTS[fact], event);
                let cue = self.chance.of(&CUES);
                match self.chance.below(2) {
                    0 => format!("According to {source}, {fact}."),
                    _ => format!("{} {cue} that {fact}.", capital(source)),
                }
            };
            body.push_str(if at % 3 == 2 { "\n\n" } else { " " });
            body.push_str(&sentence);
        }
        body
    }

    /// The next article as a line of NDJSON.
    pub fn line(&mut self) -> String {
        while self.events.len() < EVENTS_AT_ONCE {
            let event = self.begin_event();
            self.events.push(event);
        }
        let at = self.chance.below(self.events.len() as u64) as usize;
        let mut event = self.events.swap_remove(at);
        self.written += 1;
        self.seconds += self.chance.below(self.pace * 2) as i64;
        if self.chance.below(5) == 0 {
            event.killed += 1 + self.chance.below(3);
            event.injured += self.chance.below(9);
        }
        let outlet = self.chance.below(OUTLETS.len() as u64) as usize;
        let copied = event.wire.clone().filter(|_| outlet > 3 && self.chance.below(3) == 0);
        let (headline, body) = copied.unwrap_or_else(|| (self.headline(&event), self.body(&event)));
        if outlet < 3 {
            event.wire = Some((headline.clone(), body.clone()));
        }
        let time = jiff::Timestamp::from_second(self.seconds).expect("a time of this century");
        let line = json!({
            "uri": format!("https://{}/{}/{}", OUTLETS[outlet], event.number, self.written),
            "publisher": OUTLETS[outlet],
            "version": 1,
            "headline": headline,
            "body": body,
            "language": "en",
            "versionCreated": time.to_string(),
            "receivedAt": time.to_string(),
        });
        event.left -= 1;
        if event.left > 0 {
            self.events.push(event);
        }
        line.to_string()
    }
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
