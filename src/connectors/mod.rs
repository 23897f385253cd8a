//! Source systems as files: what to ask, how to read the answer. Knows nothing of the gateway.
