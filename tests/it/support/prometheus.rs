//! A real Prometheus that scrapes with the shipped configuration.

use std::time::Duration;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::{parts, wait, workload};
use leveret_harness::Client;
use leveret_harness::{GuardedCommand, Process};

/// A running Prometheus.
pub(crate) struct Prometheus {
    process: Process,
    port: u16,
    _folder: TempDir,
}

impl Prometheus {
    /// Starts it with `manifests/components/prometheus/prometheus.yml`. What a test replaces are the targets, which the
    /// file finds by DNS, by `HOST:PORT` for each job; and the interval, so that there are rates within seconds.
    #[track_caller]
    pub(crate) fn start(target: impl Fn(&str) -> String) -> Self {
        let mut config = workload::shipped("manifests/components/prometheus/prometheus.yml");
        let rules = parts::repository("manifests/components/prometheus/leveret-alerts.yml");
        config["rule_files"] = json!([rules]);
        config["global"] = json!({"scrape_interval": "1s", "scrape_timeout": "1s"});
        for scrape in config["scrape_configs"].as_array_mut().expect("there are jobs") {
            let target = target(scrape["job_name"].as_str().expect("a job has a name"));
            let scrape = scrape.as_object_mut().expect("a job is a map");
            scrape.remove("dns_sd_configs").expect("the targets come from DNS");
            scrape.insert("static_configs".to_owned(), json!([{"targets": [target]}]));
        }
        let folder = TempDir::new().expect("a temporary folder");
        let (path, port) = (folder.path(), parts::free_port());
        // JSON is YAML.
        std::fs::write(path.join("prometheus.yml"), config.to_string()).expect("the test's folder is writable");
        let mut command = GuardedCommand::new(parts::prometheus());
        command
            .arg(format!("--config.file={}", path.join("prometheus.yml").display()))
            .arg(format!("--storage.tsdb.path={}", path.join("data").display()))
            .arg(format!("--web.listen-address=127.0.0.1:{port}"));
        let process = Process::start("prometheus", path, command).expect("Prometheus can be started");
        let mut prometheus = Self { process, port, _folder: folder };
        wait::until("Prometheus to be ready", Duration::from_secs(60), || match prometheus.process.ended() {
            Some(status) => panic!("Prometheus ended: {status}\n{}", prometheus.process.tail()),
            None => prometheus.get("/-/ready"),
        });
        prometheus
    }

    /// The series that a query gives now.
    pub(crate) fn query(&self, expression: &str) -> Result<Vec<Value>, String> {
        let query = utf8_percent_encode(expression, NON_ALPHANUMERIC);
        let answer = self.get(&format!("/api/v1/query?query={query}"))?;
        let answer: Value = serde_json::from_str(&answer).map_err(|error| error.to_string())?;
        answer["data"]["result"].as_array().cloned().ok_or_else(|| answer.to_string())
    }

    fn get(&self, path: &str) -> Result<String, String> {
        Client::default().get(&format!("http://127.0.0.1:{}{path}", self.port))?.ok()
    }
}
