//! A tag stripper over a real HTML tokenizer: entities, comments and scripts as browsers see them.
//!
//! One pass, no tree, no recursion: a tower of tags costs what its bytes cost.

use std::cell::RefCell;

use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{
    BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts,
};

/// What stripping found.
#[derive(Debug, Default)]
pub(super) struct Stripped {
    /// What a reader sees, one block a line.
    pub text: String,
    /// Start tags.
    pub elements: usize,
    /// The deepest nesting, as far as tags tell.
    pub depth: usize,
}

/// The text of HTML.
pub(super) fn strip(html: &str) -> Stripped {
    let mut state = tokenize(html, State::default());
    if state.skipped.is_some() {
        // What was never closed would take the rest of the text with it.
        state = tokenize(html, State { all_seen: true, ..State::default() });
    }
    let mut stripped = state.stripped;
    let kept = stripped.text.trim_end().len();
    stripped.text.truncate(kept);
    stripped
}

/// Plain text with its entities decoded; angle brackets stay.
pub(super) fn decode_entities(text: &str) -> String {
    let sheltered = text.replace('<', "&lt;");
    tokenize(&sheltered, State { verbatim: true, ..State::default() }).stripped.text
}

fn tokenize(html: &str, state: State) -> State {
    let queue = BufferQueue::default();
    queue.push_back(StrTendril::from_slice(html));
    let tokenizer = Tokenizer::new(Sink(RefCell::new(state)), TokenizerOpts::default());
    // A script's end pauses the tokenizer; there is nothing to run, so it goes on.
    while !queue.is_empty() {
        let _paused = tokenizer.feed(&queue);
    }
    tokenizer.end();
    tokenizer.sink.0.into_inner()
}

#[derive(Debug, Default)]
struct State {
    stripped: Stripped,
    /// Keep spaces as they are.
    verbatim: bool,
    /// Skip scripts and the like only.
    all_seen: bool,
    /// The element that is skipped, and how deep in elements of its name.
    skipped: Option<(String, usize)>,
    depth: usize,
    /// A space is due before the next word.
    space: bool,
}

struct Sink(RefCell<State>);

impl TokenSink for Sink {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        let mut state = self.0.borrow_mut();
        match token {
            Token::CharacterTokens(text) => state.text(&text),
            Token::TagToken(tag) => return state.tag(&tag),
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

impl State {
    fn text(&mut self, text: &str) {
        if self.verbatim {
            self.stripped.text.push_str(text);
            return;
        }
        if self.skipped.is_some() {
            return;
        }
        let out = &mut self.stripped.text;
        for (at, word) in text.split([' ', '\n', '\t', '\r', '\x0C']).enumerate() {
            self.space |= at > 0;
            if word.is_empty() {
                continue;
            }
            if self.space && !out.is_empty() && !out.ends_with('\n') {
                out.push(' ');
            }
            self.space = false;
            out.push_str(word);
        }
    }

    fn tag(&mut self, tag: &Tag) -> TokenSinkResult<()> {
        let name = tag.name.as_ref();
        let opens = tag.kind == TagKind::StartTag;
        if opens {
            self.stripped.elements += 1;
            self.depth += usize::from(!is_void(name));
            self.stripped.depth = self.stripped.depth.max(self.depth);
        } else {
            self.depth = self.depth.saturating_sub(1);
        }
        if let Some((skipped, depth)) = &mut self.skipped {
            if skipped == name {
                *depth = if opens { *depth + 1 } else { *depth - 1 };
            }
            if *depth == 0 {
                self.skipped = None;
            }
            return TokenSinkResult::Continue;
        }
        if is_block(name) {
            self.line_end();
        }
        match name {
            _ if !opens => TokenSinkResult::Continue,
            "script" => self.skip_raw(name, RawKind::ScriptData),
            "style" | "noframes" | "iframe" | "noembed" | "xmp" => {
                self.skip_raw(name, RawKind::Rawtext)
            }
            "title" | "textarea" => self.skip_raw(name, RawKind::Rcdata),
            _ => {
                if is_unseen(name) && !tag.self_closing && !self.all_seen {
                    self.skipped = Some((name.to_owned(), 1));
                }
                TokenSinkResult::Continue
            }
        }
    }

    fn skip_raw(&mut self, name: &str, kind: RawKind) -> TokenSinkResult<()> {
        self.skipped = Some((name.to_owned(), 1));
        TokenSinkResult::RawData(kind)
    }

    fn line_end(&mut self) {
        let out = &mut self.stripped.text;
        if !out.is_empty() && !out.ends_with('\n') {
            out.push('\n');
        }
        self.space = false;
    }
}

fn is_void(name: &str) -> bool {
    matches!(
        name,
        "area"
            | "base"
            | "br"
            | "col"
            | "embed"
            | "hr"
            | "img"
            | "input"
            | "link"
            | "meta"
            | "param"
            | "source"
            | "track"
            | "wbr"
    )
}

/// What no reader of the text sees.
fn is_unseen(name: &str) -> bool {
    matches!(
        name,
        "audio"
            | "button"
            | "canvas"
            | "datalist"
            | "figcaption"
            | "nav"
            | "noscript"
            | "object"
            | "select"
            | "svg"
            | "template"
            | "video"
    )
}

fn is_block(name: &str) -> bool {
    matches!(
        name,
        "address"
            | "article"
            | "aside"
            | "blockquote"
            | "body"
            | "br"
            | "center"
            | "dd"
            | "div"
            | "dl"
            | "dt"
            | "figcaption"
            | "figure"
            | "footer"
            | "form"
            | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "h6"
            | "header"
            | "hr"
            | "li"
            | "main"
            | "nav"
            | "ol"
            | "p"
            | "pre"
            | "section"
            | "table"
            | "td"
            | "th"
            | "tr"
            | "ul"
            | "hl2"
            | "block"
            | "body.content"
    )
}
