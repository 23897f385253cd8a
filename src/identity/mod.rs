//! Who is who: which records of several sources are one person's, and why. Pure: records come in,
//! statements go out, and nothing is merged anywhere.

pub mod birth;
pub mod block;
pub mod closure;
pub mod cluster;
pub mod columns;
pub mod compare;
pub mod em;
pub mod email;
pub mod field;
pub mod fold;
pub mod lexicon;
pub mod link;
pub mod name;
pub mod nickname;
pub mod pair;
pub mod people;
pub mod person;
pub mod resolve;
pub mod said;
pub mod score;
pub mod sound;
pub mod strangers;
pub mod street;
pub mod weights;
pub mod why;
pub mod write;
