//! norns: the customer's past, present and future in one terminal.

pub mod action;
pub mod api;
pub mod app;
pub mod client;
pub mod connectors;
pub mod domain;
pub mod gateway;
pub mod keys;
pub mod rules;
pub mod sample;
pub mod strict;
pub mod ui;
