//! The codes of syntax errors. [`ALL`] is the index from which the documentation is made.

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
pub const OPEN_RANGE: &str = "E0111";
pub const MISSPELLED: &str = "E0112";
pub const FUNCTION: &str = "E0113";
pub const MULTI_ASSIGN: &str = "E0114";
pub const NOT_YET: &str = "E0115";
pub const JUXTAPOSED: &str = "E0116";
pub const TOO_LONG: &str = "E0117";
pub const FORMAT: &str = "E0190";
pub const OPTIONS: &str = "W0118";

/// Every code of this crate and what it says.
pub const ALL: [(&str, &str); 19] = [
    (UNEXPECTED, "something else was expected here"),
    (BRACKET, "a bracket has no partner"),
    (UNTERMINATED, "a string or comment is never closed"),
    (ESCAPE, "a string has an unknown escape"),
    (NUMBER, "a number is too large for its type"),
    (CHARACTER, "a character belongs to no token"),
    (TOO_DEEP, "brackets, operators or blocks are nested too deeply"),
    (CONDITION, "a condition assigns"),
    (TARGET, "the left side of an assignment is not a variable or a part of one"),
    (TYPE, "a parameter has no type or an unknown one"),
    (OPEN_RANGE, "a range lacks an end"),
    (MISSPELLED, "a word or operator of another language"),
    (FUNCTION, "a function definition that is not allowed here or so"),
    (MULTI_ASSIGN, "several results are assigned from something that is not a call"),
    (NOT_YET, "a statement that the language does not have"),
    (JUXTAPOSED, "two expressions stand side by side"),
    (TOO_LONG, "a script is too long"),
    (FORMAT, "a script cannot be formatted"),
    (OPTIONS, "a `for` has options"),
];
