//! What TLS says of why no connection came about.

use std::error::Error;
use std::time::Duration;

use rustls::pki_types::UnixTime;
use rustls::{AlertDescription, CertificateError, PeerIncompatible};

use super::causes::causes;
use crate::connectors::distrust::Distrust;

/// What a failure comes from, if from this. Its own words are dropped: they name addresses.
pub fn behind(error: &(dyn Error + 'static)) -> Option<Distrust> {
    causes(error).into_iter().find_map(|cause| cause.downcast_ref().map(of))
}

fn of(error: &rustls::Error) -> Distrust {
    match error {
        rustls::Error::InvalidCertificate(error) => certificate(error),
        rustls::Error::PeerIncompatible(
            PeerIncompatible::ServerDoesNotSupportTls12Or13
            | PeerIncompatible::ServerTlsVersionIsDisabledByOurConfig,
        )
        | rustls::Error::AlertReceived(AlertDescription::ProtocolVersion) => Distrust::OldVersion,
        rustls::Error::PeerIncompatible(_)
        | rustls::Error::AlertReceived(
            AlertDescription::HandshakeFailure | AlertDescription::InsufficientSecurity,
        ) => Distrust::NoCipher,
        rustls::Error::AlertReceived(_) => Distrust::Cut,
        rustls::Error::InvalidMessage(_) => Distrust::Plain,
        _ => Distrust::NotAccepted,
    }
}

fn certificate(error: &CertificateError) -> Distrust {
    match error {
        CertificateError::ExpiredContext { time, not_after } => {
            Distrust::Expired(between(*not_after, *time))
        }
        CertificateError::NotValidYetContext { time, not_before } => {
            Distrust::NotYetValid(between(*time, *not_before))
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            Distrust::OtherName
        }
        // Whoever signed it may bear the name of one who is known.
        CertificateError::UnknownIssuer | CertificateError::BadSignature => Distrust::UnknownIssuer,
        // It has signed others, or at least itself, and is shown as a server's.
        CertificateError::Other(other) if other.to_string().contains("CaUsedAsEndEntity") => {
            Distrust::UnknownIssuer
        }
        CertificateError::Revoked => Distrust::TakenBack,
        _ => Distrust::NotAccepted,
    }
}

fn between(earlier: UnixTime, later: UnixTime) -> Duration {
    Duration::from_secs(later.as_secs().saturating_sub(earlier.as_secs()))
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::*;

    #[test]
    fn what_is_behind_a_failure_is_found_in_what_it_holds() {
        let found = rustls::Error::InvalidCertificate(CertificateError::UnknownIssuer);
        let held = io::Error::new(io::ErrorKind::InvalidData, found);
        let twice = io::Error::other(held);
        assert_eq!(behind(&twice), Some(Distrust::UnknownIssuer));
        assert_eq!(behind(&io::Error::other("certificate")), None);
    }
}
