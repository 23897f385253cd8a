//! What is aside and not answered leaves the rest on the screen, and is named; what is not aside does
//! not.

use std::sync::{Arc, Mutex};

use axum::body::Body;
use axum::http::Request;
use norns::gateway::SeatedSource;
use serde_json::{Value, json};

use super::fake::{MORNING, clock, desk_by, store};
use super::web::Web;

const CRM: &str = r#"
id = "CRM"
title = "CRM"

[client]
base_url = "https://crm.example/"

[[resources]]
name = "who"
needs = ["id"]
[resources.endpoint]
path = "people/{{ id }}"
data_selector = "."
[resources.profile]
name = "name"

[[resources]]
name = "assets"
needs = ["id"]
aside = true
[resources.endpoint]
path = "assets/{{ id }}"
data_selector = "assets"
[[resources.belongings]]
id = "id"
kind = { value = "product" }
what = "name"
"#;

/// What the desk is told of the CRM, where its paths are answered so.
async fn told(connector: &str, who: (u16, Value), assets: (u16, Value)) -> Value {
    let web = Web::new(move |request| {
        Ok(match request.url.path().starts_with("/people") {
            true => who.clone(),
            false => assets.clone(),
        })
    });
    let seconds = Arc::new(Mutex::new(MORNING));
    let now = clock(&seconds);
    let source = SeatedSource::open(web.source(connector, &now));
    let desk = desk_by(&store().await, vec![source], None, (seconds, now));
    let request =
        Request::get("/v1/customers/CRM:1/view?key=id:CRM:1").body(Body::empty()).unwrap();
    let lines = desk.lines(request).await.into_iter();
    lines.map(|line| line.json).rfind(|part| part["source"] == "CRM").unwrap()
}

fn who() -> (u16, Value) {
    (200, json!({ "name": "Eleanor Whitcombe" }))
}

fn assets() -> (u16, Value) {
    (200, json!({ "assets": [{ "id": 7, "name": "Router R7" }] }))
}

#[tokio::test]
async fn who_it_is_stands_there_where_what_they_have_may_not_be_read() {
    let whole = told(CRM, who(), assets()).await;
    assert_eq!((&whole["state"], &whole["why"]), (&json!("ok"), &Value::Null));
    assert_eq!(whole["facts"]["belongings"][0]["what"], "Router R7");
    for (status, why) in [(403, "not permitted"), (404, "HTTP 404"), (500, "HTTP 500")] {
        let part = told(CRM, who(), (status, json!({}))).await;
        assert_eq!(part["state"], "ok");
        assert_eq!(part["why"], format!("without assets ({why})"));
        assert_eq!(part["facts"]["profile"]["name"], "Eleanor Whitcombe");
    }
}

#[tokio::test]
async fn nothing_is_shown_in_part_where_it_could_keep_somebody_from_acting() {
    let refused = || (403, json!({}));
    assert_eq!(told(CRM, refused(), assets()).await["state"], "not_permitted");
    assert_eq!(told(CRM, refused(), refused()).await["state"], "not_permitted");
    let plain = CRM.replace("aside = true\n", "");
    assert_eq!(told(&plain, who(), refused()).await["state"], "not_permitted");
    // A source that sheds load does so as a whole.
    assert_eq!(told(CRM, who(), (429, json!({}))).await["state"], "refused");
}
