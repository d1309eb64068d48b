//! The textual form of a DAG, the same in `explain`, in tests and in reports of defects. It round-trips:
//!
//! ```text
//! %0 = input X : matrix 1000 x 20, nnz 300 400 500
//! %1 = input n : int
//! %2 = literal 2.0
//! %3 = * %0 %2 : matrix 1000 x 20, nnz 300 400 500
//! Y = %3
//! effect %4
//! ```
//!
//! An absent operand is `_`. What follows the colon is taken as it is said: nonzeros as spread evenly.

use std::collections::HashMap;
use std::fmt::Write;

use super::dag::{Dag, HopId, Kind, Output};
use crate::facts::{Dim, Facts, MatrixFacts};
use crate::ops::{Scalar, ScalarType, table};
use crate::program::ir::{Scope, Var};
use crate::sketch::{Nnz, Sketch};
use lac_grammar::Span;

/// The text of a DAG whose variables are named in `scope`.
pub fn print(dag: &Dag, scope: &Scope) -> String {
    let mut text = String::new();
    let order = dag.schedule(|_| true);
    let numbers: HashMap<HopId, usize> = order.iter().enumerate().map(|(i, id)| (*id, i)).collect();
    for (i, &id) in order.iter().enumerate() {
        let hop = dag.hop(id);
        let _ = write!(text, "%{i} = ");
        match &hop.kind {
            Kind::Input(v) => {
                let _ = write!(text, "input {}", scope.name(*v));
            }
            Kind::Literal(value) => {
                let _ = write!(text, "literal {}", literal(value));
            }
            Kind::Apply(op) => {
                text.push_str(op.row().name);
                for o in dag.operands(id) {
                    match o {
                        Some(o) => {
                            let _ = write!(text, " %{}", numbers[&o]);
                        }
                        None => text.push_str(" _"),
                    }
                }
            }
        }
        if !matches!(hop.kind, Kind::Literal(_)) {
            let _ = write!(text, " : {}", facts(&hop.facts));
        }
        text.push('\n');
    }
    for output in &dag.outputs {
        let _ = match output {
            Output::Assign(v, h) => writeln!(text, "{} = %{}", scope.name(*v), numbers[h]),
            Output::Several(vs, h) => {
                let names: Vec<&str> = vs.iter().map(|v| scope.name(*v)).collect();
                writeln!(text, "[{}] = %{}", names.join(", "), numbers[h])
            }
            Output::Effect(h) => writeln!(text, "effect %{}", numbers[h]),
        };
    }
    text
}

fn literal(value: &Scalar) -> String {
    match value {
        Scalar::Str(s) => format!("{s:?}"),
        other => other.to_string(),
    }
}

/// `matrix 3 x 4, nnz 1 2.5 12, finite`, `int`, `unknown`
pub fn facts(facts: &Facts) -> String {
    match facts {
        Facts::Unknown => "unknown".into(),
        Facts::Scalar { ty: None, .. } => "scalar".into(),
        Facts::Frame { .. } => facts.describe(),
        Facts::List { .. } => "list".into(),
        Facts::Scalar { ty: Some(ty), .. } => ty.to_string(),
        Facts::Matrix(m) => {
            let mut text = format!("matrix {}", m.shape());
            if let Some(s) = &m.sketch {
                let n = s.nnz();
                let _ = write!(text, ", nnz {} {} {}", n.lower, n.estimate, n.upper);
            }
            if m.finite {
                text.push_str(", finite");
            }
            text
        }
    }
}

/// Reads a DAG back. The scope gets the names of the text.
pub fn parse(text: &str, scope: &mut Scope) -> Result<Dag, String> {
    let mut dag = Dag::default();
    let mut nodes: Vec<HopId> = Vec::new();
    for (n, line) in text.lines().enumerate().filter(|(_, l)| !l.trim().is_empty()) {
        one(line.trim(), scope, &mut dag, &mut nodes).map_err(|why| format!("line {}: {why}: {line}", n + 1))?;
    }
    Ok(dag)
}

fn one(line: &str, scope: &mut Scope, dag: &mut Dag, nodes: &mut Vec<HopId>) -> Result<(), String> {
    let node = |nodes: &[HopId], t: &str| -> Result<HopId, String> {
        let i: usize = t.strip_prefix('%').and_then(|t| t.parse().ok()).ok_or("a node is written %n")?;
        nodes.get(i).copied().ok_or_else(|| format!("there is no %{i} yet"))
    };
    if let Some(rest) = line.strip_prefix("effect ") {
        dag.outputs.push(Output::Effect(node(nodes, rest)?));
        return Ok(());
    }
    let (left, right) = line.split_once(" = ").ok_or("a line is `%n = ...`, `name = %n` or `effect %n`")?;
    if let Some(names) = left.strip_prefix('[').and_then(|l| l.strip_suffix(']')) {
        let vars = names.split(", ").map(|n| scope.var(n)).collect();
        dag.outputs.push(Output::Several(vars, node(nodes, right)?));
        return Ok(());
    }
    // `%4 = %2` is an output: a temporary's name looks like a node's.
    let is_node = left.starts_with('%') && left[1..].parse() == Ok(nodes.len()) && node(nodes, right).is_err();
    if !is_node {
        let var = scope.var(left);
        dag.outputs.push(Output::Assign(var, node(nodes, right)?));
        return Ok(());
    }
    let id = if let Some(value) = right.strip_prefix("literal ") {
        let value = parse_literal(value)?;
        dag.add(Kind::Literal(value.clone()), &[], Facts::literal(value), Span::default(), vec![])
    } else if let Some(rest) = right.strip_prefix("input ") {
        let (name, known) = rest.split_once(" : ").ok_or("an input says its type")?;
        let (var, known) = (scope.var(name), parse_facts(known)?);
        let depends: Vec<Var> = if known.is_scalar() { vec![var] } else { vec![] };
        dag.add(Kind::Input(var), &[], known, Span::default(), depends)
    } else {
        let (right, known) = right.rsplit_once(" : ").ok_or("an operator says its type")?;
        let known = parse_facts(known)?;
        let mut words = right.split(' ');
        let name = words.next().unwrap_or_default();
        let operands: Vec<Option<HopId>> =
            words.map(|w| if w == "_" { Ok(None) } else { node(nodes, w).map(Some) }).collect::<Result<_, _>>()?;
        apply(name, &operands, known, dag)?
    };
    nodes.push(id);
    Ok(())
}

fn apply(name: &str, operands: &[Option<HopId>], facts: Facts, dag: &mut Dag) -> Result<HopId, String> {
    let row = table()
        .iter()
        .filter(|r| r.name == name)
        .find(|r| r.parameters.len() == operands.len() || (r.variadic && operands.len() >= r.parameters.len()))
        .ok_or_else(|| format!("there is no operator `{name}` of {} operands", operands.len()))?;
    let known: Vec<Option<&Facts>> = operands.iter().map(|o| o.map(|o| &dag.hop(o).facts)).collect();
    let mut depends: Vec<Var> = Vec::new();
    if facts.is_scalar() && !known.iter().flatten().any(|f| f.is_matrix()) {
        for o in operands.iter().flatten() {
            depends.extend(&dag.hop(*o).depends);
        }
    }
    depends.sort();
    depends.dedup();
    Ok(dag.add(Kind::Apply(row.op), operands, facts, Span::default(), depends))
}

fn parse_literal(text: &str) -> Result<Scalar, String> {
    if text.starts_with('"') {
        // The escapes that `{:?}` writes are those of the language.
        let parsed = lac_grammar::parse_expr(lac_grammar::FileId(0), text);
        return match parsed.map(|e| e.kind) {
            Ok(lac_grammar::ast::ExprKind::String(s)) => Ok(Scalar::from(s.as_str())),
            _ => Err("a text literal".into()),
        };
    }
    match text {
        "TRUE" => return Ok(Scalar::Bool(true)),
        "FALSE" => return Ok(Scalar::Bool(false)),
        _ => {}
    }
    match text.parse::<i64>() {
        Ok(i) => Ok(Scalar::Int(i)),
        Err(_) => Scalar::from(text).cast(ScalarType::Double).ok_or_else(|| "a literal".to_string()),
    }
}

/// `3 x ?`
fn parse_shape(text: &str) -> Result<(Dim, Dim), String> {
    let (rows, cols) = text.split_once(" x ").ok_or("a shape")?;
    let dim = |t: &str| if t == "?" { Ok(None) } else { t.parse::<u64>().map(Some).map_err(|_| "a dimension") };
    Ok((dim(rows)?, dim(cols)?))
}

fn parse_facts(text: &str) -> Result<Facts, String> {
    match text {
        "unknown" => return Ok(Facts::Unknown),
        "list" => return Ok(Facts::List { length: None }),
        "scalar" => return Ok(Facts::Scalar { ty: None, value: None }),
        "int" => return Ok(Facts::scalar(ScalarType::Int)),
        "double" => return Ok(Facts::scalar(ScalarType::Double)),
        "boolean" => return Ok(Facts::scalar(ScalarType::Bool)),
        "string" => return Ok(Facts::scalar(ScalarType::Str)),
        _ => {}
    }
    if let Some(shape) = text.strip_prefix("frame ") {
        let (rows, cols) = parse_shape(shape)?;
        return Ok(Facts::Frame { rows, cols });
    }
    let mut parts = text.strip_prefix("matrix ").ok_or("a type")?.split(", ");
    let (rows, cols) = parse_shape(parts.next().ok_or("a shape")?)?;
    let Facts::Matrix(mut m) = Facts::matrix(rows, cols) else { unreachable!("a matrix has matrix facts") };
    for part in parts {
        if part == "finite" {
            m.finite = true;
        } else if let Some(nnz) = part.strip_prefix("nnz ") {
            let n: Vec<&str> = nnz.split(' ').collect();
            let [lower, estimate, upper] = n[..] else { return Err("nnz has three numbers".into()) };
            let wrong = "a number of nonzeros";
            let nnz = Nnz::new(
                lower.parse().map_err(|_| wrong)?,
                estimate.parse().map_err(|_| wrong)?,
                upper.parse().map_err(|_| wrong)?,
            );
            if let (Some(r), Some(c)) = (rows, cols) {
                m = MatrixFacts { sketch: Some(Sketch::uniform(r, c, nnz)), ..m };
            }
        }
    }
    Ok(Facts::Matrix(m))
}
