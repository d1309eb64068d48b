//! Calls: what functions get and give.

use lac_grammar::{Diagnostic, Span, ast};

use super::{Binding, DEPTH, Environment, Walk};
use crate::facts::Facts;
use crate::ops::{Scalar, ScalarType};
use crate::program::ir::*;

impl<'a> Walk<'a> {
    pub(super) fn call(&mut self, call: &'a Call, env: &mut Environment) {
        let callee = call.callee(|var| env.get(&var).is_some_and(|b| matches!(*b.facts, Facts::Scalar { .. })));
        let function = &self.program.functions[callee.0 as usize];
        let mut arguments = Vec::new();
        for (p, a) in function.parameters.iter().zip(&call.arguments) {
            arguments.push(a.and_then(|(var, span)| {
                let facts = Facts::clone(&env.get(&var)?.facts);
                let fits = self.check_argument(function, p, &facts, span);
                Some(declared(p.ty, if fits { facts } else { Facts::Unknown }))
            }));
        }
        let results = self.results(callee, &arguments, call.span);
        for (target, facts) in call.targets.iter().zip(results) {
            env.insert(*target, Binding::certain(facts));
        }
    }

    /// A call by a name: what is known of its results if the name is.
    pub(super) fn eval(&mut self, eval: &'a Eval, env: &mut Environment) {
        let results = self.evaluated(eval, env);
        for (i, target) in eval.targets.iter().enumerate() {
            let facts = match &results {
                _ if eval.as_list => Facts::List { length: results.as_ref().map(|r| r.len() as u64) },
                Some(all) => as_evaluated(all.get(i).cloned().unwrap_or_default()),
                None => Facts::Unknown,
            };
            env.insert(*target, Binding::certain(facts));
        }
    }

    pub(super) fn evaluated(&mut self, eval: &'a Eval, env: &Environment) -> Option<Vec<Facts>> {
        let name = match env.get(&eval.function.0)?.facts.value() {
            Some(Scalar::Str(name)) => name.clone(),
            _ => return None,
        };
        let id = self.program.callees.find(eval.unit, &name)?;
        let function = &self.program.functions[id.0 as usize];
        let facts = |a: &Argument| env.get(&a.var).map(|b| Facts::clone(&b.facts)).unwrap_or_default();
        // What a list holds is not known.
        let spread =
            eval.spreads(function) && !matches!(facts(&eval.arguments[0]), Facts::Matrix(_) | Facts::Scalar { .. });
        let mut arguments: Vec<Option<Facts>> = vec![None; function.parameters.len()];
        if spread {
            arguments = function.parameters.iter().map(|p| Some(declared(p.ty, Facts::Unknown))).collect();
        } else {
            let names: Vec<Option<&str>> = eval.arguments.iter().map(|a| a.name.as_deref()).collect();
            match function.places(&names) {
                Err(misplaced) => {
                    self.report(misplaced.diagnostic(function, &names, eval.span));
                    return None;
                }
                Ok(places) => {
                    for (a, place) in eval.arguments.iter().zip(places) {
                        let p = &function.parameters[place];
                        let fits = self.check_argument(function, p, &facts(a), a.span);
                        arguments[place] = Some(declared(p.ty, if fits { facts(a) } else { Facts::Unknown }));
                    }
                }
            }
        }
        Some(self.results(id, &arguments, eval.span))
    }

    /// Reports an argument of another type than declared; whether it fits.
    pub(super) fn check_argument(&mut self, function: &Function, p: &Parameter, facts: &Facts, span: Span) -> bool {
        let name = function.scope.name(p.var);
        let wrong = match (p.ty, facts) {
            // A list of one value stands for its value.
            (ast::Type::List(_), Facts::List { .. }) => None,
            (_, Facts::List { length: None | Some(1) }) => return p.ty == UNKNOWN,
            (ast::Type::Frame(_), Facts::Scalar { .. } | Facts::Matrix(_) | Facts::List { .. }) => {
                Some(("a frame", "`as.frame(x)` makes one"))
            }
            (ast::Type::List(_), Facts::Scalar { .. } | Facts::Matrix(_) | Facts::Frame { .. }) => {
                Some(("a list", "`list(x)` makes one"))
            }
            (ast::Type::Matrix(_), Facts::List { .. } | Facts::Frame { .. }) => {
                Some(("a matrix", "`as.matrix(x)` makes one of a frame or of a value of a list"))
            }
            (ast::Type::Scalar(v), Facts::List { .. } | Facts::Frame { .. }) if v != ast::ValueType::Unknown => {
                Some(("a scalar", "`as.scalar(x)` takes a value of a list or the cell of a 1 x 1 frame"))
            }
            (ast::Type::Matrix(_), Facts::Scalar { .. }) => Some(("a matrix", "`as.matrix(x)` makes one of a scalar")),
            (ast::Type::Scalar(v), Facts::Matrix(_)) if v != ast::ValueType::Unknown => {
                Some(("a scalar", "`as.scalar(X)` takes the value of a 1 x 1 matrix"))
            }
            _ => None,
        };
        let Some((needs, help)) = wrong else { return true };
        self.report(
            Diagnostic::error("E0222", format!("the parameter `{name}` of `{}` is {needs}", function.name))
                .at(span, format!("this is {}", facts.describe()))
                .at(p.span, "declared here")
                .help(help),
        );
        false
    }

    pub(super) fn results(&mut self, id: FunctionId, arguments: &[Option<Facts>], span: Span) -> Vec<Facts> {
        let program = self.program;
        let function = &program.functions[id.0 as usize];
        let unknown = || function.results.iter().map(|r| given(r.ty, Facts::Unknown)).collect::<Vec<_>>();
        // What is wrong in it is told when it is called.
        let wrong = function.wrong.is_some();
        if wrong || self.active.iter().any(|(active, _)| *active == id) || self.active.len() >= DEPTH {
            return unknown();
        }
        let key = (id, format!("{} {} {arguments:?}", self.silent > 0, self.unsure()));
        if let Some(known) = self.memo.get(&key) {
            return known.clone();
        }
        self.active.push((id, span));
        let outer = (self.function.replace(&function.name), std::mem::take(&mut self.loops));
        let mut env = Environment::new();
        for (p, a) in function.parameters.iter().zip(arguments) {
            let facts = match (a, &p.default) {
                (Some(facts), _) => facts.clone(),
                (None, Some(default)) => declared(p.ty, self.computed(&function.scope, default, &mut env)),
                (None, None) => declared(p.ty, Facts::Unknown),
            };
            env.insert(p.var, Binding::certain(facts));
        }
        let outer_jumps = (std::mem::take(&mut self.jumps), self.returns.take());
        let outer_left = self.left;
        let ends = self.blocks(&function.scope, &function.scope.body, &mut env);
        let returns = std::mem::replace(&mut self.returns, outer_jumps.1);
        self.jumps = outer_jumps.0;
        self.left = outer_left;
        let stopped = !ends && returns.is_none();
        if let Some(returns) = returns {
            env = if ends { env.join(&returns) } else { returns };
        }
        let mut results = Vec::new();
        for r in &function.results {
            match env.get(&r.var) {
                Some(b) => results.push(given(r.ty, Facts::clone(&b.facts))),
                None if stopped => results.push(given(r.ty, Facts::Unknown)),
                None => {
                    let name = function.scope.name(r.var);
                    self.report(
                        Diagnostic::error("E0223", format!("`{}` never assigns its result `{name}`", function.name))
                            .at(r.span, "declared here"),
                    );
                    results.push(given(r.ty, Facts::Unknown));
                }
            }
        }
        (self.function, self.loops) = outer;
        self.active.pop();
        self.memo.insert(key, results.clone());
        results
    }

    /// A function that nobody calls is checked too, as far as its declaration says what it gets.
    pub(super) fn uncalled(&mut self, id: FunctionId) {
        let function = &self.program.functions[id.0 as usize];
        if function.library || self.memo.keys().any(|(called, _)| *called == id) {
            return;
        }
        let arguments: Vec<Option<Facts>> =
            function.parameters.iter().map(|p| Some(declared(p.ty, Facts::Unknown))).collect();
        let observer = self.observer.take();
        self.results(id, &arguments, function.span);
        self.observer = observer;
    }
}

/// A number that `eval` gives is a 1 x 1 matrix.
fn as_evaluated(facts: Facts) -> Facts {
    match facts {
        Facts::Scalar { ty: None, .. } => Facts::Unknown,
        Facts::Scalar { ty: Some(ty), .. } if ty != ScalarType::Str => Facts::matrix(Some(1), Some(1)),
        other => other,
    }
}

const UNKNOWN: ast::Type = ast::Type::Scalar(ast::ValueType::Unknown);

/// What a declaration adds to what is known.
fn declared(ty: ast::Type, facts: Facts) -> Facts {
    let scalar = |v: ast::ValueType| match v {
        ast::ValueType::Int => Some(ScalarType::Int),
        ast::ValueType::Double => Some(ScalarType::Double),
        ast::ValueType::Boolean => Some(ScalarType::Bool),
        ast::ValueType::String => Some(ScalarType::Str),
        ast::ValueType::Unknown => None,
    };
    match (ty, facts) {
        (ast::Type::Matrix(_), Facts::Unknown) => Facts::matrix(None, None),
        (ast::Type::Frame(_), Facts::Unknown) => Facts::Frame { rows: None, cols: None },
        (ast::Type::List(_), Facts::Unknown) => Facts::List { length: None },
        (ast::Type::Scalar(ast::ValueType::Unknown), facts) => facts,
        (ast::Type::Scalar(v), Facts::Unknown) => Facts::Scalar { ty: scalar(v), value: None },
        (ast::Type::Scalar(v), Facts::Scalar { value, .. }) => {
            let value = value.and_then(|x| scalar(v).and_then(|t| x.cast(t)));
            Facts::Scalar { ty: scalar(v), value }
        }
        (_, facts) => facts,
    }
}

/// What the declaration of a result adds: a result that is called an int keeps its fraction.
fn given(ty: ast::Type, facts: Facts) -> Facts {
    match (ty, &facts) {
        (_, Facts::Scalar { ty: Some(ScalarType::Int | ScalarType::Bool), .. }) => declared(ty, facts),
        (ast::Type::Scalar(ast::ValueType::Int), _) => declared(ast::Type::Scalar(ast::ValueType::Unknown), facts),
        _ => declared(ty, facts),
    }
}
