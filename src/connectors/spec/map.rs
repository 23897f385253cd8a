//! Which values of a row become which words of the domain.

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Deserialize;

use super::pick::{AmountPick, Condition, Pick, TimePick};
use crate::connectors::path::Path;

/// `[record]`
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RecordMap {
    pub id: Pick,
    pub name: Pick,
    pub account: Option<Pick>,
    pub status: Option<Pick>,
    pub since: Option<TimePick>,
    #[serde(default)]
    pub contacts: Vec<ContactMap>,
    /// Where it says which segments it is in: every value that the path leads to is the name of
    /// one. A look-up by segment is re-checked against them.
    pub segments: Option<Path>,
    /// Where a look-up by case is answered with the customer: nothing in the record to re-check.
    #[serde(default)]
    pub case_is_exact: bool,
}

/// `contacts = [{ each = "phones", kind = "kind", value = "number" }]`
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ContactMap {
    pub when: Option<Condition>,
    pub each: Path,
    pub kind: Pick,
    pub value: Pick,
    pub confirmed: Option<TimePick>,
    /// Where the customer changed it without an agent, where they did: `portal`.
    pub changed_on: Option<Pick>,
    /// When they did.
    pub changed: Option<TimePick>,
}

/// `[resources.profile]`
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ProfileMap {
    pub name: Option<Pick>,
    pub account: Option<Pick>,
    pub status: Option<Pick>,
    pub segment: Option<Pick>,
    pub since: Option<TimePick>,
    #[serde(default)]
    pub contacts: Vec<ContactMap>,
    pub language: Option<Pick>,
    pub household: Option<Pick>,
    pub household_size: Option<Path>,
    pub parent: Option<Pick>,
    pub special_care: Option<SpecialCare>,
    /// What else is to be read of the customer, by its name: `"SMS" = "consents.sms"`.
    #[serde(default)]
    pub fields: IndexMap<String, Pick>,
}

/// The first element of a list that fits, as text.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SpecialCare {
    pub each: Path,
    pub when: Condition,
    pub text: Pick,
}

/// `[resources.entry]`
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EntryMap {
    pub when: Option<Condition>,
    pub id: Pick,
    pub at: TimePick,
    pub channel: Pick,
    pub what: Pick,
    pub body: Option<Pick>,
    pub amount: Option<AmountPick>,
    pub state: Option<Pick>,
    pub author: Option<Pick>,
    pub department: Option<Pick>,
    #[serde(default)]
    pub fields: IndexMap<String, Pick>,
    pub lines: Option<LineMap>,
    pub searched: Option<Pick>,
    pub read: Option<Pick>,
    pub tried: Option<Pick>,
    pub pinned: Option<Condition>,
    #[serde(default)]
    pub internal: bool,
}

/// `[resources.entry.lines]`
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LineMap {
    pub each: Path,
    pub what: Pick,
    pub service: Option<Pick>,
    pub period: Option<Pick>,
    pub amount: Option<AmountPick>,
}

/// `[[resources.matters]]`
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MatterMap {
    pub when: Option<Condition>,
    /// Each element of this list is one; the row itself where it is left out.
    pub each: Option<Path>,
    pub id: Pick,
    pub kind: Pick,
    pub what: Pick,
    pub state: Option<Pick>,
    pub since: Option<TimePick>,
    pub expected: Option<TimePick>,
    pub owner: Option<Pick>,
    pub amount: Option<AmountPick>,
}

/// `[[resources.dues]]`
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DueMap {
    pub when: Option<Condition>,
    pub id: Pick,
    pub at: TimePick,
    pub kind: Pick,
    pub what: Pick,
    pub owner: Option<Pick>,
    pub state: Option<Pick>,
    pub amount: Option<AmountPick>,
}

/// `[[resources.alerts]]`
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AlertMap {
    pub when: Option<Condition>,
    pub each: Option<Path>,
    pub kind: Pick,
    pub text: Pick,
    pub owner: Option<Pick>,
    pub since: Option<TimePick>,
}

/// `[[resources.belongings]]`: what the customer has or is entitled to.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BelongingMap {
    pub when: Option<Condition>,
    /// Each element of this list is one; the row itself where it is left out.
    pub each: Option<Path>,
    pub id: Pick,
    /// `product`, `environment`, `loyalty`, `registration` or `privilege`.
    pub kind: Pick,
    /// The product's name, the tier, what the privilege is.
    pub what: Pick,
    pub serial: Option<Pick>,
    pub since: Option<TimePick>,
    /// The last day of a product's warranty, or of anything else.
    pub until: Option<TimePick>,
    pub state: Option<Pick>,
    /// What else is to be read of it, by its name: `firmware = "router.firmware"`.
    #[serde(default)]
    pub fields: IndexMap<String, Pick>,
}

/// `[[resources.relations]]`: whom the customer has to do with.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RelationMap {
    pub when: Option<Condition>,
    /// Each element of this list is one; the row itself where it is left out.
    pub each: Option<Path>,
    /// `key contact`, `belongs to`, `branch` or `household`.
    pub kind: Pick,
    pub name: Pick,
    /// What they are there: accounts, director.
    pub role: Option<Pick>,
    /// The id of their record in this source, where they have one.
    pub record: Option<Pick>,
    pub phone: Option<Pick>,
}

/// `[resources.offer]`
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OfferMap {
    pub id: Pick,
    pub what: Pick,
}
