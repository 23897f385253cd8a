//! `[[layout]]`: how the panes stand for a role or a kind of work.

use serde::de::Error;
use serde::{Deserialize, Deserializer};

use super::told::{Told, named, table};
use crate::strict::nearest;

table! {
    /// One layout. The first whose `role` and `queue` fit is in force, and changes with the call
    /// that is on the screen.
    pub struct LayoutTable {
        /// The role that it is for, as `role` under `[desk]` names it; every role where left out.
        role: Option<String>, "\"billing\"";
        /// The queue of the call that it is for; every queue, and no call, where left out.
        queue: Option<String>, "\"BILLING\"";
        /// The panes from left to right.
        #[serde(default)]
        order: PaneOrder, "[\"past\", \"present\", \"future\"]" optional;
        /// Hundredths of the screen for the panes in that order: at least 20 each, 100 together.
        widths: Option<PaneWidths>, "[35, 37, 28]";
        /// The pane that has the keys when a call comes.
        #[serde(default)]
        focus: PaneName, "\"present\"" optional;
    }
}

/// A pane's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PaneName {
    Past,
    #[default]
    Present,
    Future,
}

impl PaneName {
    const ALL: [(&'static str, Self); 3] =
        [("past", Self::Past), ("present", Self::Present), ("future", Self::Future)];

    fn read<E: Error>(name: &str) -> Result<Self, E> {
        let known = Self::ALL.into_iter().find(|(known, _)| *known == name);
        known.map(|(_, pane)| pane).ok_or_else(|| {
            let near = nearest(name, Self::ALL.map(|(known, _)| known));
            let hint = near.map_or(String::new(), |near| format!(", did you mean `{near}`"));
            E::custom(format!("expected `past`, `present` or `future`{hint}"))
        })
    }
}

impl<'de> Deserialize<'de> for PaneName {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Self::read(&String::deserialize(from)?)
    }
}

/// The three panes, each once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PaneOrder(pub [PaneName; 3]);

impl Default for PaneOrder {
    fn default() -> Self {
        Self([PaneName::Past, PaneName::Present, PaneName::Future])
    }
}

impl<'de> Deserialize<'de> for PaneOrder {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let panes = Vec::<PaneName>::deserialize(from)?;
        let each_once = PaneName::ALL.iter().all(|(_, pane)| panes.contains(pane));
        let order = <[PaneName; 3]>::try_from(panes).ok().filter(|_| each_once);
        order
            .map(Self)
            .ok_or_else(|| D::Error::custom("expected `past`, `present` and `future`, each once"))
    }
}

/// Hundredths of the screen's width.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PaneWidths(pub [u16; 3]);

/// Less than this is no pane.
const NARROWEST: u16 = 20;

impl<'de> Deserialize<'de> for PaneWidths {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let widths = <[u16; 3]>::try_from(Vec::<u16>::deserialize(from)?).ok();
        let fit = |widths: &[u16; 3]| {
            let sum: u32 = widths.iter().copied().map(u32::from).sum();
            sum == 100 && widths.iter().all(|width| *width >= NARROWEST)
        };
        widths.filter(fit).map(Self).ok_or_else(|| {
            D::Error::custom(
                "expected three numbers from 20 up that make 100, such as [35, 37, 28]",
            )
        })
    }
}

named! { PaneName }

impl Told for PaneOrder {
    fn kind() -> String {
        "the three panes, each once".into()
    }

    fn tell(&self) -> Option<String> {
        self.0.to_vec().tell()
    }
}

impl Told for PaneWidths {
    fn kind() -> String {
        "three whole numbers".into()
    }

    fn tell(&self) -> Option<String> {
        self.0.to_vec().tell()
    }
}
