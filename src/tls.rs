//! The one choice of cryptography for TLS: ring, for the database and for the commands alike.

/// Makes TLS ready to use. Again does nothing; whoever opens a connection may call it.
pub fn prepare() {
    // the only error is that a provider is there already
    let _ = rustls::crypto::ring::default_provider().install_default();
}
