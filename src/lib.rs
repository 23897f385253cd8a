//! norns: the customer's past, present and future in one terminal.

pub mod action;
pub mod api;
pub mod app;
pub mod bridge;
pub mod cli;
pub mod client;
pub mod config;
pub mod connectors;
pub mod domain;
pub mod gateway;
pub mod identity;
pub mod keys;
pub mod orders;
pub mod pop;
pub mod private;
pub mod rules;
pub mod sample;
pub mod shell;
pub mod strict;
pub mod ui;
