//! The codes of syntax errors. What they mean stands in the table of all codes, `src/codes/syntax.md`.

pub const UNEXPECTED: &str = "E0101";
pub const BRACKET: &str = "E0102";
pub const UNTERMINATED: &str = "E0103";
pub const ESCAPE: &str = "E0104";
pub const NUMBER: &str = "E0105";
pub const CHARACTER: &str = "E0106";
pub const TOO_DEEP: &str = "E0107";
pub const CONDITION: &str = "E0108";
pub const TARGET: &str = "E0109";
pub const TYPE: &str = "E0110";
pub const MISSPELLED: &str = "E0112";
pub const FUNCTION: &str = "E0113";
pub const MULTI_ASSIGN: &str = "E0114";
pub const JUXTAPOSED: &str = "E0116";
pub const TOO_LONG: &str = "E0117";
pub const FORMAT: &str = "E0190";
pub const OPTIONS: &str = "W0118";
