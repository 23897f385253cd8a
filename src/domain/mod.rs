//! The words of a contact centre. Knows nothing else: no wire, no screen, no clock.

pub mod ask;
pub mod belonging;
pub mod contact;
pub mod customer;
pub mod directory;
pub mod interaction;
pub mod inventory;
pub mod money;
pub mod phone;
pub mod pop;
pub mod promise;
pub mod register;
pub mod source;
pub mod span;
pub mod statement;
pub mod telephony;
pub mod text;
pub mod write;
