//! The desk's side: what it makes of a gateway that misbehaves.

use std::sync::Arc;
use std::time::Duration;

use norns::client::{Client, LookupLine};
use norns::domain::ask::{AskError, LinkId};
use norns::domain::customer::Key;
use norns::domain::source::State;
use norns::domain::text::CleanText;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::sync::Notify;

use crate::fake::{TOKEN, client, prepare};

const LOADING: &str = r#"{"type":"part","source":"CRM","state":"loading"}"#;
const CANDIDATES: &str = r#"{"type":"candidates","candidates":[]}"#;
const END: &str = r#"{"type":"end"}"#;

/// A gateway that answers every question with these pieces, then closes or keeps silent.
async fn stub(pieces: Vec<String>, then: Then) -> Client {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}/", listener.local_addr().unwrap());
    tokio::spawn(async move {
        loop {
            let (mut peer, _) = listener.accept().await.unwrap();
            let mut head = [0; 4096];
            assert!(peer.read(&mut head).await.unwrap() > 0);
            for piece in &pieces {
                peer.write_all(piece.as_bytes()).await.unwrap();
                peer.flush().await.unwrap();
                tokio::task::yield_now().await;
            }
            if then == Then::KeepSilent {
                std::future::pending::<()>().await;
            }
        }
    });
    client(&base, TOKEN)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Then {
    Close,
    KeepSilent,
}

fn head(status: &str) -> String {
    format!("HTTP/1.1 {status}\r\nconnection: close\r\n\r\n")
}

async fn look_up(client: &Client) -> (Vec<LookupLine>, Result<(), AskError>) {
    let mut lines = Vec::new();
    let keys = [Key::Name(CleanText::line("Whitcombe"))];
    let result = client.look_up(&keys, |line| lines.push(line)).await;
    (lines, result)
}

async fn answered(lines: &[&str]) -> (Vec<LookupLine>, Result<(), AskError>) {
    let body = lines.iter().map(|line| format!("{line}\n"));
    let pieces = [head("200 OK")].into_iter().chain(body).collect();
    look_up(&stub(pieces, Then::Close).await).await
}

#[tokio::test]
async fn lines_are_read_however_they_are_cut() {
    let text = [LOADING, CANDIDATES, END].join("\n") + "\n";
    let (one, two) = text.split_at(17);
    let pieces = vec![head("200 OK"), one.to_owned(), two.to_owned()];
    let (lines, result) = look_up(&stub(pieces, Then::Close).await).await;
    assert_eq!(result, Ok(()));
    assert!(matches!(&lines[0], LookupLine::Part(part) if part.state == State::Loading));
    assert_eq!(lines[1], LookupLine::Ranked(Vec::new()));
}

#[tokio::test]
async fn the_connection_of_an_answer_read_to_its_end_is_used_again() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let client = client(&format!("http://{}/", listener.local_addr().unwrap()), TOKEN);
    let (tell, mut told) = tokio::sync::mpsc::unbounded_channel();
    let read = Arc::new(Notify::new());
    let was_read = read.clone();
    tokio::spawn(async move {
        loop {
            let (mut peer, _) = listener.accept().await.unwrap();
            let (tell, was_read) = (tell.clone(), was_read.clone());
            tokio::spawn(async move {
                let last = format!("{:x}\r\n{END}\n\r\n", END.len() + 1);
                let answer = format!("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n{last}");
                let mut head = [0; 4096];
                assert!(peer.read(&mut head).await.unwrap() > 0);
                peer.write_all(answer.as_bytes()).await.unwrap();
                // The body ends after its last line was read, as it may on a slow link.
                was_read.notified().await;
                peer.write_all(b"0\r\n\r\n").await.ok();
                let again = peer.read(&mut head).await.is_ok_and(|length| length > 0);
                peer.write_all(format!("{answer}0\r\n\r\n").as_bytes()).await.ok();
                tell.send(again).ok();
            });
        }
    });
    let again = loop {
        assert_eq!(look_up(&client).await.1, Ok(()));
        read.notify_one();
        if let Ok(again) = told.try_recv() {
            break again;
        }
    };
    assert!(again, "it was closed");
}

#[tokio::test]
async fn a_newer_gateway_is_understood_as_far_as_it_goes() {
    let newer = r#"{"type":"advice","words":["…"]}"#;
    let part = r#"{"type":"part","source":"CRM","state":"pondering","mood":7}"#;
    let (lines, result) = answered(&[newer, part, "", END]).await;
    assert_eq!(result, Ok(()));
    assert_eq!(lines.len(), 1);
    assert!(matches!(&lines[0], LookupLine::Part(part) if part.state == State::Failed));
}

#[tokio::test]
async fn an_answer_that_stops_before_its_end_was_cut() {
    let (lines, result) = answered(&[LOADING]).await;
    assert_eq!((lines.len(), result), (1, Err(AskError::Unreachable)));
}

#[tokio::test]
async fn what_is_no_answer_is_nonsense() {
    for nonsense in [
        "<html>",
        "{\"type\":\"part\"}",
        "[]",
        "{\"type\":\"part\",\"source\":\"\u{1b}[2J\",\"state\":\"ok\"}",
    ] {
        assert_eq!(answered(&[nonsense, END]).await.1, Err(AskError::Nonsense), "{nonsense}");
    }
}

#[tokio::test]
async fn total_silence_is_slow_before_and_after_the_first_line() {
    let patience = Duration::from_millis(50);
    for pieces in [vec![], vec![head("200 OK"), format!("{LOADING}\n")]] {
        let client = stub(pieces, Then::KeepSilent).await.with_patience(patience);
        assert_eq!(look_up(&client).await.1, Err(AskError::Slow));
    }
}

#[tokio::test]
async fn refusals_are_told_apart() {
    for (status, error) in [
        ("401 Unauthorized", AskError::NotPermitted),
        ("403 Forbidden", AskError::NotPermitted),
        ("404 Not Found", AskError::Unknown),
        ("503 Service Unavailable", AskError::Unreachable),
        ("302 Found", AskError::Nonsense),
        ("500 Internal Server Error", AskError::Nonsense),
    ] {
        let client = stub(vec![head(status)], Then::Close).await;
        assert_eq!(look_up(&client).await.1, Err(error), "{status}");
        assert_eq!(client.unlink(LinkId(1)).await, Err(error), "{status}");
    }
}

#[tokio::test]
async fn a_gateway_without_records_is_not_one_that_cannot_be_reached() {
    for (body, error) in [
        (r#"{"code":"no_records","message":"nothing was done"}"#, AskError::NoRecords),
        (r#"{"code":"busy","message":"of something on the way"}"#, AskError::Unreachable),
        ("<h1>503</h1>", AskError::Unreachable),
    ] {
        let pieces = vec![head("503 Service Unavailable"), body.to_owned()];
        assert_eq!(look_up(&stub(pieces, Then::Close).await).await.1, Err(error), "{body}");
    }
}

#[tokio::test]
async fn a_gateway_that_is_not_there_is_unreachable() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}/", listener.local_addr().unwrap());
    drop(listener);
    let client = client(&base, TOKEN);
    assert_eq!(look_up(&client).await.1, Err(AskError::Unreachable));
    assert_eq!(
        Client::unix("/nowhere/gateway.sock").unwrap().sources().await,
        Err(AskError::Unreachable)
    );
}

#[tokio::test]
async fn a_place_that_is_none_is_refused_at_once() {
    prepare();
    assert_eq!(Client::tcp("not a place", TOKEN).unwrap_err(), AskError::Unreachable);
    assert_eq!(Client::tcp("http://x/", "tok\nen").unwrap_err(), AskError::NotPermitted);
}
