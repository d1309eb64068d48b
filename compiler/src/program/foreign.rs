//! What users of R, NumPy and MATLAB write, and how it is written here: helps for names that nobody defines.

/// Names of functions, and the way out.
const FUNCTIONS: &[(&[&str], &str)] = &[
    (&["zeros"], "write `matrix(0, rows = n, cols = m)`"),
    (&["ones"], "write `matrix(1, rows = n, cols = m)`"),
    (&["full", "fill", "repmat"], "write `matrix(value, rows = n, cols = m)`"),
    (&["eye", "identity", "speye"], "write `diag(matrix(1, rows = n, cols = 1))`"),
    (&["c", "array", "asarray"], "write a matrix as `[1, 2; 3, 4]`, a column as `[1; 2; 3]`"),
    (&["range", "arange", "seq_len", "seq_along", "linspace"], "write `seq(from, to, incr)`; a loop goes over `1:n`"),
    (&["rep"], "write `matrix(value, rows = n, cols = 1)`"),
    (&["shape", "dim", "size"], "write `nrow(X)` and `ncol(X)`; `length(X)` is the number of cells"),
    (
        &["len", "numel", "NROW", "NCOL"],
        "write `length(X)` for the cells of a matrix or the values of a list, `nrow(X)` for its rows",
    ),
    (&["transpose"], "write `t(X)`"),
    (&["dot", "matmul", "mm", "crossprod"], "write `A %*% B`, or `t(A) %*% B`"),
    (&["norm"], "write `sqrt(sum(X^2))`"),
    (&["concat", "concatenate", "hstack", "horzcat"], "write `cbind(A, B)`, or `rbind(A, B)` for one below the other"),
    (&["vstack", "vertcat", "stack"], "write `rbind(A, B)`"),
    (&["reshape"], "write `matrix(X, rows = n, cols = m)`; with `byrow = FALSE` by columns"),
    (&["where", "iif"], "write `ifelse(condition, a, b)`"),
    (&["which", "find", "nonzero"], "write `removeEmpty(target = seq(1, nrow(v)), margin = \"rows\", select = v)`"),
    (&["argmax", "which.max"], "write `rowIndexMax(X)`; of a column `rowIndexMax(t(x))`"),
    (&["argmin", "which.min"], "write `rowIndexMin(X)`; of a column `rowIndexMin(t(x))`"),
    (&["argsort"], "write `order(target = x, index.return = TRUE)`"),
    (&["sort"], "write `order(target = X, by = 1)`"),
    (&["any"], "write `sum(X) > 0`, or `max(X) != 0`"),
    (&["all"], "write `min(X) != 0`, or `sum(X) == length(X)`"),
    (
        &["paste", "paste0", "strcat", "sprintf", "str_c"],
        "join texts with `+`; `format(\"%d of %s\", n, s)` fills in values",
    ),
    (&["str", "as.character", "num2str", "as.string", "string"], "write `toString(x)`, or `\"\" + x`"),
    (
        &["printf", "cat", "disp", "display", "println", "echo", "fprintf", "message"],
        "write `print(x)`, or `print(\"%d of %s\", n, s)`",
    ),
    (&["int", "as.int"], "write `as.integer(x)`"),
    (&["float", "double", "as.numeric", "as.float"], "write `as.double(x)`"),
    (&["bool", "boolean"], "write `as.logical(x)`"),
    (&["rnorm", "randn"], "write `rand(rows = n, cols = m, pdf = \"normal\")`"),
    (&["runif", "uniform", "random"], "write `rand(rows = n, cols = m, min = 0, max = 1)`"),
    (&["rpois"], "write `rand(rows = n, cols = m, pdf = \"poisson\", lambda = 1)`"),
    (&["randint", "randperm", "choice"], "write `sample(range, size)`"),
    (&["std", "stddev"], "write `sd(X)`, or `colSds(X)` for each column"),
    (&["variance"], "write `var(X)`, or `colVars(X)` for each column"),
    (&["corr", "corrcoef"], "write `cov(x, y) / (sd(x) * sd(y))`"),
    (&["percentile"], "write `quantile(x, 0.9)`"),
    (&["log2"], "write `log(X, 2)`"),
    (&["log10"], "write `log(X, 10)`"),
    (&["log1p"], "write `log(1 + X)`"),
    (&["expm1"], "write `exp(X) - 1`"),
    (&["pow", "power"], "write `x^y`"),
    (&["mod", "fmod", "rem"], "write `x %% y`"),
    (&["square"], "write `X^2`"),
    (&["pinv", "lstsq"], "write `solve(A, b)`: of more equations than unknowns it is the least squares"),
    (&["error", "raise", "throw", "exit", "quit"], "write `stop(\"why\")`"),
    (&["sapply", "lapply", "vapply"], "write `map(L, x -> ...)`, or `apply(X, 1, x -> ...)` for the rows of a matrix"),
    (&["is.null", "isnull", "is.empty", "isempty"], "write `length(X) == 0`, or `exists(x)` for a variable"),
    (&["nnz", "count_nonzero"], "write `sum(X != 0)`"),
    (&["flip", "flipud", "reverse"], "write `rev(X)`"),
    (&["tril"], "write `lower.tri(target = X, diag = TRUE, values = TRUE)`"),
    (&["triu"], "write `upper.tri(target = X, diag = TRUE, values = TRUE)`"),
    (&["data.frame", "DataFrame"], "write `as.frame(X)`, or `frame([\"a\", \"b\"], rows = 2, cols = 1)`"),
    (&["load", "fread", "read.table", "loadtxt", "read_csv", "import"], "write `read(\"file.csv\")`"),
    (&["save", "write.csv", "savetxt", "to_csv"], "write `write(X, \"file.csv\")`"),
    (
        &["nchar", "strlen", "substr", "substring", "strsplit", "toupper", "tolower", "gsub", "sub", "trimws"],
        "texts in frames have them: `map(F, \"x -> x.toUpperCase()\")`, with `length`, `substring`, `replace`, `trim`, ...",
    ),
];

/// Names of values, and the way out.
const VALUES: &[(&[&str], &str)] = &[
    (&["T"], "write `TRUE`"),
    (&["F"], "write `FALSE`"),
    (&["NA", "nan", "NaN_", "missing"], "write `NaN`"),
    (&["inf", "INF", "Infinity", "infinity"], "write `Inf`"),
    (&["PI", "Pi"], "write `pi`"),
    (
        &["NULL", "None", "null", "nil"],
        "every variable has a value: write a matrix without rows, `matrix(0, rows = 0, cols = 1)`, or ask `exists(x)`",
    ),
    (&["let", "var", "val", "const"], "a variable is not declared: write `x = 3`"),
    (
        &["def", "fun", "func", "fn"],
        "a function is defined as `f = function(matrix[double] X) return (double s) {...}`",
    ),
    (&["not"], "write `!x`"),
    (&["and"], "write `a & b`, or `a && b`"),
    (&["or"], "write `a | b`, or `a || b`"),
    (&["end", "then", "do", "begin"], "blocks stand in braces: `if (x > 0) {...}`"),
    (&["pass"], "an empty block is `{}`"),
];

/// Of a function: also where it is called as one of an object or of a module, as in `X.sum()` and `np.zeros(3)`.
pub fn function(name: &str) -> Option<String> {
    if let Some(help) = way_out(FUNCTIONS, name) {
        return Some(help.to_string());
    }
    let (object, method) = name.rsplit_once('.')?;
    let help = way_out(FUNCTIONS, method).map(str::to_string);
    help.or_else(|| {
        let known = super::resolve::is_builtin(method);
        known.then(|| format!("a point is part of a name: write `{method}(x)`, not `{object}.{method}`"))
    })
}

/// Of a variable: also where it is a part of an object, as in `X.T`.
pub(crate) fn value(name: &str) -> Option<String> {
    if let Some(help) = way_out(VALUES, name) {
        return Some(help.to_string());
    }
    let (object, part) = name.rsplit_once('.')?;
    Some(match part {
        "T" => format!("write `t({object})`"),
        "shape" | "size" | "dim" => format!("write `nrow({object})` and `ncol({object})`"),
        _ => return way_out(VALUES, part).map(str::to_string),
    })
}

fn way_out(table: &[(&[&str], &'static str)], name: &str) -> Option<&'static str> {
    table.iter().find(|(names, _)| names.contains(&name)).map(|(_, help)| *help)
}

#[cfg(test)]
mod tests {
    use super::{FUNCTIONS, function, value};
    use crate::program::resolve::is_builtin;

    #[test]
    fn what_is_foreign_is_no_builtin() {
        let names = FUNCTIONS.iter().flat_map(|(names, _)| *names);
        let own: Vec<_> = names.filter(|n| is_builtin(n)).collect();
        assert!(own.is_empty(), "{own:?}");
    }

    #[test]
    fn methods_and_parts_are_recognized() {
        assert_eq!(function("np.zeros"), function("zeros"));
        assert_eq!(function("X.sum").as_deref(), Some("a point is part of a name: write `sum(x)`, not `X.sum`"));
        assert_eq!(function("my.helper"), None);
        assert_eq!(value("X.T").as_deref(), Some("write `t(X)`"));
        assert_eq!(value("a.b"), None);
    }
}
