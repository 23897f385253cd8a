//! The manager interface by TLS: who proves to be the PBX is told the secret, and nobody else.

use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;

use super::common::authority::{Authority, Certificate};
use super::common::bridge::{Bridge, OWN, configure};
use super::common::gateway::write_private;
use super::common::home::Home;
use super::common::pbx::Pbx;

/// What an Asterisk's `tlsbindaddr` is to its manager interface: TLS before it.
fn encrypted(pbx: &Pbx, certificate: &Certificate) -> SocketAddr {
    rustls::crypto::ring::default_provider().install_default().ok();
    let chain = CertificateDer::pem_file_iter(&certificate.file).unwrap();
    let chain = chain.collect::<Result<Vec<_>, _>>().unwrap();
    let key = PrivateKeyDer::from_pem_file(&certificate.key).unwrap();
    let config = ServerConfig::builder().with_no_client_auth().with_single_cert(chain, key);
    let acceptor = TlsAcceptor::from(Arc::new(config.unwrap()));
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let (address, behind) = (listener.local_addr().unwrap(), pbx.address);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    std::thread::spawn(move || {
        runtime.block_on(async move {
            let listener = tokio::net::TcpListener::from_std(listener).unwrap();
            while let Ok((stream, _)) = listener.accept().await {
                let acceptor = acceptor.clone();
                tokio::spawn(async move {
                    let Ok(mut stream) = acceptor.accept(stream).await else { return };
                    let mut clear = TcpStream::connect(behind).await.unwrap();
                    tokio::io::copy_bidirectional(&mut stream, &mut clear).await.ok();
                });
            }
        });
    });
    address
}

/// The settings of a bridge that speaks TLS to this address.
fn settings(home: &Home, address: SocketAddr, authority: Option<&Path>) -> PathBuf {
    let config = configure(home, address, OWN);
    let text = std::fs::read_to_string(&config).unwrap();
    let trusted = authority.map(|file| format!("ca-file = \"{}\"\n", file.display()));
    let tls = format!("[asterisk]\ntls = true\n{}", trusted.unwrap_or_default());
    write_private(&config, &text.replacen("[asterisk]\n", &tls, 1));
    config
}

#[test]
fn a_pbx_that_proves_who_it_is_is_spoken_to_and_again_after_a_break() {
    let (pbx, authority, home) = (Pbx::start(), Authority::new(), Home::new());
    let address = encrypted(&pbx, &authority.certify("IP:127.0.0.1"));
    let config = settings(&home, address, Some(&authority.file()));
    let mut bridge = Bridge::start(&home, "asterisk", &config);
    bridge.until_said("connected");
    pbx.hang_up();
    bridge.until_said("connected");
    let said = bridge.stop();
    assert!(said.contains("taken"), "{said}");
}

#[test]
fn nobody_else_is_told_the_name_or_the_secret() {
    let (pbx, ours, others) = (Pbx::start(), Authority::new(), Authority::new());
    let (right, wrong) = (Home::new(), Home::new());
    let elsewhere = Authority::new();
    let another_name = elsewhere.certify("DNS:elsewhere.example");
    let cases = [
        (encrypted(&pbx, &others.certify("IP:127.0.0.1")), Some(ours.file())),
        (encrypted(&pbx, &another_name), Some(elsewhere.file())),
        // The system does not know the test's own authority.
        (encrypted(&pbx, &ours.certify("IP:127.0.0.1")), None),
    ];
    for (address, authority) in cases {
        let config = settings(&right, address, authority.as_deref());
        let (code, said) = Bridge::start(&right, "asterisk", &config).end();
        assert_eq!(code, Some(1), "{said}");
        assert!(said.contains("its certificate is not trusted (ca-file)"), "{said}");
    }
    let config = settings(&wrong, pbx.address, Some(&ours.file()));
    let (code, said) = Bridge::start(&wrong, "asterisk", &config).end();
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("what answers there does not speak TLS"), "{said}");
    assert_eq!(pbx.actions(), Vec::<super::common::pbx::Action>::new());
}

#[test]
fn a_file_without_a_certificate_is_told_before_anybody_is_spoken_to() {
    let (pbx, home) = (Pbx::start(), Home::new());
    let empty = home.root().join("empty.pem");
    std::fs::write(&empty, "nothing\n").unwrap();
    for (file, what) in
        [(&empty, "has no certificate in it"), (&home.root().join("none"), "cannot be read")]
    {
        let config = settings(&home, pbx.address, Some(file));
        let (code, said) = Bridge::start(&home, "asterisk", &config).end();
        assert_eq!(code, Some(1), "{said}");
        assert!(said.contains(what), "{said}");
    }
    let config = configure(&home, pbx.address, OWN);
    let text = std::fs::read_to_string(&config).unwrap();
    let alone = format!("[asterisk]\nca-file = \"{}\"\n", empty.display());
    write_private(&config, &text.replacen("[asterisk]\n", &alone, 1));
    let (_, said) = Bridge::start(&home, "asterisk", &config).end();
    assert!(said.contains("ca-file: is for tls = true"), "{said}");
}
