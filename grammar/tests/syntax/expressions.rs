use crate::form::of_expr;
use lac_grammar::ast::BinaryOp;

#[test]
fn expressions_have_these_trees() {
    let rows = [
        // The table of precedence, from tight to loose.
        ("2^3^2", "(^ 2 (^ 3 2))"),
        ("-2^2", "(- (^ 2 2))"),
        ("2^-1", "(^ 2 (- 1))"),
        ("2^-1^2", "(^ 2 (- (^ 1 2)))"),
        ("2^-1*3", "(* (^ 2 (- 1)) 3)"),
        ("-a %*% b", "(%*% (- a) b)"),
        ("a %*% -b %*% c", "(%*% (%*% a (- b)) c)"),
        ("a %% b %*% c", "(%% a (%*% b c))"),
        ("a * b %% c", "(* a (%% b c))"),
        ("a * b %/% c / d", "(/ (* a (%/% b c)) d)"),
        ("a + b * c - d", "(- (+ a (* b c)) d)"),
        ("a - b - c", "(- (- a b) c)"),
        ("a < b + 1 == c", "(== (< a (+ b 1)) c)"),
        ("!a == b", "(! (== a b))"),
        ("!a & b", "(& (! a) b)"),
        ("!!a", "(! (! a))"),
        ("a & b | c & d", "(| (& a b) (& c d))"),
        ("a && b || c", "(|| (&& a b) c)"),
        ("a | b || c", "(|| (| a b) c)"),
        // A prefix operator as right operand.
        ("a * -b", "(* a (- b))"),
        ("a--b", "(- a (- b))"),
        ("a - - -b", "(- a (- (- b)))"),
        ("+-+1", "(+ (- (+ 1)))"),
        ("x & !y", "(& x (! y))"),
        ("a + !b", "(+ a (! b))"),
        ("a + !b == c", "(+ a (! (== b c)))"),
        ("a + !b == c & d", "(& (+ a (! (== b c))) d)"),
        ("a ^ !b + c", "(^ a (! (+ b c)))"),
        ("a %*% -!b * c", "(%*% a (- (! (* b c))))"),
        ("(a + !b) == c", "(== (+ a (! b)) c)"),
        ("a == !b < c", "(== a (! (< b c)))"),
        ("a < -1", "(< a (- 1))"),
        // Literals.
        ("1", "1"),
        ("5L", "5"),
        ("1.", "1.0"),
        (".5", "0.5"),
        ("1e-3", "0.001"),
        ("1.5E+3", "1500.0"),
        ("1.e2", "100.0"),
        ("9223372036854775807", "9223372036854775807"),
        ("TRUE & FALSE", "(& true false)"),
        (r#""a\t\"b\"\\n'""#, r#""a\t\"b\"\\n'""#),
        (r#"'it\'s "x"\b\f\r'"#, r#""it's \"x\"\u{8}\u{c}\r""#),
        ("\"two\nlines\"", r#""two\nlines""#),
        ("\"größe → ∞\"", r#""größe → ∞""#),
        ("''", r#""""#),
        ("$name + $1", "(+ $name $1)"),
        ("is.nan", "is.nan"),
        ("a_b.c1", "a_b.c1"),
        // Calls and indexes.
        ("f()", "(f)"),
        ("as.scalar(X[1, 1])", "(as.scalar (at X 1 1))"),
        ("matrix(0, rows=nrow(X), cols = 1)", "(matrix 0 rows=(nrow X) cols=1)"),
        ("lower.tri(target=X, diag=TRUE)", "(lower.tri target=X diag=true)"),
        ("ns::f(x, k=1)", "(ns::f x k=1)"),
        ("f(a == b)", "(f (== a b))"),
        ("X[i]", "(at X i)"),
        ("X[i,]", "(at X i *)"),
        ("X[,j]", "(at X * j)"),
        ("X[,]", "(at X * *)"),
        ("X[a:b, c:d+1]", "(at X (: a b) (: c (+ d 1)))"),
        ("X[1,][,2]", "(at (at X 1 *) * 2)"),
        ("L[\"k\"]", "(at L \"k\")"),
        ("f(x)[1, 2]", "(at (f x) 1 2)"),
        ("(A + B)[1, ]", "(at (+ A B) 1 *)"),
        ("-X[1, 1]^2", "(- (^ (at X 1 1) 2))"),
        ("[1, -2, [a]]", "(list 1 (- 2) (list a))"),
        ("[]", "(list)"),
        ("[1, 2; [3; 4], x]", "(rows (1 2) ((rows (3) (4)) x))"),
        ("X[2:, :k][:, -1]", "(at (at X (: 2 *) (: * k)) * (- 1))"),
        ("ifdef($x, 1e-6)", "(ifdef $x 1e-6)"),
        // Nothing between tokens matters.
        ("a # b\n + /* c\n d */ b", "(+ a b)"),
        ("\u{feff}a\r\n+\tb", "(+ a b)"),
        ("((((a))))", "a"),
    ];
    for (text, form) in rows {
        assert_eq!(of_expr(text), form, "{text}");
    }
}

#[test]
fn every_pair_of_binary_operators_groups_by_precedence() {
    for (_, first, p) in BinaryOp::TABLE {
        for (_, second, q) in BinaryOp::TABLE {
            let left_first = p > q || (p == q && first != "^");
            let form = match left_first {
                true => format!("({second} ({first} a b) c)"),
                false => format!("({first} a ({second} b c))"),
            };
            assert_eq!(of_expr(&format!("a {first} b {second} c")), form);
        }
    }
}

#[test]
fn a_text_that_is_not_one_expression_is_an_error() {
    for text in ["", "a b", "a = 3", "a; b", "f = function() {}", "1 +"] {
        assert!(lac_grammar::parse_expr(lac_grammar::FileId(0), text).is_err(), "{text}");
    }
}
