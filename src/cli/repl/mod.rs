//! The session to type into.

/// Reads and runs entries until the end of the input.
pub fn run(_session: lac::Session, screen: &super::screen::Screen) -> super::exit::Exit {
    screen.err("lac: give a script; try `lac --help`\n");
    super::exit::Exit::Usage
}
