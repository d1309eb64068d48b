//! The examples of embedding do what they say.

#[path = "../examples/embed_optimizer.rs"]
mod embed_optimizer;
#[path = "../examples/embed_session.rs"]
mod embed_session;

#[test]
fn the_optimizer_plans_from_metadata_alone() {
    let gradient = embed_optimizer::gradient();
    let steps: Vec<String> = gradient.plan.steps.iter().map(|s| gradient.operation(s)).collect();
    assert_eq!(steps[0], "X %*% w", "{steps:?}");
    assert!(steps.iter().all(|s| !s.starts_with("t(X) %*% X")), "{steps:?}");
    let text = gradient.explain(64 << 30);
    assert!(text.contains("8589934592 x 1") && text.contains("GiB"), "{text}");

    let chain = embed_optimizer::chain();
    assert_eq!(chain.operation(&chain.plan.steps[0]), "weights %*% selection");
    assert!(chain.plan.steps[1].reason.is_some());
    assert!(embed_optimizer::run().contains("a mistake: E0302 `%*%` can not multiply 3 x 4 by 3 x 4"));
}

#[test]
fn equal_expressions_have_equal_plans() {
    assert_eq!(embed_optimizer::run(), embed_optimizer::run());
}

#[test]
fn a_session_computes_what_it_is_asked() {
    let text = embed_session::run().unwrap_or_else(|e| panic!("{}", e.render(false)));
    assert!(text.starts_with("total 1.0\nnode 1 0."), "{text}");
    assert!(text.contains("best: node 3\n") || text.contains("best: node 1\n"), "{text}");
    assert!(text.contains("E0302"), "{text}");
}
