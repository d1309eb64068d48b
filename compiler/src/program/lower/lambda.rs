//! `apply` and `map`: a function of each row, column or value. They become loops; so a function without a name sees the
//! variables around it.

use lac_grammar::ast::{self, ExprKind as A, StmtKind as S};
use lac_grammar::{Diagnostic, Span};

use super::Lowering;
use crate::program::ir::*;
use crate::program::resolve::is_builtin;

/// Whether a call is `apply`, or `map` with a function without a name.
pub(super) fn is_each(call: &ast::Call) -> bool {
    let lambda = || call.arguments.iter().any(|a| matches!(a.value.kind, A::Lambda(..)));
    call.namespace.is_none() && (call.name.name == "apply" || call.name.name == "map" && lambda())
}

impl Lowering<'_, '_> {
    /// `apply(X, 1, f)` binds f of each row of X, `apply(X, 2, f)` f of each column; `map(L, f)` is the list of f of each
    /// value of a list, or of what else a loop runs over.
    ///
    /// ```text
    /// R = list(); for (i in seq(1, nrow(X), 1)) { x = X[i, ]; R = append(R, list(as.matrix(f(x)))) }; rbind(R)
    /// R = list(); for (x in L) R = append(R, list(f(x)))
    /// ```
    pub(super) fn each(&mut self, call: &ast::Call, span: Span) -> Option<Expr> {
        let make = Maker(span);
        let by_rows = match (call.name.name.as_str(), &call.arguments[..]) {
            ("map", [_, _]) => None,
            ("apply", [_, margin, _]) => match &margin.value.kind {
                A::Int(1) => Some(true),
                A::Int(2) => Some(false),
                A::String(margin) if margin == "rows" => Some(true),
                A::String(margin) if margin == "cols" => Some(false),
                _ => {
                    self.report(
                        Diagnostic::error("E0215", "`apply` goes by 1, the rows, or 2, the columns")
                            .at(margin.value.span, "this is neither")
                            .help("write `apply(X, 1, x -> sum(x))`"),
                    );
                    return None;
                }
            },
            (name, _) => {
                let usage = if name == "map" { "map(L, x -> ...)" } else { "apply(X, 1, x -> ...)" };
                let error = Diagnostic::error("E0205", format!("`{name}` takes something and a function of its parts"));
                self.report(error.at(span, "called here").help(format!("write `{usage}`")));
                return None;
            }
        };
        let of = &call.arguments[0].value;
        let function = &call.arguments[call.arguments.len() - 1].value;
        let (base, result, at) = (self.hidden("base"), self.hidden("result"), self.hidden("at"));
        let nameless = make.ident(&self.hidden("x"));
        let (parameter, body) = match &function.kind {
            A::Lambda(parameter, body) => (parameter, (**body).clone()),
            // A name: that of a function, or a variable that holds one.
            A::Name(name) if by_rows.is_none() => (&nameless, make.call(name, vec![make.name(&nameless.name)])),
            A::Name(name) if !self.variables.contains_key(name) => {
                let f = ast::Expr { span: function.span, kind: A::String(name.clone()) };
                (&nameless, make.call("eval", vec![f, make.name(&nameless.name)]))
            }
            _ => (&nameless, make.call("eval", vec![function.clone(), make.name(&nameless.name)])),
        };
        let body = if by_rows.is_some() { make.call("as.matrix", vec![body]) } else { body };
        let longer = make.call("append", vec![make.name(&result), make.call("list", vec![body])]);
        let collect = make.assign(make.ident(&result), longer);
        self.statement(&make.assign(make.ident(&result), make.call("list", vec![])));
        self.statement(&make.assign(make.ident(&base), of.clone()));
        let (variable, range, statements) = match by_rows {
            None => (parameter.clone(), make.name(&base), vec![collect]),
            Some(by_rows) => {
                let at_place = ast::Index::At(make.name(&at));
                let all = ast::Index::All(span);
                let index = if by_rows { vec![at_place, all] } else { vec![all, at_place] };
                let part = make.expr(A::Index { base: Box::new(make.name(&base)), index });
                let count = make.call(if by_rows { "nrow" } else { "ncol" }, vec![make.name(&base)]);
                let one = || make.expr(A::Int(1));
                let range = make.call("seq", vec![one(), count, one()]);
                (make.ident(&at), range, vec![make.assign(parameter.clone(), part), collect])
            }
        };
        // The parameter is a variable of its own, whatever has its name outside.
        self.temporaries += 1;
        let own = self.variable(&format!("{}%{}", parameter.name, self.temporaries));
        let outside = self.variables.insert(parameter.name.clone(), own);
        self.statement(&make.stmt(S::For { variable, range, parallel: None, body: statements }));
        match outside {
            Some(var) => self.variables.insert(parameter.name.clone(), var),
            None => self.variables.remove(&parameter.name),
        };
        let value = match by_rows {
            None => make.name(&result),
            Some(by_rows) => make.call(if by_rows { "rbind" } else { "cbind" }, vec![make.name(&result)]),
        };
        Some(self.expr(&value))
    }

    /// Whether a call is `map` with the name of a function.
    pub(super) fn maps_by_name(&self, call: &ast::Call) -> bool {
        let [_, function] = &call.arguments[..] else { return false };
        let A::Name(name) = &function.value.kind else { return false };
        let is_function = || self.shared.units.names(self.unit).any(|n| n == name) || is_builtin(name);
        call.namespace.is_none() && call.name.name == "map" && !self.variables.contains_key(name) && is_function()
    }

    /// A name that no script can write.
    fn hidden(&mut self, what: &str) -> String {
        self.temporaries += 1;
        format!("%{what}{}", self.temporaries)
    }
}

/// Makes parts of a tree, all at one place.
struct Maker(Span);

impl Maker {
    fn expr(&self, kind: A) -> ast::Expr {
        ast::Expr { span: self.0, kind }
    }

    fn stmt(&self, kind: S) -> ast::Stmt {
        ast::Stmt { span: self.0, kind }
    }

    fn ident(&self, name: &str) -> ast::Ident {
        ast::Ident { span: self.0, name: name.into() }
    }

    fn name(&self, name: &str) -> ast::Expr {
        self.expr(A::Name(name.into()))
    }

    fn call(&self, name: &str, values: Vec<ast::Expr>) -> ast::Expr {
        let arguments = values.into_iter().map(|value| ast::Argument { name: None, value }).collect();
        self.expr(A::Call(ast::Call { namespace: None, name: self.ident(name), arguments }))
    }

    fn assign(&self, name: ast::Ident, value: ast::Expr) -> ast::Stmt {
        self.stmt(S::Assign { target: ast::Target { name, index: None }, value })
    }
}
