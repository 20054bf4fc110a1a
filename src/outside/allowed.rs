//! Which addresses may be reached: what is globally routable, and what the operator allows besides.

use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

/// IPv4 that is nobody's server on the internet (IANA Special-Purpose Address Registry, RFC 6890).
const SPECIAL_V4: [Ipv4Net; 16] = [
    v4([0, 0, 0, 0], 8),          // this network
    v4([10, 0, 0, 0], 8),         // private
    v4([100, 64, 0, 0], 10),      // shared by carriers
    v4([127, 0, 0, 0], 8),        // loopback
    v4([169, 254, 0, 0], 16),     // link-local, with the metadata services of clouds
    v4([172, 16, 0, 0], 12),      // private
    v4([192, 0, 0, 0], 24),       // protocol assignments
    v4([192, 0, 2, 0], 24),       // documentation
    v4([192, 88, 99, 0], 24),     // 6to4 relays
    v4([192, 168, 0, 0], 16),     // private
    v4([198, 18, 0, 0], 15),      // benchmarks
    v4([198, 51, 100, 0], 24),    // documentation
    v4([203, 0, 113, 0], 24),     // documentation
    v4([224, 0, 0, 0], 4),        // multicast
    v4([240, 0, 0, 0], 4),        // reserved
    v4([255, 255, 255, 255], 32), // broadcast
];

/// What of IPv6 is routed globally; everything else is loopback, local, multicast or reserved.
const GLOBAL_V6: Ipv6Net = v6([0x2000, 0, 0, 0], 3);

/// Parts of it that are nobody's server.
const SPECIAL_V6: [Ipv6Net; 3] = [
    v6([0x2001, 0, 0, 0], 23),      // protocol assignments, Teredo among them
    v6([0x2001, 0x0db8, 0, 0], 32), // documentation
    v6([0x3fff, 0, 0, 0], 20),      // documentation
];

/// IPv4 seen from a network that has only IPv6 (NAT64, RFC 6052).
const NAT64: Ipv6Net = v6([0x0064, 0xff9b, 0, 0], 96);
/// IPv4 in the address of a tunnel (6to4, RFC 3056).
const SIX_TO_FOUR: Ipv6Net = v6([0x2002, 0, 0, 0], 16);

const fn v4([a, b, c, d]: [u8; 4], length: u8) -> Ipv4Net {
    Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, d), length)
}

const fn v6([a, b, c, d]: [u16; 4], length: u8) -> Ipv6Net {
    Ipv6Net::new_assert(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0), length)
}

/// Whether an address is one that a server on the internet can have.
pub fn is_global(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(address) => !SPECIAL_V4.iter().any(|net| net.contains(&address)),
        IpAddr::V6(address) => is_global_v6(address),
    }
}

/// An address that stands for one of IPv4 is as good as that.
fn is_global_v6(address: Ipv6Addr) -> bool {
    let bytes = address.octets();
    let embedded = |at: usize| {
        let v4 = [bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]];
        is_global(IpAddr::V4(Ipv4Addr::from(v4)))
    };
    if NAT64.contains(&address) {
        return embedded(12);
    }
    if SIX_TO_FOUR.contains(&address) {
        return embedded(2);
    }
    GLOBAL_V6.contains(&address) && !SPECIAL_V6.iter().any(|net| net.contains(&address))
}

/// What may be reached although it is not on the internet.
#[derive(Clone, Debug, Default)]
pub struct Allowed {
    entries: Vec<Entry>,
}

/// A host, an address or a network that may be reached wherever it is.
#[derive(Clone, Debug)]
enum Entry {
    /// A host by its name, with whatever addresses it has.
    Host(String),
    /// Every address of a network.
    Net(IpNet),
}

impl Allowed {
    /// Whether a host may have any address. The name is compared as `url` writes it.
    pub fn is_named(&self, host: &str) -> bool {
        let host = host.trim_end_matches('.');
        self.entries.iter().any(|entry| matches!(entry, Entry::Host(name) if name == host))
    }

    /// Whether an address may be reached.
    pub fn has(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        let listed = |entry: &Entry| matches!(entry, Entry::Net(net) if net.contains(&address));
        is_global(address) || self.entries.iter().any(listed)
    }
}

impl FromStr for Allowed {
    type Err = String;

    /// Hosts, addresses and networks, separated by commas; nothing allows the internet alone.
    fn from_str(text: &str) -> Result<Self, String> {
        let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
        Ok(Self { entries: parts.map(Entry::parse).collect::<Result<_, _>>()? })
    }
}

impl Entry {
    /// `10.1.0.0/16`, `10.1.2.3`, `fd00::/8` or `feeds.internal`.
    fn parse(text: &str) -> Result<Self, String> {
        if let Ok(net) = text.parse::<IpNet>() {
            return Ok(Entry::Net(net.trunc()));
        }
        if let Ok(address) = text.parse::<IpAddr>() {
            return Ok(Entry::Net(IpNet::from(address.to_canonical())));
        }
        match url::Host::parse(text) {
            Ok(url::Host::Domain(name)) => Ok(Entry::Host(name.trim_end_matches('.').to_owned())),
            _ => Err(format!("{text} is no host, address or network such as 10.1.0.0/16")),
        }
    }
}
