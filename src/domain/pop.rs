//! Somebody has just arrived: one event from the telephony side.
