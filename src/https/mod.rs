//! How postkort speaks HTTPS as a client: one way to build a client, one policy for trying again, one way to tell of a
//! failure without the parts of a URL that may hold a secret.

mod client;
mod retry;
mod tell;

pub use client::{ClientError, client, install_tls_provider};
pub use retry::{Backoff, RetryExt, jitter, retry_after};
pub use tell::{certificate_fault, tell, without_secrets};
