//! Whether the process lives, whether it can serve, and what it counts.

use crate::app::App;
use crate::db::migrations;
use crate::error::{Code, Error};
use crate::http::Json;
use crate::http::auth::Anyone;
use crate::http::endpoints::{Endpoints, other_methods};
use actix_web::http::Method;
use actix_web::web::{self, Data};
use actix_web::{HttpResponse, Responder};
use serde::Serialize;
use std::time::Duration;
use utoipa::ToSchema;

mod store;

/// The documented operations.
pub fn endpoints() -> Endpoints {
    crate::endpoints!("health" => check_liveness, check_readiness)
}

/// Registers `/metrics`, which speaks no JSON and so is not in the document.
pub fn configure(config: &mut web::ServiceConfig) {
    config.service(
        web::resource("/metrics")
            .get(metrics)
            .route(web::head().to(metrics))
            .default_service(other_methods(vec![Method::GET, Method::HEAD])),
    );
}

/// How the service is.
#[derive(Debug, Serialize, ToSchema)]
pub struct Health {
    /// Always `ok`; what is not is a problem with status 503.
    #[schema(example = "ok")]
    pub status: String,
    /// The version of the service.
    #[schema(example = "0.1.0")]
    pub version: String,
}

impl Health {
    fn ok() -> Self {
        Self { status: "ok".into(), version: env!("CARGO_PKG_VERSION").into() }
    }
}

/// Is the process alive
///
/// Answers as long as the process runs, whatever the database does (a key that is sent along is
/// checked all the same).
#[utoipa::path(get, path = "/health/live")]
pub async fn check_liveness(_caller: Anyone) -> Result<Json<Health>, Error> {
    Ok(Json(Health::ok()))
}

/// Is the service ready
///
/// 200 when the database answers and its migrations are applied; else 503, and `detail` says what
/// is not ready.
#[utoipa::path(get, path = "/health/ready")]
pub async fn check_readiness(app: Data<App>, _caller: Anyone) -> Result<Json<Health>, Error> {
    let not_ready = |what: &str, error: Error| {
        let cause = error.cause().map(|cause| format!("{cause:#}")).unwrap_or_default();
        log::warn!("not ready: {what}: {error}: {cause}");
        Error::new(Code::Unavailable).detail(format!("Not ready: {what}."))
    };
    let unreachable = |error| not_ready("the database does not answer", error);
    let mut conn = app.db.read().await.map_err(unreachable)?;
    let newest = migrations::newest().map_err(Error::internal)?;
    let missing = |error| not_ready("the database has no schema yet", error);
    if !store::is_applied(&mut conn, &newest).await.map_err(missing)? {
        let detail = format!("Not ready: the migration {newest} is not applied.");
        return Err(Error::new(Code::Unavailable).detail(detail));
    }
    Ok(Json(Health::ok()))
}

async fn metrics(app: Data<App>) -> impl Responder {
    let pool = app.db.pool_use();
    app.metrics.set_pool(pool.idle, pool.used, pool.max);
    let answers = async {
        match app.db.read().await {
            Ok(mut conn) => store::answers(&mut conn).await,
            Err(_) => false,
        }
    };
    // a full pool must not keep the numbers back just when they are needed
    let up = tokio::time::timeout(Duration::from_secs(1), answers).await.unwrap_or(false);
    app.metrics.set_db_up(up);
    HttpResponse::Ok()
        .content_type("text/plain; version=0.0.4; charset=utf-8")
        .body(app.metrics.render())
}
