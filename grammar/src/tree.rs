//! What the grammar's actions call: makes the nodes of the tree, and judges what is grammatical but wrong.

use crate::ast::*;
use crate::token::unescape;
use crate::{Diagnostic, FileId, MAX_ERRORS, Span, code, diagnostic::did_you_mean};

/// The head of an `if`: its span and condition.
pub type Head = (Span, Expr);

/// What stands at the level of statements.
pub enum Item {
    Stmt(Stmt),
    Function(Function),
    /// Reported already, or without meaning.
    Nothing,
}

/// The parameters and results of a function; `None` was reported.
pub struct Signature {
    pub parameters: Vec<Option<Parameter>>,
    pub results: Vec<Option<Parameter>>,
}

/// A type as written: `double`, `matrix[double]`.
pub struct TypeName {
    pub span: Span,
    pub name: Ident,
    pub element: Option<Ident>,
}

/// Makes nodes and collects errors while one text is parsed.
pub struct Builder<'a> {
    file: FileId,
    text: &'a str,
    pub diagnostics: Vec<Diagnostic>,
}

/// The names of value types.
const VALUE_TYPES: [(&str, ValueType); 12] = [
    ("int", ValueType::Int),
    ("integer", ValueType::Int),
    ("Int", ValueType::Int),
    ("Integer", ValueType::Int),
    ("double", ValueType::Double),
    ("Double", ValueType::Double),
    ("boolean", ValueType::Boolean),
    ("Boolean", ValueType::Boolean),
    ("string", ValueType::String),
    ("String", ValueType::String),
    ("unknown", ValueType::Unknown),
    ("Unknown", ValueType::Unknown),
];

type MakeType = fn(ValueType) -> Type;

/// The names of types with an element type in brackets.
const DATA_TYPES: [(&str, MakeType); 8] = [
    ("matrix", Type::Matrix),
    ("Matrix", Type::Matrix),
    ("frame", Type::Frame),
    ("Frame", Type::Frame),
    ("list", Type::List),
    ("List", Type::List),
    ("scalar", Type::Scalar),
    ("Scalar", Type::Scalar),
];

/// Types of other languages and what comes closest.
const FOREIGN_TYPES: [(&str, &str); 9] = [
    ("float", "double"),
    ("real", "double"),
    ("numeric", "double"),
    ("num", "double"),
    ("bool", "boolean"),
    ("logical", "boolean"),
    ("str", "string"),
    ("character", "string"),
    ("vector", "matrix"),
];

impl<'a> Builder<'a> {
    pub fn new(file: FileId, text: &'a str) -> Self {
        Builder { file, text, diagnostics: vec![] }
    }

    pub fn span(&self, start: u32, end: u32) -> Span {
        Span { file: self.file, start, end: end.max(start) }
    }

    fn report(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    // ---- scripts and blocks

    pub fn script(&mut self, items: Vec<Item>) -> Script {
        let mut script = Script::default();
        for item in items {
            match item {
                Item::Stmt(stmt) => script.statements.push(stmt),
                Item::Function(function) => script.functions.push(function),
                Item::Nothing => {}
            }
        }
        self.check_neighbours(&script.statements);
        script
    }

    pub fn block(&mut self, items: Vec<Item>) -> Block {
        let mut block = vec![];
        for item in items {
            match item {
                Item::Stmt(stmt) => block.push(stmt),
                Item::Function(function) => {
                    let error = Diagnostic::error(code::FUNCTION, "a function cannot be defined within a block");
                    self.report(error.at(function.span, "move it to the top level of the file"));
                }
                Item::Nothing => {}
            }
        }
        self.check_neighbours(&block);
        block
    }

    /// Statements need no mark between them, but `x = a b` on one line is a slip: a bare operand after an expression.
    fn check_neighbours(&mut self, block: &[Stmt]) {
        for pair in block.windows(2) {
            let (before, after) = (&pair[0], &pair[1]);
            let StmtKind::Expr(value) = &after.kind else { continue };
            let gap = &self.text[before.span.end as usize..(after.span.start as usize).max(before.span.end as usize)];
            let simple = !matches!(before.kind, StmtKind::If { .. } | StmtKind::While { .. } | StmtKind::For { .. });
            let ends_itself = matches!(value.kind, ExprKind::Call(_) | ExprKind::Error) || contains_error(before);
            if !simple || ends_itself || gap.contains(['\n', ';']) || self.diagnostics.len() > MAX_ERRORS {
                continue;
            }
            let mut error = Diagnostic::error(code::JUXTAPOSED, "two expressions stand side by side")
                .at(after.span, "expected an operator, a `;` or a new line before this");
            let help = match &before.kind {
                StmtKind::Expr(Expr { kind: ExprKind::Name(name), .. }) => {
                    Some(format!("to call `{name}` put its arguments in parentheses"))
                }
                _ if gap.is_empty() && matches!(value.kind, ExprKind::String(_)) => {
                    Some("the transpose is written `t(X)`".to_string())
                }
                _ if gap.is_empty() && matches!(value.kind, ExprKind::CommandLine(_)) => {
                    Some("the value of a name in a list is `L[\"name\"]`".to_string())
                }
                StmtKind::Return(_) => Some("write `return (x)`, or name the results in the head".to_string()),
                _ => None,
            };
            error.help = help;
            self.diagnostics.push(error);
        }
    }

    pub fn stmt(&mut self, l: u32, r: u32, kind: StmtKind) -> Item {
        Item::Stmt(Stmt { span: self.span(l, r), kind })
    }

    // ---- control flow

    pub fn head(&mut self, l: u32, r: u32, condition: Expr) -> Head {
        (self.span(l, r), condition)
    }

    pub fn error_head(&mut self, l: u32, r: u32) -> Head {
        (self.span(l, r), self.expr(l, r, ExprKind::Error))
    }

    pub fn branch(&mut self, (span, condition): Head, then: Block, otherwise: Block) -> Item {
        Item::Stmt(Stmt { span, kind: StmtKind::If { condition, then, otherwise } })
    }

    pub fn while_loop(&mut self, l: u32, r: u32, condition: Expr, body: Block) -> Item {
        self.stmt(l, r, StmtKind::While { condition, body })
    }

    #[expect(clippy::too_many_arguments, reason = "one per part of the statement")]
    pub fn for_loop(
        &mut self,
        l: u32,
        r: u32,
        parallel: bool,
        variable: Ident,
        range: Expr,
        options: Vec<Argument>,
        body: Block,
    ) -> Item {
        if let (false, Some(option)) = (parallel, options.first()) {
            let warning = Diagnostic::warning(code::OPTIONS, "a `for` loop has no options");
            self.report(warning.at(option.value.span, "without effect").help("options belong to `parfor`"));
        }
        self.stmt(l, r, StmtKind::For { variable, range, parallel: parallel.then_some(options), body })
    }

    /// A loop whose head was reported already.
    pub fn broken(&mut self, _body: Block) -> Item {
        Item::Nothing
    }

    pub fn assigning_condition(&mut self, left: Expr, op: &str, l: u32, r: u32, right: Expr) -> Expr {
        let span = left.span.to(right.span);
        let help = match op {
            "=" => "to compare write `==`".to_string(),
            _ => format!("to compare with a negative number put a space between: `< -{}`", self.source_of(right.span)),
        };
        let error = Diagnostic::error(code::CONDITION, format!("`{op}` assigns, but a condition is expected here"));
        self.report(error.at(self.span(l, r), "this assigns").help(help));
        Expr { span, kind: ExprKind::Error }
    }

    // ---- simple statements

    pub fn effect(&mut self, l: u32, r: u32, value: Expr) -> Item {
        self.stmt(l, r, StmtKind::Expr(value))
    }

    pub fn assign(&mut self, l: u32, r: u32, target: Expr, value: Expr) -> Item {
        match self.target(target) {
            Some(target) => self.stmt(l, r, StmtKind::Assign { target, value }),
            None => Item::Nothing,
        }
    }

    pub fn accumulate(&mut self, l: u32, r: u32, target: Expr, value: Expr) -> Item {
        match self.target(target) {
            Some(target) => self.stmt(l, r, StmtKind::Accumulate { target, value }),
            None => Item::Nothing,
        }
    }

    pub fn multi_assign(&mut self, l: u32, r: u32, targets: Vec<Expr>, value: Expr) -> Item {
        if !matches!(value.kind, ExprKind::Call(_) | ExprKind::Error) {
            let error = Diagnostic::error(code::MULTI_ASSIGN, "several results can only come from a function call");
            self.report(error.at(value.span, "not a call").help("write `[a, b] = f(x)`"));
        }
        if targets.is_empty() {
            let error = Diagnostic::error(code::TARGET, "there is no variable to assign to");
            self.report(error.at(self.span(l, r), "the brackets are empty").help("write `[a, b] = f(x)`"));
        }
        let targets = targets.into_iter().filter_map(|t| self.name_target(t)).collect();
        self.stmt(l, r, StmtKind::MultiAssign { targets, value })
    }

    /// One of several targets: only a whole variable.
    fn name_target(&mut self, target: Expr) -> Option<Ident> {
        match target.kind {
            ExprKind::Name(name) => Some(Ident { span: target.span, name }),
            ExprKind::Error => None,
            _ => {
                let error = Diagnostic::error(code::TARGET, "a result can only be assigned to a variable here");
                self.report(error.at(target.span, "not a variable").help("assign to a variable first, then use it"));
                None
            }
        }
    }

    /// The left side of `=`: a variable or an indexed variable. `None` is reported.
    fn target(&mut self, target: Expr) -> Option<Target> {
        let what = match &target.kind {
            ExprKind::Name(name) => {
                return Some(Target { name: Ident { span: target.span, name: name.clone() }, index: None });
            }
            ExprKind::Index { base, index } => match &base.kind {
                ExprKind::Name(name) => {
                    let name = Ident { span: base.span, name: name.clone() };
                    return Some(Target { name, index: Some(index.clone()) });
                }
                ExprKind::Index { .. } => "an index of an index",
                _ => "an index of an expression",
            },
            ExprKind::Error => return None,
            ExprKind::CommandLine(_) => "a command-line argument",
            ExprKind::Call(_) => "a call",
            ExprKind::Unary(..) | ExprKind::Binary(..) | ExprKind::Range(..) => "an expression",
            _ => "a literal",
        };
        let error = Diagnostic::error(code::TARGET, format!("cannot assign to {what}"));
        let help = match &target.kind {
            kind if counts(kind) => "there is no `++` and no `--`: write `i = i + 1` or `i += 1`",
            _ => "the left side is a variable or a part of one: `x`, `X[i, j]`",
        };
        self.report(error.at(target.span, "not a variable").help(help));
        None
    }

    pub fn source(&mut self, l: u32, r: u32, path: String, namespace: Ident) -> Item {
        self.stmt(l, r, StmtKind::Source { path, namespace })
    }

    // ---- functions

    pub fn function(&mut self, l: u32, r: u32, name: Expr, signature: Signature, body: Block) -> Item {
        let parameters = signature.parameters.into_iter().flatten().collect();
        let results: Vec<Parameter> = signature.results.into_iter().flatten().collect();
        for default in results.iter().filter_map(|p| p.default.as_ref()) {
            let error = Diagnostic::error(code::FUNCTION, "a result has no default value");
            self.diagnostics.push(error.at(default.span, "remove it").help("assign it at the start of the body"));
        }
        match name.kind {
            ExprKind::Name(n) => {
                let name = Ident { span: name.span, name: n };
                Item::Function(Function { span: self.span(l, r), name, parameters, results, body })
            }
            ExprKind::Error => Item::Nothing,
            _ => {
                let error = Diagnostic::error(code::TARGET, "a function needs a plain name");
                self.report(error.at(name.span, "not a name").help("write `f = function(...) {...}`"));
                Item::Nothing
            }
        }
    }

    pub fn external_function(&mut self, l: u32, r: u32) -> Item {
        let error = Diagnostic::error(code::FUNCTION, "external functions are not supported");
        self.report(error.at(self.span(l, r), "defined here").help("write it as a `function`, or use a builtin"));
        Item::Nothing
    }

    pub fn parameter(&mut self, ty: TypeName, name: Option<Ident>, default: Option<Expr>) -> Option<Parameter> {
        let Some(name) = name else {
            let written = self.source_of(ty.span);
            let (lacks, help) = match ty.element.is_some() || is_type_name(written) {
                true => ("has no name", "write the parameter's name after its type"),
                false => ("has no type", "write the type before it, for example `matrix[double] X` or `int k = 3`"),
            };
            let error = Diagnostic::error(code::TYPE, format!("parameter `{written}` {lacks}"));
            self.report(error.at(ty.span, lacks).help(help));
            let name = Ident { span: ty.span, name: written.to_string() };
            return Some(Parameter { ty: Type::Scalar(ValueType::Unknown), name, default });
        };
        let ty = self.resolve(&ty).unwrap_or(Type::Scalar(ValueType::Unknown));
        Some(Parameter { ty, name, default })
    }

    /// The type that a name stands for. `None` is reported.
    fn resolve(&mut self, TypeName { name, element, .. }: &TypeName) -> Option<Type> {
        let data = DATA_TYPES.iter().find(|(n, _)| *n == name.name);
        let Some(element) = element else {
            let value = VALUE_TYPES.iter().find(|(n, _)| *n == name.name);
            if value.is_none() {
                let help = match data {
                    Some((data, _)) => {
                        Some(format!("write the type of its elements: `{data}[double]`, `{data}[unknown]`"))
                    }
                    None => suggestion(&name.name, names(&VALUE_TYPES).chain(names(&DATA_TYPES))),
                };
                self.unknown_type(name, help);
            }
            return value.map(|(_, value)| Type::Scalar(*value));
        };
        let value = VALUE_TYPES.iter().find(|(n, _)| *n == element.name);
        if data.is_none() {
            self.unknown_type(name, suggestion(&name.name, names(&DATA_TYPES)));
        }
        if value.is_none() {
            self.unknown_type(element, suggestion(&element.name, names(&VALUE_TYPES)));
        }
        Some(data?.1(value?.1))
    }

    fn unknown_type(&mut self, name: &Ident, help: Option<String>) {
        let message = match DATA_TYPES.iter().any(|(n, _)| *n == name.name) {
            true => format!("type `{}` is incomplete", name.name),
            false => format!("unknown type `{}`", name.name),
        };
        let mut error = Diagnostic::error(code::TYPE, message).at(name.span, "not a type");
        error.help = help;
        self.report(error);
    }

    // ---- expressions

    pub fn expr(&mut self, l: u32, r: u32, kind: ExprKind) -> Expr {
        Expr { span: self.span(l, r), kind }
    }

    /// `name = value` between the parentheses of a call.
    pub fn named_argument(&mut self, name: Expr, value: Expr) -> Argument {
        let name = match name.kind {
            ExprKind::Name(n) => Some(Ident { span: name.span, name: n }),
            ExprKind::Error => None,
            _ => {
                let error = Diagnostic::error(code::TARGET, "an argument's name is a plain name");
                self.report(error.at(name.span, "not a name").help("to compare write `==`"));
                None
            }
        };
        Argument { name, value }
    }

    /// The value of a string literal.
    pub fn text(&mut self, l: u32, _r: u32, literal: &str) -> String {
        unescape(literal).unwrap_or_else(|(at, length)| {
            let escape = &literal[at..at + length];
            let start = l + at as u32;
            let error = Diagnostic::error(code::ESCAPE, format!("unknown escape `{escape}`"));
            self.report(
                error
                    .at(self.span(start, start + length as u32), "not an escape")
                    .help(format!("for a backslash write `\\{escape}`"))
                    .note("the escapes are \\b \\t \\n \\f \\r \\\" \\' \\\\"),
            );
            String::new()
        })
    }

    fn source_of(&self, span: Span) -> &'a str {
        &self.text[span.start as usize..span.end as usize]
    }
}

/// The rows of a matrix literal.
pub fn matrix(first: Vec<Expr>, mut rest: Vec<Vec<Expr>>) -> ExprKind {
    rest.insert(0, first);
    ExprKind::Matrix(rest)
}

fn is_type_name(name: &str) -> bool {
    VALUE_TYPES.iter().any(|(n, _)| *n == name) || DATA_TYPES.iter().any(|(n, _)| *n == name)
}

/// The usual spellings of a table of types.
fn names<T>(table: &'static [(&'static str, T)]) -> impl Iterator<Item = &'static str> {
    table.iter().map(|(name, _)| *name).filter(|name| name.starts_with(|c: char| c.is_lowercase()))
}

fn suggestion(name: &str, known: impl IntoIterator<Item = &'static str>) -> Option<String> {
    let foreign = FOREIGN_TYPES.iter().find(|(n, _)| *n == name).map(|(_, ours)| *ours);
    foreign.or_else(|| did_you_mean(name, known)).map(|near| format!("did you mean `{near}`?"))
}

/// `i++` and the next line's variable, which read as a sum with a signed operand.
fn counts(kind: &ExprKind) -> bool {
    let ExprKind::Binary(op, _, right) = kind else { return false };
    matches!(
        (op, &right.kind),
        (BinaryOp::Add, ExprKind::Unary(UnaryOp::Plus, _)) | (BinaryOp::Subtract, ExprKind::Unary(UnaryOp::Negate, _))
    )
}

/// Whether a statement holds a place that was reported already.
fn contains_error(stmt: &Stmt) -> bool {
    let value = match &stmt.kind {
        StmtKind::Assign { value, .. } | StmtKind::Accumulate { value, .. } | StmtKind::MultiAssign { value, .. } => {
            value
        }
        StmtKind::Expr(value) => value,
        StmtKind::Return(values) => return values.iter().any(|v| v.kind == ExprKind::Error),
        _ => return false,
    };
    value.kind == ExprKind::Error
}
