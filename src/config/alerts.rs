//! Alert rules: embedded ones, replaced rule by rule by a newsroom's own; conditions compiled.
//!
//! A rule that is wrong, too deep or too costly is refused here, with file, line and reason, so
//! that a condition that a desk asks can only be answered.

mod check;
mod condition;

use std::collections::BTreeSet;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use toml::Spanned;
use writethru_core::policy::AlertRules;
use writethru_core::policy::alerts::{AlertRule, PLACEHOLDERS, Scope};

use self::condition::{Condition, Conditions};
use super::layers::{ConfigError, Layers, line_of, nearest, parse};
use super::sources::files;

const ALERTS: &str = include_str!("../../config/alerts.toml");

/// Rules of one policy: each change is asked about by all of them.
const RULES_MAX: usize = 200;
/// Characters of a name.
const NAME_CHARS_MAX: usize = 60;
/// The least grave priority.
const PRIORITY_MAX: u8 = 9;

/// Where the words of an alert come from where its rule has none of its own.
pub const HEADLINE: &str = "{claim}";
/// As [`HEADLINE`].
pub const TEXT: &str = "{claim} ({sources}). Status: {status}.{denied}{notice}";

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct RulesFile {
    #[serde(default)]
    rule: Vec<RuleEntry>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleEntry {
    name: Spanned<String>,
    when: Option<Spanned<String>>,
    scope: Option<Spanned<String>>,
    priority: Option<Spanned<u8>>,
    headline: Option<Spanned<String>>,
    text: Option<Spanned<String>>,
    enabled: Option<bool>,
}

/// A rule as it decides, for the digest.
#[derive(Debug, Serialize)]
struct Digested<'a> {
    name: &'a str,
    when: &'a str,
    of_story: bool,
    priority: u8,
    headline: &'a str,
    text: &'a str,
}

struct Made {
    rule: AlertRule,
    when: String,
    condition: Condition,
}

/// Compiled rules, with what goes into the policy's digest.
pub(super) struct Rules {
    pub made: AlertRules,
    pub digested: String,
}

/// The embedded rules with a newsroom's own; the same name replaces, `enabled = false` removes.
pub(super) fn rules(layers: &Layers) -> Result<Rules, ConfigError> {
    let embedded = ("config/alerts.toml".to_owned(), ALERTS.to_owned());
    let mut all: Vec<Made> = Vec::new();
    for (name, text) in std::iter::once(embedded).chain(files(layers, "alerts.files")?) {
        let file: RulesFile = parse(&name, &text)?;
        let within = File { name: &name, text: &text };
        for entry in file.rule {
            let known = all.iter().position(|it| it.rule.name == *entry.name.get_ref());
            if entry.enabled == Some(false) {
                let Some(known) = known else { return Err(within.unknown(&entry.name, &all)) };
                all.remove(known);
                continue;
            }
            let made = within.rule(entry)?;
            match known {
                Some(known) => all[known] = made,
                None => all.push(made),
            }
        }
    }
    if all.len() > RULES_MAX {
        let problem =
            format!("there are {} alert rules, where at most {RULES_MAX} are asked", all.len());
        return Err(ConfigError::new("alerts.files", problem));
    }
    Ok(compiled(all))
}

fn compiled(all: Vec<Made>) -> Rules {
    let digested: Vec<Digested<'_>> = all
        .iter()
        .map(|it| Digested {
            name: &it.rule.name,
            when: &it.when,
            of_story: it.rule.scope == Scope::Story,
            priority: it.rule.priority,
            headline: &it.rule.headline,
            text: &it.rule.text,
        })
        .collect();
    let digested = serde_json::to_string(&digested).expect("rules are plain data");
    let fields: BTreeSet<&'static str> =
        all.iter().flat_map(|it| it.condition.fields.iter().copied()).collect();
    let (rules, conditions) = all.into_iter().map(|it| (it.rule, it.condition)).unzip();
    let judge = Some(Arc::new(Conditions::new(conditions)) as Arc<_>);
    Rules { made: AlertRules { rules, judge, fields }, digested }
}

/// One file, to say where in it something is wrong.
struct File<'a> {
    name: &'a str,
    text: &'a str,
}

impl File<'_> {
    fn refuse<T>(&self, at: &Spanned<T>, problem: impl Into<String>) -> ConfigError {
        self.refuse_at(line_of(self.text, at.span().start), problem)
    }

    fn refuse_at(&self, line: usize, problem: impl Into<String>) -> ConfigError {
        ConfigError::new(format!("{}, line {line}", self.name), problem)
    }

    fn unknown(&self, name: &Spanned<String>, all: &[Made]) -> ConfigError {
        let wanted = name.get_ref();
        let near = nearest(wanted, all.iter().map(|it| it.rule.name.as_str()));
        let hint = near.map(|near| format!("; did you mean \"{near}\"?")).unwrap_or_default();
        self.refuse(name, format!("there is no rule \"{wanted}\" to be removed{hint}"))
    }

    fn rule(&self, entry: RuleEntry) -> Result<Made, ConfigError> {
        let name = entry.name.get_ref().clone();
        let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if name.is_empty() || name.len() > NAME_CHARS_MAX || !name.chars().all(fits) {
            let problem = format!(
                "a rule's name has small letters, digits and \"-\" only, at most {NAME_CHARS_MAX} \
                 of them, but this is \"{name}\""
            );
            return Err(self.refuse(&entry.name, problem));
        }
        let Some(when) = &entry.when else {
            return Err(self.refuse(&entry.name, format!("the rule \"{name}\" has no \"when\"")));
        };
        let condition = Condition::compile(when.get_ref()).map_err(|wrong| {
            let line = line_of(self.text, when.span().start) + wrong.line.saturating_sub(1);
            // A text in three quotes may begin on the line after them.
            let opens = self.text.get(when.span()).is_some_and(|it| {
                it.strip_prefix("'''")
                    .or_else(|| it.strip_prefix("\"\"\""))
                    .is_some_and(|it| it.starts_with('\n'))
            });
            let problem = format!("the condition of \"{name}\" {}", wrong.problem);
            self.refuse_at(line + usize::from(opens), problem)
        })?;
        let rule = AlertRule {
            scope: self.scope(entry.scope.as_ref())?,
            priority: self.priority(entry.priority.as_ref())?,
            headline: self.template(entry.headline.as_ref(), HEADLINE, &[])?,
            text: self.template(entry.text.as_ref(), TEXT, &["{sources}", "{status}"])?,
            name,
        };
        Ok(Made { rule, when: when.get_ref().clone(), condition })
    }

    fn scope(&self, scope: Option<&Spanned<String>>) -> Result<Scope, ConfigError> {
        match scope.map(|it| (it, it.get_ref().as_str())) {
            None | Some((_, "claim")) => Ok(Scope::Claim),
            Some((_, "story")) => Ok(Scope::Story),
            Some((at, other)) => Err(self.refuse(
                at,
                format!("\"scope\" must be \"claim\" or \"story\", but is \"{other}\""),
            )),
        }
    }

    fn priority(&self, priority: Option<&Spanned<u8>>) -> Result<u8, ConfigError> {
        let Some(at) = priority else { return Ok(3) };
        let given = *at.get_ref();
        if (1..=PRIORITY_MAX).contains(&given) {
            return Ok(given);
        }
        let problem =
            format!("\"priority\" must be from 1 (gravest) to {PRIORITY_MAX}, but is {given}");
        Err(self.refuse(at, problem))
    }

    /// A template with known placeholders, and with those that it must not lack.
    fn template(
        &self,
        given: Option<&Spanned<String>>,
        default: &str,
        needed: &[&str],
    ) -> Result<String, ConfigError> {
        let Some(at) = given else { return Ok(default.to_owned()) };
        let template = at.get_ref();
        for part in template.split('{').skip(1) {
            let name = part.split('}').next().unwrap_or(part);
            if !PLACEHOLDERS.contains(&name) || !part.contains('}') {
                let known = PLACEHOLDERS.map(|it| format!("{{{it}}}")).join(" ");
                return Err(self
                    .refuse(at, format!("nothing is put for \"{{{name}}}\"; there are {known}")));
            }
        }
        match needed.iter().find(|it| !template.contains(*it)) {
            Some(lacking) => Err(self
                .refuse(at, format!("the text must name source and status, but lacks {lacking}"))),
            None => Ok(template.clone()),
        }
    }
}
