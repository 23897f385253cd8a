//! From one page of an answer to the request for the next. Pure.

use serde_json::Value;
use url::Url;

use super::carry::Headers;
use super::path::Path;
use super::pick::scalar;
use super::request::{Body, Request};
use super::spec::paging::{Paginator, ParameterPlace};

/// A page that has been read.
#[derive(Debug, Clone)]
pub struct Page {
    pub body: Value,
    pub headers: Headers,
}

/// How an answer goes on after a page.
#[derive(Debug, Clone, PartialEq)]
pub enum Next {
    /// It was the last.
    End,
    /// There are more rows, and the source gives them to nobody.
    Beyond,
    Ask(Request),
}

/// The request for the first page.
pub fn first(paginator: &Paginator, mut request: Request) -> Request {
    match paginator {
        Paginator::PageNumber { page_param, size_param, size, first, place, .. } => {
            set(&mut request, *place, page_param, &first.to_string());
            if let Some(size_param) = size_param {
                set(&mut request, *place, size_param, &size.to_string());
            }
        }
        Paginator::Offset { offset_param, limit_param, limit, place, .. } => {
            set(&mut request, *place, offset_param, "0");
            set(&mut request, *place, limit_param, &limit.to_string());
        }
        _ => {}
    }
    request
}

/// What comes after a page, given the first request and this page's, its rows, and the number of
/// rows so far.
pub fn next(
    paginator: &Paginator,
    (first, this): (&Request, &Request),
    page: &Page,
    (rows, so_far): (&[&Value], usize),
) -> Next {
    if rows.is_empty() {
        return Next::End;
    }
    match paginator {
        Paginator::SinglePage => Next::End,
        Paginator::PageNumber { page_param, size, total_path, most, place, .. } => {
            let total = total_path.as_ref().map(|path| total(path.find(&page.body)));
            let number = get(this, *place, page_param).and_then(|text| text.parse::<u32>().ok());
            let Some(number) = number else { return Next::End };
            counted(total, (rows.len(), *size), so_far, *most, || {
                let mut next = first.clone();
                set(&mut next, *place, page_param, &(number + 1).to_string());
                next
            })
        }
        Paginator::Offset {
            offset_param, limit, total_header, total_path, most, place, ..
        } => {
            let told = total_header.as_ref().map(|name| {
                page.headers.get(name).and_then(|text| text.trim().parse::<u64>().ok())
            });
            let in_body = total_path.as_ref().map(|path| total(path.find(&page.body)));
            let total = match (told, in_body) {
                (Some(None), Some(total)) | (None, Some(total)) => Some(total),
                (told, _) => told,
            };
            counted(total, (rows.len(), *limit), so_far, *most, || {
                let mut next = first.clone();
                set(&mut next, *place, offset_param, &so_far.to_string());
                next
            })
        }
        Paginator::Cursor { cursor_param, cursor_path, more_path, place } => {
            let cursor = cursor_path.find(&page.body).and_then(scalar);
            let Some(cursor) = cursor.filter(|_| goes_on(more_path.as_ref(), page)) else {
                return Next::End;
            };
            // A cursor that leads back would lead round for ever.
            if get(this, *place, cursor_param).as_ref() == Some(&cursor) {
                return Next::End;
            }
            let mut next = first.clone();
            set_text(&mut next, *place, cursor_param, &cursor);
            Next::Ask(next)
        }
        Paginator::LastId { cursor_param, id_path, more_path } => {
            let more = goes_on(Some(more_path), page);
            let last = rows.last().and_then(|row| id_path.find(row)).and_then(scalar);
            let Some(last) = last.filter(|_| more) else { return Next::End };
            let mut next = first.clone();
            set(&mut next, ParameterPlace::Query, cursor_param, &last);
            Next::Ask(next)
        }
        Paginator::HeaderLink => {
            let link = page.headers.all("link").flat_map(|value| value.split(','));
            let next = link
                .filter(|part| part.contains("rel=\"next\"") || part.contains("rel=next"))
                .find_map(|part| Some(part.split_once('<')?.1.split_once('>')?.0));
            next.map_or(Next::End, |address| elsewhere(first, this, address))
        }
        Paginator::NextUrl { next_path, more_path } => {
            let address = next_path.find(&page.body).and_then(Value::as_str);
            let address = address.filter(|_| goes_on(more_path.as_ref(), page));
            address.map_or(Next::End, |address| elsewhere(first, this, address))
        }
    }
}

/// Whether the source says that there is more, where it is to be asked whether.
fn goes_on(more_path: Option<&Path>, page: &Page) -> bool {
    more_path.is_none_or(|path| path.find(&page.body).and_then(Value::as_bool) == Some(true))
}

/// Whether there is more after so many rows, by the total where one is told, else by whether the
/// page was full.
fn counted(
    total: Option<Option<u64>>,
    (rows, size): (usize, u32),
    so_far: usize,
    most: Option<u32>,
    ask: impl FnOnce() -> Request,
) -> Next {
    let more = match total {
        Some(total) => total.is_some_and(|total| total > so_far as u64),
        None => rows >= size as usize,
    };
    match most {
        _ if !more => Next::End,
        Some(most) if so_far >= most as usize => Next::Beyond,
        _ => Next::Ask(ask()),
    }
}

/// Credentials go to one origin only: an address on another one is not asked.
fn elsewhere(first: &Request, this: &Request, address: &str) -> Next {
    let next = first.url.join(address).ok();
    let next = next.filter(|next| next.origin() == first.url.origin() && *next != this.url);
    match next {
        Some(url) => Next::Ask(Request { url, ..first.clone() }),
        None => Next::Beyond,
    }
}

/// Some sources write their totals as text.
fn total(found: Option<&Value>) -> Option<u64> {
    found.and_then(|value| value.as_u64().or_else(|| value.as_str()?.parse().ok()))
}

fn get(request: &Request, place: ParameterPlace, name: &str) -> Option<String> {
    match (place, &request.body) {
        (ParameterPlace::Query, _) => {
            let found = request.url.query_pairs().find(|(key, _)| key == name);
            found.map(|(_, value)| value.into_owned())
        }
        (ParameterPlace::Body, Body::Json(json)) => Path::inside(name).find(json).and_then(scalar),
        (ParameterPlace::Body, Body::Form(pairs)) => {
            pairs.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone())
        }
        (ParameterPlace::Body, Body::None | Body::Ldap(_) | Body::Csv(_) | Body::Sql(_)) => None,
    }
}

/// Sets a number.
fn set(request: &mut Request, place: ParameterPlace, name: &str, value: &str) {
    match (place, &mut request.body, value.parse::<u64>()) {
        (ParameterPlace::Body, Body::Json(json), Ok(number)) => {
            Path::inside(name).put(json, number.into());
        }
        _ => set_text(request, place, name, value),
    }
}

fn set_text(request: &mut Request, place: ParameterPlace, name: &str, value: &str) {
    match (place, &mut request.body) {
        (ParameterPlace::Body, Body::Json(json)) => Path::inside(name).put(json, value.into()),
        (ParameterPlace::Body, Body::Form(pairs)) => {
            pairs.retain(|(key, _)| key != name);
            pairs.push((name.to_owned(), value.to_owned()));
        }
        _ => request.url = with(&request.url, name, value),
    }
}

/// The address with one parameter set anew.
fn with(url: &Url, name: &str, value: &str) -> Url {
    let kept: Vec<(String, String)> = url
        .query_pairs()
        .filter(|(key, _)| key != name)
        .map(|(k, v)| (k.into(), v.into()))
        .collect();
    let mut url = url.clone();
    url.query_pairs_mut().clear().extend_pairs(kept).append_pair(name, value);
    url
}

#[cfg(test)]
mod tests;
