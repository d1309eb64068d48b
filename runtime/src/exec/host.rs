//! What a running program sees of the world.

/// Who runs a program: gets its output and is told how far it is.
pub trait Host {
    /// A line of output, without its end.
    fn print(&mut self, line: &str);

    /// A loop begins a round: `done` of `total`, if that is known.
    fn round(&mut self, _done: u64, _total: Option<u64>) {}

    /// A file is being read: a function to call, from any thread, with the bytes done and the bytes there are.
    fn reading(&mut self, _path: &str) -> Option<Box<dyn Fn(u64, u64) + Sync + Send>> {
        None
    }

    /// A warning that arose while running.
    fn warn(&mut self, _warning: lac_grammar::Diagnostic) {}
}

/// A host that drops all output.
pub struct Silent;

impl Host for Silent {
    fn print(&mut self, _: &str) {}
}
