//! The DAGs of generated programs as text.

use lac::compiler::hop::{self, Built};
use lac::compiler::program::analyze::Place;
use lac::compiler::program::{Basic, Environment, NoCatalog, NoLoader, Observer, Options, Scope, analyze, lower};

use crate::generate::Generator;

/// Checks that the DAG of every block reads back as it was printed.
struct RoundTrip {
    blocks: usize,
}

impl Observer for RoundTrip {
    fn block(&mut self, place: &Place, _: &Basic, built: &Built) {
        self.blocks += 1;
        let text = hop::print(&built.dag, place.scope);
        let mut scope = Scope::default();
        let read = hop::parse(&text, &mut scope).unwrap_or_else(|e| panic!("{e} in\n{text}"));
        assert_eq!(hop::verify(&read), Ok(()), "{text}");
        assert_eq!(hop::print(&read, &scope), text);
    }
}

#[test]
fn dags_of_programs_round_trip_as_text() {
    let mut observer = RoundTrip { blocks: 0 };
    for key in 0..300 {
        let program = Generator::new(key).program();
        let source = format!("{}{}\n", program.functions, program.statements.join("\n"));
        let parsed = lac_grammar::parse(lac_grammar::FileId(0), &source);
        let mut found = parsed.diagnostics;
        let lowered = lower(parsed.script, &Options::default(), &mut NoLoader, &mut found);
        assert!(found.iter().all(|d| !d.is_error()), "{found:?}\n{source}");
        analyze(&lowered, Environment::new(), &NoCatalog, Some(&mut observer));
    }
    assert!(observer.blocks > 1000, "only {} blocks", observer.blocks);
}
