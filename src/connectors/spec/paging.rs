//! How an answer goes on.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::connectors::path::Path;

/// How an answer goes on on further pages.
#[derive(Debug, Clone, Deserialize, Default, JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum Paginator {
    /// It does not.
    #[default]
    SinglePage,
    /// `page=1,2,…` until `total_path` rows are there; without a total until a page is not full.
    PageNumber {
        page_param: String,
        /// Left out where a page's size is the source's own affair.
        size_param: Option<String>,
        /// So many rows are on a full page.
        size: u32,
        total_path: Option<Path>,
        /// The first page's number.
        #[serde(default = "one")]
        first: u32,
        /// The source gives no more rows than these, however many there are.
        most: Option<u32>,
        #[serde(default, rename = "in")]
        place: ParameterPlace,
    },
    /// `offset=0,100,…` until as many rows are there as the total says, by header or path; without
    /// a total until a page is not full.
    Offset {
        offset_param: String,
        limit_param: String,
        limit: u32,
        total_header: Option<String>,
        total_path: Option<Path>,
        /// The source gives no more rows than these, however many there are.
        most: Option<u32>,
        #[serde(default, rename = "in")]
        place: ParameterPlace,
    },
    /// A token in the body that the next request carries.
    Cursor {
        cursor_param: String,
        cursor_path: Path,
        /// Only while this is true.
        more_path: Option<Path>,
        #[serde(default, rename = "in")]
        place: ParameterPlace,
    },
    /// The last row's id in the next request, while `more_path` is true.
    LastId { cursor_param: String, id_path: Path, more_path: Path },
    /// A `Link` header with `rel="next"`; to the same origin only.
    HeaderLink,
    /// The next request's URL in the body; to the same origin only.
    NextUrl {
        next_path: Path,
        /// Only while this is true.
        more_path: Option<Path>,
    },
}

fn one() -> u32 {
    1
}

/// Where a request carries what tells pages apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ParameterPlace {
    #[default]
    Query,
    /// In the JSON body; a name may lead into it: `variables.after`, `params.1`.
    Body,
}
