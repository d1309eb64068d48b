use std::process::ExitCode;

struct Out;
impl lac::Host for Out {
    fn print(&mut self, line: &str) {
        println!("{line}");
    }
}

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().collect();
    let text = std::fs::read_to_string(&args[1]).unwrap();
    let mut session = lac::Session::builder().host(Out).forget().build();
    match session.run_named(&args[1], &text) {
        Ok(w) => {
            eprint!("{}", w.render(false));
            ExitCode::SUCCESS
        }
        Err(e) => {
            eprint!("{}", e.render(false));
            ExitCode::from(1)
        }
    }
}
