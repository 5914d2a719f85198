//! What an operator gets from a feed behind an https URL when the server, the network or the disk misbehaves.

#[path = "../https_server/mod.rs"]
mod https_server;
mod site;

mod arrives;
mod kept;
mod limits;
mod no_export;
mod passes;
mod trust;
