//! Every body is a task or named as malformed.

use proptest::prelude::*;

use super::*;

const GOOD: &str = r#"{"task_id":"a-1","type":"task","timestamp":"2026-01-02T03:04:05Z","data":{"value":7}}"#;

#[track_caller]
fn malformed(body: &str, expected: &Malformed) {
    assert_eq!(Task::from_json(body.as_bytes()).as_ref(), Err(expected), "{body}");
}

#[test]
fn a_task_survives_the_way() {
    let task = Task::from_json(GOOD.as_bytes()).unwrap();
    assert_eq!(task.task_id, "a-1");
    assert_eq!(String::from_utf8(task.to_json()).unwrap(), GOOD);
}

#[test]
fn unknown_fields_are_left_alone() {
    assert!(Task::from_json(GOOD.replacen('{', r#"{"priority":1,"#, 1).as_bytes()).is_ok());
}

#[test]
fn what_is_wrong_is_named() {
    malformed("", &Malformed::NoJson);
    malformed("{", &Malformed::NoJson);
    malformed("[]", &Malformed::NoObject);
    malformed("null", &Malformed::NoObject);
    malformed("{}", &Malformed::Missing { field: "task_id" });
    malformed(&GOOD.replace("\"a-1\"", "1"), &Malformed::WrongType { field: "task_id", expected: "a string" });
    malformed(&GOOD.replace("a-1", ""), &Malformed::UnusableTaskId);
    malformed(&GOOD.replace("a-1", "a\\tb"), &Malformed::UnusableTaskId);
    malformed(&GOOD.replace("a-1", &"x".repeat(256)), &Malformed::UnusableTaskId);
    malformed(&GOOD.replace("type", "kind"), &Malformed::Missing { field: "type" });
    malformed(&GOOD.replace("2026-01", "yesterday"), &Malformed::NoTime);
    malformed(&GOOD.replace("data", "date"), &Malformed::Missing { field: "data" });
    malformed(&GOOD.replace("value", "worth"), &Malformed::Missing { field: "data.value" });
    malformed(&GOOD.replace(":7", ":\"7\""), &Malformed::WrongType { field: "data.value", expected: "a number" });
    malformed(&" ".repeat(BODY_BYTES_MAX + 1), &Malformed::TooLong { bytes: BODY_BYTES_MAX + 1 });
}

proptest! {
    #[test]
    fn no_bytes_panic(body in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = Task::from_json(&body);
    }

    #[test]
    fn no_damage_to_a_good_task_panics(at in 0..GOOD.len(), byte in any::<u8>(), cut in any::<bool>()) {
        let mut body = GOOD.as_bytes().to_vec();
        body[at] = byte;
        if cut {
            body.truncate(at);
        }
        if let Ok(task) = Task::from_json(&body) {
            prop_assert_eq!(Task::from_json(&task.to_json()), Ok(task));
        }
    }
}
