fn main() {
    lalrpop::process_src().expect("the grammar must generate a parser");
}
