//! The condition of a rule: a CEL expression, parsed, checked, and evaluated on facts.
//!
//! The tree of the Pratt parser is evaluated as it is: the other parser of the crate aborts the
//! process on some sixteen nested brackets. What evaluating fails with counts as "does not hold".

use std::collections::BTreeSet;
use std::sync::Arc;

use cel::common::types::{CelBool, CelDouble, CelInt, CelList, CelString};
use cel::common::value::{CowVal, Val};
use cel::context::VariableResolver;
use cel::parser::{Expression, PrattParser};
use cel::{Context, Env, Value};
use writethru_core::policy::alerts::{Fact, Facts, Judge};

use super::check::{self, Wrong};

/// Characters of an expression.
const CHARS_MAX: usize = 4_000;
/// Nesting of brackets and operators.
const DEPTH_MAX: u16 = 24;
/// Parts of an expression, macros expanded.
const PARTS_MAX: usize = 1_000;

/// One compiled condition.
#[derive(Debug)]
pub(super) struct Condition {
    expression: Expression,
    /// What it looks at.
    pub fields: BTreeSet<&'static str>,
}

impl Condition {
    /// Parses and checks, or says what is wrong.
    pub fn compile(source: &str) -> Result<Self, Wrong> {
        if source.chars().count() > CHARS_MAX {
            return Err(Wrong::new(1, format!("is longer than {CHARS_MAX} characters")));
        }
        if let Some(line) = too_deep(source) {
            return Err(Wrong::new(line, format!("is nested deeper than {DEPTH_MAX}")));
        }
        let parser =
            PrattParser::new().max_recursion_depth(DEPTH_MAX).max_expression_node_count(PARTS_MAX);
        let expression = parser.parse(source).map_err(|errors| {
            let Some(first) = errors.errors.first() else {
                return Wrong::new(1, "cannot be read");
            };
            let line = usize::try_from(first.pos.0).unwrap_or(1).max(1);
            if first.msg.contains("recursion limit") {
                return Wrong::new(line, format!("is nested deeper than {DEPTH_MAX}"));
            }
            if first.msg.contains("count exceeds") {
                return Wrong::new(line, format!("has more than {PARTS_MAX} parts"));
            }
            let column = first.pos.1;
            Wrong::new(line, format!("cannot be read at column {column}: {}", first.msg))
        })?;
        let fields = check::check(&expression)?;
        Ok(Self { expression, fields })
    }
}

/// The line in which brackets are nested too deep, whatever they stand for. Those in texts count
/// too: the parser must never see what could end the process.
fn too_deep(source: &str) -> Option<usize> {
    let (mut depth, mut line) = (0_u16, 1);
    for letter in source.chars() {
        match letter {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth = depth.saturating_sub(1),
            '\n' => line += 1,
            _ => {}
        }
        if depth > DEPTH_MAX {
            return Some(line);
        }
    }
    None
}

/// The conditions of all rules, by number.
pub(super) struct Conditions {
    all: Vec<Condition>,
    env: Arc<Env>,
}

impl Conditions {
    pub fn new(all: Vec<Condition>) -> Self {
        Self { all, env: Arc::new(Env::stdlib()) }
    }
}

impl std::fmt::Debug for Conditions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} conditions", self.all.len())
    }
}

impl Judge for Conditions {
    fn holds(&self, rule: usize, facts: &dyn Facts) -> bool {
        let Some(condition) = self.all.get(rule) else { return false };
        let named = Named(facts);
        let mut context = Context::with_env(Arc::clone(&self.env));
        context.set_variable_resolver(&named);
        matches!(Value::resolve(&condition.expression, &context), Ok(Value::Bool(true)))
    }
}

/// Facts by their dotted names, so that no map is needed.
struct Named<'a>(&'a dyn Facts);

impl VariableResolver for Named<'_> {
    fn resolve<'b>(&'b self, variable: &str) -> Option<CowVal<'b, 'b>> {
        Some(match self.0.fact(variable)? {
            Fact::Text(text) => CowVal::owned(CelString::from(text)),
            Fact::Whole(number) => CowVal::owned(CelInt::from(number)),
            Fact::Thousandths(number) => CowVal::owned(CelDouble::from(decimal(number))),
            Fact::Is(it) => CowVal::owned(CelBool::from(it)),
            Fact::List(words) => {
                let words: Vec<Box<dyn Val + 'b>> = words
                    .into_iter()
                    .map(|it| Box::new(CelString::from(it)) as Box<dyn Val + 'b>)
                    .collect();
                CowVal::owned(CelList::from(words))
            }
        })
    }
}

/// One division, rounded the same on every processor.
#[expect(clippy::cast_precision_loss, reason = "values of interest lie far below 2^53 thousandths")]
fn decimal(thousandths: i64) -> f64 {
    thousandths as f64 / 1000.0
}
