//! Random programs whose arithmetic is exact: values are multiples of a power of two and small enough that no order of
//! operations rounds. Engines then agree to the bit, also through comparisons, rounding and ties.

mod values;

use lac::compiler::ops::random::philox;
use lac::compiler::ops::{Aggregate, Binary, Cumulative, Direction, Op, Unary, table};

/// A random program: functions, then statements that can be left out one by one.
pub struct Program {
    pub functions: String,
    pub statements: Vec<String>,
    /// Matrices and scalars that exist at the end.
    pub variables: Vec<String>,
}

/// A value: what it is, and how many bits its cells may take before and after the point.
#[derive(Clone)]
struct Exact {
    text: String,
    log2: f64,
    fraction: f64,
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Matrix(usize, usize),
    Scalar,
}

/// What every variable keeps to, so that loops may run over it.
const BOUND: f64 = 4.0;
const FRACTION: f64 = 1.0;
/// Bits of a double, less a few for what is not accounted for.
const BITS: f64 = 48.0;

pub struct Generator {
    key: u32,
    drawn: u32,
    dims: &'static [usize],
    variables: Vec<(String, Kind)>,
    names: usize,
    /// Loop variables in scope, with the largest value each takes.
    counters: Vec<(String, usize)>,
    specials: bool,
    depth: usize,
}

impl Generator {
    pub fn new(key: u32) -> Generator {
        let mut g = Generator {
            key,
            drawn: 0,
            dims: &[1, 2, 3, 5],
            variables: vec![],
            names: 0,
            counters: vec![],
            specials: false,
            depth: 0,
        };
        g.specials = g.one_in(4);
        if g.one_in(10) {
            g.dims = &[1, 3, 40, 70];
        }
        g
    }

    pub fn below(&mut self, n: usize) -> usize {
        self.drawn += 1;
        philox([self.drawn, 0, 0, 0], [self.key, 2])[0] as usize % n
    }

    pub fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    fn pick<T: Clone>(&mut self, options: &[T]) -> T {
        options[self.below(options.len())].clone()
    }

    fn dim(&mut self) -> usize {
        self.pick(self.dims)
    }

    pub fn program(mut self) -> Program {
        let functions = self.functions();
        let count = 4 + self.below(12);
        let mut statements = Vec::new();
        for _ in 0..2 {
            let (r, c) = (self.dim(), self.dim());
            let value = self.leaf(r, c);
            statements.push(self.assign_new(Kind::Matrix(r, c), value));
        }
        let unchecked = self.one_in(5).then(|| self.below(count));
        for i in 0..count {
            statements.push(if unchecked == Some(i) { self.unchecked() } else { self.statement() });
        }
        let variables = self.variables.into_iter().map(|(name, _)| name).collect();
        Program { functions, statements, variables }
    }

    /// Functions of a matrix and a scalar with a default, one of them with two results, one that calls another.
    fn functions(&mut self) -> String {
        let body = |g: &mut Generator| {
            g.variables = vec![("X".into(), Kind::Matrix(0, 0)), ("s".into(), Kind::Scalar)];
            let value = g.cellwise_of("X");
            g.variables.clear();
            value
        };
        let (f, g) = (body(self), body(self));
        format!(
            "f = function(Matrix[Double] X, Double s = 2) return (Matrix[Double] Y) {{\n  Y = {f}\n}}\n\
             g = function(Matrix[Double] X, Double s = 1 + 1) return (Matrix[Double] Y, Double total) {{\n  \
             if (s > 1) {{\n    X = f(X, s)\n  }}\n  if (s > 2 && sum(X) > s) return (X, s)\n  Y = {g}\n  total = round(sum(Y) %% 8)\n}}\n"
        )
    }

    fn cellwise_of(&mut self, x: &str) -> String {
        let f = self.pick(&["X + s", "max(X, s)", "X * (X > s)", "X - s * X", "abs(X) - s", "t(t(X) + s)"]);
        format!("round(({}) %% 8)", f.replace('X', x))
    }

    fn statement(&mut self) -> String {
        let nested = self.depth >= 2;
        match self.below(if nested { 14 } else { 20 }) {
            0..=5 => {
                let kind = self.kind();
                let value = self.value(kind, 3);
                self.assign_new(kind, value)
            }
            6 | 7 => self.overwrite(),
            8 => self.accumulate(),
            9 | 10 => self.left_index(),
            11 => self.alias(),
            12 => self.print(),
            13 => self.call(),
            14 | 15 => self.if_statement(),
            16..=18 => self.for_loop(),
            _ => self.while_loop(),
        }
    }

    /// A statement that may well fail: shapes and bounds as they come.
    fn unchecked(&mut self) -> String {
        let (a, b) = (self.any_matrix().0, self.any_matrix().0);
        let (i, j) = (self.below(4), self.below(4));
        let forms = [
            format!("u = {a} %*% {b}"),
            format!("u = t({a}) %*% {b} %*% t({a})"),
            format!("u = {a} + {b}"),
            format!("u = cbind({a}, {b})"),
            format!("u = rbind({a}, t({b}))"),
            format!("u = {a}[{i}, {j}]"),
            format!("u = {a}[{i}:{j}, ]"),
            format!("{a}[{i}, {j}] = 1"),
            format!("{a}[1:2, ] = {b}"),
            format!("u = diag({a})"),
            format!("u = as.scalar({a})"),
            format!("u = matrix({a}, {i}, {j})"),
            format!("u = trace({a})"),
            format!("if (sum({a}) > {i}) {{\n  w = {a}\n}}\nu = w + 1"),
            format!("assert(sum({a}) > {i})"),
            format!("if (sum({a}) > {i}) {{\n  stop(\"too much\")\n}}"),
            format!("u = f({a}, \"text\")"),
            format!("u = sum({a}) %/% (0 * {i}) + seq(1, {i}, {j} - 1)"),
            format!("u = seq({i}, 3, sum({a}))"),
            format!("u = matrix(1, sum({a}), 1)"),
            format!("u = {a}[{b}, ]"),
            format!("u = {a}[-{i}, ]"),
            format!("u = {a}[{b} > 0, ]"),
            format!("u = {a}[{i}:, :{j}]"),
            format!("u = [{a}; {b}]"),
            format!("u = {a} && TRUE"),
        ];
        self.pick(&forms)
    }

    fn kind(&mut self) -> Kind {
        if self.one_in(4) { Kind::Scalar } else { Kind::Matrix(self.dim(), self.dim()) }
    }

    fn value(&mut self, kind: Kind, depth: usize) -> Exact {
        match kind {
            Kind::Matrix(r, c) => self.matrix(r, c, depth),
            Kind::Scalar => self.scalar(depth),
        }
    }

    /// Within what variables keep to.
    fn kept(&mut self, e: Exact) -> String {
        if e.log2 <= BOUND && e.fraction <= FRACTION { e.text } else { wrap(e).text }
    }

    /// Variables first assigned within a branch or loop may not be there after it.
    fn assign_new(&mut self, kind: Kind, value: Exact) -> String {
        let value = self.kept(value);
        self.names += 1;
        let name = format!("v{}", self.names);
        self.variables.push((name.clone(), kind));
        format!("{name} = {value}")
    }

    fn of_kind(&mut self, wanted: impl Fn(Kind) -> bool) -> Option<(String, Kind)> {
        let fitting: Vec<_> = self.variables.iter().filter(|(_, k)| wanted(*k)).cloned().collect();
        (!fitting.is_empty()).then(|| self.pick(&fitting))
    }

    fn any_matrix(&mut self) -> (String, usize, usize) {
        match self.of_kind(|k| k != Kind::Scalar) {
            Some((name, Kind::Matrix(r, c))) => (name, r, c),
            _ => unreachable!("a program begins with matrices"),
        }
    }

    fn overwrite(&mut self) -> String {
        let Some((name, kind)) = self.of_kind(|_| true) else { unreachable!("there are variables") };
        let value = self.value(kind, 3);
        format!("{name} = {}", self.kept(value))
    }

    fn accumulate(&mut self) -> String {
        let (name, r, c) = self.any_matrix();
        let value = self.matrix(r, c, 2);
        let value = self.kept(value);
        if self.one_in(2) {
            format!("{name} += {value}\n{name} = round({name} %% 8)")
        } else {
            format!("{name} = {name} + {value}\n{name} = round({name} %% 8)")
        }
    }

    fn alias(&mut self) -> String {
        let (name, r, c) = self.any_matrix();
        self.assign_new(Kind::Matrix(r, c), Exact { text: name, log2: BOUND, fraction: FRACTION })
    }

    /// A position in 1..=extent: a number or a loop variable that stays within.
    fn position(&mut self, extent: usize) -> String {
        let counters: Vec<_> = self.counters.iter().filter(|(_, most)| *most <= extent).cloned().collect();
        if !counters.is_empty() && !self.one_in(3) {
            return self.pick(&counters).0;
        }
        (1 + self.below(extent)).to_string()
    }

    fn left_index(&mut self) -> String {
        let (name, r, c) = self.any_matrix();
        match self.below(7) {
            5 => {
                let (k, mask) = (self.pick(&["< 1", "> 0", "== 0"]), self.matrix(r, 1, 1));
                let value = self.scalar(1);
                format!("{name}[({}) {k}, ] = {}", mask.text, self.kept(value))
            }
            6 if r > 1 => {
                // Rows that differ: the last and a first one.
                let (i, value) = (1 + self.below(r - 1), self.matrix(2, c, 1));
                format!("{name}[[{r}; {i}], ] = {}", self.kept(value))
            }
            0 => {
                let (i, value) = (self.position(r), self.matrix(1, c, 1));
                format!("{name}[{i}, ] = {}", self.kept(value))
            }
            1 => {
                let (j, value) = (self.position(c), self.matrix(r, 1, 1));
                format!("{name}[, {j}] = {}", self.kept(value))
            }
            2 => {
                let (a, b) = (1 + self.below(r), 1 + self.below(c));
                let value = self.matrix(r - a + 1, c - b + 1, 1);
                format!("{name}[{a}:{r}, {b}:{c}] = {}", self.kept(value))
            }
            _ => {
                let (i, j, value) = (self.position(r), self.position(c), self.scalar(1));
                format!("{name}[{i}, {j}] = {}", self.kept(value))
            }
        }
    }

    fn print(&mut self) -> String {
        let value = self.scalar(2);
        let value = self.kept(value);
        format!("print(\"value \" + ({value}))")
    }

    fn call(&mut self) -> String {
        let (name, r, c) = self.any_matrix();
        let argument = self.scalar(1);
        let argument = self.kept(argument);
        let kind = Kind::Matrix(r, c);
        let result = Exact { text: String::new(), log2: BOUND, fraction: FRACTION };
        match self.below(4) {
            0 => self.assign_new(kind, Exact { text: format!("f({name})"), ..result }),
            1 => self.assign_new(kind, Exact { text: format!("f({name}, s = {argument})"), ..result }),
            2 => self
                .assign_new(kind, Exact { text: format!("f(f({name}), {argument}) - f({name})"), log2: 5.0, ..result }),
            _ => {
                self.names += 1;
                let (matrix, total) = (format!("v{}", self.names), format!("t{}", self.names));
                self.variables.extend([(matrix.clone(), kind), (total.clone(), Kind::Scalar)]);
                format!("[{matrix}, {total}] = g({name})")
            }
        }
    }

    /// Statements of a body: what they assign anew is not seen after it.
    fn body(&mut self, count: usize) -> String {
        self.depth += 1;
        let known = self.variables.len();
        let statements: Vec<String> = (0..count).map(|_| self.statement()).collect();
        self.variables.truncate(known);
        self.depth -= 1;
        let text = statements.join("\n");
        text.lines().map(|l| format!("  {l}\n")).collect()
    }

    fn if_statement(&mut self) -> String {
        let condition = self.condition();
        let (n, m) = (1 + self.below(3), 1 + self.below(2));
        let then = self.body(n);
        if self.one_in(2) {
            return format!("if ({condition}) {{\n{then}}}");
        }
        format!("if ({condition}) {{\n{then}}} else {{\n{}}}", self.body(m))
    }

    fn condition(&mut self) -> String {
        let mut side = || format!("({}) > 1", self.scalar(2).text);
        let (x, y) = (side(), side());
        let forms = [x.clone(), x.clone(), format!("{x} && {y}"), format!("!({x}) || {y} && {x}")];
        self.pick(&forms)
    }

    /// A body that a jump may leave half way.
    fn left_early(&mut self, count: usize, jumps: &[&str]) -> String {
        let body = self.body(count);
        if self.one_in(2) {
            return body;
        }
        let (condition, jump, n) = (self.condition(), self.pick(jumps), 1 + self.below(2));
        format!("{body}  if ({condition}) {jump}\n{}", self.body(n))
    }

    fn for_loop(&mut self) -> String {
        self.names += 1;
        let (counter, rounds) = (format!("i{}", self.names), 1 + self.below(5));
        self.counters.push((counter.clone(), rounds));
        let count = 1 + self.below(4);
        let body = self.left_early(count, &["break", "next", "continue"]);
        self.counters.pop();
        format!("for ({counter} in 1:{rounds}) {{\n{body}}}")
    }

    fn while_loop(&mut self) -> String {
        self.names += 1;
        let (counter, rounds) = (format!("k{}", self.names), 1 + self.below(4));
        self.counters.push((counter.clone(), rounds));
        let count = 1 + self.below(3);
        let body = self.left_early(count, &["break"]);
        self.counters.pop();
        format!("{counter} = 1\nwhile ({counter} <= {rounds}) {{\n{body}  {counter} = {counter} + 1\n}}")
    }

    fn leaf(&mut self, r: usize, c: usize) -> Exact {
        let bits = |text: String, log2: f64, fraction: f64| Exact { text, log2, fraction };
        self.names += 1;
        let seed = self.names;
        let sparsity = self.pick(&["0.02", "0.1", "0.4", "1"]);
        let seeded = if self.one_in(6) { String::new() } else { format!(", seed = {seed}") };
        match self.below(9) {
            0 => bits(format!("matrix({}, {r}, {c})", self.pick(&["0", "1", "-3", "0.5"])), 2.0, 1.0),
            1 if self.specials => bits(format!("matrix({}, {r}, {c})", self.pick(&["0/0", "1/0", "-1/0"])), 1.0, 0.0),
            2 if c == 1 => bits(format!("(seq(1, {r}) %% 8)"), 3.0, 0.0),
            3 if r * c <= 15 => {
                let cells: Vec<&str> = (0..r * c).map(|_| self.pick(&["0", "0", "1", "-2.5", "7", "-0"])).collect();
                bits(format!("matrix(\"{}\", {r}, {c})", cells.join(" ")), 3.0, 1.0)
            }
            4 => bits(format!("(rand(rows = {r}, cols = {c}, sparsity = {sparsity}{seeded}) > 0.5)"), 0.0, 0.0),
            _ => bits(
                format!("round(rand(rows = {r}, cols = {c}, min = -3, max = 4, sparsity = {sparsity}{seeded}))"),
                2.0,
                0.0,
            ),
        }
    }

    fn variable(&mut self, r: usize, c: usize) -> Exact {
        match self.of_kind(|k| k == Kind::Matrix(r, c)) {
            Some((text, _)) => Exact { text, log2: BOUND, fraction: FRACTION },
            None => match self.of_kind(|k| k == Kind::Matrix(c, r)) {
                Some((name, _)) => Exact { text: format!("t({name})"), log2: BOUND, fraction: FRACTION },
                None => self.leaf(r, c),
            },
        }
    }

    /// An expression of a shape.
    fn matrix(&mut self, r: usize, c: usize, depth: usize) -> Exact {
        if depth == 0 || self.one_in(6) {
            return if self.one_in(5) { self.leaf(r, c) } else { self.variable(r, c) };
        }
        let depth = depth - 1;
        match self.below(23) {
            20..=22 => self.chosen(r, c, depth),
            0..=2 => self.product(r, c, depth),
            3 | 4 => {
                let x = self.matrix(r, c, depth);
                self.unary(x)
            }
            5..=9 => self.binary(r, c, depth),
            10 => prefixed("t", self.matrix(c, r, depth)),
            11 => prefixed("rev", self.matrix(r, c, depth)),
            12 => self.bind(r, c, depth),
            13 => self.aggregate(r, c, depth),
            14 => self.cumulative(r, c, depth),
            15 => self.part(r, c, depth),
            16 => {
                let x = self.matrix(1, r * c, depth);
                let byrow = self.pick(&["", ", byrow = FALSE"]);
                Exact { text: format!("matrix({}, {r}, {c}{byrow})", x.text), ..x }
            }
            17 => {
                let (test, a, b) = (self.matrix(r, c, depth), self.matrix(r, c, depth), self.scalar(depth));
                joined(&a, &b, format!("ifelse({}, {}, {})", test.text, a.text, b.text))
            }
            18 if r == c => prefixed("diag", self.matrix(r, 1, depth)),
            18 if c == 1 => prefixed("diag", self.matrix(r, r, depth)),
            18 => {
                let (u, v) = (self.matrix(r, 1, depth), self.matrix(1, c, depth));
                let f = self.pick(&["+", "-", "max", "<=", "=="]);
                let mut e = joined(&u, &v, format!("outer({}, {}, \"{f}\")", u.text, v.text));
                e.log2 += 1.0;
                e
            }
            _ if (r, c) == (1, 1) => prefixed("as.matrix", self.scalar(depth)),
            _ => {
                // Twice the same: one of them is computed.
                let x = self.matrix(r, c, depth);
                Exact { text: format!("({} + {})", x.text, x.text), log2: x.log2 + 1.0, ..x }
            }
        }
    }

    /// A chain of two to six factors, some of them transposed, now and then through a transposed product.
    fn product(&mut self, r: usize, c: usize, depth: usize) -> Exact {
        let count = if self.one_in(3) { 3 + self.below(4) } else { 2 };
        let mut sizes = vec![r];
        sizes.extend((1..count).map(|_| self.dim()));
        sizes.push(c);
        let (mut log2, mut fraction) = (0.0, 0.0);
        let mut texts = Vec::new();
        for pair in sizes.windows(2) {
            let (m, n) = (pair[0], pair[1]);
            let turned = self.one_in(3);
            let (a, b) = if turned { (n, m) } else { (m, n) };
            let factor = if depth > 0 && self.one_in(4) { self.matrix(a, b, depth - 1) } else { self.variable(a, b) };
            let text = self.kept(factor);
            texts.push(if turned { format!("t({text})") } else { format!("({text})") });
            log2 += BOUND;
            fraction += FRACTION;
        }
        log2 += sizes[1..sizes.len() - 1].iter().map(|n| (*n as f64).log2()).sum::<f64>();
        let text = self.parenthesized(&texts);
        within(Exact { text, log2, fraction })
    }

    fn parenthesized(&mut self, factors: &[String]) -> String {
        match factors {
            [one] => one.clone(),
            _ => {
                let split = if self.one_in(2) { factors.len() - 1 } else { 1 + self.below(factors.len() - 1) };
                let (a, b) = (self.parenthesized(&factors[..split]), self.parenthesized(&factors[split..]));
                if self.one_in(6) { format!("t(t({b}) %*% t({a}))") } else { format!("({a} %*% {b})") }
            }
        }
    }

    fn unary(&mut self, x: Exact) -> Exact {
        use Unary::*;
        let exact = [Negate, Not, Abs, Round, Floor, Ceil, Sign, IsNa, IsNan, IsInfinite];
        let f = self.pick(&exact);
        let keeps = matches!(f, Negate | Abs);
        let text = match f {
            Negate => format!("(-({}))", x.text),
            Not => format!("(!({}))", x.text),
            _ => format!("{}({})", f.name(), x.text),
        };
        within(Exact { text, log2: x.log2.max(0.0) + 0.5, fraction: if keeps { x.fraction } else { 0.0 } })
    }

    /// Of two matrices, a matrix and a scalar, or a matrix and a vector; those with rounding are left out.
    fn binary(&mut self, r: usize, c: usize, depth: usize) -> Exact {
        use Binary::*;
        let inexact = [Divide, Power, IntDivide, LogBase];
        let f = loop {
            let f = self.pick(Binary::ALL);
            if !inexact.contains(&f) {
                break f;
            }
        };
        let a = self.matrix(r, c, depth);
        let b = match self.below(5) {
            0 => self.scalar(depth),
            1 => self.matrix(r, 1, depth),
            2 => self.matrix(1, c, depth),
            _ => self.matrix(r, c, depth),
        };
        let (a, b) = if r > 1 && c > 1 && self.one_in(2) { (b, a) } else { (a, b) };
        let mut e = joined(&a, &b, written(f, &a.text, &b.text));
        match f {
            Multiply => (e.log2, e.fraction) = (a.log2 + b.log2, a.fraction + b.fraction),
            Add | Subtract => e.log2 += 1.0,
            _ => {}
        }
        within(e)
    }

    fn bind(&mut self, r: usize, c: usize, depth: usize) -> Exact {
        if c > 1 && self.one_in(2) {
            let k = 1 + self.below(c - 1);
            let (a, b) = (self.matrix(r, k, depth), self.matrix(r, c - k, depth));
            return joined(&a, &b, format!("cbind({}, {})", a.text, b.text));
        }
        if r > 1 {
            let k = 1 + self.below(r - 1);
            let (a, b) = (self.matrix(k, c, depth), self.matrix(r - k, c, depth));
            return joined(&a, &b, format!("rbind({}, {})", a.text, b.text));
        }
        self.variable(r, c)
    }

    /// Aggregates that do not round, by name from the table.
    fn aggregates(&mut self, direction: Direction) -> (Aggregate, &'static str) {
        use Aggregate::*;
        let exact = |op: Op| match op {
            Op::Aggregate(f, d) if d == direction && matches!(f, Sum | SumSq | Min | Max | IndexMax | IndexMin) => {
                Some(f)
            }
            _ => None,
        };
        let all: Vec<_> = table().iter().filter_map(|row| Some((exact(row.op)?, row.name))).collect();
        self.pick(&all)
    }

    fn aggregate(&mut self, r: usize, c: usize, depth: usize) -> Exact {
        let extent = self.dim();
        let (direction, rows, cols) = match (r, c) {
            (_, 1) => (Direction::Row, r, extent),
            (1, _) => (Direction::Col, extent, c),
            _ => return self.binary(r, c, depth),
        };
        let x = self.matrix(rows, cols, depth);
        let f = self.aggregates(direction);
        folded(f, x, extent)
    }

    fn cumulative(&mut self, r: usize, c: usize, depth: usize) -> Exact {
        let names: Vec<_> = table()
            .iter()
            .filter(|row| matches!(row.op, Op::Cumulative(Cumulative::Sum | Cumulative::Min | Cumulative::Max)))
            .map(|row| row.name)
            .collect();
        let x = self.matrix(r, c, depth);
        within(Exact { text: format!("{}({})", self.pick(&names), x.text), log2: x.log2 + (r as f64).log2(), ..x })
    }

    fn part(&mut self, r: usize, c: usize, depth: usize) -> Exact {
        let (more, wider) = (self.below(3), self.below(3));
        let x = self.matrix(r + more, c + wider, depth);
        let (a, b) = (1 + self.below(more + 1), 1 + self.below(wider + 1));
        let rows = if more == 0 { String::new() } else { range(a, a + r - 1) };
        let cols = if wider == 0 { String::new() } else { range(b, b + c - 1) };
        let inner = self.kept(x);
        // Only variables can be indexed.
        match inner.chars().all(char::is_alphanumeric) {
            true => Exact { text: format!("{inner}[{rows}, {cols}]"), log2: BOUND, fraction: FRACTION },
            false => self.variable(r, c),
        }
    }

    fn scalar(&mut self, depth: usize) -> Exact {
        let number = |text: &str, log2: f64, fraction: f64| Exact { text: text.into(), log2, fraction };
        if depth == 0 || self.one_in(3) {
            if let (false, Some((name, _))) = (self.one_in(3), self.of_kind(|k| k == Kind::Scalar)) {
                return number(&name, BOUND, FRACTION);
            }
            return match self.below(6) {
                0 if !self.counters.is_empty() => {
                    let counters = self.counters.clone();
                    number(&self.pick(&counters).0, 3.0, 0.0)
                }
                0 | 1 => number("0.5", 0.0, 1.0),
                2 => number("TRUE", 0.0, 0.0),
                3 => number("0", 0.0, 0.0),
                _ => number(self.pick(&["1", "2", "-3", "4.0"]), 2.0, 0.0),
            };
        }
        let depth = depth - 1;
        let (r, c) = (self.dim(), self.dim());
        match self.below(8) {
            0..=2 => {
                let (x, f) = (self.matrix(r, c, depth), self.aggregates(Direction::All));
                folded(f, x, r * c)
            }
            3 => {
                let (name, r, c) = self.any_matrix();
                let (i, j) = (self.position(r), self.position(c));
                number(&format!("as.scalar({name}[{i}, {j}])"), BOUND, FRACTION)
            }
            4 => {
                let (name, f) = (self.any_matrix().0, self.pick(&["nrow", "ncol", "length"]));
                number(&format!("{f}({name})"), 13.0, 0.0)
            }
            5 => {
                let (a, b) = (self.matrix(1, r, depth), self.matrix(r, 1, depth));
                let (a, b) = (self.kept(a), self.kept(b));
                let log2 = 2.0 * BOUND + (r as f64).log2();
                number(&format!("as.scalar(({a}) %*% ({b}))"), log2, 2.0 * FRACTION)
            }
            6 => {
                let x = self.scalar(depth);
                prefixed("abs", x)
            }
            _ => {
                let (a, b) = (self.scalar(depth), self.scalar(depth));
                let f = self.pick(&[Binary::Add, Binary::Subtract, Binary::Max, Binary::Less, Binary::And]);
                let mut e = joined(&a, &b, written(f, &a.text, &b.text));
                e.log2 += 1.0;
                within(e)
            }
        }
    }
}

fn range(a: usize, b: usize) -> String {
    if a == b { a.to_string() } else { format!("{a}:{b}") }
}

/// Whole numbers below 8 in magnitude: what variables keep to. A truth value becomes a number.
fn wrap(e: Exact) -> Exact {
    Exact { text: format!("round(({}) %% 8)", e.text), log2: 3.0, fraction: 0.0 }
}

/// Wrapped where a double would round.
fn within(e: Exact) -> Exact {
    if e.log2 + e.fraction <= BITS / 2.0 { e } else { wrap(e) }
}

fn joined(a: &Exact, b: &Exact, text: String) -> Exact {
    Exact { text, log2: a.log2.max(b.log2).max(0.0), fraction: a.fraction.max(b.fraction) }
}

fn prefixed(f: &str, x: Exact) -> Exact {
    Exact { text: format!("{f}({})", x.text), ..x }
}

fn written(f: Binary, a: &str, b: &str) -> String {
    if f.name().starts_with(char::is_alphabetic) {
        format!("{}({a}, {b})", f.name())
    } else {
        format!("(({a}) {} ({b}))", f.name())
    }
}

/// An aggregate of slices of so many cells.
fn folded((f, name): (Aggregate, &str), x: Exact, cells: usize) -> Exact {
    let more = (cells as f64).log2();
    let text = format!("{name}({})", x.text);
    within(match f {
        Aggregate::Sum => Exact { text, log2: x.log2 + more, ..x },
        Aggregate::SumSq => Exact { text, log2: 2.0 * x.log2 + more, fraction: 2.0 * x.fraction },
        Aggregate::IndexMax | Aggregate::IndexMin => Exact { text, log2: more, fraction: 0.0 },
        _ => Exact { text, ..x },
    })
}
