//! Why there is no answer from the outside.

use std::fmt;
use std::net::IpAddr;

/// Why there is no answer from the outside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The address is none that is ever asked; why.
    Address(&'static str),
    /// The host is, or has, an address that may not be reached.
    Forbidden {
        /// The host by the name it was asked for.
        host: String,
        /// Its address.
        address: IpAddr,
    },
    /// Nothing answers there: no such host, no connection, a broken or untrusted one; why.
    Unreachable(String),
    /// It took longer than the limit.
    Timeout,
    /// There was more than the limit.
    TooLarge,
    /// One redirect led to another too often, or to nowhere.
    Redirects,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::Address(why) => f.write_str(why),
            Failure::Forbidden { host, address } => {
                write!(
                    f,
                    "{host} ({address}) is not on the internet and not allowed by NEWSWIRE_FETCH_ALLOW"
                )
            }
            Failure::Unreachable(why) => f.write_str(why),
            Failure::Timeout => f.write_str("it took too long"),
            Failure::TooLarge => f.write_str("the answer is too large"),
            Failure::Redirects => f.write_str("too many redirects, or one that leads nowhere"),
        }
    }
}

impl std::error::Error for Failure {}

/// What the resolver tells the connector about a host that may not be reached.
#[derive(Clone, Debug)]
pub(super) struct Refused {
    pub(super) host: String,
    pub(super) address: IpAddr,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({}) may not be reached", self.host, self.address)
    }
}

impl std::error::Error for Refused {}

impl From<reqwest::Error> for Failure {
    fn from(error: reqwest::Error) -> Self {
        if error.is_timeout() {
            return Failure::Timeout;
        }
        let error = error.without_url();
        let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(&error);
        let mut why = String::new();
        while let Some(error) = cause {
            if let Some(Refused { host, address }) = error.downcast_ref() {
                return Failure::Forbidden { host: host.clone(), address: *address };
            }
            // the innermost cause says most
            why = error.to_string();
            cause = error.source();
        }
        Failure::Unreachable(why)
    }
}
