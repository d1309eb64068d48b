//! Whole scripts: read without an error, printed, and read again to the same tree.

use crate::form::{block, script};

pub const ALL: [&str; 5] = [
    include_str!("scripts/linear_regression.dml"),
    include_str!("scripts/kmeans.dml"),
    include_str!("scripts/stepwise.dml"),
    include_str!("scripts/factorization.dml"),
    include_str!("scripts/layout.dml"),
];

#[test]
fn whole_scripts_survive_printing() {
    for text in ALL {
        let tree = script(text);
        let printed = tree.to_string();
        let again = script(&printed);
        assert_eq!(again.to_string(), printed);
        assert_eq!(block(&again.statements), block(&tree.statements));
        assert_eq!(again.functions.len(), tree.functions.len());
        for (f, g) in tree.functions.iter().zip(&again.functions) {
            assert_eq!((&f.name.name, block(&f.body)), (&g.name.name, block(&g.body)));
        }
    }
}

#[test]
fn crlf_and_comments_change_nothing() {
    for text in ALL {
        let tree = script(text);
        let crlf = text.replace('\n', "\r\n");
        assert_eq!(script(&crlf).to_string(), tree.to_string());
        // A comment at the end of each line, but not within the comment at the head of a script.
        let commented = text
            .split("*/")
            .last()
            .unwrap_or_default()
            .replace('\n', " # it's a \"comment\" ( [ {\n/* and ) ] }\n */\n");
        assert_eq!(script(&commented).to_string(), tree.to_string());
    }
}
