//! Proxies in the environment are not for the Kubernetes API server.

use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::sync::mpsc::{Receiver, channel};

use leveret_harness::Authority;

use crate::program::{PATIENCE, Program, Stderr, temporary, text};

#[test]
fn the_api_server_is_reached_directly_whatever_proxy_the_environment_names() {
    let (proxy, connections) = listener();
    for value in [format!("http://{proxy}"), proxy.clone(), "a proxy".to_owned()] {
        let (server, requests) = listener();
        let mut leveret =
            in_cluster(&server, "", &[("HTTPS_PROXY", &value), ("HTTP_PROXY", &value), ("NO_PROXY", "*")]);
        let request = requests.recv_timeout(PATIENCE).unwrap_or_else(|_| panic!("{value}: {}", leveret.log()));
        assert!(request.starts_with("GET /api/v1/namespaces/kube-system/configmaps"), "{request}");
        leveret.stop();
    }
    assert!(connections.try_recv().is_err(), "nothing was sent to the proxy");
}

#[test]
fn a_proxy_in_the_kubeconfig_is_refused_with_the_remedy() {
    let mut leveret = in_cluster("127.0.0.1:9", ", proxy-url: 'http://127.0.0.1:9'", &[]);
    assert_eq!(leveret.exit_status(), Some(2));
    assert!(leveret.log().contains("remove `proxy-url`"), "{}", leveret.log());
}

/// Starts Leveret behind an API server at this address.
fn in_cluster(server: &str, further: &str, environment: &[(&str, &str)]) -> Program {
    let folder = temporary();
    let certificate = Authority::new("leveret").server(&["localhost"]).write(folder.path(), "tls");
    let kubeconfig = format!(
        "{{apiVersion: v1, kind: Config, current-context: it, contexts: [{{name: it, context: {{cluster: it, user: \
         it}}}}], users: [{{name: it, user: {{}}}}], clusters: [{{name: it, cluster: {{server: 'http://{server}'\
         {further}}}}}]}}"
    );
    std::fs::write(folder.path().join("kubeconfig"), kubeconfig).expect("the test's folder is writable");
    let (certificate, key) = (text(&certificate.certificate), text(&certificate.key));
    let access = ["--kubeconfig", "kubeconfig", "--tls-cert-file", certificate, "--tls-key-file", key];
    Program::start(Stderr::File, folder, &[&access[..], &["--config", "leveret.yaml"]].concat(), environment)
}

/// An address at which the first line of each connection is received.
fn listener() -> (String, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("loopback has free ports");
    let address = listener.local_addr().expect("a bound listener has an address").to_string();
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let mut line = String::new();
            if BufReader::new(stream).read_line(&mut line).is_ok() && sender.send(line).is_err() {
                return;
            }
        }
    });
    (address, receiver)
}
