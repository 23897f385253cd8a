//! A login server that counts, and sources that are let in by what it gives.

mod session;

use std::io;
use std::sync::Mutex as Lock;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use futures_util::future::join_all;
use serde_json::json;

use super::*;
use crate::connectors::carry::{Carried, Headers, Lost};
use crate::connectors::fetch::{ConnectorSource, Shared};
use crate::connectors::{Source, Trouble};
use crate::domain::customer::{CustomerId, Key};

const KEY: &str = include_str!("test-key.pem");

/// Gives tokens `t1`, `t2`, …; takes only the newest that was not withdrawn.
#[derive(Default)]
struct Server {
    logins: AtomicU32,
    asked: AtomicU32,
    /// Tokens up to this one are not taken any more.
    withdrawn: AtomicU32,
    /// What else a login's answer has.
    also: Value,
    /// The login gives no token, and answers this.
    refuses: Option<u16>,
    forms: Lock<Vec<Vec<(String, String)>>>,
    seen: Lock<Vec<Request>>,
}

impl Server {
    /// The refresh tokens that it was sent, in their order.
    fn refresh_tokens(&self) -> Vec<String> {
        let forms = self.forms.lock().unwrap();
        let sent = forms.iter().flatten().filter(|(name, _)| name == "refresh_token");
        sent.map(|(_, token)| token.clone()).collect()
    }

    fn reply(&self, request: &Request) -> Reply {
        let json = |status, body: Value| Reply {
            status,
            headers: Headers(vec![("set-cookie".into(), "sid=c1; Path=/; HttpOnly".into())]),
            body: Ok(body.to_string().into_bytes()),
        };
        self.seen.lock().unwrap().push(request.clone());
        if request.url.path().ends_with("/login") {
            let nth = self.logins.fetch_add(1, Ordering::SeqCst) + 1;
            if let Body::Form(form) = &request.body {
                self.forms.lock().unwrap().push(form.clone());
            }
            if let Some(status) = self.refuses {
                return json(status, json!({ "error": "invalid_grant" }));
            }
            let mut body = json!({ "access_token": format!("t{nth}"), "expires_in": 3600 });
            for (name, value) in self.also.as_object().into_iter().flatten() {
                body[name] = value.clone();
            }
            return json(200, body);
        }
        self.asked.fetch_add(1, Ordering::SeqCst);
        let sent =
            request.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("authorization"));
        let token = sent.and_then(|(_, value)| value.rsplit_once('t')?.1.parse::<u32>().ok());
        match token {
            Some(token) if token > self.withdrawn.load(Ordering::SeqCst) => {
                json(200, json!([{ "id": "7", "name": "Ana" }]))
            }
            _ => json(401, json!({})),
        }
    }
}

impl Carry for Server {
    fn carry<'a>(&'a self, request: &'a Request) -> Carried<'a> {
        Box::pin(async move {
            tokio::time::sleep(Duration::from_millis(50)).await;
            Ok::<_, Lost>(self.reply(request))
        })
    }
}

fn source(server: &Arc<Server>, auth: &str, more: &str) -> ConnectorSource {
    let now: Timestamp = "2026-11-25T10:00:00Z".parse().unwrap();
    carried(server, &Shared::new(Arc::new(move || now)), (auth, more))
}

/// The same, in a process that keeps new tokens there.
fn kept_source(server: &Arc<Server>, auth: &str, drawer: Arc<Drawer>) -> ConnectorSource {
    let now: Timestamp = "2026-11-25T10:00:00Z".parse().unwrap();
    carried(server, &Shared::new(Arc::new(move || now)).keeping(drawer), (auth, ""))
}

fn carried(server: &Arc<Server>, shared: &Shared, (auth, more): (&str, &str)) -> ConnectorSource {
    let text = format!(
        "id = \"CRM\"\ntitle = \"x\"\n[client]\nbase_url = \"https://crm.example/api\"\nauth = {auth}\n{more}\n\
         [record]\nid = \"id\"\nname = \"name\"\n\
         [[lookups]]\nby = \"id\"\nendpoint = {{ path = \"/people/{{id}}\", data_selector = \".\" }}\n"
    );
    let connector = Connector::read("crm.toml", &text, &|_| None).unwrap();
    ConnectorSource::carried_by(server.clone(), connector, shared)
}

const CLIENT: &str = "{ type = \"oauth2\", grant = \"client_credentials\", token_url = \"https://login.example/login\", client_id = \"me\", client_secret = \"s3cret\", scope = \"read\" }";

async fn ask(source: &ConnectorSource) -> Result<usize, Trouble> {
    let key = Key::Id(CustomerId::parse("CRM:7").unwrap());
    source.look_up(&key).await.map(|found| found.records.len())
}

fn why(answer: Result<usize, Trouble>) -> String {
    answer.unwrap_err().why.to_string()
}

#[tokio::test(start_paused = true)]
async fn however_many_ask_a_token_is_asked_for_once_and_used_until_it_ends() {
    let server = Arc::new(Server::default());
    let source = source(&server, CLIENT, "");
    for answer in join_all((0..20).map(|_| ask(&source))).await {
        assert_eq!(answer, Ok(1));
    }
    assert_eq!(server.logins.load(Ordering::SeqCst), 1);
    tokio::time::advance(Duration::from_secs(3_500)).await;
    assert_eq!(ask(&source).await, Ok(1));
    assert_eq!(server.logins.load(Ordering::SeqCst), 1);
    tokio::time::advance(Duration::from_secs(60)).await;
    assert_eq!(ask(&source).await, Ok(1));
    assert_eq!(server.logins.load(Ordering::SeqCst), 2);
}

#[tokio::test(start_paused = true)]
async fn a_token_that_is_refused_is_replaced_once_for_all_who_were_refused() {
    let server = Arc::new(Server::default());
    let source = source(&server, CLIENT, "");
    assert_eq!(ask(&source).await, Ok(1));
    server.withdrawn.store(1, Ordering::SeqCst);
    for answer in join_all((0..8).map(|_| ask(&source))).await {
        assert_eq!(answer, Ok(1));
    }
    assert_eq!(server.logins.load(Ordering::SeqCst), 2);
    // Where no token is taken, each question is put twice and no more.
    server.withdrawn.store(u32::MAX, Ordering::SeqCst);
    let before = server.asked.load(Ordering::SeqCst);
    assert_eq!(why(ask(&source).await), "not permitted");
    assert_eq!(server.asked.load(Ordering::SeqCst) - before, 2);
}

#[tokio::test(start_paused = true)]
async fn a_login_that_refuses_is_told_from_a_source_that_does() {
    for (status, expected) in [
        (400, "the login was refused"),
        (401, "the login was refused"),
        (429, "the login is limited"),
        (500, "the login answered HTTP 500"),
    ] {
        let server = Arc::new(Server { refuses: Some(status), ..Server::default() });
        assert_eq!(why(ask(&source(&server, CLIENT, "")).await), expected);
        assert_eq!(server.asked.load(Ordering::SeqCst), 0);
    }
}

#[tokio::test(start_paused = true)]
async fn each_grant_sends_what_its_specification_says() {
    let common =
        "token_url = \"https://login.example/login\", client_id = \"me\", client_secret = \"s\"";
    for (grant, expected) in [
        (
            "grant = \"client_credentials\"",
            "grant_type=client_credentials&client_id=me&client_secret=s",
        ),
        (
            "grant = \"password\", username = \"ana\", password = \"p\"",
            "grant_type=password&username=ana&password=p&client_id=me&client_secret=s",
        ),
        (
            "grant = \"client_credentials\", secret_in = \"basic\", also = { audience = \"a\" }",
            "grant_type=client_credentials&audience=a",
        ),
    ] {
        let server = Arc::new(Server::default());
        ask(&source(&server, &format!("{{ type = \"oauth2\", {common}, {grant} }}"), ""))
            .await
            .unwrap();
        let form = server.forms.lock().unwrap()[0].clone();
        let pairs: Vec<String> = form.iter().map(|(n, v)| format!("{n}={v}")).collect();
        assert_eq!(pairs.join("&"), expected);
        let basic =
            server.seen.lock().unwrap()[0].headers.iter().any(|(n, _)| n == "authorization");
        assert_eq!(basic, grant.contains("basic"));
    }
}

#[tokio::test(start_paused = true)]
async fn a_new_refresh_token_takes_the_place_of_the_old_one() {
    let also = json!({ "refresh_token": "second" });
    let server = Arc::new(Server { also, ..Server::default() });
    let auth = "{ type = \"oauth2\", grant = \"refresh_token\", token_url = \"https://login.example/login\", client_id = \"me\", refresh_token = \"first\" }";
    let source = source(&server, auth, "");
    ask(&source).await.unwrap();
    server.withdrawn.store(1, Ordering::SeqCst);
    ask(&source).await.unwrap();
    assert_eq!(server.refresh_tokens(), ["first", "second"]);
}

/// Keeps in memory what a folder keeps, unless it is full.
#[derive(Default)]
struct Drawer(Lock<Option<Renewed>>, AtomicBool, Arc<Lock<bool>>);

struct Opened(Arc<Lock<bool>>);

impl Drop for Opened {
    fn drop(&mut self) {
        *self.0.lock().unwrap() = false;
    }
}

impl Tokens for Drawer {
    fn hold(&self, _: &SourceId) -> io::Result<Option<Hold>> {
        let taken = std::mem::replace(&mut *self.2.lock().unwrap(), true);
        Ok((!taken).then(|| -> Hold { Box::new(Opened(self.2.clone())) }))
    }

    fn last(&self, _: &SourceId) -> Option<Renewed> {
        self.0.lock().unwrap().clone()
    }

    fn keep(&self, _: &SourceId, renewed: &Renewed) -> io::Result<()> {
        if self.1.load(Ordering::SeqCst) {
            return Err(io::ErrorKind::StorageFull.into());
        }
        *self.0.lock().unwrap() = Some(renewed.clone());
        Ok(())
    }
}

#[tokio::test(start_paused = true)]
async fn a_new_refresh_token_outlives_the_process_until_another_one_is_written() {
    let drawer = Arc::new(Drawer::default());
    let sent = async |written: &str, answered: &str| {
        let also = json!({ "refresh_token": answered });
        let server = Arc::new(Server { also, ..Server::default() });
        let auth = format!(
            "{{ type = \"oauth2\", grant = \"refresh_token\", token_url = \"https://login.example/login\", client_id = \"me\", refresh_token = \"{written}\" }}"
        );
        ask(&kept_source(&server, &auth, drawer.clone())).await.unwrap();
        let forms = server.forms.lock().unwrap();
        forms[0].iter().find(|(name, _)| name == "refresh_token").unwrap().1.clone()
    };
    assert_eq!(sent("first", "second").await, "first");
    assert_eq!(sent("first", "third").await, "second");
    assert_eq!(sent("anew", "fourth").await, "anew");
    assert_eq!(sent("anew", "fifth").await, "fourth");
    assert!(!format!("{:?}", drawer.0.lock().unwrap()).contains("fifth"));
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_kept_is_used_all_the_same_and_not_what_was_kept_before() {
    let drawer = Arc::new(Drawer::default());
    let also = json!({ "refresh_token": "second" });
    let server = Arc::new(Server { also, ..Server::default() });
    let auth = "{ type = \"oauth2\", grant = \"refresh_token\", token_url = \"https://login.example/login\", client_id = \"me\", refresh_token = \"first\" }";
    let written = sign::digest(["https://login.example/login", "me", "first"]);
    *drawer.0.lock().unwrap() = Some(Renewed { of: written, token: "older".into() });
    drawer.1.store(true, Ordering::SeqCst);
    let source = kept_source(&server, auth, drawer.clone());
    ask(&source).await.unwrap();
    server.withdrawn.store(1, Ordering::SeqCst);
    ask(&source).await.unwrap();
    assert_eq!(server.refresh_tokens(), ["older", "second"]);
}

#[tokio::test(start_paused = true)]
async fn two_who_share_what_is_kept_never_use_the_same_refresh_token() {
    let drawer = Arc::new(Drawer::default());
    let servers = ["second", "third"].map(|token| {
        let also = json!({ "refresh_token": token });
        Arc::new(Server { also, ..Server::default() })
    });
    let auth = "{ type = \"oauth2\", grant = \"refresh_token\", token_url = \"https://login.example/login\", client_id = \"me\", refresh_token = \"first\" }";
    let sources = servers.each_ref().map(|server| kept_source(server, auth, drawer.clone()));
    assert_eq!(join_all(sources.iter().map(ask)).await, [Ok(1), Ok(1)]);
    let sent = servers.each_ref().map(|server| {
        let forms = server.forms.lock().unwrap();
        forms[0].iter().find(|(name, _)| name == "refresh_token").unwrap().1.clone()
    });
    assert_eq!(sent, ["first", "second"]);
    assert_eq!(drawer.0.lock().unwrap().as_ref().unwrap().token, "third");
    assert!(!*drawer.2.lock().unwrap());
}

#[tokio::test(start_paused = true)]
async fn who_could_not_keep_a_token_lets_nobody_else_log_in_with_an_older_one() {
    let drawer = Arc::new(Drawer::default());
    let also = json!({ "refresh_token": "second" });
    let server = Arc::new(Server { also, ..Server::default() });
    let auth = "{ type = \"oauth2\", grant = \"refresh_token\", token_url = \"https://login.example/login\", client_id = \"me\", refresh_token = \"first\" }";
    drawer.1.store(true, Ordering::SeqCst);
    let source = kept_source(&server, auth, drawer.clone());
    ask(&source).await.unwrap();
    let other = kept_source(&server, auth, drawer.clone());
    assert_eq!(ask(&other).await.unwrap_err().state, State::TimedOut);
    assert_eq!(server.logins.load(Ordering::SeqCst), 1);
    drawer.1.store(false, Ordering::SeqCst);
    server.withdrawn.store(1, Ordering::SeqCst);
    ask(&source).await.unwrap();
    assert_eq!(ask(&other).await, Ok(1));
    assert_eq!(server.logins.load(Ordering::SeqCst), 3);
}

#[tokio::test(start_paused = true)]
async fn a_refresh_token_that_nobody_will_use_is_not_kept() {
    let drawer = Arc::new(Drawer::default());
    let also = json!({ "refresh_token": "second" });
    let server = Arc::new(Server { also, ..Server::default() });
    ask(&kept_source(&server, CLIENT, drawer.clone())).await.unwrap();
    assert!(drawer.0.lock().unwrap().is_none());
}

#[tokio::test(start_paused = true)]
async fn an_assertion_is_signed_with_the_key_and_says_who_asks() {
    let server = Arc::new(Server::default());
    let auth = format!(
        "{{ type = \"oauth2\", grant = \"jwt_bearer\", token_url = \"https://login.example/login\", client_id = \"me\", subject = \"agent@centre.example\", private_key = '''{KEY}''' }}"
    );
    ask(&source(&server, &auth, "")).await.unwrap();
    let form = server.forms.lock().unwrap()[0].clone();
    let jwt = &form.iter().find(|(name, _)| name == "assertion").unwrap().1;
    let (text, signature) = jwt.rsplit_once('.').unwrap();
    let claims = URL_SAFE_NO_PAD.decode(text.split('.').nth(1).unwrap()).unwrap();
    let claims: Value = serde_json::from_slice(&claims).unwrap();
    assert_eq!(claims["iss"], "me");
    assert_eq!(claims["sub"], "agent@centre.example");
    assert_eq!(claims["aud"], "https://login.example/login");
    assert_eq!(claims["exp"], 1_795_600_980);
    let der: String = KEY.lines().filter(|line| !line.starts_with("--")).collect();
    let der = base64::engine::general_purpose::STANDARD.decode(der).unwrap();
    let pair = ring::signature::RsaKeyPair::from_pkcs8(&der).unwrap();
    let public = ring::signature::UnparsedPublicKey::new(
        &ring::signature::RSA_PKCS1_2048_8192_SHA256,
        pair.public().as_ref(),
    );
    let signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
    assert!(public.verify(text.as_bytes(), &signature).is_ok());
}

#[tokio::test(start_paused = true)]
async fn the_address_that_comes_with_a_token_is_asked_only_where_the_file_allows_it() {
    let auth = CLIENT.replace(" }", ", base_url_path = \"instance_url\" }");
    for (address, hosts, expected) in [
        ("https://eu7.crm.example", "hosts = [\"*.crm.example\"]", Ok("eu7.crm.example")),
        ("https://eu7.crm.example", "", Err("the login answered an address that is not allowed")),
        (
            "https://evilcrm.example",
            "hosts = [\"*.crm.example\"]",
            Err("the login answered an address that is not allowed"),
        ),
        (
            "http://eu7.crm.example",
            "hosts = [\"*.crm.example\"]",
            Err("the login answered an address that is not allowed"),
        ),
        ("https://crm.example", "", Ok("crm.example")),
    ] {
        let server =
            Arc::new(Server { also: json!({ "instance_url": address }), ..Server::default() });
        let answer = ask(&source(&server, &auth, hosts)).await;
        match expected {
            Ok(host) => {
                assert_eq!(answer, Ok(1), "{address}");
                let last = server.seen.lock().unwrap().last().unwrap().url.clone();
                assert_eq!((last.host_str(), last.path()), (Some(host), "/api/people/7"));
            }
            Err(expected) => {
                assert_eq!(why(answer), expected, "{address}");
                assert_eq!(server.asked.load(Ordering::SeqCst), 0);
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_session_is_carried_as_a_token_or_as_a_cookie() {
    let server = Arc::new(Server::default());
    let token = "{ type = \"session\", path = \"/login\", json = { user = \"ana\", password = \"p\" }, token_path = \"access_token\" }";
    let by_token = source(&server, token, "");
    assert_eq!(ask(&by_token).await, Ok(1));
    server.withdrawn.store(1, Ordering::SeqCst);
    assert_eq!(ask(&by_token).await, Ok(1));
    assert_eq!(server.logins.load(Ordering::SeqCst), 2);
    assert_eq!(server.seen.lock().unwrap()[0].url.as_str(), "https://crm.example/api/login");
    let server = Arc::new(Server::default());
    let cookie =
        "{ type = \"session\", path = \"/login\", form = { user = \"ana\", pass = \"p\" } }";
    ask(&source(&server, cookie, "")).await.ok();
    let sent = server.seen.lock().unwrap()[1].headers.clone();
    assert_eq!(sent, [("cookie".to_owned(), "sid=c1".to_owned())]);
}

#[tokio::test(start_paused = true)]
async fn a_login_may_be_any_json_with_variables_however_deep() {
    let text = "id = \"CRM\"\ntitle = \"x\"\n[client]\nbase_url = \"https://crm.example\"\n\
         [client.auth]\ntype = \"session\"\npath = \"/login\"\n\
         json = { jsonrpc = \"2.0\", params = { db = \"d\", args = [\"ana\", \"${PASSWORD}\", 7] } }\n\
         [record]\nid = \"id\"\nname = \"name\"\n\
         [[lookups]]\nby = \"id\"\nendpoint = { path = \"/p/{id}\", data_selector = \".\" }\n";
    let given = |name: &str| (name == "PASSWORD").then(|| "s3\"cret".to_owned());
    let connector = Connector::read("crm.toml", text, &given).unwrap();
    assert!(!format!("{:?}", connector.written.client.auth).contains("s3"));
    let carrier = Arc::new(Bodies::default());
    let now: Timestamp = "2026-11-25T10:00:00Z".parse().unwrap();
    let shared = Shared::new(Arc::new(move || now));
    ask(&ConnectorSource::carried_by(carrier.clone(), connector, &shared)).await.ok();
    let expected =
        json!({ "jsonrpc": "2.0", "params": { "db": "d", "args": ["ana", "s3\"cret", 7] } });
    assert_eq!(carrier.0.lock().unwrap()[0], Body::Json(expected));
}

#[tokio::test(start_paused = true)]
async fn the_plain_kinds_are_sent_as_written() {
    for (auth, expected) in [
        ("{ type = \"bearer\", token = \"x\" }", "authorization: Bearer x"),
        ("{ type = \"basic\", username = \"a\", password = \"b\" }", "authorization: Basic YTpi"),
        ("{ type = \"headers\", headers = { X-Key = \"k\" } }", "X-Key: k"),
        ("{ type = \"query\", name = \"key\", value = \"k&x\" }", "?key=k%26x"),
    ] {
        let server = Arc::new(Server::default());
        assert_eq!(why(ask(&source(&server, auth, "")).await), "not permitted");
        let request = server.seen.lock().unwrap()[0].clone();
        let headers = request.headers.iter().map(|(n, v)| format!("{n}: {v}"));
        let all: Vec<String> = headers.chain([request.url.to_string()]).collect();
        assert!(all.iter().any(|line| line.ends_with(expected)), "{all:?}");
    }
}

#[test]
fn a_grant_without_what_it_needs_is_refused_when_the_file_is_read() {
    let text = format!(
        "id = \"CRM\"\ntitle = \"x\"\n[client]\nbase_url = \"https://crm.example\"\nauth = {}\n",
        CLIENT.replace("client_credentials", "refresh_token")
    );
    let refused = Connector::read("crm.toml", &text, &|_| None).unwrap_err().to_string();
    assert_eq!(refused, "crm.toml: client.auth: this grant needs `refresh_token`");
}

/// Notes the bodies that are sent.
#[derive(Default)]
struct Bodies(Lock<Vec<Body>>);

impl Carry for Bodies {
    fn carry<'a>(&'a self, request: &'a Request) -> Carried<'a> {
        self.0.lock().unwrap().push(request.body.clone());
        let body = Ok(json!({ "result": [] }).to_string().into_bytes());
        let reply = Reply { status: 200, headers: Headers(Vec::new()), body };
        Box::pin(std::future::ready(Ok(reply)))
    }
}

async fn bodies(auth: &str, question: &str) -> (Result<usize, Trouble>, Vec<Body>) {
    let text = format!(
        "id = \"CRM\"\ntitle = \"x\"\n[client]\nbase_url = \"https://crm.example\"\nauth = {auth}\n\
         [record]\nid = \"id\"\nname = \"name\"\n[[lookups]]\nby = \"id\"\n\
         endpoint = {{ path = \"/rpc\", method = \"POST\", data_selector = \"result\", {question} }}\n"
    );
    let carrier = Arc::new(Bodies::default());
    let now: Timestamp = "2026-11-25T10:00:00Z".parse().unwrap();
    let connector = Connector::read("crm.toml", &text, &|_| None).unwrap();
    let shared = Shared::new(Arc::new(move || now));
    let source = ConnectorSource::carried_by(carrier.clone(), connector, &shared);
    let answer = ask(&source).await;
    let sent = carrier.0.lock().unwrap().clone();
    (answer, sent)
}

#[tokio::test]
async fn what_authorises_may_be_parts_of_the_body() {
    let auth = "{ type = \"body\", texts = { \"args.0\" = \"db\", \"args.2\" = \"007\" }, numbers = { \"args.1\" = \"2\" } }";
    let (answer, sent) = bodies(auth, "json = { args = [\"\", 0, \"\", \"{{ id }}\"] }").await;
    assert_eq!(answer, Ok(0));
    assert_eq!(sent, [Body::Json(json!({ "args": ["db", 2, "007", "7"] }))]);
    let (_, sent) = bodies(
        "{ type = \"body\", texts = { token = \"s3cret\" } }",
        "form = { id = \"{{ id }}\" }",
    )
    .await;
    let expected = [("id", "7"), ("token", "s3cret")].map(|(a, b)| (a.to_owned(), b.to_owned()));
    assert_eq!(sent, [Body::Form(expected.to_vec())]);
}

#[tokio::test]
async fn a_question_without_a_place_for_what_authorises_it_is_not_asked() {
    let auth = "{ type = \"body\", texts = { \"args.2\" = \"s3cret\" } }";
    for question in ["json = { args = [\"\"], id = \"{{ id }}\" }", "query = { id = \"{{ id }}\" }"]
    {
        let (answer, sent) = bodies(auth, question).await;
        let why = why(answer);
        assert!(why.contains("no place for it") && !why.contains("s3cret"), "{why}");
        assert_eq!(sent, []);
    }
}
