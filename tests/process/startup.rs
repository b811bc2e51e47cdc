//! What a program that cannot start says, and what it leaves alone.

use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Output};

use crate::program::{CONFIG, temporary, text};

/// Runs it in this folder with these flags until it ends by itself.
fn ended(folder: &Path, flags: &[&str]) -> Output {
    std::fs::write(folder.join("leveret.yaml"), CONFIG).expect("the test's folder is writable");
    let mut command = Command::new(env!("CARGO_BIN_EXE_leveret"));
    command.current_dir(folder).args(["serve", "--log-format", "text", "--config", "leveret.yaml"]).args(flags);
    command.output().expect("Leveret can be started")
}

/// What it says last.
fn last_words(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    let log = String::from_utf8_lossy(&output.stderr).into_owned();
    log.lines().last().expect("it says something").to_owned()
}

const LOCAL: [&str; 3] = ["--without-cluster", "--credentials-dir", "credentials"];

#[test]
fn a_port_in_use_is_named_with_its_flag_and_the_files_of_the_other_program_stay() {
    let (folder, other) = (temporary(), TcpListener::bind(("127.0.0.1", 0)).expect("a free port"));
    let address = other.local_addr().expect("it is bound").to_string();
    let token = folder.path().join("credentials/token");
    std::fs::create_dir(folder.path().join("credentials")).expect("writable");
    std::fs::write(&token, "another program's").expect("writable");
    for (flags, part, flag) in [
        (["--listen", &address, "--admin-listen", "127.0.0.1:0"], "the API", "--listen"),
        (["--listen", "127.0.0.1:0", "--admin-listen", &address], "the admin port", "--admin-listen"),
    ] {
        let expected = format!(
            "leveret: cannot listen on `{address}` for {part}; choose another with `{flag}`: Address already in use (os \
             error 98)"
        );
        assert_eq!(last_words(&ended(folder.path(), &[&LOCAL[..], &flags].concat())), expected);
        assert_eq!(std::fs::read_to_string(&token).expect("it is still there"), "another program's");
    }
}

#[test]
fn a_folder_that_cannot_be_made_is_named_with_its_flag() {
    let folder = temporary();
    std::fs::write(folder.path().join("file"), "").expect("writable");
    let below = folder.path().join("file/credentials");
    let flags = ["--without-cluster", "--credentials-dir", text(&below), "--admin-listen", "127.0.0.1:0"];
    let expected = format!(
        "leveret: cannot create the folder `{}`; name a folder that this user may write to with `--credentials-dir`: Not a \
         directory (os error 20)",
        below.display()
    );
    assert_eq!(last_words(&ended(folder.path(), &flags)), expected);
}

#[test]
fn the_certificate_is_read_before_a_port_is_bound() {
    let (folder, other) = (temporary(), TcpListener::bind(("127.0.0.1", 0)).expect("a free port"));
    let address = other.local_addr().expect("it is bound").to_string();
    let flags = ["--admin-listen", &address, "--tls-cert-file", "none.crt", "--tls-key-file", "none.key"];
    let expected = "leveret: the API needs the certificate and key of `--tls-cert-file` and `--tls-key-file`; without a cluster \
                    use `--without-cluster`: cannot read `none.crt`: there is no such file; check the path and that the volume \
                    is mounted there";
    assert_eq!(last_words(&ended(folder.path(), &flags)), expected);
}
