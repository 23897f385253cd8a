//! norns: the customer's past, present and future in one terminal.

pub mod api;
pub mod app;

pub mod connectors;
pub mod domain;

pub mod keys;
pub mod rules;
