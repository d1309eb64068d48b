//! What a running program sees of the world.

/// Who runs a program: gets its output and is told how far it is.
pub trait Host {
    /// A line of output, without its end.
    fn print(&mut self, line: &str);

    /// A loop begins a round: `done` of `total`, if that is known. A loop within a loop begins with 0 done.
    fn round(&mut self, _done: u64, _total: Option<u64>) {}

    /// The innermost loop that has begun a round ends. An error ends all loops, without a call.
    fn end_loop(&mut self) {}

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
