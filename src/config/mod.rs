//! Settings: files, environment, flags. Hands them out and knows nobody who takes them.

pub mod bridge;
pub mod desk;
pub mod layout;
pub mod paths;
pub mod pop;
pub mod serve;
pub mod wrap_up;
