//! Questions that are answered line by line: who this is, what is known of them, and what changes.

use std::time::Duration;

use reqwest::{Method, RequestBuilder, Response};

use super::Client;
use super::frames::Frames;
use crate::api::{convert, v1};
use crate::domain::ask::AskError;
use crate::domain::customer::{Candidate, CustomerId, Key};
use crate::domain::source::{Changed, Part, SourceId};

/// So long the end of a body may take after its last line.
const READ_OUT: Duration = Duration::from_secs(1);

/// A question for everything known of one customer.
#[derive(Debug, Clone, PartialEq)]
pub struct ViewAsk {
    pub customer: CustomerId,
    /// What is already known of the customer, so that no source waits for another.
    pub keys: Vec<Key>,
    /// Only these sources; all where empty.
    pub sources: Vec<SourceId>,
    /// So many entries per source.
    pub rows: u32,
    /// The sources themselves are to be asked, whatever they said before.
    pub fresh: bool,
}

/// One line of the answer to a look-up.
#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::large_enum_variant, reason = "each lives only as long as one call of `each`")]
pub enum LookupLine {
    /// What became of the question to one source.
    Part(Part),
    /// All candidates so far, best first.
    Ranked(Vec<Candidate>),
}

/// One line of the answer to who watches.
#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::large_enum_variant, reason = "each lives only as long as one call of `each`")]
pub enum WatchLine {
    /// One source's part, as it comes.
    Part(Part),
    /// Every source has been heard.
    Told,
    /// A source has changed what it knows.
    Changed(SourceId, Changed),
}

impl Client {
    /// Who has these keys? `each` gets the answer line by line.
    pub async fn look_up(
        &self,
        keys: &[Key],
        mut each: impl FnMut(LookupLine),
    ) -> Result<(), AskError> {
        let body = v1::Lookup { keys: keys.iter().map(convert::key_to_wire).collect() };
        let request = self.request(Method::POST, &["lookups"])?.json(&body);
        self.lines(request, |line| match line {
            v1::LookupLine::Part(part) => {
                each(LookupLine::Part(convert::part(&part).ok_or(AskError::Nonsense)?));
                Ok(Flow::On)
            }
            v1::LookupLine::Candidates { candidates } => {
                let candidates = candidates.iter().filter_map(convert::candidate).collect();
                each(LookupLine::Ranked(candidates));
                Ok(Flow::On)
            }
            v1::LookupLine::End => Ok(Flow::End),
            v1::LookupLine::Unknown => Ok(Flow::On),
        })
        .await
    }

    /// What is known of this customer? `each` gets each source's part as it comes.
    pub async fn view(&self, ask: &ViewAsk, mut each: impl FnMut(Part)) -> Result<(), AskError> {
        self.lines(self.view_request(ask)?, |line| match line {
            v1::ViewLine::Part(part) => {
                each(convert::part(&part).ok_or(AskError::Nonsense)?);
                Ok(Flow::On)
            }
            v1::ViewLine::End => Ok(Flow::End),
            v1::ViewLine::Changed(_) | v1::ViewLine::Unknown => Ok(Flow::On),
        })
        .await
    }

    /// The same, and what changes afterwards, for as long as the gateway tells it.
    pub async fn watch(
        &self,
        ask: &ViewAsk,
        mut each: impl FnMut(WatchLine),
    ) -> Result<(), AskError> {
        let request = self.view_request(ask)?.query(&[("watch", "true")]);
        self.lines(request, |line| match line {
            v1::ViewLine::Part(part) => {
                each(WatchLine::Part(convert::part(&part).ok_or(AskError::Nonsense)?));
                Ok(Flow::On)
            }
            v1::ViewLine::End => {
                each(WatchLine::Told);
                Ok(Flow::Watch)
            }
            v1::ViewLine::Changed(changed) => {
                if let Some((source, changed)) = convert::changed(&changed) {
                    each(WatchLine::Changed(source, changed));
                }
                Ok(Flow::On)
            }
            v1::ViewLine::Unknown => Ok(Flow::On),
        })
        .await
    }

    fn view_request(&self, ask: &ViewAsk) -> Result<RequestBuilder, AskError> {
        let id = ask.customer.to_string();
        let mut request = self.request(Method::GET, &["customers", &id, "view"])?;
        for key in &ask.keys {
            let text = format!("{}:{}", key.kind().name(), convert::key_to_wire(key).value);
            request = request.query(&[("key", text)]);
        }
        for source in &ask.sources {
            request = request.query(&[("source", source.as_str())]);
        }
        if ask.fresh {
            request = request.query(&[("fresh", "true")]);
        }
        Ok(request.query(&[("rows", ask.rows)]))
    }

    /// Reads an answer line by line until it says that it ends; one that stops without saying so
    /// was cut.
    async fn lines<L: v1::AnswerLine>(
        &self,
        request: RequestBuilder,
        mut each: impl FnMut(L) -> Result<Flow, AskError>,
    ) -> Result<(), AskError> {
        let mut response = self.send(request).await?;
        let mut frames = Frames::default();
        let mut watching = false;
        loop {
            let chunk = match watching {
                // Whoever watches waits as long as nothing changes.
                true => response.chunk().await.ok().flatten(),
                false => self.within(response.chunk()).await?,
            };
            let Some(chunk) = chunk else { break };
            frames.feed(&chunk);
            while let Some(line) = frames.next()? {
                let line = L::read(&line).map_err(|_| AskError::Nonsense)?;
                match each(line)? {
                    Flow::On => {}
                    Flow::Watch => watching = true,
                    Flow::End => {
                        tokio::spawn(read_out(response));
                        return Ok(());
                    }
                }
            }
        }
        if watching { Ok(()) } else { Err(AskError::Unreachable) }
    }
}

/// Reads the end of a body whose last line has come: a connection that was left before it cannot
/// be used again.
async fn read_out(mut response: Response) {
    let rest = async { while matches!(response.chunk().await, Ok(Some(_))) {} };
    tokio::time::timeout(READ_OUT, rest).await.ok();
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Flow {
    On,
    /// All is told, and more may come at any time.
    Watch,
    End,
}
