//! What `lac help` says of statements and signs of the grammar.

/// Names, how it is written, what it does.
pub const STATEMENTS: &[(&[&str], &str, &str)] = &[
    (
        &["if", "else"],
        "if (condition) {...} else if (condition) {...} else {...}",
        "A condition is a single truth value: a boolean, a number that is not 0, or a 1 x 1 matrix. Braces may be left out around one statement.",
    ),
    (
        &["while"],
        "while (condition) {...}",
        "Goes on as long as the condition holds. `break` leaves it, `next` begins the next round.",
    ),
    (
        &["for", "in"],
        "for (i in 1:n) {...}",
        "A round for each number of a range or of `seq(from, to, incr)`, each row of a matrix, or each value of a list.",
    ),
    (
        &["parfor"],
        "parfor (i in 1:n, check = 1, par = k) {...}",
        "A loop whose rounds may run at once. They may write different parts of a matrix, and add to a variable with `+=`; check = 0 says that the parts are apart where that can not be seen.",
    ),
    (
        &["break", "next", "continue"],
        "break",
        "`break` leaves the innermost loop; `next`, also written `continue`, begins its next round.",
    ),
    (
        &["function"],
        "f = function(matrix[double] X, int k = 3) return (matrix[double] Y, double s) {...}",
        "Defines a function at the top level of a file. Its results are the variables that its head names; it sees only its parameters. Types are int, double, boolean, string, unknown, matrix[double], frame[string], list[unknown].",
    ),
    (
        &["return"],
        "return (Y, s)",
        "Ends a function with these results; without values, with those that its head names.",
    ),
    (&["source"], "source(\"file.dml\") as ns", "The functions of another file, called as `ns::f(x)`."),
    (&["setwd"], "setwd(\"folder\")", "The folder from which later `source` statements are read."),
    (
        &["&&", "||"],
        "a && b",
        "Whether both (`||`: one of them) hold; the right side is computed only if the left does not decide. They take single truth values: cell by cell write `&` and `|`.",
    ),
    (&["+="], "s += x", "s = s + x; in a `parfor` the rounds add up."),
    (
        &["[", "[]", "[,]", "literal"],
        "[1, 2; 3, 4]",
        "A matrix of numbers and of parts side by side (`,`) and one below the other (`;`). With texts, frames or lists among them it is a list.",
    ),
    (
        &[":", "range"],
        "X[2:4, ], X[2:, ], X[1:9:2, ]",
        "A range of rows or columns, both ends included, with a step behind a second colon; it stands only in an index and in the head of a loop.",
    ),
    (&["->"], "x -> x^2", "A function without a name, within `map` and `apply`."),
    (
        &["$", "args"],
        "$name, $1",
        "An argument of the script: `lac run s.dml -nvargs name=3`, or `-args 3`. `ifdef($name, default)` gives it a default.",
    ),
    (&["#", "comment", "comments"], "# to the end of the line", "A comment; also `/* ... */` over several lines."),
];
