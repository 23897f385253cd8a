//! Asking the gateway, question by question; a question that is forgotten is taken back.

use std::collections::HashMap;
use std::pin::Pin;

use tokio::runtime::Handle;
use tokio::sync::{mpsc, watch};
use tokio::task::AbortHandle;

use crate::app::effect::ViewRequest;
use crate::app::msg::{Msg, RequestId};
use crate::client::{Client, LookupLine, ViewAsk, WatchLine};
use crate::domain::ask::{AskError, LinkId};
use crate::domain::customer::{CustomerId, Key};
use crate::domain::interaction::CallKey;
use crate::domain::inventory::NewReport;
use crate::domain::register::{NewContact, NewFollowUp, NewHandover, NewOutcome, NewVerification};
use crate::domain::statement::NewStatement;
use crate::domain::write::NewWrite;

/// Where the gateway is, once that is known: it may still be starting.
pub type Gateway = watch::Receiver<Option<Result<Client, AskError>>>;

/// The questions that are under way.
pub struct Asker {
    background: Handle,
    gateway: Gateway,
    inbox: mpsc::Sender<Msg>,
    under_way: HashMap<RequestId, AbortHandle>,
}

impl Asker {
    /// Asks `gateway` in the background, answers into `inbox`.
    pub fn new(background: Handle, gateway: Gateway, inbox: mpsc::Sender<Msg>) -> Self {
        Self { background, gateway, inbox, under_way: HashMap::new() }
    }

    /// Where answers are read.
    #[cfg(feature = "test-clock")]
    pub fn background(&self) -> &Handle {
        &self.background
    }

    /// Who has these keys?
    pub fn look_up(&mut self, request: RequestId, keys: Vec<Key>) {
        self.ask(request, move |client, inbox| {
            Box::pin(async move {
                let (lines, mut heard) = mpsc::unbounded_channel();
                let asking = async {
                    let each = |line| drop(lines.send(line));
                    let result = client?.look_up(&keys, each).await;
                    drop(lines);
                    result
                };
                let telling = async {
                    while let Some(line) = heard.recv().await {
                        let msg = match line {
                            LookupLine::Part(part) => {
                                Msg::LookupPart { request, part: Box::new(part) }
                            }
                            LookupLine::Ranked(candidates) => {
                                Msg::LookupRanked { request, candidates }
                            }
                        };
                        inbox.send(msg).await.ok();
                    }
                };
                let (result, ()) = tokio::join!(asking, telling);
                Msg::LookupEnded { request, result }
            })
        });
    }

    /// What is known of this customer? And, where it is wanted, what changes afterwards.
    pub fn view(&mut self, wanted: ViewRequest) {
        if wanted.watch {
            return self.watch(wanted);
        }
        let request = wanted.request;
        self.ask(request, move |client, inbox| {
            Box::pin(async move {
                let ask = asked(wanted);
                let (parts, mut heard) = mpsc::unbounded_channel();
                let asking = async {
                    let each = |part| drop(parts.send(part));
                    let result = client?.view(&ask, each).await;
                    drop(parts);
                    result
                };
                let telling = async {
                    while let Some(part) = heard.recv().await {
                        let part = Box::new(part);
                        inbox.send(Msg::ViewPart { request, part }).await.ok();
                    }
                };
                let (result, ()) = tokio::join!(asking, telling);
                Msg::ViewEnded { request, result }
            })
        });
    }

    fn watch(&mut self, wanted: ViewRequest) {
        let request = wanted.request;
        self.ask(request, move |client, inbox| {
            Box::pin(async move {
                let ask = asked(wanted);
                let (lines, mut heard) = mpsc::unbounded_channel();
                let asking = async {
                    let result = client?.watch(&ask, |line| drop(lines.send(line))).await;
                    drop(lines);
                    result
                };
                let telling = async {
                    let mut told = false;
                    while let Some(line) = heard.recv().await {
                        let msg = match line {
                            WatchLine::Part(part) => {
                                Msg::ViewPart { request, part: Box::new(part) }
                            }
                            WatchLine::Told => {
                                told = true;
                                Msg::ViewEnded { request, result: Ok(()) }
                            }
                            WatchLine::Changed(source, changed) => {
                                Msg::Changed { request, source, changed }
                            }
                        };
                        inbox.send(msg).await.ok();
                    }
                    told
                };
                let (result, told) = tokio::join!(asking, telling);
                if !told {
                    inbox.send(Msg::ViewEnded { request, result }).await.ok();
                }
                Msg::WatchEnded { request }
            })
        });
    }

    /// Records that the call is the customer's.
    pub fn link(&mut self, request: RequestId, call: Option<CallKey>, customer: CustomerId) {
        self.ask(request, move |client, _| {
            Box::pin(async move {
                let result = async { client?.link(call.as_ref(), &customer).await }.await;
                Msg::LinkSettled { request, result }
            })
        });
    }

    /// Takes a link back.
    pub fn unlink(&mut self, request: RequestId, link: LinkId) {
        self.ask(request, move |client, _| {
            Box::pin(async move {
                let result = async { client?.unlink(link).await }.await;
                Msg::LinkSettled { request, result: result.map(|()| link) }
            })
        });
    }

    /// Puts a note into the gateway's records.
    pub fn save_note(
        &mut self,
        request: RequestId,
        customer: CustomerId,
        call: Option<CallKey>,
        text: String,
    ) {
        self.ask(request, move |client, _| {
            Box::pin(async move {
                let saved = async { client?.save_note(&customer, call.as_ref(), &text).await };
                let result = saved.await.map(drop);
                Msg::NoteSaved { request, result }
            })
        });
    }

    /// Puts a follow-up into the gateway's records.
    pub fn follow_up(&mut self, request: RequestId, new: NewFollowUp) {
        self.ask(request, move |client, _| {
            Box::pin(async move {
                let result = async { client?.follow_up(&new).await.map(Box::new) }.await;
                Msg::FollowUpSaved { request, result }
            })
        });
    }

    /// Marks a follow-up as done, or as open again.
    pub fn settle_follow_up(&mut self, request: RequestId, id: i64, done: bool) {
        self.ask(request, move |client, _| {
            Box::pin(async move {
                let settled = async { client?.settle_follow_up(id, done).await };
                let result = settled.await.map(Box::new);
                Msg::FollowUpSettled { request, result }
            })
        });
    }

    /// What may we write into the sources?
    pub fn ask_actions(&mut self, request: RequestId) {
        self.ask(request, move |client, _| {
            Box::pin(async move {
                let told = async { client?.actions().await };
                Msg::ActionsTold { request, result: told.await }
            })
        });
    }

    /// Writes into a source.
    pub fn write(&mut self, request: RequestId, new: NewWrite) {
        self.ask(request, move |client, _| {
            Box::pin(async move {
                let written = async { client?.act(&new).await };
                Msg::Written { request, result: written.await.map(Box::new) }
            })
        });
    }

    /// Reports that a value of a source is wrong.
    pub fn report(&mut self, request: RequestId, new: NewReport) {
        self.ask(request, move |client, _| {
            Box::pin(async move {
                let made = async { client?.report(&new).await };
                Msg::Reported { request, result: made.await.map(Box::new) }
            })
        });
    }

    /// Pins a note to the top, or takes it down.
    pub fn pin_note(&mut self, request: RequestId, id: i64, pinned: bool) {
        self.ask(request, move |client, _| {
            Box::pin(async move {
                let turned = async { client?.pin_note(id, pinned).await };
                Msg::NotePinned { request, result: turned.await.map(Box::new) }
            })
        });
    }

    /// Records what a call came to.
    pub fn add_outcome(&mut self, request: RequestId, new: NewOutcome) {
        self.ask(request, move |client, _| {
            Box::pin(async move {
                let added = async { client?.add_outcome(&new).await };
                Msg::WrapUpSaved { request, result: added.await.map(Box::new) }
            })
        });
    }

    /// Records what a caller proved.
    pub fn verify(&mut self, request: RequestId, new: NewVerification) {
        self.ask(request, move |client, _| {
            Box::pin(async move {
                let made = async { client?.verify(&new).await };
                Msg::Verified { request, result: made.await.map(Box::new) }
            })
        });
    }

    /// Says what two records are to each other.
    pub fn state(&mut self, request: RequestId, new: NewStatement) {
        self.ask(request, move |client, _| {
            Box::pin(async move {
                let made = async { client?.state(&new).await };
                Msg::Stated { request, result: made.await.map(Box::new) }
            })
        });
    }

    /// Takes that back.
    pub fn take_back(&mut self, request: RequestId, id: i64) {
        self.ask(request, move |client, _| {
            Box::pin(async move {
                let undone = async { client?.take_back(id).await };
                Msg::Stated { request, result: undone.await.map(Box::new) }
            })
        });
    }

    /// Hands a call over.
    pub fn hand_over(&mut self, request: RequestId, new: NewHandover) {
        self.ask(request, move |client, _| {
            Box::pin(async move {
                let made = async { client?.hand_over(&new).await };
                Msg::HandedOver { request, result: made.await.map(Box::new) }
            })
        });
    }

    /// The call that was handed over is known under this key too.
    pub fn hand_over_as(&mut self, id: i64, call: CallKey) {
        // Told as what went with the call, which nobody has asked for: it is passed over.
        let request = RequestId::default();
        self.ask(request, move |client, _| {
            Box::pin(async move {
                let made = async { client?.hand_over_as(id, &call).await };
                Msg::HandedOver { request, result: made.await.map(Box::new) }
            })
        });
    }

    /// What came with the call that has one of these keys?
    pub fn ask_handover(&mut self, request: RequestId, calls: Vec<CallKey>) {
        self.ask(request, move |client, _| {
            Box::pin(async move {
                let found = async {
                    let client = client?;
                    for call in &calls {
                        if let Some(found) = client.handover(call).await? {
                            return Ok(Some(Box::new(found)));
                        }
                    }
                    Ok(None)
                };
                Msg::HandoverTold { request, result: found.await }
            })
        });
    }

    /// Makes a contact.
    pub fn add_contact(&mut self, request: RequestId, new: NewContact) {
        self.ask(request, move |client, _| {
            Box::pin(async move {
                let result = async { client?.add_contact(&new).await.map(Box::new) }.await;
                Msg::ContactMade { request, result }
            })
        });
    }

    /// Whom does the gateway take us for?
    pub fn who_am_i(&mut self) {
        // Nobody waits for this one by name, and nobody takes it back.
        self.ask(RequestId::default(), move |client, _| {
            Box::pin(async move { Msg::Introduced(async { client?.myself().await }.await) })
        });
    }

    /// The answer is no longer wanted.
    pub fn forget(&mut self, request: RequestId) {
        if let Some(task) = self.under_way.remove(&request) {
            task.abort();
        }
    }

    fn ask<F>(&mut self, request: RequestId, question: F)
    where
        F: FnOnce(Result<Client, AskError>, mpsc::Sender<Msg>) -> Asking + Send + 'static,
    {
        self.under_way.retain(|_, task| !task.is_finished());
        let (mut gateway, inbox) = (self.gateway.clone(), self.inbox.clone());
        let task = self.background.spawn(async move {
            let client = match gateway.wait_for(Option::is_some).await {
                Ok(found) => found.clone().unwrap_or(Err(AskError::Unreachable)),
                Err(_) => Err(AskError::Unreachable),
            };
            let answer = question(client, inbox.clone()).await;
            inbox.send(answer).await.ok();
        });
        self.under_way.insert(request, task.abort_handle());
    }
}

fn asked(wanted: ViewRequest) -> ViewAsk {
    let ViewRequest { customer, keys, sources, rows, fresh, .. } = wanted;
    ViewAsk { customer, keys, sources, rows, fresh }
}

type Asking = Pin<Box<dyn Future<Output = Msg> + Send>>;
