use crate::form::{block, script, stmt};
use lac_grammar::ast::{Type, ValueType};

#[test]
fn statements_have_these_trees() {
    let rows = [
        ("x = 1", "(= x 1)"),
        ("x <- 1", "(= x 1)"),
        ("x += y", "(+= x y)"),
        ("x<-1", "(= x 1)"),
        ("X[1, 2:3] = 5", "(= (at X 1 (: 2 3)) 5)"),
        ("X[i,] += r", "(+= (at X i *) r)"),
        ("L['k'] = 3", "(= (at L \"k\") 3)"),
        ("[a, b] = f(x)", "(= [a b] (f x))"),
        ("[a] <- ns::f(x)", "(= [a] (ns::f x))"),
        ("source('a.dml') as ns setwd(\"d\")", "(source \"a.dml\" ns) (setwd \"d\")"),
        ("print('a')", "(print \"a\")"),
        // Where one statement ends and the next begins.
        ("a = 1 b = 2;;c = 3", "(= a 1) (= b 2) (= c 3)"),
        ("; ;", ""),
        ("a = b\n[c, d] = f(x)", "(= a b) (= [c d] (f x))"),
        ("a = b\n[c, d]\n[e] = f(x)", "(= a (at b c d)) (= [e] (f x))"),
        ("a = b[1]\n[c, d] = f(x)", "(= a (at b 1)) (= [c d] (f x))"),
        ("a = f(b)\n[c, d] = f(x)", "(= a (f b)) (= [c d] (f x))"),
        ("print(a)[c, d] = f(x)", "(print a) (= [c d] (f x))"),
        ("a = 5\n[c, d] = f(x)", "(= a 5) (= [c d] (f x))"),
        ("[a, b] = f(x)\n[c, d] = f(a)", "(= [a b] (f x)) (= [c d] (f a))"),
        ("source('a') as n\n[c] = n::f(a)", "(source \"a\" n) (= [c] (n::f a))"),
        ("a = b\nx[c, d] = 3", "(= a b) (= (at x c d) 3)"),
        ("a = b x[y[1], z[2]] = 3", "(= a b) (= (at x (at y 1) (at z 2)) 3)"),
        ("a[1] == b", "(== (at a 1) b)"),
        ("x = [1, 2] == y", "(= x (== (list 1 2) y))"),
        ("a = b\n-c", "(= a (- b c))"),
        ("a = b; -c", "(= a b) (- c)"),
        ("a = b; (c)", "(= a b) c"),
        ("if (a) [b, c] = f(x) else [d] = g(x)", "(if a [(= [b c] (f x))] [(= [d] (g x))])"),
        ("if (a) x[1] = 2", "(if a [(= (at x 1) 2)] [])"),
        ("if (a) -b", "(if a [(- b)] [])"),
        ("if (a) { }\n[b] = f(x)", "(if a [] []) (= [b] (f x))"),
        // Control flow.
        ("if (a) x = 1", "(if a [(= x 1)] [])"),
        ("if (a) { x = 1; } else { y = 2 };", "(if a [(= x 1)] [(= y 2)])"),
        ("if (a) x = 1; else y = 2", "(if a [(= x 1)] [(= y 2)])"),
        ("if (a) x = 1 else if (b) y = 2 else z = 3", "(if a [(= x 1)] [(if b [(= y 2)] [(= z 3)])])"),
        ("if (a) if (b) x = 1 else y = 2", "(if a [(if b [(= x 1)] [(= y 2)])] [])"),
        ("if (a) while (b) if (c) x = 1 else y = 2", "(if a [(while b [(if c [(= x 1)] [(= y 2)])])] [])"),
        ("if (a) { if (b) x = 1 } else y = 2", "(if a [(if b [(= x 1)] [])] [(= y 2)])"),
        ("while (a < 3 & !b) { a = a + 1 }", "(while (& (< a 3) (! b)) [(= a (+ a 1))])"),
        ("for (i in 1:n) x = i", "(for i (: 1 n) [(= x i)])"),
        ("for (i in seq(1, 10, 2)) { }", "(for i (seq 1 10 2) [])"),
        ("for (i in n:1-1) { ; }", "(for i (: n (- 1 1)) [])"),
        ("parfor (i in 1:3) x = i", "(parfor i (: 1 3) [(= x i)])"),
        ("parfor (i in 1:3, check=0, mode=LOCAL) { }", "(parfor i (: 1 3) check=0 mode=LOCAL [])"),
        // Words that are statements where they stand alone, and names elsewhere.
        ("while (a) { if (b) break\n[c, d] = f(x)\nnext }", "(while a [(if b [(break)] []) (= [c d] (f x)) (next)])"),
        ("if (a) continue else break; x = 1", "(if a [(next)] [(break)]) (= x 1)"),
        ("next = 3\nbreak[1] <- next\ny = next\n+ break", "(= next 3) (= (at break 1) next) (= y (+ next break))"),
        ("break\nx = 1", "(break) (= x 1)"),
        ("if (a) return\n[b, c] = f(x)", "(if a [(return)] []) (= [b c] (f x))"),
        ("if (a) return (x + 1, y); z = 1", "(if a [(return (+ x 1) y)] []) (= z 1)"),
        ("return; (x)", "(return) x"),
        // Matrices.
        ("X = [1, 2; 3, -4]\n[a, b] = f([1; 2;])", "(= X (rows (1 2) (3 (- 4)))) (= [a b] (f (rows (1) (2))))"),
        // An expression alone, as in the REPL.
        ("x", "x"),
        ("x + 1", "(+ x 1)"),
        ("x\ny", "x y"),
        ("\"text\"; 3", "\"text\" 3"),
    ];
    for (text, form) in rows {
        assert_eq!(block(&script(text).statements), form, "{text}");
    }
}

#[test]
fn a_function_has_typed_parameters_defaults_and_results() {
    let text = "f = function(matrix[double] X, Matrix[Double] Y, int k = 3, Integer n = ncol(X), boolean b, String s,
        frame[string] F, list[unknown] L, scalar[double] d, unknown u) return (matrix[double] Z, double e) { Z = X; e = 1.; }
        g <- function() { print('g') }; h = function() return () {}";
    let tree = script(text);
    assert!(tree.statements.is_empty());
    let [f, g, h] = &tree.functions[..] else { panic!("{} functions", tree.functions.len()) };
    let types: Vec<Type> = f.parameters.iter().map(|p| p.ty).collect();
    use ValueType::*;
    let expected = [
        Type::Matrix(Double),
        Type::Matrix(Double),
        Type::Scalar(Int),
        Type::Scalar(Int),
        Type::Scalar(Boolean),
        Type::Scalar(String),
        Type::Frame(String),
        Type::List(Unknown),
        Type::Scalar(Double),
        Type::Scalar(Unknown),
    ];
    assert_eq!(types, expected);
    let defaults: Vec<_> =
        f.parameters.iter().filter_map(|p| p.default.as_ref().map(|d| format!("{}={d}", p.name))).collect();
    assert_eq!(defaults, ["k=3", "n=ncol(X)"]);
    assert_eq!(f.results.iter().map(|r| r.to_string()).collect::<Vec<_>>(), ["matrix[double] Z", "double e"]);
    assert_eq!((f.body.len(), g.body.len(), h.body.len()), (2, 1, 0));
    assert_eq!(&text[f.span.start as usize..f.span.end as usize], text.split(" { Z").next().unwrap());
}

#[test]
fn spans_cover_what_was_written() {
    let text = "x = (a + b) * f(c)[1, ]; if (x > 1) y = 2\n";
    let tree = script(text);
    let at = |span: lac_grammar::Span| &text[span.start as usize..span.end as usize];
    assert_eq!(at(tree.statements[0].span), "x = (a + b) * f(c)[1, ]");
    assert_eq!(at(tree.statements[1].span), "if (x > 1)", "of control flow the head");
    let lac_grammar::ast::StmtKind::Assign { value, .. } = &tree.statements[0].kind else { panic!() };
    assert_eq!(at(value.span), "(a + b) * f(c)[1, ]");
    let lac_grammar::ast::ExprKind::Binary(_, left, right) = &value.kind else { panic!() };
    assert_eq!((at(left.span), at(right.span)), ("(a + b)", "f(c)[1, ]"));
    let lac_grammar::ast::ExprKind::Index { index, .. } = &right.kind else { panic!() };
    let lac_grammar::ast::Index::All(span) = index[1] else { panic!() };
    assert_eq!((at(span), span.start), ("", 22));
    assert_eq!(stmt(&tree.statements[1]), "(if (> x 1) [(= y 2)] [])");
}
