//! What the specs need: reading Markdown, running a script, comparing.

pub mod expect;
pub mod markdown;
pub mod run;
