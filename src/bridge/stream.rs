//! The way to a telephony system: TCP, in the clear or under TLS.

use std::io::{self, ErrorKind};
use std::path::Path;
use std::sync::Arc;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::ConfigVerifierExt;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

/// Bytes both ways.
pub trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<S: AsyncRead + AsyncWrite + Send + Unpin> Stream for S {}

/// Whom a bridge trusts to be its telephony system.
#[derive(Clone)]
pub struct Tls(Arc<ClientConfig>);

/// Why there is no way.
#[derive(Debug)]
pub enum NoWay {
    /// There may be one later.
    Now(ErrorKind),
    /// It is not whom it should be, as far as its certificate tells.
    Untrusted,
    /// It does not speak TLS.
    Clear,
}

impl Tls {
    /// Trusts those whose certificates are signed by one of this file, or whom the system trusts.
    ///
    /// # Errors
    /// Where the file cannot be read, or has no certificate in it.
    pub fn trusting(authorities: Option<&Path>) -> Result<Self, String> {
        let Some(file) = authorities else {
            let config = ClientConfig::with_platform_verifier();
            let config = config.map_err(|_| "the system's certificates cannot be used")?;
            return Ok(Self(Arc::new(config)));
        };
        let name = file.display();
        let mut trusted = RootCertStore::empty();
        let certificates = CertificateDer::pem_file_iter(file)
            .map_err(|_| format!("{name}: cannot be read"))?
            .collect::<Result<Vec<_>, _>>()
            .map_err(|_| format!("{name}: is no PEM file"))?;
        for certificate in certificates {
            trusted
                .add(certificate)
                .map_err(|_| format!("{name}: has a certificate that is none"))?;
        }
        if trusted.is_empty() {
            return Err(format!("{name}: has no certificate in it"));
        }
        let config = ClientConfig::builder().with_root_certificates(trusted).with_no_client_auth();
        Ok(Self(Arc::new(config)))
    }
}

/// Connects to `HOST:PORT`, by TLS where that is wanted.
///
/// # Errors
/// Where nobody answers there, or not as it should be.
pub async fn connect(place: &str, tls: Option<&Tls>) -> Result<Box<dyn Stream>, NoWay> {
    let tcp = TcpStream::connect(place).await.map_err(|error| NoWay::Now(error.kind()))?;
    tcp.set_nodelay(true).ok();
    let Some(Tls(config)) = tls else { return Ok(Box::new(tcp)) };
    let host = place.rsplit_once(':').map_or(place, |(host, _)| host);
    let host = host.trim_start_matches('[').trim_end_matches(']').to_owned();
    let name = ServerName::try_from(host).map_err(|_| NoWay::Now(ErrorKind::InvalidInput))?;
    let connected = TlsConnector::from(Arc::clone(config)).connect(name, tcp).await;
    connected.map(|stream| Box::new(stream) as Box<dyn Stream>).map_err(no_way)
}

fn no_way(error: io::Error) -> NoWay {
    let of_tls = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>());
    match of_tls {
        Some(rustls::Error::InvalidCertificate(_)) => NoWay::Untrusted,
        Some(rustls::Error::InvalidMessage(_)) => NoWay::Clear,
        _ => NoWay::Now(error.kind()),
    }
}
