//! What every program has beside its own statements: functions, files, the names in scope.

use lac::Value;

/// A file of functions.
pub const LIBRARY: &str = "h = function(double x) return (double y) { y = x * 2 }\n\
    m = function(matrix[double] X, int k = 2) return (matrix[double] Y) { Y = X * k }\n";

/// Defaults, several results, recursion, jumps, lists.
pub const FUNCTIONS: &str = r#"source("lib.dml") as lib
f = function(matrix[double] X, double s = 2) return (matrix[double] Y) {
  Y = X * s
  if (nrow(X) > 3) { Y = rbind(f(X[1:2, ], s), Y[3:nrow(X), ]) }
}
g = function(matrix[double] X, double s = 1) return (double p, matrix[double] Q) {
  p = 0
  Q = t(X)
  if (ncol(X) == 0) return
  for (i in 1:ncol(X)) {
    if (i > 3) break
    p += sum(X[, i]) + s
  }
}
r = function(int n) return (int y) { if (n <= 1) { y = 1 } else { y = r(n - 1) + n } }
l = function(list[unknown] L, string name = "a") return (list[unknown] M) { M = append(L, list(name)) }
w = function(string s, boolean b = TRUE) return (string u) { if (b) { u = s + "!" } else { u = w(s) } }
"#;

pub fn files() -> Vec<(String, Vec<u8>)> {
    let matrix = "%%MatrixMarket matrix coordinate real general\n3 4 4\n1 1 1.5\n2 2 -2\n3 1 4\n3 4 0.125\n";
    vec![("lib.dml".into(), LIBRARY.into()), ("a.mtx".into(), matrix.into())]
}

/// Variables by what they hold.
#[derive(Clone, Default)]
pub struct Scope {
    pub matrices: Vec<(String, usize, usize)>,
    pub numbers: Vec<String>,
    pub truths: Vec<String>,
    pub texts: Vec<String>,
    pub frames: Vec<(String, usize, usize)>,
    pub lists: Vec<(String, usize)>,
}

impl Scope {
    pub fn of<'a>(variables: impl Iterator<Item = (&'a str, &'a Value)>) -> Scope {
        let mut scope = Scope::default();
        for (name, value) in variables {
            let name = name.to_string();
            match value {
                Value::Matrix(m) => scope.matrices.push((name, m.rows(), m.cols())),
                Value::Frame(f) => scope.frames.push((name, f.rows(), f.cols())),
                Value::List(l) => scope.lists.push((name, l.len())),
                Value::Scalar(lac::Scalar::Str(_)) => scope.texts.push(name),
                Value::Scalar(lac::Scalar::Bool(_)) => scope.truths.push(name),
                Value::Scalar(_) => scope.numbers.push(name),
            }
        }
        scope
    }

    pub fn names(&self) -> Vec<String> {
        let shaped = self.matrices.iter().chain(&self.frames).map(|(name, ..)| name);
        let plain = [&self.numbers, &self.truths, &self.texts].into_iter().flatten();
        shaped.chain(plain).chain(self.lists.iter().map(|(name, _)| name)).cloned().collect()
    }
}
