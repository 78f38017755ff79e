//! Words, sentences and normal form: everything that looks at characters.
//!
//! Inside the code ranges are bytes; [`Points`] turns them into code points for the outside.
