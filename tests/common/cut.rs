//! A way to a system on which answers can be lost: the system gets every request and does it.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

/// A proxy before a system that closes its connections, for as long as the test runs.
pub struct Way {
    pub base: String,
    /// Whether answers to what is picked are lost.
    pub lossy: Arc<AtomicBool>,
    /// So many were lost.
    pub lost: Arc<AtomicU32>,
}

impl Way {
    /// To the system at `upstream`; answers to the requests that `pick` says can be lost.
    pub fn to(upstream: &str, pick: fn(&str) -> bool) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let own = listener.local_addr().expect("it is bound").to_string();
        let far = upstream.trim_start_matches("http://").to_owned();
        assert_eq!(own.len(), far.len(), "addresses stand for each other, byte for byte");
        let way =
            Self { base: format!("http://{own}"), lossy: Arc::default(), lost: Arc::default() };
        let (lossy, lost) = (way.lossy.clone(), way.lost.clone());
        std::thread::spawn(move || {
            for near in listener.incoming().flatten() {
                let (own, far) = (own.clone(), far.clone());
                let (lossy, lost) = (lossy.clone(), lost.clone());
                std::thread::spawn(move || {
                    let mut near = near;
                    let Some(request) = whole(&mut near) else { return };
                    let head = request.lines().next().unwrap_or_default().to_owned();
                    let mut upstream = TcpStream::connect(&far).expect("the system listens");
                    let request = request.replace(&own, &far);
                    upstream.write_all(request.as_bytes()).expect("the system reads");
                    let mut answer = String::new();
                    upstream.read_to_string(&mut answer).expect("the system answers in text");
                    if lossy.load(Ordering::SeqCst) && pick(&head) {
                        lost.fetch_add(1, Ordering::SeqCst);
                        return;
                    }
                    near.write_all(answer.replace(&far, &own).as_bytes()).ok();
                });
            }
        });
        way
    }
}

/// A whole request, as text.
fn whole(near: &mut TcpStream) -> Option<String> {
    let mut bytes = Vec::new();
    let mut some = [0; 4096];
    loop {
        let count = near.read(&mut some).ok().filter(|count| *count > 0)?;
        bytes.extend_from_slice(&some[..count]);
        let text = std::str::from_utf8(&bytes).ok()?;
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let length = head.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse().ok())?
        });
        if body.len() >= length.unwrap_or(0) {
            return Some(text.to_owned());
        }
    }
}
