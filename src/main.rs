//! The command line of postkort.

fn main() {}
