//! What is written has the shape that its readers know, and what is measured is explained.

use std::collections::HashSet;

use serde_json::Value;

use super::{Effort, measure, row};

#[test]
fn the_rows_have_the_documented_shape_and_names() {
    let rows = measure(Effort::TINY);
    let json: Value = serde_json::from_str(&serde_json::to_string(&rows).unwrap()).unwrap();
    let json = json.as_array().expect("a list");
    for row in json {
        let fields: Vec<_> = row.as_object().expect("an object").keys().map(String::as_str).collect();
        assert_eq!(fields, ["better", "name", "target", "unit", "value"], "{row}");
        assert!(row["value"].as_f64().is_some_and(|value| value > 0.0 && value.is_finite()), "{row}");
        assert!(["ratio", "us"].contains(&row["unit"].as_str().unwrap()), "{row}");
        assert!(["higher", "lower"].contains(&row["better"].as_str().unwrap()), "{row}");
        assert!(row["target"].is_null() || row["target"].is_number(), "{row}");
    }
    let measured: HashSet<_> = json.iter().map(|row| row["name"].as_str().unwrap()).collect();
    assert_eq!(measured.len(), json.len(), "each name stands for one row");
    let readme = include_str!("../README.md");
    let explained: HashSet<_> = readme.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next()).collect();
    assert_eq!(measured, explained, "crates/bench/README.md explains every row");
    assert_eq!(row::table(&rows).lines().count(), rows.len());
}
