//! What a condition may be made of: known fields, types that fit, bounded cost, and no maps, whose
//! order is nobody's.

use std::collections::BTreeSet;

use cel::common::ast::{CallExpr, ComprehensionExpr, Expr, LiteralValue, operators as op};
use cel::parser::Expression;
use writethru_core::policy::alerts::{FIELDS, FactKind, LIST_MAX};

use crate::config::layers::nearest;

/// Steps that answering may take, all lists at their longest.
const COST_MAX: usize = 20_000;
/// Depth of the tree, long chains of operators included.
const DEPTH_MAX: usize = 60;

/// Why a condition is refused.
#[derive(Debug)]
pub(in crate::config) struct Wrong {
    /// In which line of it, from 1.
    pub line: usize,
    /// The rest of a sentence that begins with the condition.
    pub problem: String,
}

impl Wrong {
    pub fn new(line: usize, problem: impl Into<String>) -> Self {
        Self { line, problem: problem.into() }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Type {
    Truth,
    Whole,
    Number,
    Text,
    /// Of texts, or empty.
    List,
}

impl Type {
    const fn words(self) -> &'static str {
        match self {
            Self::Truth => "true or false",
            Self::Whole => "a whole number",
            Self::Number => "a number",
            Self::Text => "a text",
            Self::List => "a list",
        }
    }

    const fn is_number(self) -> bool {
        matches!(self, Self::Whole | Self::Number)
    }
}

struct Checked {
    kind: Type,
    cost: usize,
}

/// Checks a condition; answers the fields that it looks at.
pub(super) fn check(expression: &Expression) -> Result<BTreeSet<&'static str>, Wrong> {
    let mut checker = Checker { fields: BTreeSet::new(), bound: Vec::new() };
    let all = checker.check(expression, 0).map_err(|problem| Wrong::new(1, problem))?;
    if all.kind != Type::Truth {
        let problem = format!("must be true or false, but is {}", all.kind.words());
        return Err(Wrong::new(1, problem));
    }
    Ok(checker.fields)
}

struct Checker {
    fields: BTreeSet<&'static str>,
    /// Names that a macro brought in, innermost last.
    bound: Vec<(String, Type)>,
}

impl Checker {
    fn check(&mut self, it: &Expression, depth: usize) -> Result<Checked, String> {
        if depth > DEPTH_MAX {
            return Err(format!("is nested deeper than {DEPTH_MAX}"));
        }
        let checked = self.part(it, depth)?;
        if checked.cost > COST_MAX {
            return Err(format!("may take {} steps, where {COST_MAX} are allowed", checked.cost));
        }
        Ok(checked)
    }

    fn part(&mut self, it: &Expression, depth: usize) -> Result<Checked, String> {
        let leaf = |kind| Ok(Checked { kind, cost: 1 });
        match &it.expr {
            Expr::Literal(literal) => leaf(literal_type(literal)?),
            Expr::Ident(_) | Expr::Select(_) => leaf(self.name(&it.expr)?),
            Expr::List(list) => {
                let mut cost = 1;
                for element in &list.elements {
                    let element = self.check(element, depth + 1)?;
                    if element.kind != Type::Text {
                        return Err(format!(
                            "has a list of {}, where lists are of texts",
                            element.kind.words()
                        ));
                    }
                    cost += element.cost;
                }
                Ok(Checked { kind: Type::List, cost })
            }
            Expr::Call(call) => self.call(call, depth),
            Expr::Comprehension(it) => self.each(it, depth),
            Expr::Map(_) => Err("has a map; use lists, which have an order".to_owned()),
            Expr::Struct(_) | Expr::Unspecified => Err("has a part that is not known".to_owned()),
        }
    }

    fn name(&mut self, expr: &Expr) -> Result<Type, String> {
        let name = dotted(expr)?;
        if let Some((_, kind)) = self.bound.iter().rev().find(|(bound, _)| *bound == name) {
            return Ok(*kind);
        }
        let Some((field, kind, _)) = FIELDS.iter().find(|(field, ..)| *field == name) else {
            let near = nearest(&name, FIELDS.iter().map(|(field, ..)| *field));
            let hint = near.map(|near| format!("; did you mean \"{near}\"?")).unwrap_or_default();
            return Err(format!("looks at \"{name}\", which there is not{hint}"));
        };
        self.fields.insert(field);
        Ok(match kind {
            FactKind::Text => Type::Text,
            FactKind::Whole => Type::Whole,
            FactKind::Number => Type::Number,
            FactKind::Truth => Type::Truth,
            FactKind::List => Type::List,
        })
    }

    fn call(&mut self, call: &CallExpr, depth: usize) -> Result<Checked, String> {
        let mut kinds = Vec::new();
        let mut cost = 1;
        for part in call.target.iter().map(|it| &**it).chain(&call.args) {
            let part = self.check(part, depth + 1)?;
            cost += part.cost;
            kinds.push(part.kind);
        }
        // Looking through a list or a text takes longer than a step.
        if matches!(call.func_name.as_str(), op::IN | "contains" | "startsWith" | "endsWith") {
            cost += LIST_MAX;
        }
        let kind = result(&call.func_name, &kinds).ok_or_else(|| {
            let kinds: Vec<&str> = kinds.iter().map(|kind| kind.words()).collect();
            format!("cannot use \"{}\" on {}", shown(&call.func_name), kinds.join(" and "))
        })?;
        Ok(Checked { kind, cost })
    }

    /// `all`, `exists`, `exists_one`, `filter`, `map`: once for each word of a list.
    fn each(&mut self, it: &ComprehensionExpr, depth: usize) -> Result<Checked, String> {
        let range = self.check(&it.iter_range, depth + 1)?;
        if range.kind != Type::List {
            return Err(format!("goes through {}, where only lists can be", range.kind.words()));
        }
        let start = self.check(&it.accu_init, depth + 1)?;
        let outside = self.bound.len();
        self.bound.push((it.iter_var.clone(), Type::Text));
        self.bound.push((it.accu_var.clone(), start.kind));
        let go_on = self.check(&it.loop_cond, depth + 1)?;
        let step = self.check(&it.loop_step, depth + 1)?;
        let result = self.check(&it.result, depth + 1)?;
        self.bound.truncate(outside);
        if step.kind != start.kind {
            return Err(format!(
                "goes through a list with {}, where {} must be",
                step.kind.words(),
                start.kind.words()
            ));
        }
        let each = (go_on.cost + step.cost) * LIST_MAX;
        let cost = each + range.cost + start.cost + result.cost;
        Ok(Checked { kind: result.kind, cost })
    }
}

fn literal_type(literal: &LiteralValue) -> Result<Type, String> {
    Ok(match literal {
        LiteralValue::Boolean(_) => Type::Truth,
        LiteralValue::Int(_) => Type::Whole,
        LiteralValue::Double(_) => Type::Number,
        LiteralValue::String(_) => Type::Text,
        LiteralValue::UInt(_) => return Err("has a number with \"u\"; write it without".to_owned()),
        LiteralValue::Null => {
            return Err("has null; every field is always there, empty or 0".to_owned());
        }
        LiteralValue::Bytes(_) => return Err("has bytes; use a text".to_owned()),
    })
}

/// `claim.status`, as it is written.
fn dotted(expr: &Expr) -> Result<String, String> {
    match expr {
        Expr::Ident(name) => Ok(name.clone()),
        Expr::Select(select) if select.test => {
            Err("has \"has\"; every field is always there, empty or 0".to_owned())
        }
        Expr::Select(select) => Ok(format!("{}.{}", dotted(&select.operand.expr)?, select.field)),
        _ => Err("selects a field of something that has none".to_owned()),
    }
}

/// The type of an operation on these types, target first; `None` where it does not fit.
fn result(function: &str, kinds: &[Type]) -> Option<Type> {
    use Type::{List, Text, Truth, Whole};
    let same = |a: Type, b: Type| a == b || (a.is_number() && b.is_number());
    let kind = match (function, kinds) {
        (op::LOGICAL_AND | op::LOGICAL_OR, [Truth, Truth])
        | (op::LOGICAL_NOT | op::NOT_STRICTLY_FALSE, [Truth])
        | (op::IN, [Text, List])
        | ("contains" | "startsWith" | "endsWith", [Text, Text]) => Truth,
        (op::EQUALS | op::NOT_EQUALS, [a, b]) if same(*a, *b) => Truth,
        (op::LESS | op::LESS_EQUALS | op::GREATER | op::GREATER_EQUALS, [a, b])
            if same(*a, *b) && (a.is_number() || *a == Text) =>
        {
            Truth
        }
        (op::CONDITIONAL, [Truth, a, b]) if a == b => *a,
        (op::ADD, [List, List]) => List,
        (op::ADD, [Text, Text]) => Text,
        (op::ADD | op::SUBSTRACT | op::MULTIPLY | op::DIVIDE, [a, b])
            if a == b && a.is_number() =>
        {
            *a
        }
        (op::MODULO, [Whole, Whole]) | ("size", [Text | List]) => Whole,
        (op::NEGATE, [a]) if a.is_number() => *a,
        _ => return None,
    };
    Some(kind)
}

/// `_==_` as it is written.
fn shown(function: &str) -> &str {
    match function {
        op::IN => "in",
        op::INDEX => "[ ]",
        op::CONDITIONAL => "? :",
        other => other.trim_matches('_'),
    }
}
