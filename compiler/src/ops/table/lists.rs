//! Lists: values in a row, each of any type, some with names.

use super::Line;
use crate::ops::Op;
use crate::ops::infer::list;
use crate::ops::row::Default::{Absent, Required};
use crate::ops::row::{Effect::Pure, Parameter, Syntax};
use crate::reference::list as eval;

pub(super) const LINES: &[Line] = &[
    (
        Op::List,
        "list",
        &[],
        Syntax::Call,
        parameters!([list "item" = Absent]),
        list::LIST,
        eval::LIST,
        Pure,
        "A list of values of any type, with or without names: list(X, 1, name = \"a\").",
    ),
    (
        Op::AsList,
        "as.list",
        &[],
        Syntax::Call,
        parameters!([list "L"]),
        list::AS_LIST,
        eval::AS_LIST,
        Pure,
        "The list within a list of one value, or the list itself.",
    ),
    (
        Op::Remove,
        "remove",
        &[],
        Syntax::Call,
        parameters!([list "L"]["i"]),
        list::REMOVE,
        eval::REMOVE,
        Pure,
        "The list without the value at a position or of a name, and that value: [L2, x] = remove(L, i).",
    ),
    (
        Op::Item,
        "item",
        &[],
        Syntax::Grammar,
        parameters!([list "L"]),
        list::ITEM,
        eval::ITEM,
        Pure,
        "The value of a list of one value; anything else is itself.",
    ),
    (
        Op::Element,
        "element",
        &[],
        Syntax::Grammar,
        parameters!([list "X"]),
        list::ELEMENT,
        eval::ELEMENT,
        Pure,
        "What a loop takes: the value of a list of one, the cell of a 1 x 1 matrix.",
    ),
];
