//! Bits by which words and verb forms are told apart.

macro_rules! bits {
    ($kind:ty; $($(#[$doc:meta])* $name:ident),* $(,)?) => { bits!(@ $kind; 0; $($(#[$doc])* $name,)*); };
    (@ $kind:ty; $n:expr; $(#[$doc:meta])* $name:ident, $($rest:tt)*) => {
        $(#[$doc])* pub const $name: $kind = 1 << ($n);
        bits!(@ $kind; $n + 1; $($rest)*);
    };
    (@ $kind:ty; $n:expr;) => {};
}

bits! { u64;
    /// the, a
    DETERMINER,
    /// he, they
    PRONOUN,
    /// him, them
    OBJECT,
    /// that, this
    DEMONSTRATIVE,
    /// his, their
    POSSESSIVE,
    /// in, of
    PREPOSITION,
    /// because, when
    SUBORDINATOR,
    /// if, unless
    CONDITION,
    /// who, which
    RELATIVE,
    /// and, but
    COORDINATOR,
    /// not, never
    NEGATOR,
    /// will, may
    MODAL,
    /// is, were
    BE,
    /// has
    HAVE,
    /// did
    DO,
    /// also, later
    ADVERB,
    /// Monday
    WEEKDAY,
    /// January
    MONTH,
    /// yesterday, week
    TIME,
    /// Mr, president
    TITLE,
    /// Mr
    HONORIFIC,
    /// armed, familiar
    ADJECTIVE,
    /// ministry, police
    OFFICIAL,
    /// company, monitor
    ORGANISATION,
    /// resident, witness
    WITNESS,
    /// source, aide
    ANONYMOUS,
    /// analysts, rebels
    COLLECTIVE,
    /// spokesman, head
    SPEAKER,
    /// "the ministry" for a body named before
    SHORT,
    /// statement, interview
    SETTING,
    /// reporters
    ADDRESSEE,
    /// claim, report: content follows
    CUE_NOUN,
    /// denial
    NOUN_DENIAL,
    /// allegation
    NOUN_CLAIM,
    /// doubt
    NOUN_DOUBT,
    /// may, possibly
    POSSIBLE,
    /// likely
    LIKELY,
    /// allegedly
    CLAIMED,
    /// reportedly
    SAID,
    /// will
    WILL,
    /// big, disgraceful
    OPINION,
    /// "reportedly" as a cue
    REPORTED,
    /// "allegedly" as a cue
    ALLEGED,
    /// citing
    CITING,
    /// "is said to"
    PASSIVE,
    /// appoint, sentence: a body's own act
    OWN_ACT,
    /// court, ministry: can act itself
    BODY,
    /// people, homes: can be counted
    COUNTED,
    /// aged, page: the number after it counts nothing
    NOT_COUNTED,
    /// that
    THAT,
    /// to
    TO,
    /// since, in: a past year behind it is background
    PAST_YEAR,
    /// be, have, take: the noun beside it tells what happens
    LIGHT,
    /// fail, refuse: what follows did not happen
    UNDONE,
    /// avoid, acquit: what follows in -ing did not happen, or is not said to have
    AVERTED,
    /// try, plot: what follows is meant, not done
    ATTEMPTED,
    /// drill, film: what is told of it is played
    STAGED,
    /// wrongly, falsely
    WRONGLY,
    /// false, erroneous: of reports
    UNTRUE,
    /// withdraw, retract: of reports
    TAKEN_BACK,
    /// briefing, watch: before a colon it names a kind of item
    LABEL,
    /// opinion, review: before a colon it says that what follows is somebody's view
    VIEW,
    /// Some phrase begins with it.
    PHRASE,
}

/// Forms of a verb.
pub mod form {
    bits! { u8;
        /// leave
        BASE,
        /// leaves
        PRESENT,
        /// left
        PAST,
        /// left, gone
        PARTICIPLE,
        /// leaving
        ING,
    }
}

/// What may follow a cue.
pub mod takes {
    bits! { u8;
        /// A clause with or without "that".
        CLAUSE,
        /// A clause with "that" only.
        THAT,
        /// A quotation.
        QUOTE,
        /// A noun phrase.
        OBJECT,
        /// Somebody who is told.
        ADDRESSEE,
        /// "…," said X
        INVERSION,
        /// An infinitive.
        INFINITIVE,
    }
}
