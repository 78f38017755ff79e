//! The field's scores on labelled data: pure counting, nothing of the desk.

pub mod stories;
