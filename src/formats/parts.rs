//! Parts that changes, documents and annotations share: references, hops, quotes.

use schemars::JsonSchema;
use serde::Serialize;
use writethru_core::article::StoryId;
use writethru_core::{change, reading};

use super::annotation::Part;
use super::numbers::{Hex, Range, Stamp};

/// A published revision, as a reader is pointed to it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Ref")]
pub struct Ref<'a> {
    /// Identity of the article.
    pub uri: &'a str,
    /// The publisher's version number.
    pub version: Option<u64>,
    /// Where to read it.
    pub url: Option<&'a str>,
    /// Domain or name.
    pub publisher: &'a str,
    /// Normalised headline.
    pub headline: &'a str,
    /// Declared language.
    pub language: Option<&'a str>,
    /// Its own time.
    pub published: Stamp,
    /// Log time of its arrival.
    pub received: Stamp,
}

impl<'a> From<&'a change::ArticleRef> for Ref<'a> {
    fn from(article: &'a change::ArticleRef) -> Self {
        Self {
            uri: &article.uri,
            version: article.version,
            url: article.url.as_deref(),
            publisher: &article.publisher,
            headline: &article.headline,
            language: article.language.as_deref(),
            published: Stamp(article.published),
            received: Stamp(article.received),
        }
    }
}

/// The story of a change.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "Story")]
pub struct Story<'a> {
    /// Never changes.
    pub id: Hex<StoryId>,
    /// Short name.
    pub slug: &'a str,
    /// Current headline.
    pub headline: &'a str,
}

impl<'a> From<&'a change::StoryRef> for Story<'a> {
    fn from(story: &'a change::StoryRef) -> Self {
        Self { id: Hex(story.id), slug: &story.slug, headline: &story.headline }
    }
}

/// One step of an attribution chain.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "Hop")]
pub struct Hop<'a> {
    /// Who.
    pub source: Source<'a>,
    /// The words that attribute; `null` for the publisher.
    pub cue: Option<Cue<'a>>,
    /// What kind of source.
    pub kind: SourceKind,
    /// Has a name.
    pub named: bool,
    /// Party to the event.
    pub party: bool,
}

/// The source of one hop.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "HopSource")]
pub struct Source<'a> {
    /// As written; for the publisher its name.
    pub text: &'a str,
    /// Whom a pronoun or short form means; else the same as the text.
    pub resolved: &'a str,
    /// The id of the source in the configuration.
    pub id: Option<&'a str>,
    /// Where it stands; `null` for the publisher.
    pub span: Option<Range>,
}

/// Words that attribute.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "Cue")]
pub struct Cue<'a> {
    /// As written.
    pub text: &'a str,
    /// Where they stand.
    pub span: Range,
}

impl<'a> From<&'a reading::Hop> for Hop<'a> {
    fn from(hop: &'a reading::Hop) -> Self {
        Self {
            source: Source {
                text: &hop.text,
                resolved: &hop.resolved,
                id: hop.id.as_deref(),
                span: hop.span.map(Range),
            },
            cue: hop.cue.as_ref().map(|cue| Cue { text: &cue.text, span: Range(cue.span) }),
            kind: hop.kind.into(),
            named: hop.named,
            party: hop.party,
        }
    }
}

/// A quote, with who says it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "Because")]
pub struct Because<'a> {
    /// Where it stands.
    pub article: Ref<'a>,
    /// Assert or deny.
    pub stance: Stance,
    /// The exact words.
    pub quote: &'a str,
    /// Headline or body.
    #[serde(rename = "in")]
    pub part: Part,
    /// Code points into the text or the headline of that revision.
    pub span: Range,
    /// From the publisher to the root.
    pub chain: Vec<Hop<'a>>,
}

impl<'a> From<&'a change::Because> for Because<'a> {
    fn from(because: &'a change::Because) -> Self {
        Self {
            article: (&because.article).into(),
            stance: because.stance.into(),
            quote: &because.quote,
            part: because.part.into(),
            span: Range(because.span),
            chain: because.chain.iter().map(Hop::from).collect(),
        }
    }
}

/// Public twins of enums: one word each, in `snake_case`.
macro_rules! words {
    ($($(#[$doc:meta])* $name:ident = $domain:ty { $($word:ident),* $(,)? })*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($word),* }

        impl From<$domain> for $name {
            fn from(word: $domain) -> Self {
                match word { $(<$domain>::$word => Self::$word),* }
            }
        }
    )*};
}
pub(super) use words;

words! {
    /// What kind of source a hop is.
    SourceKind = reading::SourceKind {
        Publisher, Agency, Outlet, Official, Organisation, Witness, Anonymous, Collective,
    }
    /// What the source does with the claim.
    Stance = reading::Stance { Assert, Deny, Question, NoComment }
}
