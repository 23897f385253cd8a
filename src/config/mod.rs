//! Settings: files, environment, flags. Hands them out and knows nobody who takes them.

pub mod bridge;
pub mod desk;
pub mod directory;
pub mod layout;
pub mod paths;
pub mod pop;
pub mod reference;
pub mod serve;
pub mod told;
pub mod wrap_up;
