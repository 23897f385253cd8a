//! Sessions: what is made of a login's answer, for how long, and once for all who ask.

use super::*;

/// Answers each login with what it is to, and every question as its credential deserves: rows where
/// it is the one of the newest login, else what is said of it.
struct Desk {
    logins: AtomicU32,
    asked: AtomicU32,
    /// Sessions up to this login are over.
    over: AtomicU32,
    answer: fn(u32) -> Value,
    headers: Vec<(&'static str, &'static str)>,
    /// Where a question has the login's number.
    credential: fn(&Request) -> Option<u64>,
    expired: (u16, Value),
    seen: Lock<Vec<Request>>,
}

impl Desk {
    fn new(answer: fn(u32) -> Value, credential: fn(&Request) -> Option<u64>) -> Self {
        Self {
            logins: AtomicU32::new(0),
            asked: AtomicU32::new(0),
            over: AtomicU32::new(0),
            answer,
            headers: Vec::new(),
            credential,
            expired: (401, json!({})),
            seen: Lock::default(),
        }
    }

    fn source(self: &Arc<Self>, auth: &str, question: &str) -> ConnectorSource {
        let text = format!(
            "id = \"CRM\"\ntitle = \"x\"\n\
             [[errors]]\nstatus = \"2xx\"\nwhen = {{ from = \"error.name\", is = [\"SessionExpired\"] }}\nas = \"auth\"\n\
             [client]\nbase_url = \"https://crm.example\"\n[client.auth]\ntype = \"session\"\npath = \"/login\"\n{auth}\n\
             [record]\nid = \"id\"\nname = \"name\"\n[[lookups]]\nby = \"id\"\n\
             endpoint = {{ path = \"/rpc\", method = \"POST\", data_selector = \"result\", {question} }}\n"
        );
        let given = |name: &str| (name == "KEY").then(|| "s3\"c}}ret".to_owned());
        let connector = Connector::read("crm.toml", &text, &given).unwrap();
        let now: Timestamp = "2026-11-25T10:00:00Z".parse().unwrap();
        ConnectorSource::carried_by(self.clone(), connector, &Shared::new(Arc::new(move || now)))
    }

    fn last(&self) -> Request {
        self.seen.lock().unwrap().last().unwrap().clone()
    }

    fn counts(&self) -> (u32, u32) {
        (self.logins.load(Ordering::SeqCst), self.asked.load(Ordering::SeqCst))
    }
}

impl Carry for Desk {
    fn carry<'a>(&'a self, request: &'a Request) -> Carried<'a> {
        Box::pin(async move {
            tokio::time::sleep(Duration::from_millis(50)).await;
            self.seen.lock().unwrap().push(request.clone());
            let (status, body) = if request.url.path() == "/login" {
                (200, (self.answer)(self.logins.fetch_add(1, Ordering::SeqCst) + 1))
            } else {
                self.asked.fetch_add(1, Ordering::SeqCst);
                let login = (self.credential)(request).unwrap_or_default();
                match login > self.over.load(Ordering::SeqCst).into() {
                    true => (200, json!({ "result": [{ "id": "7", "name": "Ana" }] })),
                    false => self.expired.clone(),
                }
            };
            let headers = self.headers.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned()));
            let headers = Headers(headers.collect());
            Ok(Reply { status, headers, body: Ok(body.to_string().into_bytes()) })
        })
    }
}

fn of_header(request: &Request, name: &str) -> Option<String> {
    let found = request.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
    found.map(|(_, value)| value.clone())
}

const TRYTON: &str = "json = { method = \"login\", params = [\"ana\", { password = \"${KEY}\" }] }\n\
    headers = { Authorization = \"Session {{ (sent.params[0] ~ ':' ~ login.result[0] ~ ':' ~ login.result[1]) | base64 }}\" }\n";
const JSON: &str = "json = { args = [\"\", 0, \"\", \"{{ id }}\"] }";

/// The number of the login of `Session base64(ana:7:kN)`.
fn of_session(request: &Request) -> Option<u64> {
    let value = of_header(request, "authorization")?;
    let whole = base64::engine::general_purpose::STANDARD;
    let whole = whole.decode(value.strip_prefix("Session ")?).ok()?;
    String::from_utf8(whole).ok()?.strip_prefix("ana:7:k")?.parse().ok()
}

#[tokio::test(start_paused = true)]
async fn a_header_is_made_of_several_values_of_the_login_once_for_all_who_ask() {
    let login = |nth| json!({ "result": [7, format!("k{nth}")] });
    let desk = Arc::new(Desk::new(login, of_session));
    let source = desk.source(TRYTON, JSON);
    for answer in join_all((0..12).map(|_| ask(&source))).await {
        assert_eq!(answer, Ok(1));
    }
    assert_eq!(desk.counts(), (1, 12));
    let sent = json!({ "method": "login", "params": ["ana", { "password": "s3\"c}}ret" }] });
    assert_eq!(desk.seen.lock().unwrap()[0].body, Body::Json(sent));
    let expected = "Session YW5hOjc6azE=";
    assert_eq!(of_header(&desk.last(), "authorization").as_deref(), Some(expected));
}

#[tokio::test(start_paused = true)]
async fn a_success_that_says_that_the_session_is_over_is_answered_by_one_new_login_for_all() {
    let login = |nth| json!({ "result": [7, format!("k{nth}")] });
    let expired = (200, json!({ "error": { "name": "SessionExpired" } }));
    let desk = Arc::new(Desk { expired, ..Desk::new(login, of_session) });
    let source = desk.source(TRYTON, JSON);
    assert_eq!(ask(&source).await, Ok(1));
    desk.over.store(1, Ordering::SeqCst);
    for answer in join_all((0..8).map(|_| ask(&source))).await {
        assert_eq!(answer, Ok(1));
    }
    assert_eq!(desk.counts(), (2, 1 + 8 + 8));
    desk.over.store(u32::MAX, Ordering::SeqCst);
    assert_eq!(why(ask(&source).await), "not permitted");
    assert_eq!(desk.counts(), (3, 1 + 8 + 8 + 2));
}

#[tokio::test(start_paused = true)]
async fn values_of_the_login_stand_in_every_body_and_address_with_their_types() {
    let login = |nth| json!({ "result": nth, "tenant": "a&b=c" });
    let in_body = |request: &Request| match &request.body {
        Body::Json(json) => json["args"][1].as_u64(),
        _ => None,
    };
    let desk = Arc::new(Desk::new(login, in_body));
    let auth = "json = { params = { args = [\"db\", \"ana\", \"${KEY}\"] } }\n\
        query = { tenant = \"{{ login.tenant }}\" }\n\
        body = { \"args.0\" = \"{{ sent.params.args[0] }}\", \"args.1\" = \"{{ login.result }}\", \"args.2\" = \"{{ sent.params.args[2] }}\" }\n";
    let source = desk.source(auth, JSON);
    assert_eq!(ask(&source).await, Ok(1));
    let asked = desk.last();
    assert_eq!(asked.body, Body::Json(json!({ "args": ["db", 1, "s3\"c}}ret", "7"] })));
    assert_eq!(asked.url.query(), Some("tenant=a%26b%3Dc"));
    assert!(asked.headers.is_empty());
    let no_place = desk.source(auth, "json = { args = [\"\"], id = \"{{ id }}\" }");
    assert!(why(ask(&no_place).await).contains("no place for it"));
}

#[tokio::test(start_paused = true)]
async fn a_header_of_the_login_and_its_cookies_let_in_together() {
    let token = |request: &Request| {
        let cookie = of_header(request, "cookie")? == "sid=c1; of=2";
        (cookie && of_header(request, "x-csrf-token")? == "t-1").then_some(1)
    };
    let headers = vec![
        ("Set-Cookie", "sid=c1; Path=/; HttpOnly"),
        ("set-cookie", "of=2"),
        ("X-CSRF-Token", "t-1"),
    ];
    let desk = Arc::new(Desk { headers, ..Desk::new(|_| json!({}), token) });
    let auth = "form = { user = \"ana\" }\nheaders = { Cookie = \"{{ cookies }}\", X-CSRF-Token = \"{{ header['x-csrf-token'] }}\" }\n";
    assert_eq!(ask(&desk.source(auth, JSON)).await, Ok(1));
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_lets_nobody_in_is_no_login_whatever_its_status() {
    let header = "json = {}\nheaders = { Authorization = \"Session {{ login.result }}\" }\n";
    let succeeds = format!("{header}success = \"row.result\"\n");
    let plain: fn(u32) -> Value = |_| json!({ "result": "k1" });
    let nothing: fn(u32) -> Value = |_| json!({ "error": "wrong password" });
    let refused: fn(u32) -> Value = |_| json!({ "result": false });
    let split: fn(u32) -> Value = |_| json!({ "result": "k1\r\nX-Evil: 1" });
    let foreign: fn(u32) -> Value = |_| json!({ "result": "clé" });
    let (none, refuses) = (Err("the login answered no token"), Err("the login was refused"));
    let header = header.to_owned();
    for (answer, auth, expected) in [
        (plain, &succeeds, Ok(1)),
        (plain, &header, Ok(1)),
        (nothing, &succeeds, refuses),
        (nothing, &header, none),
        (refused, &succeeds, refuses),
        (split, &succeeds, none),
        (foreign, &succeeds, none),
    ] {
        let desk = Arc::new(Desk::new(answer, |_| Some(1)));
        let said = ask(&desk.source(auth, JSON)).await;
        assert_eq!(
            said.as_ref().map_err(|trouble| trouble.why.as_str()),
            expected.as_ref().map_err(|why| *why)
        );
        assert_eq!(desk.counts(), (1, u32::from(expected.is_ok())));
    }
}

#[tokio::test(start_paused = true)]
async fn a_session_is_used_as_long_as_its_login_says() {
    let login = |nth| json!({ "result": [7, format!("k{nth}")], "expires_in": "600" });
    let desk = Arc::new(Desk::new(login, of_session));
    let source = desk.source(&format!("{TRYTON}lasts_path = \"expires_in\"\n"), JSON);
    for (later, logins) in [(0, 1), (500, 1), (60, 2)] {
        tokio::time::advance(Duration::from_secs(later)).await;
        assert_eq!(ask(&source).await, Ok(1));
        assert_eq!(desk.counts().0, logins, "after {later} s");
    }
}

#[test]
fn what_is_made_of_a_login_names_nothing_else() {
    for (text, expected) in [
        ("${KEY}", "and no variable"),
        ("{{ id }}", "one of the names login, sent, header, cookies"),
        ("{{ login.key | safe }}", "one of the filters"),
    ] {
        for place in ["headers", "query", "body"] {
            let file = format!(
                "id = \"CRM\"\ntitle = \"x\"\n[client]\nbase_url = \"https://crm.example\"\n\
                 [client.auth]\ntype = \"session\"\npath = \"/login\"\n{place} = {{ X = \"{text}\" }}\n"
            );
            let said = Connector::read("crm.toml", &file, &|_| None).unwrap_err().to_string();
            assert!(said.contains(expected), "{text}: {said}");
        }
    }
}
