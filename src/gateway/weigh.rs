//! What speaks for an agent's word that two records belong together: found by the gateway in what
//! the sources say, and by nobody else.

use std::time::Duration;

use futures_util::future::join_all;
use tokio::time::timeout;

use super::Gateway;
use super::auth::Agent;
use super::error::Refusal;
use super::hold;
use super::kin;
use crate::domain::customer::{CustomerId, Key, KeyKind, Record};
use crate::domain::statement::{NewStatement, Weighed};
use crate::domain::text::CleanText;

/// So long an agent's word waits for sources that nobody has heard of late.
const PATIENCE: Duration = Duration::from_secs(1);

impl Gateway {
    /// Whether an agent of this role may say what records are to each other.
    pub fn may_state(&self, agent: &Agent) -> bool {
        self.stating.as_ref().is_none_or(|roles| roles.iter().any(|role| *role == *agent.role))
    }

    /// Weighs what an agent says by the records themselves: as a look-up heard them of late, else
    /// as their sources tell them now.
    ///
    /// # Errors
    /// Where the agent may not see one of the records.
    pub async fn weigh(&self, agent: &Agent, new: &NewStatement) -> Result<Weighed, Refusal> {
        let ends = [&new.record, &new.other];
        if !ends.iter().all(|id| self.may_see(agent, id)) {
            return Err(Refusal::NotPermitted);
        }
        let mut records = self.heard().of(ends, (self.clock.now)());
        records.retain(|record| self.may_see(agent, &record.id));
        let unheard = ends.into_iter().filter(|id| records.iter().all(|known| known.id != **id));
        let told = join_all(unheard.map(|id| self.tell(id))).await;
        let mut unknown = None;
        for told in told {
            match told {
                Ok(record) => records.push(record),
                Err(why) => unknown = Some(why),
            }
        }
        Ok(match unknown {
            Some(why) => {
                let evidence = CleanText::line(&format!("not weighed: {why}"));
                Weighed { millionths: 0, evidence }
            }
            None => kin::weigh(ends, &records, &self.weights, self.home),
        })
    }

    fn may_see(&self, agent: &Agent, record: &CustomerId) -> bool {
        self.keeper(record).is_none_or(|seat| seat.permits(&agent.role))
    }

    /// The record as its source tells it now, or why it does not.
    async fn tell(&self, id: &CustomerId) -> Result<Record, String> {
        let (source, key) = (&id.source, Key::Id(id.clone()));
        let mut found = if *source == hold::source() {
            let found = hold::look_up(&self.store, &[key]).await;
            found.map_err(|_| format!("{source} could not be read"))?
        } else {
            let seat = self.keeper(id).ok_or_else(|| format!("{source} is no source here"))?;
            if !seat.looks_up(KeyKind::Id) {
                return Err(format!("{source} is not asked by its ids"));
            }
            let answer = timeout(PATIENCE, seat.look_up(key)).await;
            let found = answer.ok().and_then(Result::ok);
            found.ok_or_else(|| format!("{source} gave no answer"))?.records.clone()
        };
        found.retain(|record| record.id == *id);
        found.pop().ok_or_else(|| format!("{source} knows no such record"))
    }
}
