//! `docs/configuration.md` and `docs/configuration.schema.json` are made from the model and the flags.

use std::cell::Cell;
use std::fmt::Write;

use boon::{Compiler, SchemaIndex, Schemas};
use regex::Regex;
use serde::de::{DeserializeOwned, Deserializer, Visitor};
use serde::forward_to_deserialize_any;
use serde_json::Value;

use super::{Config, flags, model};

const PAGE: &str = include_str!("../../docs/configuration.md");
const SCHEMA: &str = include_str!("../../docs/configuration.schema.json");

#[test]
fn the_schema_is_that_of_the_model() {
    let schema = serde_json::to_string_pretty(&schema()).expect("a schema is JSON");
    written("configuration.schema.json", SCHEMA, &format!("{schema}\n"));
}

#[test]
fn the_tables_are_those_of_the_schema_and_of_the_flags() {
    let schema = schema();
    let generated = Regex::new(r"(?s)<!-- generated: (\w+) -->\n.*?<!-- end -->").expect("a pattern");
    let page = generated.replace_all(PAGE, |found: &regex::Captures<'_>| {
        let name = &found[1];
        let structure = &schema["$defs"][name];
        let content = match name {
            "flags" => flag_table(),
            "Config" => key_table::<model::Config>(&schema),
            "Broker" => key_table::<model::Broker>(structure),
            "Management" => key_table::<model::Management>(structure),
            "Prometheus" => key_table::<model::Prometheus>(structure),
            "Credentials" => key_table::<model::Credentials>(structure),
            "Tls" => key_table::<model::Tls>(structure),
            "Backlog" => key_table::<model::Backlog>(structure),
            "VhostPattern" => key_table::<model::VhostPattern>(structure),
            "Queues" => key_table::<model::Queues>(structure),
            name => panic!("nothing generates `{name}`"),
        };
        format!("<!-- generated: {name} -->\n{content}<!-- end -->")
    });
    for (name, _) in schema["$defs"].as_object().expect("the schema has definitions") {
        assert!(PAGE.contains(&format!("<!-- generated: {name} -->")), "`{name}` is not on the page");
    }
    written("configuration.md", PAGE, &page);
}

#[test]
fn the_schema_accepts_the_examples_and_the_manifests() {
    let (schemas, index) = compiled();
    let mut files: Vec<(String, String)> = examples().map(|example| (PAGE.to_owned(), example.to_owned())).collect();
    for folder in ["base", "overlays/example", "overlays/cert-manager", "overlays/two-brokers"] {
        let path = format!("{}/manifests/{folder}/leveret.yaml", env!("CARGO_MANIFEST_DIR"));
        let bytes = leveret_runtime::file::read_file(path.as_ref()).expect("it is readable");
        files.push((path, String::from_utf8(bytes).expect("it is text")));
    }
    for (name, text) in files {
        let value: Value = serde_saphyr::from_str(&text).expect("it is YAML");
        schemas.validate(&value, index).unwrap_or_else(|error| panic!("{name}\n{error:#}"));
    }
}

#[test]
fn the_schema_refuses_what_an_editor_can_show() {
    let (schemas, index) = compiled();
    for wrong in [
        "{}",
        "{brokers: []}",
        "{brokers: [{prometheus: {dns: a}}]}",
        "{brokers: [{name: a/b, prometheus: {dns: a}}]}",
        "{brokers: [{name: a, prometheus: {dns: a, urls: ['http://a']}}]}",
        "{brokers: [{name: a, prometheus: {}}]}",
        "{brokers: [{name: a, management: {url: rabbit}}]}",
        "{brokers: [{name: a, prometheus: {dns: a}, pollIntervall: 5s}]}",
        "{brokers: [{name: a, prometheus: {dns: a}, pollInterval: 5}]}",
        "{brokers: [{name: a, prometheus: {dns: a}, pollInterval: 5 s}]}",
        "{brokers: [{name: a, prometheus: {dns: a}, tls: {certFile: a}}]}",
        "{brokers: [{name: a, prometheus: {dns: a}}], backlogs: [{name: b}]}",
        "{brokers: [{name: a, prometheus: {dns: a}}], backlogs: [{name: b, queues: {}}]}",
        "{brokers: [{name: a, prometheus: {dns: a}}], backlogs: [{name: b, queues: {names: [a], match: a}}]}",
        "{brokers: [{name: a, prometheus: {dns: a}}], backlogs: [{name: b, queues: {names: [a]}, aggregate: som}]}",
        "{brokers: [{name: a, prometheus: {dns: a}}], backlogs: [{name: b, queues: {names: [a]}, vhosts: a}]}",
        "{brokers: [{name: a, prometheus: {dns: a}}], backlogs: [{name: b, queues: {names: [a]}, vhosts: []}]}",
        "{brokers: [{name: a, prometheus: {dns: a}}], backlogs: [{name: b, queues: {names: [a]}, vhosts: {exclude: a}}]}",
        "{brokers: [{name: a, prometheus: {dns: a}}], backlogs: [{name: b, queues: {names: [a]}, vhost: a, vhosts: [b]}]}",
    ] {
        let value: Value = serde_saphyr::from_str(wrong).expect("it is YAML");
        assert!(schemas.validate(&value, index).is_err(), "{wrong}");
        assert!(Config::from_yaml("leveret.yaml", wrong).is_err(), "{wrong}");
    }
}

#[test]
fn the_examples_are_accepted() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = Regex::new(r"/etc/leveret/([\w/.]+)").expect("a pattern");
    assert!(examples().count() > 0);
    for example in examples() {
        for (_, [name]) in path.captures_iter(example).map(|found| found.extract()) {
            let file = folder.path().join(name);
            std::fs::create_dir_all(file.parent().expect("a folder")).expect("writable");
            std::fs::write(file, "content").expect("writable");
        }
        let example = path.replace_all(example, format!("{}/$1", folder.path().display()));
        // Variables that every test has.
        let example =
            example.replace("LEGACY_USERNAME", "CARGO_PKG_NAME").replace("LEGACY_PASSWORD", "CARGO_PKG_VERSION");
        let config = Config::from_yaml("docs/configuration.md", &example).expect("an example");
        assert!(!config.connections.is_empty());
    }
}

#[test]
fn the_documented_problems_are_the_real_ones() {
    let yaml = "brokers:\n- name: main\n  prometheus: {dns: rabbit}\n  pollIntervall: 5s\n\n  maxSampleAge: 30\n";
    let problems = Config::from_yaml("leveret.yaml", yaml).expect_err("two things are wrong").to_string();
    assert!(PAGE.contains(&format!("```text\n{problems}\n```")), "\n{problems}\n");
}

/// Checks a generated file, or writes it.
#[expect(clippy::disallowed_methods, reason = "a switch for the developer who has changed a key or flag")]
fn written(name: &str, committed: &str, expected: &str) {
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(format!("{}/docs/{name}", env!("CARGO_MANIFEST_DIR")), expected).expect("docs/ is writable");
    } else {
        let advice = "run `UPDATE_DOCS=1 cargo test -p leveret --lib config::documented`";
        assert!(committed == expected, "docs/{name} is not up to date; {advice}. Expected:\n{expected}");
    }
}

pub(super) fn schema() -> Value {
    schemars::SchemaGenerator::default().into_root_schema_for::<model::Config>().to_value()
}

fn compiled() -> (Schemas, SchemaIndex) {
    let (mut schemas, mut compiler) = (Schemas::new(), Compiler::new());
    let name = "http://leveret/configuration.schema.json";
    compiler.add_resource(name, serde_json::from_str(SCHEMA).expect("it is JSON")).expect("it is added once");
    let index = compiler.compile(name, &mut schemas).expect("it is a valid JSON schema");
    (schemas, index)
}

fn examples() -> impl Iterator<Item = &'static str> {
    PAGE.split("```yaml\n").skip(1).filter_map(|rest| rest.split("```").next())
}

fn flag_table() -> String {
    let mut table = "| Flag | Environment variable | Key of the broker |\n|---|---|---|\n".to_owned();
    for flag in flags::FLAGS {
        let (each, commas) =
            if flag.list { (", once for each node", ", separated by commas") } else { Default::default() };
        let (name, variable, key) = (flag.name, flag.variable, flag.key);
        writeln!(table, "| `--{name}`{each} | `{variable}`{commas} | `{key}` |").expect("a string takes everything");
    }
    table
}

/// What a structure is for, and its keys.
fn key_table<T: DeserializeOwned>(schema: &Value) -> String {
    let mut table =
        format!("{}\n\n| Key | Type | Default | Meaning |\n|---|---|---|---|\n", one_line(&schema["description"]));
    for key in keys_of::<T>() {
        let property = &schema["properties"][key];
        let meaning = one_line(&property["description"]);
        let (meaning, default) = meaning.split_once(" Default: ").unwrap_or((&meaning, "none"));
        let required = schema["required"].as_array().is_some_and(|keys| keys.iter().any(|it| it == key));
        let default = if required { "required" } else { default };
        writeln!(table, "| `{key}` | {} | {default} | {meaning} |", kind(property)).expect("a string takes everything");
    }
    table
}

/// The keys of a structure in the order of the model, which the schema does not keep.
fn keys_of<T: DeserializeOwned>() -> &'static [&'static str] {
    struct Asked<'a>(&'a Cell<&'static [&'static str]>);

    impl<'de> Deserializer<'de> for Asked<'_> {
        type Error = serde::de::value::Error;

        fn deserialize_struct<V: Visitor<'de>>(
            self,
            _: &'static str,
            keys: &'static [&'static str],
            visitor: V,
        ) -> Result<V::Value, Self::Error> {
            self.0.set(keys);
            self.deserialize_any(visitor)
        }

        fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Self::Error> {
            Err(serde::de::Error::custom("there is no value"))
        }

        forward_to_deserialize_any! {
            bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
            newtype_struct seq tuple tuple_struct map enum identifier ignored_any
        }
    }

    let keys = Cell::new(&[][..]);
    assert!(T::deserialize(Asked(&keys)).is_err(), "there is nothing to read");
    keys.get()
}

fn one_line(text: &Value) -> String {
    text.as_str().expect("everything is documented").split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What a key takes, in words.
fn kind(property: &Value) -> String {
    if let Some(words) = property["enum"].as_array() {
        let words: Vec<String> = words.iter().map(|word| format!("`{}`", word.as_str().expect("a word"))).collect();
        let (last, others) = words.split_last().expect("there is a word");
        return format!("{} or {last}", others.join(", "));
    }
    if property["type"] == "array" {
        let of = property["items"]["title"].as_str().map(|title| format!(" of {title}s")).unwrap_or_default();
        return format!("list{of}, {} to {}", property["minItems"], property["maxItems"]);
    }
    property["title"].as_str().unwrap_or("keys, see below").to_owned()
}
