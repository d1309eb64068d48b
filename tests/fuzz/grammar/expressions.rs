//! Expressions of a kind, and of a shape where they are matrices.

use lac::compiler::ops::{Aggregate, Binary, Direction, Op};

use super::Maker;
use super::literals::{self, MATRICES, NUMBERS, TEXTS};
use super::operators::{binary, cellwise};

impl Maker {
    pub fn number(&mut self, depth: usize) -> String {
        if let Some(name) = self.random.any(&self.scope.numbers).cloned()
            && self.random.one_in(3)
        {
            return name;
        }
        if depth == 0 || self.random.one_in(4) {
            let small = self.random.below(9) as f64 - 2.0;
            let literal = self.random.pick(NUMBERS);
            return match self.random.below(8) {
                0 if literal.starts_with('-') => format!("({literal})"),
                0 => literal.to_string(),
                1 | 2 => literals::number(small / 2.0),
                _ => format!("({small})"),
            };
        }
        let depth = depth - 1;
        match self.random.below(10) {
            0..=3 => {
                let f = self.random.pick(Binary::ALL);
                binary(f, &self.number(depth), &self.number(depth))
            }
            4 | 5 => {
                let (m, n) = self.shape();
                let names = aggregates(Direction::All);
                format!("{}({})", self.random.pick(&names), self.matrix(m, n, depth))
            }
            6 => format!("as.scalar({})", self.matrix(1, 1, depth)),
            7 => format!("{}({})", self.random.pick(&cellwise()), self.number(depth)),
            8 => {
                let name = self.random.pick(&["nrow", "ncol", "length", "nnz"]);
                format!("{}({})", name.replace("nnz", "length"), self.anything_shaped())
            }
            _ => {
                let calls = ["r(4)", "lib::h(1.5)", "as.integer(2.5)", "r(as.integer(3 + 1))", "ifelse(TRUE, 1, 2)"];
                self.random.pick(&calls).to_string()
            }
        }
    }

    pub fn truth(&mut self, depth: usize) -> String {
        if let Some(name) = self.random.any(&self.scope.truths).cloned()
            && self.random.one_in(3)
        {
            return name;
        }
        if depth == 0 {
            return self.random.pick(&["TRUE", "FALSE"]).to_string();
        }
        let depth = depth - 1;
        match self.random.below(6) {
            0 => format!("!{}", self.truth(depth)),
            1 => format!("({} {} {})", self.truth(depth), self.random.pick(&["&", "|", "&&", "||"]), self.truth(depth)),
            2 => format!("({} == {})", self.text(depth), self.text(depth)),
            _ => {
                let sign = self.random.pick(&["<", "<=", ">", ">=", "==", "!="]);
                format!("({} {sign} {})", self.number(depth), self.number(depth))
            }
        }
    }

    pub fn text(&mut self, depth: usize) -> String {
        if let Some(name) = self.random.any(&self.scope.texts).cloned()
            && self.random.one_in(3)
        {
            return name;
        }
        if depth == 0 {
            return self.random.pick(TEXTS).to_string();
        }
        let depth = depth - 1;
        match self.random.below(5) {
            0 => format!("({} + {})", self.text(depth), self.text(depth)),
            1 => format!("({} + {})", self.text(depth), self.number(depth)),
            2 => format!("toString({}, decimal={})", self.anything(depth), self.random.below(8)),
            3 => format!("format(\"%d %5.2f|%s|%b\", {}, 2.5, {}, TRUE)", self.random.below(9), self.text(depth)),
            _ => format!("w({})", self.text(depth)),
        }
    }

    /// Rows and columns: those of a variable, or small ones.
    pub fn shape(&mut self) -> (usize, usize) {
        match self.random.any(&self.scope.matrices) {
            Some(&(_, m, n)) if self.random.one_in(2) => (m, n),
            _ => {
                let sides = [0, 1, 1, 2, 3, 3, 4, 5, 20];
                (self.random.pick(&sides), self.random.pick(&sides))
            }
        }
    }

    /// An expression with so many rows and columns.
    pub fn matrix(&mut self, m: usize, n: usize, depth: usize) -> String {
        let alike = self.scope.matrices.iter().filter(|(_, r, c)| (*r, *c) == (m, n));
        let alike: Vec<String> = alike.map(|(name, ..)| name.clone()).collect();
        if let Some(name) = self.random.any(&alike)
            && (depth == 0 || self.random.one_in(3))
        {
            return name.clone();
        }
        if depth == 0 || self.random.one_in(5) {
            return self.leaf(m, n);
        }
        let depth = depth - 1;
        let large = m.max(n) > 1000;
        match self.random.below(16) {
            0 | 1 => format!("{}({})", self.random.pick(&cellwise()), self.matrix(m, n, depth)),
            2..=5 => {
                let f = self.random.pick(Binary::ALL);
                let other = match self.random.below(6) {
                    0 => self.number(depth),
                    1 => self.matrix(1, n, depth),
                    2 => self.matrix(m, 1, depth),
                    _ => self.matrix(m, n, depth),
                };
                let x = self.matrix(m, n, depth);
                if self.random.one_in(3) { binary(f, &other, &x) } else { binary(f, &x, &other) }
            }
            6 => format!("t({})", self.matrix(n, m, depth)),
            7 | 8 => {
                let k = self.random.pick(&[1, 2, 3, n.min(20)]);
                format!("({} %*% {})", self.matrix(m, k, depth), self.matrix(k, n, depth))
            }
            9 if n > 0 => format!("cbind({}, {})", self.matrix(m, n - 1, depth), self.matrix(m, 1, depth)),
            9 if m > 0 => format!("rbind({}, {})", self.matrix(1, n, depth), self.matrix(m - 1, n, depth)),
            10 if n == 1 => format!("{}({})", self.random.pick(&aggregates(Direction::Row)), self.matrix(m, 4, depth)),
            10 if m == 1 => format!("{}({})", self.random.pick(&aggregates(Direction::Col)), self.matrix(4, n, depth)),
            10 => format!("f({}, {})", self.matrix(m, n, depth), self.number(0)),
            11 => {
                let (x, y) = (self.matrix(m, n, depth), self.matrix(m, n, depth));
                format!("ifelse(({x} > {y}), {x}, {y})")
            }
            12 if !large && n > 0 && m > 0 => {
                format!("apply({}, 1, x -> x * {} + {})", self.matrix(m, n, depth), self.number(0), self.number(0))
            }
            13 => {
                let name = self.random.pick(&["cumsum", "cumprod", "cummin", "cummax", "rev", "lib::m"]);
                format!("{name}({})", self.matrix(m, n, depth))
            }
            14 => format!("matrix({}, rows={m}, cols={n})", self.matrix(n, m, depth)),
            _ => self.part(m, n),
        }
    }

    /// A part of so many rows and columns of a variable that has them.
    fn part(&mut self, m: usize, n: usize) -> String {
        let larger = self.scope.matrices.iter().filter(|(_, r, c)| *r >= m && *c >= n && *r > 0 && *c > 0);
        let larger: Vec<_> = larger.cloned().collect();
        match self.random.any(&larger).cloned() {
            Some((name, r, c)) if m > 0 && n > 0 => format!("{name}[{}, {}]", self.range(r, m), self.range(c, n)),
            _ => self.leaf(m, n),
        }
    }

    /// An index of one dimension that selects `count` of its positions.
    pub fn range(&mut self, extent: usize, count: usize) -> String {
        let from = 1 + self.random.below(extent - count + 1);
        let to = from + count - 1;
        match self.random.below(8) {
            0 if count == extent => String::new(),
            1 if to == extent => format!("{from}:"),
            2 if from == 1 => format!(":{to}"),
            3 if count == 1 => from.to_string(),
            4 if count + 1 == extent => format!("-{}", 1 + self.random.below(extent)),
            5 if (1..20).contains(&count) => {
                let positions: Vec<String> = (0..count).map(|_| (1 + self.random.below(extent)).to_string()).collect();
                format!("[{}]", positions.join("; "))
            }
            6 if count > 1 && from + 2 * (count - 1) <= extent => format!("{from}:{}:2", from + 2 * (count - 1)),
            6 if count > 1 && self.random.one_in(2) => format!("{to}:{from}:-1"),
            7 if self.random.one_in(20) => format!("{}:{}", self.number(1), self.number(1)),
            _ => format!("{from}:{to}"),
        }
    }

    pub fn leaf(&mut self, m: usize, n: usize) -> String {
        if self.random.one_in(25) {
            return self.random.pick(MATRICES).to_string();
        }
        let seed = self.random.below(100);
        match self.random.below(7) {
            0 => format!("matrix({}, rows={m}, cols={n})", self.number(0)),
            1 if n == 1 && m > 0 => format!("seq(1, {m})"),
            2 => format!("rand(rows={m}, cols={n}, seed={seed})"),
            3 => format!("rand(rows={m}, cols={n}, sparsity=0.2, min=-1, max=3, seed={seed})"),
            4 => format!("round(rand(rows={m}, cols={n}, min=-3, max=3, sparsity=0.6, seed={seed}))"),
            _ if m * n > 0 && m.saturating_mul(n) < 30 => {
                let cell = |maker: &mut Maker| match maker.random.below(12) {
                    0 => maker.random.pick(&["NaN", "Inf", "-Inf", "-0.0", "1e300"]).to_string(),
                    k => ((k as f64 - 5.0) / 2.0).to_string(),
                };
                let row = |maker: &mut Maker| (0..n).map(|_| cell(maker)).collect::<Vec<_>>().join(", ");
                format!("[{}]", (0..m).map(|_| row(self)).collect::<Vec<_>>().join("; "))
            }
            _ => format!("matrix({}, rows={m}, cols={n})", self.random.below(3)),
        }
    }

    pub fn frame(&mut self) -> String {
        if let Some((name, ..)) = self.random.any(&self.scope.frames)
            && !self.random.one_in(3)
        {
            return name.clone();
        }
        let rows = self.random.below(5);
        match self.random.below(3) {
            0 => format!("as.frame({})", self.matrix(rows, 2, 0)),
            1 => format!("frame({}, rows={rows}, cols=2)", self.text(0)),
            _ => {
                let texts = format!("frame({}, rows={rows}, cols=1)", self.text(0));
                format!("cbind(as.frame({}), {texts})", self.matrix(rows, 2, 0))
            }
        }
    }

    pub fn list(&mut self, depth: usize) -> String {
        if let Some((name, _)) = self.random.any(&self.scope.lists)
            && self.random.one_in(2)
        {
            return name.clone();
        }
        let item = |maker: &mut Maker, i: usize| {
            let name = if maker.random.one_in(3) { format!("n{i} = ") } else { String::new() };
            name + &maker.anything(depth)
        };
        let items: Vec<String> = (0..self.random.below(4)).map(|i| item(self, i)).collect();
        format!("list({})", items.join(", "))
    }

    /// Of any kind.
    pub fn anything(&mut self, depth: usize) -> String {
        match self.random.below(9) {
            0 | 1 => self.number(depth),
            2 => self.truth(depth),
            3 => self.text(depth),
            4 => self.frame(),
            5 if depth > 0 => self.list(depth - 1),
            _ => self.anything_shaped(),
        }
    }

    fn anything_shaped(&mut self) -> String {
        let (m, n) = self.shape();
        self.matrix(m, n, 1)
    }
}

/// The names of the aggregates of all cells, of rows or of columns.
fn aggregates(direction: Direction) -> Vec<&'static str> {
    let rows = super::operators::rows();
    let is_one = |op: Op| matches!(op, Op::Aggregate(f, d) if d == direction && f != Aggregate::Trace);
    rows.filter(|row| is_one(row.op)).map(|row| row.name).collect()
}
