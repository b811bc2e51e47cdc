//! What changes on disk or in the cluster is taken over while running, and what is bad is not.

use std::time::Duration;

use crate::support::broker::{Broker, Sources, Version};
use crate::support::install;
use crate::support::scene::{FAST, Scene};
use crate::support::wait;
use leveret_harness::Authority;
use leveret_harness::Client;

/// Files are looked at every few seconds, and the cluster's ConfigMap is watched.
const LIMIT: Duration = Duration::from_secs(60);

const BACKLOG: &str =
    "/apis/external.metrics.k8s.io/v1beta1/namespaces/default/rabbitmq_queue_messages?labelSelector=backlog%3Dorders";

#[test]
fn certificate_configuration_and_client_authority_are_reloaded_without_a_restart() {
    let mut scene = Scene::start(Version::V4_0, &[], |broker| {
        broker.declare("/", "orders", "classic");
        broker.publish("/", "orders", 3);
        configuration(broker, "")
    });
    serving_certificate(&scene);
    configuration_file(&scene);
    client_authority(&scene);
    assert!(scene.leveret.runs(), "it is still the same process\n{}", scene.leveret.tail());
}

fn serving_certificate(scene: &Scene) {
    let leveret = &scene.leveret;
    let (folder, next) = (scene.folder().join("next"), Authority::new("next"));
    let certificate = next.server(&[install::SERVICE]).write(&folder, "tls");
    let reloaded = || leveret.series("leveret_certificate_last_reload_successful");
    let trusts_next = Client::trusting(&next.pem());
    leveret.ask_as(&trusts_next, "/livez").expect_err("the certificate in use is of another authority");

    leveret.replace("tls.crt", "no certificate");
    wait::until("the broken pair to be noticed", LIMIT, || match reloaded() {
        Some(0.0) => Ok(()),
        seen => Err(format!("{seen:?}\n{}", leveret.tail())),
    });
    assert_eq!(leveret.ask_as(&leveret.anonymous(), "/livez").expect("the old pair serves").status, 200);

    let text = |path| std::fs::read_to_string(path).expect("it was just written");
    leveret.replace("tls.key", &text(certificate.key));
    leveret.replace("tls.crt", &text(certificate.certificate));
    wait::until("the new certificate", LIMIT, || leveret.ask_as(&trusts_next, "/livez")?.ok());
    wait::until("the reload to be reported", LIMIT, || {
        reloaded().filter(|it| *it == 1.0).ok_or_else(|| leveret.tail())
    });
    leveret.ask_as(&leveret.anonymous(), "/livez").expect_err("the old certificate is gone");

    // The aggregator trusts the old authority only; an operator's next step, or cert-manager's, gives it the new one.
    leveret.replace("ca.crt", &next.pem());
    install::apply(&scene.cluster, &leveret.file(""), leveret.port());
    wait::until("the aggregator to trust the new one", LIMIT, || install::available(&scene.cluster));
}

fn configuration_file(scene: &Scene) {
    let leveret = &scene.leveret;
    let loaded = || leveret.series("leveret_config_last_reload_successful");
    let answer = || scene.kubectl().raw(BACKLOG);
    let complaint = answer().expect_err("there is no such backlog yet");
    assert!(complaint.contains("there is no backlog `orders`"), "{complaint}");

    let backlog = "backlogs:\n- {name: orders, queues: {names: [orders]}}\n";
    leveret.configure(&configuration(&scene.broker, backlog));
    wait::until("the new backlog", LIMIT, || answer().map_err(|seen| format!("{seen}\n{}", leveret.tail())));
    leveret.configure("brokers: none\n");
    wait::until("the bad configuration to be noticed", LIMIT, || match loaded() {
        Some(0.0) => Ok(()),
        seen => Err(format!("{seen:?}\n{}", leveret.tail())),
    });
    answer().expect("the configuration before it is still in use");
    leveret.configure(&configuration(&scene.broker, backlog));
    wait::until("the good one to be taken again", LIMIT, || {
        loaded().filter(|it| *it == 1.0).ok_or_else(|| leveret.tail())
    });
}

/// Another authority for clients appears in the ConfigMap; the API server keeps what others have added to it.
fn client_authority(scene: &Scene) {
    let authority = Authority::new("further clients");
    let further = scene.leveret.anonymous().identity(&authority.client("further", &[]).pem());
    let says = |words: &'static str| {
        wait::until(words, LIMIT, || {
            let answer = scene.leveret.ask_as(&further, BACKLOG)?;
            if answer.text.contains(words) { Ok(()) } else { Err(format!("{answer:?}\n{}", scene.leveret.tail())) }
        });
    };
    says("Unauthorized");
    let map = scene.kubectl().get("kube-system", "configmap/extension-apiserver-authentication").expect("it is there");
    let known = map["data"]["client-ca-file"].as_str().expect("it has an authority for clients").to_owned();
    let patch = serde_json::json!({"data": {"client-ca-file": known + &authority.pem()}}).to_string();
    let target =
        ["-n", "kube-system", "patch", "configmap", "extension-apiserver-authentication", "--type=merge", "-p"];
    scene.kubectl().run(&[&target[..], &[&patch]].concat(), "").expect("it can be changed");
    says("cannot list resource");
}

fn configuration(broker: &Broker, backlogs: &str) -> String {
    format!("brokers:\n{}{backlogs}", broker.configured("main", Sources::Both, FAST))
}
