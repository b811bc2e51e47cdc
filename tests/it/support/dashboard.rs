//! The Grafana dashboard as the tests see it: its queries, and what a dashboard must be like to work in any Grafana.

use std::collections::BTreeSet;

use regex::Regex;
use serde_json::Value;

/// The dashboard in `dashboards/leveret.json`.
pub(crate) struct Dashboard(Value);

/// One query of one panel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Query {
    /// The panel's title, to name it in a failure.
    pub(crate) panel: String,
    /// The expression in `PromQL`.
    pub(crate) expression: String,
}

impl Dashboard {
    /// Reads the file.
    pub(crate) fn read() -> Self {
        let text = include_str!("../../../dashboards/leveret.json");
        Self::of(serde_json::from_str(text).expect("the dashboard is JSON"))
    }

    /// The dashboard of this JSON.
    pub(crate) fn of(json: Value) -> Self {
        Self(json)
    }

    /// The JSON, to change it.
    pub(crate) fn into_json(self) -> Value {
        self.0
    }

    /// Every query, with Grafana's variables replaced by these values, as `("queue", "orders|invoices")`.
    ///
    /// # Panics
    /// If a query uses a variable that has no value here.
    pub(crate) fn queries(&self, variables: &[(&str, &str)]) -> Vec<Query> {
        let variable = Regex::new(r"\$\{?(\w+)\}?").expect("a valid expression");
        let replaced = |expression: &str| {
            let value = |found: &regex::Captures<'_>| {
                let known = variables.iter().find(|(name, _)| *name == &found[1]);
                known.unwrap_or_else(|| panic!("no value for `{}` in `{expression}`", &found[0])).1.to_owned()
            };
            variable.replace_all(expression, value).into_owned()
        };
        self.raw_queries().map(|query| Query { expression: replaced(&query.expression), ..query }).collect()
    }

    /// What would not work, or not everywhere. Empty for a good dashboard.
    pub(crate) fn findings(&self) -> Vec<String> {
        let panels = self.panels().flat_map(|panel| panel_findings(panel).into_iter().map(move |it| named(panel, &it)));
        let queries = self.raw_queries();
        let queries = queries.flat_map(|query| {
            let found = query_findings(&query.expression);
            found.into_iter().map(move |it| format!("panel `{}`: {it} in `{}`", query.panel, query.expression))
        });
        self.own_findings().into_iter().chain(self.variable_findings()).chain(panels).chain(queries).collect()
    }

    /// The panels that show something; rows only group them.
    fn panels(&self) -> impl Iterator<Item = &Value> {
        array(&self.0["panels"]).filter(|panel| panel["type"] != "row")
    }

    /// Every series of Leveret's that a query asks for, a histogram by its own name.
    pub(crate) fn series(&self) -> BTreeSet<String> {
        let name = Regex::new(r"\bleveret_\w+").expect("a valid expression");
        let asked = self.raw_queries().flat_map(|query| {
            name.find_iter(&query.expression).map(|found| found.as_str().to_owned()).collect::<Vec<_>>()
        });
        asked.map(|name| name.strip_suffix("_bucket").map_or(name.clone(), str::to_owned)).collect()
    }

    fn raw_queries(&self) -> impl Iterator<Item = Query> + '_ {
        self.panels().flat_map(|panel| {
            array(&panel["targets"])
                .map(|target| Query { panel: text(&panel["title"]), expression: text(&target["expr"]) })
        })
    }

    fn variables(&self) -> impl Iterator<Item = &Value> {
        array(&self.0["templating"]["list"])
    }

    fn own_findings(&self) -> Vec<String> {
        let mut ids = BTreeSet::new();
        let repeated = array(&self.0["panels"]).filter(|panel| !ids.insert(panel["id"].as_u64()));
        let repeated: Vec<_> = repeated.map(|panel| named(panel, "its id is another panel's too")).collect();
        let rules = [
            (self.0["uid"] == "leveret", "its uid must stay `leveret`, because links hold it"),
            (self.0["schemaVersion"].as_u64() >= Some(41), "its schema must be that of Grafana 11.6 or later"),
            (self.0["editable"] == false, "it must not be editable: it comes from a file"),
            (array(&self.0["tags"]).any(|tag| tag == "leveret"), "it must have the tag `leveret`"),
        ];
        broken(rules).into_iter().map(str::to_owned).chain(repeated).collect()
    }

    fn variable_findings(&self) -> Vec<String> {
        let mut findings = Vec::new();
        let names: BTreeSet<_> = self.variables().map(|it| text(&it["name"])).collect();
        for wanted in ["datasource", "job", "instance", "broker", "vhost", "queue", "backlog", "target"] {
            if !names.contains(wanted) {
                findings.push(format!("there is no variable `{wanted}`"));
            }
        }
        for variable in self.variables().filter(|it| it["type"] == "query") {
            let rules = [
                (variable["datasource"]["uid"] == "${datasource}", "it must ask `${datasource}`"),
                (variable["refresh"] == 2, "it must be asked again when the time range changes"),
                (variable["includeAll"] == false || variable["allValue"].is_string(), "`All` must be one expression"),
                (!text(&variable["label"]).is_empty(), "it must have a label"),
            ];
            findings.extend(broken(rules).iter().map(|it| format!("variable `{}`: {it}", text(&variable["name"]))));
        }
        let used = Regex::new(r"\$\{?([a-z]\w*)\}?").expect("a valid expression");
        for (_, [name]) in used.captures_iter(&self.0.to_string()).map(|it| it.extract()) {
            if !names.contains(name) {
                findings.push(format!("`${name}` is used and no variable"));
            }
        }
        findings
    }
}

fn panel_findings(panel: &Value) -> Vec<String> {
    let place = |side: &str| panel["gridPos"][side].as_u64().unwrap_or(u64::MAX / 2);
    let mut targets = array(&panel["targets"]).peekable();
    let rules = [
        (!text(&panel["title"]).is_empty(), "it needs a title"),
        (text(&panel["description"]).ends_with('.'), "it needs a description in whole sentences"),
        (!text(&panel["fieldConfig"]["defaults"]["unit"]).is_empty(), "it needs a unit"),
        (place("x") + place("w") <= 24, "it reaches beyond the 24 columns"),
        (panel["datasource"]["uid"] == "${datasource}", "it must ask `${datasource}`"),
        (panel["repeat"].is_null(), "it must not be repeated: a thousand queues would be a thousand panels"),
        (!text(&panel["fieldConfig"]["defaults"]["noValue"]).is_empty(), "it needs a text for where there is no value"),
        (targets.peek().is_some(), "it needs a query"),
        (targets.all(|it| it["datasource"]["uid"] == "${datasource}"), "its queries must ask `${datasource}`"),
    ];
    broken(rules).into_iter().map(str::to_owned).collect()
}

fn query_findings(expression: &str) -> Vec<String> {
    let selector = Regex::new(r"(\w+)\{([^}]*)\}(\[[^\]]*\])?").expect("a valid expression");
    let mut findings = Vec::new();
    let mut seen = false;
    for found in selector.captures_iter(expression) {
        seen = true;
        let (name, matchers, range) = (&found[1], &found[2], found.get(3).map(|it| it.as_str()));
        let before = &expression[..found.get(0).expect("the whole match").start()];
        let own = !name.starts_with("rabbitmq_");
        let counts = ["_total", "_bucket", "_count", "_sum"].iter().any(|suffix| name.ends_with(suffix));
        let in_rate = ["rate(", "increase("].iter().any(|function| before.ends_with(function));
        let rules = [
            (!own || matchers.contains(r#"job=~"$job""#), "no matcher for `$job`"),
            (!own || matchers.contains(r#"instance=~"$instance""#), "no matcher for `$instance`"),
            (own || matchers.contains(r#"job=~"$rabbitmq_job""#), "no matcher for `$rabbitmq_job`"),
            (counts == in_rate, "a counter, and nothing else, must be in `rate` or `increase`"),
            (
                in_rate == (range == Some("[$__rate_interval]")),
                "a rate, and nothing else, is over `[$__rate_interval]`",
            ),
        ];
        findings.extend(broken(rules).iter().map(|it| format!("`{name}`: {it}")));
    }
    if !seen {
        findings.push("no selector".to_owned());
    }
    findings
}

fn broken<const N: usize>(rules: [(bool, &'static str); N]) -> Vec<&'static str> {
    rules.into_iter().filter(|(holds, _)| !holds).map(|(_, rule)| rule).collect()
}

fn named(panel: &Value, finding: &str) -> String {
    format!("panel `{}`: {finding}", text(&panel["title"]))
}

fn array(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
