fn main() {
    let path = std::env::args().nth(1).unwrap();
    let text = std::fs::read_to_string(&path).unwrap();
    let mut s = lac::Session::new();
    match s.explain(&path, &text) {
        Ok(e) => println!("{}", e.text(lac::explain::Depth::Plan)),
        Err(e) => println!("{e}"),
    }
}
