//! What the proxies before the sample's systems do: they put canaries into every answer.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use axum::http::StatusCode;

use crate::CANARY;
use crate::common::proxy::{Told, is_prose};

/// What is done with an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Does {
    /// Every text has a canary more.
    Marks,
    /// Every value is a canary, whatever it should be.
    Confuses,
    /// It fails, and says a canary with it.
    Fails,
    /// A canary, and no JSON.
    Babbles,
    /// The answer is elsewhere, at a canary.
    Redirects,
}

/// Every canary of every system.
pub struct Aviary {
    does: Mutex<Does>,
    /// Which system has said canaries in which way.
    sung: Mutex<BTreeSet<(String, Does)>>,
    released: AtomicUsize,
}

impl Aviary {
    pub fn new() -> Arc<Self> {
        Arc::new(Self {
            does: Mutex::new(Does::Marks),
            sung: Mutex::default(),
            released: AtomicUsize::new(0),
        })
    }

    /// From now on this is done.
    pub fn set(&self, does: Does) {
        *self.does.lock().unwrap() = does;
    }

    /// The systems that have said canaries in this way.
    pub fn sung(&self, does: Does) -> Vec<String> {
        let sung = self.sung.lock().unwrap();
        sung.iter().filter(|(_, did)| *did == does).map(|(system, _)| system.clone()).collect()
    }

    /// The answer of this system, with canaries in it.
    pub fn change(&self, system: &str, mut told: Told) -> Told {
        let does = *self.does.lock().unwrap();
        let mut sung = !matches!(does, Does::Marks | Does::Confuses);
        match does {
            // Only what a person could have written: the rest says who and when.
            Does::Marks => told.each_text(|text| {
                if is_prose(text) && !text.contains('@') {
                    *text = format!("{text} {}", self.canary("x"));
                    sung = true;
                }
            }),
            Does::Confuses => told.each_value(&mut |value| {
                *value = self.canary("y").into();
                sung = true;
            }),
            Does::Fails => {
                told.status = StatusCode::INTERNAL_SERVER_ERROR;
                told.body = self.canary("failure");
            }
            Does::Babbles => {
                told.body = format!("{{\"items\":[{{\"id\":\"{}", self.canary("babble"))
            }
            Does::Redirects => {
                let elsewhere = format!("http://127.0.0.1:9/{}", self.canary("elsewhere"));
                told.status = StatusCode::FOUND;
                told.headers.insert("location", elsewhere.parse().unwrap());
                told.body.clear();
            }
        }
        if sung {
            self.sung.lock().unwrap().insert((system.to_owned(), does));
        }
        told
    }

    fn canary(&self, kind: &str) -> String {
        format!("{CANARY}{kind}{}", self.released.fetch_add(1, Ordering::SeqCst))
    }
}
