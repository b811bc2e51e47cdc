//! One measured number, and all of them as a table.

use std::fmt::Write;

use serde::Serialize;

/// One measured number.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Row {
    pub(crate) name: String,
    pub(crate) value: f64,
    pub(crate) unit: &'static str,
    pub(crate) better: Better,
    /// What was promised; none where nothing was.
    pub(crate) target: Option<f64>,
}

/// Which way a number should go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Better {
    Lower,
}

/// The rows in columns, for a terminal.
pub(crate) fn table(rows: &[Row]) -> String {
    let width = rows.iter().map(|row| row.name.len()).max().unwrap_or_default();
    let mut table = String::new();
    for Row { name, value, unit, better, target } in rows {
        let better = match better {
            Better::Lower => "lower is better",
        };
        let target = target.map(|target| format!(", target {target}")).unwrap_or_default();
        writeln!(table, "{name:width$}  {value:>12.3} {unit:6} {better}{target}").expect("a string takes everything");
    }
    table
}
