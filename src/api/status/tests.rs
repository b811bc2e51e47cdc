use super::*;
use leveret_core::catalog::Reason;

#[track_caller]
fn check(status: &Status, expected: &str) {
    assert_eq!(String::from_utf8(status.to_json()).expect("text"), expected);
}

#[test]
fn statuses_on_the_wire() {
    check(
        &Status::unauthorized(),
        r#"{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"Unauthorized","reason":"Unauthorized","code":401}"#,
    );
    let refusal = Refusal::new(Reason::Stale, "queue \"a\" is stale");
    check(
        &Status::refused("m", refusal),
        r#"{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"queue \"a\" is stale","reason":"ServiceUnavailable","details":{"group":"external.metrics.k8s.io","kind":"m"},"code":503}"#,
    );
}

#[test]
fn a_denial_names_the_object_and_the_scope() {
    let caller = Caller { name: "u".to_owned(), ..Caller::default() };
    let attributes = Attributes::Resource {
        verb: "get",
        namespace: String::new(),
        resource: "a".to_owned(),
        name: "b".to_owned(),
        subresource: "c".to_owned(),
    };
    let status = Status::forbidden(&caller, &attributes, "");
    assert_eq!(
        status.message,
        "a.external.metrics.k8s.io \"b\" is forbidden: User \"u\" cannot get resource \"a/c\" in API group \
         \"external.metrics.k8s.io\" at the cluster scope"
    );
}
