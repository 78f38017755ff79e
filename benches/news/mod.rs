//! Made-up news: a stream of articles that is a function of its seed, in our own words.
//!
//! Events begin, are told by several outlets (some of them copying an agency) and end, so that
//! stories grow, merge and leave the state much as with real wires.

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
const FACTS: [&str; 16] = [
    "{n} people were killed and {m} injured in {place}",
    "at least {n} houses were destroyed near the river in {place}",
    "the airport of {place} was closed and {m} flights were suspended",
    "{n} children were among the {m} people who were taken to hospital",
    "rescue teams pulled {n} survivors from the ruins overnight",
    "the road between {place} and {other} was cut in {n} places",
    "{m} families had left their homes by the evening",
    "no outside help had been asked for so far",
    "the damage may reach {n} million dollars",
    "troops were sent to {place} to keep the roads open",
    "schools in {place} would stay shut for {n} days",
    "{person} would travel to {place} on Monday",
    "the number of missing had risen to {m}",
    "{person} had left the city by plane",
    "a curfew was in force from eight in the evening",
    "electricity had been restored in {n} districts of {place}",
];
const SCENES: [&str; 10] = [
    "Along the main street shopkeepers swept glass into heaps while a queue formed at the bakery.",
    "{person}, who has lived in {place} since {year}, packed what fitted into a small car.",
    "Helicopters circled over the old bridge, and the smell of wet plaster hung in the alleys.",
    "Neither {other} nor the neighbouring provinces reported anything of the kind.",
    "It was the worst event of its kind in {place} since {year}, when a market hall fell in.",
    "Buses waited with their engines running outside the stadium, half of the seats still empty.",
    "Opposition members asked why the warning had come so late, and called for an inquiry.",
    "The town, known for its ferries and its apricots, counts some {m} thousand people.",
    "Shares of the harbour company fell before trading was halted around noon.",
    "In {other} volunteers filled sandbags until the lorries ran out of room.",
];
const PEOPLE: [&str; 12] = [
    "Ilan Moravec",
    "Sofia Qadri",
    "Tomas Okonjo",
    "Mira Halvorsen",
    "Jonas Petrakis",
    "Leyla Dorn",
    "Anton Wirth",
    "Nadia Ferro",
    "Pavel Ilic",
    "Grace Adeyemi",
    "Marek Silva",
    "Hana Lindqvist",
];

struct Event {
    number: u64,
    happening: usize,
    place: String,
    other: String,
    person: &'static str,
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

    fn begin_event(&mut self) -> Event {
        self.begun += 1;
        Event {
            number: self.begun,
            place: self.name(),
            other: self.name(),
            happening: self.chance.below(HAPPENINGS.len() as u64) as usize,
            person: self.chance.of(&PEOPLE),
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
            .replace("{person}", event.person)
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
                let fact = self.chance.of(&FACTS);
                let fact = self.fill(fact, event);
                let (source, cue) = (self.chance.of(&SOURCES), self.chance.of(&CUES));
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
        event.killed += self.chance.below(3);
        event.injured += self.chance.below(9);
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
