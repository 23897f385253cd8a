//! Databases asked over TLS: they prove who they are, or nothing is said to them.

use super::billing::{fill, text};
use super::common::authority::Authority;
use super::common::planted::Planted;
use super::common::systems;
use super::server::{Kind, Server};

/// What comes of asking a database for Ana, where this authority is believed.
fn asked(server: &Server, mode: &str, believed: &Authority) -> String {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("sql-billing.toml");
    std::fs::write(&file, text().replacen("[client]", "[client]\ndeadline_ms = 20000", 1)).unwrap();
    let address = format!("{}?{mode}", server.address);
    let believed = believed.file();
    let env = [
        ("BILLING_URL", address.as_str()),
        ("BILLING_COUNTRY", "GB"),
        ("SSL_CERT_FILE", believed.to_str().unwrap()),
    ];
    let arguments = ["connector", "try", file.to_str().unwrap(), "--phone", "0113 4960142"];
    let (code, said) = systems::norns(&env, &arguments);
    assert_eq!(code, Some(i32::from(said.contains("no answer"))), "{said}");
    assert!(!said.contains("s3cret"), "{said}");
    said
}

async fn who_it_is_is_proved(kind: Kind, mode: &str) {
    let (authority, other) = (Authority::new(), Authority::new());
    let world = Planted::grow(3, 5);
    let itself = Server::certified(kind, &authority.certify("IP:127.0.0.1")).await;
    fill(&itself, &world).await;
    let said = asked(&itself, mode, &authority);
    assert!(said.contains("record BILLING:ANA: Ana Petrov"), "{said}");
    let somebody = Server::certified(kind, &authority.certify("DNS:elsewhere.example")).await;
    fill(&somebody, &world).await;
    let nobody = Server::of(kind).await;
    fill(&nobody, &world).await;
    for (server, believed, what) in [
        (&itself, &other, "is signed by itself or by nobody known here"),
        (&somebody, &authority, "is of another name"),
        (&nobody, &authority, "does not encrypt"),
    ] {
        let said = asked(server, mode, believed);
        assert!(said.contains("no answer: it") && said.contains(what), "{what}: {said}");
        assert!(!said.contains("Ana"), "{what}: {said}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn postgresql_proves_who_it_is_or_is_told_nothing() {
    who_it_is_is_proved(Kind::Postgresql, "sslmode=verify-full").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn mariadb_proves_who_it_is_or_is_told_nothing() {
    who_it_is_is_proved(Kind::Mariadb, "ssl-mode=VERIFY_IDENTITY").await;
}
