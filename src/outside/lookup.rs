//! From a host's name to addresses that may be connected to.

use super::allowed::Allowed;
use super::failure::Refused;
use futures_util::future::BoxFuture;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

/// What finds the addresses of a host.
pub trait Lookup: Send + Sync + 'static {
    /// All addresses of the host; an error when it has none.
    fn lookup(&self, host: String) -> BoxFuture<'static, io::Result<Vec<IpAddr>>>;
}

/// Asks as every program on this machine does.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemLookup;

impl Lookup for SystemLookup {
    fn lookup(&self, host: String) -> BoxFuture<'static, io::Result<Vec<IpAddr>>> {
        Box::pin(async move {
            let found = tokio::net::lookup_host((host, 0)).await?;
            Ok(found.map(|address| address.ip()).collect())
        })
    }
}

/// Gives the connector the addresses of a host, and none when one of them may not be reached. The
/// connector asks each time it connects and uses what it is given, so nothing is looked up twice.
pub(super) struct Guarded {
    pub(super) allowed: Arc<Allowed>,
    pub(super) lookup: Arc<dyn Lookup>,
}

impl Resolve for Guarded {
    fn resolve(&self, name: Name) -> Resolving {
        let host = name.as_str().to_owned();
        let allowed = Arc::clone(&self.allowed);
        let lookup = self.lookup.lookup(host.clone());
        Box::pin(async move {
            let found = lookup.await?;
            let barred = |address: &&IpAddr| !allowed.is_named(&host) && !allowed.has(**address);
            if let Some(address) = found.iter().find(barred) {
                return Err(Refused { host, address: *address }.into());
            }
            let addresses: Vec<SocketAddr> =
                found.into_iter().map(|address| SocketAddr::new(address, 0)).collect();
            Ok(Box::new(addresses.into_iter()) as Addrs)
        })
    }
}
