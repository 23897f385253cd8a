//! A test's own server over HTTP.

use axum::Router;
use tokio::net::TcpListener;

/// Answers by these routes, on a port of its own, for as long as the test runs.
pub async fn serve(listener: TcpListener, router: Router) {
    while let Ok((stream, _)) = listener.accept().await {
        let service = hyper_util::service::TowerToHyperService::new(router.clone());
        let stream = hyper_util::rt::TokioIo::new(stream);
        let connection = hyper::server::conn::http1::Builder::new();
        tokio::spawn(connection.serve_connection(stream, service));
    }
}
