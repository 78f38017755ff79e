//! What crosses the border: public shapes in types of their own, twins of the domain's.
//!
//! Keys are camelCase, values snake_case, times RFC 3339 in UTC, shares JSON numbers of three
//! decimals. Nothing here decides anything; a shape changes only with its schema.

pub mod articles;
