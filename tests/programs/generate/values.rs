//! Operators whose results the values of their operands decide.

use super::{Exact, Generator, within};

impl Generator {
    /// A matrix of a shape, sorted, selected, replaced, or cut at the diagonal; or what does not depend on the size of a
    /// part that only the data tells.
    pub(super) fn chosen(&mut self, r: usize, c: usize, depth: usize) -> Exact {
        let x = self.matrix(r, c, depth);
        let grown = |text: String, n: usize, x: Exact| within(Exact { text, log2: x.log2 + (n as f64).log2(), ..x });
        match self.below(14) {
            0 => {
                let (by, decreasing) = (1 + self.below(c), self.pick(&["FALSE", "TRUE"]));
                Exact { text: format!("order(target = {}, by = {by}, decreasing = {decreasing})", x.text), ..x }
            }
            1 if c == 1 => {
                let text = format!("order(target = {}, index.return = TRUE)", x.text);
                Exact { text, log2: (r as f64).log2() + 1.0, fraction: 0.0 }
            }
            2 => {
                let (side, own) = (self.pick(&["lower", "upper"]), self.pick(&["FALSE", "TRUE"]));
                Exact { text: format!("{side}.tri(target = {}, diag = {own}, values = TRUE)", x.text), ..x }
            }
            3 => {
                let (old, new) = (self.pick(&["0", "1", "0/0", "-3"]), self.pick(&["0", "2", "-1"]));
                let text = format!("replace(target = {}, pattern = {old}, replacement = {new})", x.text);
                Exact { text, log2: x.log2.max(1.0), ..x }
            }
            4 => {
                // A selection, of whatever the numbers are.
                let columns = self.matrix(r, 1, depth);
                let columns = format!("((abs(round({})) %% {c}) + 1)", columns.text);
                Exact { text: format!("table(seq(1, {r}), {columns}, {r}, {c})"), log2: 0.0, fraction: 0.0 }
            }
            5 if r == 1 => {
                let m = self.dim();
                let x = self.matrix(m, c, depth);
                let text = format!("colSums(removeEmpty(target = {}, margin = \"rows\"))", x.text);
                grown(text, m, x)
            }
            6 if c == 1 => {
                let n = self.dim();
                let x = self.matrix(r, n, depth);
                let select = self.matrix(1, n, depth);
                let text =
                    format!("rowSums(removeEmpty(target = {}, margin = \"cols\", select = {}))", x.text, select.text);
                grown(text, n, x)
            }
            7 => grown(format!("rowcumsum({})", x.text), c, x),
            8 if (r, c) == (1, 1) => {
                let (m, n) = (self.dim(), self.dim());
                let x = self.matrix(m, n, depth);
                grown(format!("as.matrix(sum(unique({})))", x.text), m * n, x)
            }
            9 => {
                let m = self.dim();
                // As many rows as positions would make positions that could be a mask.
                let m = if m == r { m + 1 } else { m };
                let (x, rows) = (self.matrix(m, c, depth), self.matrix(r, 1, depth));
                Exact { text: format!("({})[(abs(round({})) %% {m}) + 1, ]", x.text, rows.text), ..x }
            }
            10 => {
                let x = self.matrix(r, c + 1, depth);
                let (columns, k) = (self.pick(&["-", "1:"]), 1 + self.below(c + 1));
                match columns {
                    "-" => Exact { text: format!("({})[, -{k}]", x.text), ..x },
                    _ => Exact { text: format!("({})[, 2:]", x.text), ..x },
                }
            }
            11 if r == 1 => {
                let m = self.dim();
                let (x, mask) = (self.matrix(m, c, depth), self.matrix(m, 1, depth));
                grown(format!("colSums(({})[{} > 0, ])", x.text, mask.text), m, x)
            }
            12 | 13 if r * c <= 9 => {
                let cells: Vec<f64> = (0..r * c).map(|_| self.below(9) as f64 / 2.0 - 2.0).collect();
                let one = self.scalar(1);
                let one = self.kept(one);
                let cell = |(k, x): (usize, &f64)| if k == r * c / 2 { one.clone() } else { x.to_string() };
                let cells: Vec<String> = cells.iter().enumerate().map(cell).collect();
                let rows: Vec<String> = cells.chunks(c).map(|row| row.join(", ")).collect();
                Exact { text: format!("[{}]", rows.join("; ")), log2: 4.0, fraction: 1.0 }
            }
            _ => {
                let by = self.below(2 * r + 1) as i64 - r as i64;
                Exact { text: format!("roll({}, {by})", x.text), ..x }
            }
        }
    }
}
