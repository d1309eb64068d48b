//! What the scopes of a program share: its texts and functions, what was found wrong, and who is called by names.

use std::collections::{BTreeSet, HashMap};

use lac_grammar::{Diagnostic, ast};

use super::{Lowering, Options};
use crate::program::functions::{Loader, Units};
use crate::program::ir::*;
use crate::program::parallel::{self, Given};
use crate::program::{liveness, resolve};

/// What all scopes of a program share.
pub(super) struct Shared<'a> {
    pub units: Units<'a>,
    pub options: &'a Options,
    pub diagnostics: &'a mut Vec<Diagnostic>,
    pub blocks: u32,
    /// The texts that call functions by names that are values, and the strings that may be such names.
    pub evals: BTreeSet<usize>,
    pub texts: BTreeSet<String>,
}

impl<'a> Shared<'a> {
    pub fn new(
        script: &mut ast::Script,
        options: &'a Options,
        loader: &'a mut dyn Loader,
        diagnostics: &'a mut Vec<Diagnostic>,
    ) -> Shared<'a> {
        let units = Units::collect(script, loader, diagnostics);
        let (evals, texts) = (BTreeSet::new(), BTreeSet::new());
        Shared { units, options, diagnostics, blocks: options.first_block, evals, texts }
    }

    /// With the functions that are called by names.
    pub fn program(mut self, mut functions: Vec<Function>, main: Scope) -> Program {
        let named = self.named(&mut functions);
        Program { functions, main, blocks: self.blocks, callees: self.units.callees(named) }
    }

    /// Lowers the functions that have no code yet, and those of libraries that they call.
    pub fn functions(&mut self, done: &mut Vec<Function>) {
        while done.len() < self.units.count() {
            let id = FunctionId(done.len() as u32);
            let function = self.function(id);
            done.push(Function { wrong: self.units.broken(id), ..function });
        }
    }

    /// The functions that strings of the program name, for texts that call by names.
    fn named(&mut self, done: &mut Vec<Function>) -> HashMap<(usize, String), FunctionId> {
        let mut found = HashMap::new();
        let mut seen = BTreeSet::new();
        loop {
            let asked = self.evals.iter().flat_map(|unit| self.texts.iter().map(|text| (*unit, text.clone())));
            let new: Vec<(usize, String)> = asked.filter(|pair| !seen.contains(pair)).collect();
            if new.is_empty() {
                return found;
            }
            for unit in self.evals.clone() {
                self.units.place_all(unit);
            }
            for (unit, name) in new {
                let told = self.diagnostics.len();
                if !resolve::is_builtin(&name)
                    && let Some(id) = self.units.named(unit, &name, self.diagnostics)
                {
                    found.insert((unit, name.clone()), id);
                }
                self.diagnostics.truncate(told);
                seen.insert((unit, name));
            }
            self.quietly(done);
        }
    }

    /// What is wrong in a function that perhaps nobody calls is told when it is called.
    pub fn quietly(&mut self, done: &mut Vec<Function>) {
        while done.len() < self.units.count() {
            let told = self.diagnostics.len();
            let id = FunctionId(done.len() as u32);
            let mut function = self.function(id);
            let wrong = self.diagnostics.drain(told..).find(Diagnostic::is_error).map(Box::new);
            function.wrong = self.units.broken(id).or(wrong);
            done.push(function);
        }
    }

    /// The function that a call in a unit means, if it is not a builtin.
    pub fn find(&mut self, unit: usize, call: &ast::Call) -> std::result::Result<Option<FunctionId>, Box<Diagnostic>> {
        let found = self.units.find(unit, call)?;
        let name = call.name.name.as_str();
        if found.is_some() || resolve::is_builtin(name) {
            return Ok(found);
        }
        Ok(self.units.shelved(name, self.diagnostics))
    }

    fn function(&mut self, id: FunctionId) -> Function {
        let (unit, f) = (self.units.unit(id), self.units.function(id));
        let (name, library) = (self.units.name(id), self.units.is_library(unit));
        let mut lowering = Lowering::new(self, unit);
        lowering.signature(&f);
        let parameters: Vec<Parameter> = f
            .parameters
            .iter()
            .map(|p| {
                let default = p.default.as_ref().map(|e| lowering.computed(e));
                Parameter { var: lowering.target(&p.name), ty: p.ty, default, span: p.name.span }
            })
            .collect();
        let results: Vec<Result> =
            f.results.iter().map(|r| Result { var: lowering.target(&r.name), ty: r.ty, span: r.name.span }).collect();
        lowering.results = Some(results.iter().map(|r| r.var).collect());
        let body = lowering.block(&f.body);
        let mut scope = lowering.scope;
        scope.body = body;
        let live: BTreeSet<Var> = results.iter().map(|r| r.var).collect();
        liveness::annotate(&mut scope, live);
        let is_scalar = |p: &&Parameter| matches!(p.ty, ast::Type::Scalar(v) if v != ast::ValueType::Unknown);
        let given = Given {
            all: parameters.iter().map(|p| p.var).collect(),
            scalars: parameters.iter().filter(is_scalar).map(|p| p.var).collect(),
        };
        parallel::check(&mut scope, &given, self.diagnostics);
        let mut parameters = parameters;
        // Defaults are computed in order, before the body; later ones may use all parameters.
        let all: BTreeSet<Var> = parameters.iter().map(|p| p.var).collect();
        for p in &mut parameters {
            if let Some(default) = &mut p.default {
                let mut live = all.clone();
                live.insert(default.var);
                liveness::blocks(&mut default.body, live);
            }
        }
        Function { name, span: f.span, parameters, results, scope, library, wrong: None }
    }
}
