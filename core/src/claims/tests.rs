//! What the calculus and its events are to give, case by case.

mod credits;
mod disputes;
mod numbers;
mod reference;
mod wording;
