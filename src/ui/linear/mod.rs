//! The desk as ordered text: the same model, in headings and lines that are appended and never
//! redrawn, for screen readers, for 40 columns, and for terminals that cannot move their cursor.
//!
//! What is read out on demand is a `Reading`; what is said unasked is the difference between what
//! was said (`Seen`) and what is the case.

pub mod announce;
pub mod overlay;
pub mod pane;
pub mod reading;
pub mod seen;
pub mod voice;

pub use reading::Reading;
pub use voice::{Heard, Voice};
