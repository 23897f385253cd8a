//! Every way in which an answer goes on, and every way in which it must not.

use serde_json::json;

use super::*;

fn paginator(text: &str) -> Paginator {
    #[derive(serde::Deserialize)]
    struct Holder {
        p: Paginator,
    }
    toml::from_str::<Holder>(&format!("p = {text}")).unwrap().p
}

fn request(url: &str) -> Request {
    let url = Url::parse(url).unwrap();
    Request { method: "GET", url, headers: Vec::new(), body: Body::None, most: 500 }
}

fn page(body: Value) -> Page {
    Page { body, headers: Headers::default() }
}

fn rows(count: usize) -> Vec<Value> {
    (0..count).map(|id| json!({ "id": format!("x{id}") })).collect()
}

/// The address of the next page, or what else there is.
fn after(text: &str, page: &Page, count: usize, so_far: usize) -> String {
    let paginator = paginator(text);
    let first = first(&paginator, request("https://a.example/x?q=1"));
    let rows = rows(count);
    let rows: Vec<&Value> = rows.iter().collect();
    match next(&paginator, (&first, &first), page, (&rows, so_far)) {
        Next::End => "end".into(),
        Next::Beyond => "beyond".into(),
        Next::Ask(request) => match request.body {
            Body::Json(json) => json.to_string(),
            _ => request.url.to_string(),
        },
    }
}

#[test]
fn pages_are_counted_by_the_total_or_until_one_is_not_full() {
    let by_total = "{ type = \"page_number\", page_param = \"page\", size_param = \"n\", size = 2, total_path = \"total\" }";
    let next = "https://a.example/x?q=1&n=2&page=2";
    assert_eq!(after(by_total, &page(json!({ "total": 3 })), 2, 2), next);
    assert_eq!(after(by_total, &page(json!({ "total": "3" })), 2, 2), next);
    assert_eq!(after(by_total, &page(json!({ "total": 2 })), 2, 2), "end");
    assert_eq!(after(by_total, &page(json!({})), 2, 2), "end");
    let by_size = "{ type = \"page_number\", page_param = \"page\", size_param = \"n\", size = 2, first = 0 }";
    assert_eq!(after(by_size, &page(json!([])), 2, 2), "https://a.example/x?q=1&n=2&page=1");
    assert_eq!(after(by_size, &page(json!([])), 1, 1), "end");
}

#[test]
fn a_source_that_gives_no_more_than_so_many_rows_is_said_to_have_more() {
    let capped = "{ type = \"offset\", offset_param = \"o\", limit_param = \"l\", limit = 100, most = 1000 }";
    assert_eq!(after(capped, &page(json!([])), 100, 900), "https://a.example/x?q=1&l=100&o=900");
    assert_eq!(after(capped, &page(json!([])), 100, 1_000), "beyond");
    assert_eq!(after(capped, &page(json!([])), 40, 1_040), "end");
}

#[test]
fn a_cursor_is_carried_where_the_source_wants_it_and_never_round() {
    let in_query =
        "{ type = \"cursor\", cursor_param = \"after\", cursor_path = \"paging.next.after\" }";
    let body = json!({ "paging": { "next": { "after": "20" } } });
    assert_eq!(after(in_query, &page(body.clone()), 2, 2), "https://a.example/x?q=1&after=20");
    assert_eq!(after(in_query, &page(json!({})), 2, 2), "end");
    let in_body = paginator(
        "{ type = \"cursor\", cursor_param = \"after\", cursor_path = \"paging.next.after\", in = \"body\" }",
    );
    let first =
        Request { body: Body::Json(json!({ "limit": 2 })), ..request("https://a.example/s") };
    let rows = rows(2);
    let rows: Vec<&Value> = rows.iter().collect();
    let Next::Ask(second) = next(&in_body, (&first, &first), &page(body.clone()), (&rows, 2))
    else {
        panic!()
    };
    assert_eq!(second.body, Body::Json(json!({ "limit": 2, "after": "20" })));
    assert_eq!(next(&in_body, (&first, &second), &page(body), (&rows, 4)), Next::End);
}

#[test]
fn the_last_id_leads_on_while_the_source_says_so() {
    let text = "{ type = \"last_id\", cursor_param = \"starting_after\", id_path = \"id\", more_path = \"has_more\" }";
    assert_eq!(
        after(text, &page(json!({ "has_more": true })), 2, 2),
        "https://a.example/x?q=1&starting_after=x1"
    );
    assert_eq!(after(text, &page(json!({ "has_more": false })), 2, 2), "end");
}

#[test]
fn an_address_in_the_answer_leads_to_the_same_origin_only() {
    let in_body = "{ type = \"next_url\", next_path = \"next\" }";
    let asked = |address: &str| after(in_body, &page(json!({ "next": address })), 2, 2);
    assert_eq!(asked("/x?page=2"), "https://a.example/x?page=2");
    assert_eq!(asked("https://a.example:443/y"), "https://a.example/y");
    for other in [
        "https://b.example/x",
        "http://a.example/x",
        "https://a.example:8443/x",
        "//b.example/x",
        "https://a.example@b.example/x",
        "file:///etc/passwd",
        "https://a.example/x?q=1",
    ] {
        assert_eq!(asked(other), "beyond", "{other}");
    }
    let link = |value: &str| Page {
        body: Value::Null,
        headers: Headers(vec![("Link".into(), value.into())]),
    };
    let by_header = "{ type = \"header_link\" }";
    let value =
        "<https://a.example/x?page=1>; rel=\"prev\", <https://a.example/x?page=3>; rel=\"next\"";
    assert_eq!(after(by_header, &link(value), 2, 2), "https://a.example/x?page=3");
    assert_eq!(after(by_header, &link("<https://b.example/>; rel=\"next\""), 2, 2), "beyond");
    assert_eq!(after(by_header, &link("nonsense"), 2, 2), "end");
}

#[test]
fn an_address_counts_only_while_the_source_says_that_there_is_more() {
    let text = "{ type = \"next_url\", next_path = \"links.next\", more_path = \"meta.has_more\" }";
    let body =
        |more: bool| page(json!({ "links": { "next": "/n" }, "meta": { "has_more": more } }));
    assert_eq!(after(text, &body(true), 1, 1), "https://a.example/n");
    assert_eq!(after(text, &body(false), 1, 1), "end");
}

#[test]
fn numbers_in_a_body_are_numbers() {
    let text = "{ type = \"offset\", offset_param = \"offset\", limit_param = \"limit\", limit = 80, in = \"body\" }";
    let paginator = paginator(text);
    let start = Request { body: Body::Json(json!({})), ..request("https://a.example/s") };
    let asked = first(&paginator, start);
    assert_eq!(asked.body, Body::Json(json!({ "offset": 0, "limit": 80 })));
}

#[test]
fn what_tells_pages_apart_may_lie_deep_in_a_body() {
    let cursor = paginator(
        "{ type = \"cursor\", cursor_param = \"variables.after\", cursor_path = \"end\", more_path = \"more\", in = \"body\" }",
    );
    let first_of = |body| Request { body: Body::Json(body), ..request("https://a.example/s") };
    let start = first_of(json!({ "query": "q", "variables": { "q": "x" } }));
    let row = json!({ "id": 1 });
    let after = |body: Value| next(&cursor, (&start, &start), &page(body), (&[&row], 1));
    let Next::Ask(second) = after(json!({ "end": "c1", "more": true })) else { panic!() };
    let expected = json!({ "query": "q", "variables": { "q": "x", "after": "c1" } });
    assert_eq!(second.body, Body::Json(expected));
    assert_eq!(after(json!({ "end": "c1", "more": false })), Next::End);
    assert_eq!(after(json!({ "end": "c1" })), Next::End);
    let counted = paginator(
        "{ type = \"offset\", offset_param = \"params.1\", limit_param = \"params.2\", limit = 1, in = \"body\" }",
    );
    let start = first(&counted, first_of(json!({ "params": [[], 9, 9, []] })));
    assert_eq!(start.body, Body::Json(json!({ "params": [[], 0, 1, []] })));
    let Next::Ask(second) = next(&counted, (&start, &start), &page(json!({})), (&[&row], 1)) else {
        panic!()
    };
    assert_eq!(second.body, Body::Json(json!({ "params": [[], 1, 1, []] })));
}

#[test]
fn a_page_whose_size_cannot_be_asked_for_is_full_by_what_is_known_of_it() {
    let text = "{ type = \"page_number\", page_param = \"page\", size = 2 }";
    assert_eq!(after(text, &page(json!([])), 2, 2), "https://a.example/x?q=1&page=2");
    assert_eq!(after(text, &page(json!([])), 1, 3), "end");
}
