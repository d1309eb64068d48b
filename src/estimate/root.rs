//! From the text of an expression to its DAG, with what is known of every value.

use std::cell::RefCell;

use lac_compiler::facts::{Facts, MatrixFacts};
use lac_compiler::hop::{Built, Dag, HopId, Output};
use lac_compiler::ops::Scalar;
use lac_compiler::program::analyze::{Observer, Place};
use lac_compiler::program::{self, Basic, Binding, Environment, NoLoader, Options, Scope, Var};
use lac_compiler::sketch::Nnz;
use lac_grammar::diagnostic::did_you_mean;
use lac_grammar::{Diagnostic, FileId, Span, ast};
use lac_runtime::Context;

use super::{Given, Question};
use crate::catalog::Files;

/// The name of the result; the space keeps it apart from the user's names.
const RESULT: &str = "the result";

/// The DAG that computes the result, seen by the analysis of the one-statement program.
pub(super) struct Root {
    pub dag: Dag,
    pub hop: HopId,
    pub scope: Scope,
    /// Of the whole expression.
    pub span: Span,
}

#[derive(Default)]
struct Seen(RefCell<Option<(Dag, HopId, Scope)>>);

impl Observer for &Seen {
    fn block(&mut self, place: &Place, _: &Basic, built: &Built) {
        let is_result = |o: &Output| match o {
            Output::Assign(var, hop) if place.scope.name(*var) == RESULT => Some(*hop),
            _ => None,
        };
        if let Some(hop) = built.dag.outputs.iter().find_map(is_result) {
            let scope = Scope { names: place.scope.names.clone(), body: vec![] };
            *self.0.borrow_mut() = Some((built.dag.clone(), hop, scope));
        }
    }
}

/// Lowers the expression as a program that assigns it, after the scalars, and infers what is known of every value.
pub(super) fn infer(
    question: &Question,
    file: FileId,
    known: &[Facts],
    context: &Context,
) -> Result<Root, Vec<Diagnostic>> {
    let value = lac_grammar::parse_expr(file, question.expression)?;
    let span = value.span;
    let assign = |name: &str, value: ast::Expr| {
        let name = ast::Ident { span, name: name.to_string() };
        ast::Stmt { span, kind: ast::StmtKind::Assign { target: ast::Target { name, index: None }, value } }
    };
    let scalars = question.given.iter().filter_map(|(name, given)| match given {
        Given::Scalar(s) => Some(assign(name, ast::Expr { span, kind: literal(s) })),
        _ => None,
    });
    let statements = scalars.chain([assign(RESULT, value.clone())]).collect();
    let names: Vec<String> = question.given.iter().map(|(name, _)| name.clone()).collect();
    let options = Options { given: names.clone(), keep: true, ..Options::default() };
    let mut diagnostics = vec![];
    let script = ast::Script { statements, functions: vec![] };
    let program = program::lower(script, &options, &mut NoLoader, &mut diagnostics);
    let mut given = Environment::new();
    for (i, name) in program.main.names.iter().enumerate() {
        if let Some(n) = names.iter().position(|n| n == name)
            && known[n].is_matrix()
        {
            given.insert(Var(i as u32), Binding::certain(known[n].clone()));
        }
    }
    let (seen, catalog) = (Seen::default(), Files::new(context.clone(), true));
    diagnostics.extend(program::analyze(&program, given, &catalog, Some(&mut &seen)).diagnostics);
    diagnostics.retain(Diagnostic::is_error);
    if !diagnostics.is_empty() {
        return Err(diagnostics.into_iter().map(|d| name_file(d, &names)).collect());
    }
    match seen.0.into_inner() {
        Some((dag, hop, scope)) => Ok(Root { dag, hop, scope, span }),
        None => Err(vec![no_matrix(span, "it has no value")]),
    }
}

/// How a name gets a value here.
fn name_file(d: Diagnostic, names: &[String]) -> Diagnostic {
    if d.code != "E0201" || d.help.is_some() {
        return d;
    }
    let name = d.message.split('`').nth(1).unwrap_or("A").to_string();
    match did_you_mean(&name, names.iter().map(String::as_str)) {
        Some(near) => d.help(format!("did you mean `{near}`?")),
        None => d.help(format!("say which file it is, after the expression: {name}=FILE")),
    }
}

fn literal(s: &Scalar) -> ast::ExprKind {
    match s {
        Scalar::Int(i) => ast::ExprKind::Int(*i),
        Scalar::Double(x) => ast::ExprKind::Double(*x),
        Scalar::Bool(b) => ast::ExprKind::Bool(*b),
        Scalar::Str(s) => ast::ExprKind::String(s.to_string()),
    }
}

fn no_matrix(span: Span, what: &str) -> Diagnostic {
    Diagnostic::error("E0230", format!("the expression has no nonzeros to estimate: {what}")).at(span, "no matrix")
}

impl Root {
    /// Shape and nonzeros as inferred.
    pub fn result(&self) -> Result<(u64, u64, Nnz), Vec<Diagnostic>> {
        let facts = &self.dag.hop(self.hop).facts;
        match facts {
            Facts::Matrix(MatrixFacts { rows: Some(rows), cols: Some(cols), sketch: Some(sketch), .. }) => {
                Ok((*rows, *cols, sketch.nnz()))
            }
            Facts::Matrix(m) => {
                let message = format!("the shape of the result is not known without computing it: {}", m.shape());
                Err(vec![Diagnostic::error("E0230", message).at(self.span, "of unknown shape")])
            }
            other => Err(vec![no_matrix(self.span, &format!("it is of type {}", other.describe()))]),
        }
    }
}
