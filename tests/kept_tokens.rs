//! A source that gives a new refresh token at each login, tried by hand beside a gateway that is
//! logged in there.
#![allow(clippy::unwrap_used, reason = "a test stops where something is wrong")]

mod common;

use std::path::PathBuf;
use std::process::Output;
use std::sync::Arc;

use common::door::{self, Shut};
use common::gateway::write_private;
use common::home::Home;
use norns::connectors::Source;
use norns::connectors::fetch::credential::Tokens;
use norns::connectors::fetch::{ConnectorSource, Shared};
use norns::connectors::spec::Connector;
use norns::domain::customer::{CustomerId, Key};
use norns::domain::source::SourceId;
use norns::gateway::TokenFolder;

/// A source, the gateway's settings, and somebody at a shell.
struct Centre {
    door: Shut,
    home: Home,
    file: PathBuf,
    settings: PathBuf,
    records: PathBuf,
    url: String,
}

impl Centre {
    async fn open() -> Self {
        rustls::crypto::ring::default_provider().install_default().ok();
        let (door, url) = door::open().await;
        let home = Home::new();
        let file = home.root().join("crm.toml");
        let text = r#"
            id = "CRM"
            title = "x"
            [client]
            base_url = "${CRM_URL}"
            auth = { type = "oauth2", grant = "refresh_token", token_url = "${CRM_URL}/token", client_id = "me", refresh_token = "${CRM_TOKEN}" }
            [record]
            id = "id"
            name = "name"
            [[lookups]]
            by = "id"
            endpoint = { path = "/people/{id}", data_selector = "." }
        "#;
        std::fs::write(&file, text).unwrap();
        let records = home.root().join("records.db");
        let settings = home.root().join("serve.toml");
        let text = format!(
            "[store]\npath = \"{}\"\n[[sources]]\nconnector = \"crm\"\n[[agents]]\nname = \"ana\"\nrole = \"billing\"\nuid = 1\n[variables]\nCRM_URL = \"{url}\"\nCRM_TOKEN = \"r0\"\n",
            records.display()
        );
        write_private(&settings, &text);
        Self { door, home, file, settings, records, url }
    }

    /// What a gateway of these settings asks.
    fn gateway(&self) -> ConnectorSource {
        let text = std::fs::read_to_string(&self.file).unwrap();
        let given = |name: &str| match name {
            "CRM_URL" => Some(self.url.clone()),
            "CRM_TOKEN" => Some("r0".to_owned()),
            _ => None,
        };
        let connector = Connector::read("crm.toml", &text, &given).unwrap();
        let now = Arc::new(|| jiff::Timestamp::UNIX_EPOCH);
        let shared = Shared::new(now).keeping(Arc::new(TokenFolder::beside(&self.records)));
        ConnectorSource::new(connector, &shared).unwrap()
    }

    /// Runs `norns connector` in another process.
    async fn connector(&self, arguments: &[&str]) -> (i32, String) {
        let (file, arguments) = (self.file.display().to_string(), arguments.to_vec());
        let mut all = vec!["connector", arguments[0], &file];
        all.extend(&arguments[1..]);
        let mut command = self.home.command(&all);
        command.env("CRM_URL", &self.url).env("CRM_TOKEN", "r0");
        let ran = tokio::task::spawn_blocking(move || command.output().unwrap());
        let Output { status, stdout, stderr } = ran.await.unwrap();
        let said = [stdout, stderr].map(|bytes| String::from_utf8(bytes).unwrap()).concat();
        (status.code().unwrap(), said)
    }

    fn settings(&self) -> &str {
        self.settings.to_str().unwrap()
    }

    fn logins(&self) -> usize {
        self.door.lock().unwrap().logins
    }
}

async fn finds(source: &ConnectorSource) -> Result<usize, String> {
    let found = source.look_up(&Key::Id(CustomerId::parse("CRM:7").unwrap())).await;
    found.map(|found| found.records.len()).map_err(|trouble| trouble.why.to_string())
}

#[tokio::test(flavor = "multi_thread")]
async fn trying_and_recording_use_the_token_that_the_gateway_keeps_and_give_it_theirs() {
    let centre = Centre::open().await;
    let gateway = centre.gateway();
    assert_eq!(finds(&gateway).await, Ok(1));
    for (nth, arguments) in [
        &["try", "--id", "7", "--config", centre.settings()][..],
        &["try", "--id", "7", "--config", centre.settings()],
        &["record", "--id", "7", "--as", "by-id", "--config", centre.settings()],
    ]
    .into_iter()
    .enumerate()
    {
        let (code, said) = centre.connector(arguments).await;
        assert_eq!(code, 0, "{said}");
        assert!(!said.contains("r1") && !said.contains("not kept"), "{said}");
        assert_eq!(centre.logins(), 2 + nth);
    }
    // The gateway is as it was, and where it must log in again it does so with the newest.
    assert_eq!(finds(&gateway).await, Ok(1));
    centre.door.lock().unwrap().withdrawn = 4;
    assert_eq!(finds(&gateway).await, Ok(1));
    assert_eq!(centre.logins(), 5);
    assert_eq!(finds(&centre.gateway()).await, Ok(1));
    assert!(!centre.door.lock().unwrap().ended);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_asked_where_that_could_log_the_gateway_out() {
    let centre = Centre::open().await;
    let asked = ["try", "--id", "7", "--config", centre.settings()];
    let held = TokenFolder::beside(&centre.records).hold(&SourceId::new("CRM").unwrap()).unwrap();
    let (code, said) = centre.connector(&asked).await;
    assert_eq!((code, centre.logins()), (1, 0), "{said}");
    assert!(said.contains("the gateway logs in there now"), "{said}");
    drop(held);
    let (code, said) = centre.connector(&asked).await;
    assert_eq!((code, centre.logins()), (0, 1), "{said}");
    let folder = centre.records.with_extension("tokens");
    let open = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(&folder, open).unwrap();
    let (code, said) = centre.connector(&asked).await;
    assert_eq!((code, centre.logins()), (1, 1), "{said}");
    assert!(said.contains("run this as the user who runs the gateway"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_tries_without_settings_is_told_that_a_new_token_is_not_kept() {
    let centre = Centre::open().await;
    let (code, said) = centre.connector(&["try", "--id", "7"]).await;
    assert_eq!((code, centre.logins()), (0, 1), "{said}");
    assert!(said.contains("CRM gave a new refresh token"), "{said}");
    assert!(said.contains("it is not kept"), "{said}");
    let (code, said) = centre.connector(&["try", "--id", "7", "--config", "/nowhere"]).await;
    assert_eq!((code, centre.logins()), (1, 1), "{said}");
}
