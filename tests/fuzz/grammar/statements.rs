//! Statements over the variables in scope.

use super::Maker;
use super::literals::MATRICES;

impl Maker {
    /// A variable to assign to: a new one, or one that there is.
    pub fn target(&mut self) -> String {
        let names = self.scope.names();
        match self.random.any(&names) {
            Some(name) if self.random.one_in(3) => name.clone(),
            _ => self.fresh("v"),
        }
    }

    fn fresh(&mut self, prefix: &str) -> String {
        self.named += 1;
        format!("{prefix}{}", self.named)
    }

    pub fn statement(&mut self, depth: usize) -> String {
        match self.random.below(if depth == 0 { 20 } else { 30 }) {
            0..=4 => self.call(),
            5..=8 => {
                let (m, n) = self.shape();
                let sign = self.random.pick(&["=", "=", "=", "<-"]);
                format!("{} {sign} {}", self.target(), self.matrix(m, n, 3))
            }
            9 => format!("{} = {}", self.target(), self.number(2)),
            10 => format!("{} = {}", self.target(), self.truth(2)),
            11 => format!("{} = {}", self.target(), self.text(2)),
            12 => format!("{} = {}", self.target(), self.frame()),
            13 => self.of_lists(),
            14 | 15 => self.assign_part(),
            16 => self.add(),
            17 => format!("print({})", self.anything(2)),
            18 => self.of_functions(),
            19 => self.odd(),
            20..=22 => self.branch(depth - 1),
            23..=25 => self.repeat(depth - 1),
            26 => self.while_loop(depth - 1),
            _ => self.parfor(depth - 1),
        }
    }

    fn block(&mut self, depth: usize) -> String {
        let statements: Vec<String> = (0..1 + self.random.below(3)).map(|_| self.statement(depth)).collect();
        format!("{{\n{}\n}}", statements.join("\n"))
    }

    fn branch(&mut self, depth: usize) -> String {
        let mut text = format!("if ({}) {}", self.truth(2), self.block(depth));
        if self.random.one_in(3) {
            text += &format!(" else if ({}) {}", self.truth(1), self.block(depth));
        }
        if self.random.one_in(2) {
            text += &format!(" else {}", self.block(depth));
        }
        text
    }

    /// What follows in a loop is left now and then.
    fn jump(&mut self, counter: &str) -> String {
        let word = self.random.pick(&["break", "next", "continue"]);
        if self.random.one_in(4) { format!("if ({counter} == 2) {word}\n") } else { String::new() }
    }

    fn repeat(&mut self, depth: usize) -> String {
        let i = self.fresh("i");
        let over = match self.random.below(6) {
            0 => "seq(1, 2, 0.5)".into(),
            1 => self.random.pick(&["3:1", "1:6:2", "5:1:-2", "1:0"]).into(),
            2 => self.list(1),
            3 => self.matrix(3, 2, 1),
            _ => format!("1:{}", 1 + self.random.below(6)),
        };
        let is_number = over.contains(':') || over.starts_with("seq");
        let before = self.scope.clone();
        if is_number {
            self.scope.numbers.push(i.clone());
        }
        let jump = if is_number { self.jump(&i) } else { String::new() };
        let body = self.block(depth);
        self.scope = before;
        format!("for ({i} in {over}) {{\n{jump}{}", body.trim_start_matches("{\n"))
    }

    fn while_loop(&mut self, depth: usize) -> String {
        let k = self.fresh("k");
        let (jump, body) = (self.jump(&k), self.block(depth));
        let more = if self.random.one_in(3) { format!(" & {}", self.truth(1)) } else { String::new() };
        format!("{k} = 0\nwhile ({k} < 4{more}) {{\n{k} = {k} + 1\n{jump}{}", body.trim_start_matches("{\n"))
    }

    /// Rounds that write rows, or add up.
    fn parfor(&mut self, depth: usize) -> String {
        let (i, result) = (self.fresh("i"), self.fresh("v"));
        let (rows, cols) = (1 + self.random.below(6), 1 + self.random.below(4));
        let before = self.scope.clone();
        self.scope.numbers.push(i.clone());
        let inner = if depth > 0 && self.random.one_in(4) { self.statement(0) + "\n" } else { String::new() };
        let part = match self.random.below(4) {
            0 => format!("{result} += {}", self.matrix(rows, cols, 1)),
            1 => format!("{result}[{i}, 1] = {i} * {}", self.number(1)),
            _ => format!("{result}[{i}, ] = {}", self.matrix(1, cols, 2)),
        };
        self.scope = before;
        // whoever writes `check=0` vouches for rounds that do not depend on each other
        let check = if inner.is_empty() && self.random.one_in(6) { ", check=0" } else { "" };
        format!("{result} = matrix(0, {rows}, {cols})\nparfor ({i} in 1:{rows}{check}) {{\n{inner}{part}\n}}")
    }

    fn assign_part(&mut self) -> String {
        let filled: Vec<_> = self.scope.matrices.iter().filter(|(_, r, c)| *r > 0 && *c > 0).cloned().collect();
        let Some((name, r, c)) = self.random.any(&filled).cloned() else { return self.add() };
        let (m, n) = (1 + self.random.below(r.min(9)), 1 + self.random.below(c.min(9)));
        let value = if self.random.one_in(3) { self.number(1) } else { self.matrix(m, n, 2) };
        let sign = if self.random.one_in(4) { "+=" } else { "=" };
        format!("{name}[{}, {}] {sign} {value}", self.range(r, m), self.range(c, n))
    }

    fn add(&mut self) -> String {
        match self.random.any(&self.scope.matrices).cloned() {
            Some((name, m, n)) if self.random.one_in(2) => format!("{name} += {}", self.matrix(m, n, 2)),
            _ => match self.random.any(&self.scope.numbers).cloned() {
                Some(name) => format!("{name} += {}", self.number(2)),
                None => format!("{} = {}", self.target(), self.number(1)),
            },
        }
    }

    fn of_lists(&mut self) -> String {
        let Some((name, length)) = self.random.any(&self.scope.lists).cloned() else {
            return format!("{} = {}", self.target(), self.list(2));
        };
        let i = 1 + self.random.below(length.max(1));
        match self.random.below(9) {
            0 => format!("{name}[{i}] = {}", self.anything(1)),
            1 => format!("{name}[\"n{}\"] = {}", self.random.below(3), self.anything(1)),
            2 => format!("{} = {name}[{i}:{length}]", self.target()),
            3 => format!("{} = as.matrix({name}[{i}])", self.target()),
            4 => format!("{} = append({name}, {})", self.target(), self.anything(1)),
            5 => format!("[{name}, {}] = remove({name}, {i})", self.fresh("v")),
            6 => format!("{} = map({name}, x -> length(x))", self.target()),
            7 => format!("{} = l({name}, \"b\")", self.target()),
            _ => format!("{} = {}", self.target(), self.list(2)),
        }
    }

    fn of_functions(&mut self) -> String {
        let (m, n) = self.shape();
        let (p, q) = (self.target(), self.target());
        match self.random.below(6) {
            0 => format!("[{p}, {q}] = g({}, s={})", self.matrix(m, n, 1), self.number(1)),
            1 => format!("{p} = f(s={}, X={})", self.number(1), self.matrix(m, n, 1)),
            2 => format!("{p} = eval(\"f\", list({}, s=2))", self.matrix(m, n, 1)),
            3 => format!("{p} = evalList(\"g\", {})", self.matrix(m, n, 1)),
            4 => format!("{p} = lib::m({}, k={})", self.matrix(m, n, 1), self.random.below(4)),
            _ => format!("{p} = eval(\"lib::m\", {})", self.matrix(m, n, 1)),
        }
    }

    fn odd(&mut self) -> String {
        let (v, (m, n)) = (self.target(), self.shape());
        match self.random.below(9) {
            0 => format!("{v} = exists({})", self.target()),
            1 => format!("{v} = ifdef($none, {})", self.number(1)),
            2 => format!("{v} = einsum(\"ij,jk->ik\", {}, {})", self.matrix(m, 2, 1), self.matrix(2, n, 1)),
            3 => format!("{v} = mean({}, {})", self.matrix(4, 1, 1), self.matrix(4, 1, 0)),
            4 => format!("{v} = ppred({}, {}, \">=\")", self.matrix(m, n, 1), self.matrix(m, n, 0)),
            5 => format!("{v} = decompress(compress({}))", self.matrix(m, n, 1)),
            6 => format!("{v} = apply({}, 2, c -> sum(c) + {})", self.matrix(3, 2, 1), self.number(0)),
            7 => format!("{v} = {}", self.random.pick(MATRICES)),
            _ => format!("print(\"%s %d %f\", {}, {}, {})", self.text(1), self.random.below(9), self.number(1)),
        }
    }
}
