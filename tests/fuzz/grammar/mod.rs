//! Programs that run far: each statement is tried on the values that those before it left, and dropped if it fails, but for a
//! few that end a program.

mod expressions;
pub mod literals;
pub mod operators;
pub mod scraps;
mod statements;

use std::collections::BTreeMap;
use std::path::Path;

use lac::{Session, Value};

use crate::case::Case;
use crate::corpus::Corpus;
use crate::random::Random;
use crate::watch::{BUDGET, keep, watch};
use scraps::Scope;

/// Writes expressions and statements over what is in scope.
pub struct Maker {
    random: Random,
    scope: Scope,
    /// How many names there are so far.
    named: usize,
}

pub fn case(random: &mut Random, _: &Corpus) -> Case {
    let length = 3 + random.below(9);
    let mut maker = Maker {
        random: Random::new(u64::from(random.bits()) << 32 | u64::from(random.bits())),
        scope: Scope::default(),
        named: 0,
    };
    let mut case = Case { entries: vec![scraps::FUNCTIONS.into()], files: scraps::files() };
    case.lay_out(Path::new("."));
    let mut values = BTreeMap::new();
    for _ in 0..length {
        let statement = maker.statement(2);
        let mut tried = case.clone();
        tried.entries[0] += &format!("{statement}\n");
        keep(&tried.text());
        match after(&values, &statement) {
            Some(Ok(next)) => {
                values = next;
                maker.scope = Scope::of(values.iter().map(|(name, value)| (name.as_str(), value)));
            }
            Some(Err(())) if !maker.random.one_in(20) => continue,
            _ => return tried,
        }
        case = tried;
    }
    case
}

type Values = BTreeMap<String, Value>;

/// The values after a statement, or that it fails; nothing if it panics, which the case will show again.
fn after(values: &Values, statement: &str) -> Option<Result<Values, ()>> {
    let mut session = Session::builder().seed(5).memory(BUDGET).build();
    for (name, value) in values {
        session.bind(name.clone(), value.clone());
    }
    let script = format!("{}{statement}\n", scraps::FUNCTIONS);
    let context = session.context().clone();
    let done = watch("a statement", Some(&context), || session.run(&script).map(drop).map_err(drop)).ok()?;
    let left = || session.variables().map(|(name, value)| (name.to_string(), value.clone())).collect();
    Some(done.map(|()| left()))
}
