//! The field's scores on labelled data: pure counting, nothing of the desk.

pub mod attribution;
pub mod factuality;
pub mod stories;
pub mod updates;
