//! Reaching the mail server: TCP, TLS, greeting. What leaves here is a connection that may carry a mail.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use lettre::transport::smtp::client::{AsyncSmtpConnection, AsyncTokioStream, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout_at};

use super::fault::step;
use super::outcome::{Fault, Reason, Stage};

/// Longest wait for one of a host's addresses, so that a dead one does not use up the time of the next.
const ADDRESS_LIMIT: Duration = Duration::from_secs(15);

/// How a server is reached.
#[derive(Clone)]
pub(super) enum Security {
    /// STARTTLS, or nothing.
    StartTls(TlsParameters),
    /// TLS from the first byte.
    Implicit(TlsParameters),
    /// In clear, on a loopback address only.
    Loopback,
}

/// Connects, and makes the connection safe, by `deadline`.
pub(super) async fn connect(
    (host, port): (&str, u16),
    security: &Security,
    hello: &ClientId,
    deadline: Instant,
) -> Result<AsyncSmtpConnection, Reason> {
    match security {
        Security::Loopback => {
            let stream = dial(host, port, |address| address.ip().is_loopback(), deadline).await?;
            step(Stage::Greeting, deadline, AsyncSmtpConnection::connect_with_transport(Box::new(stream), hello)).await
        }
        Security::Implicit(tls) => {
            let limit = Some(ADDRESS_LIMIT);
            let connecting = AsyncSmtpConnection::connect_tokio1((host, port), limit, hello, Some(tls.clone()), None);
            step(Stage::Connect, deadline, connecting).await
        }
        Security::StartTls(tls) => {
            let stream = dial(host, port, |_| true, deadline).await?;
            let connecting = AsyncSmtpConnection::connect_with_transport(Box::new(stream), hello);
            let mut connection = step(Stage::Greeting, deadline, connecting).await?;
            if !connection.can_starttls() {
                return Err(Reason { stage: Stage::StartTls, fault: Fault::NoStartTls });
            }
            step(Stage::StartTls, deadline, connection.starttls(tls.clone(), hello)).await?;
            Ok(connection)
        }
    }
}

/// Opens a TCP connection to the first address that answers, among those that are `allowed`.
async fn dial(
    host: &str,
    port: u16,
    allowed: impl Fn(&SocketAddr) -> bool,
    deadline: Instant,
) -> Result<LineByLine, Reason> {
    let failed = |fault| Reason { stage: Stage::Connect, fault };
    let found = timeout_at(deadline, tokio::net::lookup_host((host, port))).await;
    let addresses: Vec<_> = match found {
        Err(_) => return Err(failed(Fault::TimedOut)),
        Ok(Err(error)) => return Err(failed(Fault::Unreachable(error.kind()))),
        Ok(Ok(addresses)) => addresses.collect(),
    };
    let mut last = if addresses.is_empty() { Fault::Unreachable(io::ErrorKind::NotFound) } else { Fault::NotLoopback };
    for address in addresses.into_iter().filter(allowed) {
        let limit = deadline.min(Instant::now() + ADDRESS_LIMIT);
        last = match timeout_at(limit, TcpStream::connect(address)).await {
            Err(_) => Fault::TimedOut,
            Ok(Err(error)) => Fault::Unreachable(error.kind()),
            Ok(Ok(stream)) => {
                // Without this the final dot may wait for the answer to what went before it. A socket that cannot be
                // set so is slower, and no worse.
                let _ = stream.set_nodelay(true);
                return Ok(LineByLine { stream, held: Vec::new(), given: 0 });
            }
        };
    }
    Err(failed(last))
}

/// A TCP stream that hands over at most one line at a time.
///
/// The client above it reads through a buffer, which it keeps when it turns to TLS. Whatever somebody on the way had put
/// behind the answer to STARTTLS would then be taken for what the server said under TLS. Here such bytes stay below, and
/// the handshake fails on them.
#[derive(Debug)]
struct LineByLine {
    stream: TcpStream,
    held: Vec<u8>,
    given: usize,
}

impl AsyncTokioStream for LineByLine {
    fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.stream.peer_addr()
    }
}

impl AsyncRead for LineByLine {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, out: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        // Lines already held cost nothing to hand over: without this a server that talks without end would keep the task,
        // and the time limit above it would never be looked at.
        let turn = ready!(tokio::task::coop::poll_proceed(cx));
        let this = &mut *self;
        if this.given >= this.held.len() {
            let mut space = [0; 4096];
            let mut fresh = ReadBuf::new(&mut space);
            ready!(Pin::new(&mut this.stream).poll_read(cx, &mut fresh))?;
            this.held.clear();
            this.held.extend_from_slice(fresh.filled());
            this.given = 0;
        }
        let waiting = this.held.get(this.given..).unwrap_or_default();
        let line = memchr::memchr(b'\n', waiting).map_or(waiting.len(), |end| end + 1).min(out.remaining());
        out.put_slice(waiting.get(..line).unwrap_or_default());
        this.given += line;
        turn.made_progress();
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for LineByLine {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
