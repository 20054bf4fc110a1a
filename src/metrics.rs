//! What the service measures about itself, in the text format that Prometheus reads.
//!
//! The registry is our own, not the crate's global one: two services in one process (as in tests)
//! must not add up their figures. Labels have few values by construction (route templates, known
//! methods, statuses), so a stranger cannot grow the memory by asking for odd paths.

use std::{
    sync::Arc,
    time::{SystemTime, UNIX_EPOCH},
};

use prometheus::{
    Error, Gauge, Histogram, HistogramOpts, HistogramVec, IntCounter, IntCounterVec, IntGauge,
    IntGaugeVec, Opts, Registry, TextEncoder, core::Collector,
};

/// Upper bounds in seconds: half a millisecond (a cached answer) to ten seconds (given up).
const BUCKETS: &[f64] =
    &[0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];

/// How an attempt to send to a webhook ended.
const ARRIVED: &str = "arrived";
const FAILED: &str = "failed";

/// The figures of one running service. Cloning is cheap and shares them.
#[derive(Clone, Debug)]
pub struct Metrics(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    registry: Registry,
    requests: IntCounterVec,
    duration: HistogramVec,
    webhooks: IntCounterVec,
    pool: IntGaugeVec,
    db_up: IntGauge,
    resident: IntGauge,
}

/// The figures of one route's reads.
#[derive(Debug)]
pub struct RouteFigures {
    /// The template of the route.
    pub route: String,
    found: IntCounter,
    not_modified: IntCounter,
    duration: Histogram,
}

impl RouteFigures {
    /// Counts a GET that was answered 200 or 304.
    pub fn observe(&self, status: u16, seconds: f64) {
        let count = if status == 304 { &self.not_modified } else { &self.found };
        count.inc();
        self.duration.observe(seconds);
    }
}

impl Metrics {
    /// A fresh set. Fails only when two metrics share a name, which a test would show.
    pub fn new() -> Result<Self, Error> {
        let registry = Registry::new();
        let requests = IntCounterVec::new(
            Opts::new("newswire_http_requests_total", "Answered HTTP requests."),
            &["method", "route", "status"],
        )?;
        let duration = HistogramVec::new(
            HistogramOpts::new(
                "newswire_http_request_duration_seconds",
                "Time from a parsed request to its response head.",
            )
            .buckets(BUCKETS.to_vec()),
            &["method", "route"],
        )?;
        let webhooks = IntCounterVec::new(
            Opts::new("newswire_webhook_attempts_total", "Attempts to send an event to a webhook."),
            &["result"],
        )?;
        for result in [ARRIVED, FAILED] {
            // shown from the start, so that the first failure is an increase
            webhooks.with_label_values(&[result]);
        }
        let pool = IntGaugeVec::new(
            Opts::new(
                "newswire_db_pool_connections",
                "Database connections by state; max is the limit of the pool.",
            ),
            &["state"],
        )?;
        let db_up = IntGauge::new("newswire_db_up", "1 when the database last answered.")?;
        let build = IntGaugeVec::new(
            Opts::new("newswire_build_info", "Always 1; the version is the label."),
            &["version"],
        )?;
        let started = Gauge::new(
            "process_start_time_seconds",
            "Start of the process in seconds since 1970.",
        )?;
        let resident =
            IntGauge::new("process_resident_memory_bytes", "Resident memory size in bytes.")?;

        let all: [Box<dyn Collector>; 7] = [
            Box::new(webhooks.clone()),
            Box::new(requests.clone()),
            Box::new(duration.clone()),
            Box::new(pool.clone()),
            Box::new(db_up.clone()),
            Box::new(build.clone()),
            Box::new(started.clone()),
        ];
        for metric in all {
            registry.register(metric)?;
        }
        if resident_bytes().is_some() {
            registry.register(Box::new(resident.clone()))?;
        }

        build.with_label_values(&[env!("CARGO_PKG_VERSION")]).set(1);
        // Made once at the start of the process, so now is the start for all practical purposes.
        if let Ok(since) = SystemTime::now().duration_since(UNIX_EPOCH) {
            started.set(since.as_secs_f64());
        }
        Ok(Self(Arc::new(Inner { registry, requests, duration, webhooks, pool, db_up, resident })))
    }

    /// Counts an attempt to send to a webhook.
    pub fn webhook(&self, arrived: bool) {
        let result = if arrived { ARRIVED } else { FAILED };
        self.0.webhooks.with_label_values(&[result]).inc();
    }

    /// What is counted of the reads of a route, looked up once for many answers.
    pub fn route(&self, route: &str) -> Arc<RouteFigures> {
        let count = |status: &str| self.0.requests.with_label_values(&["GET", route, status]);
        Arc::new(RouteFigures {
            route: route.to_owned(),
            found: count("200"),
            not_modified: count("304"),
            duration: self.0.duration.with_label_values(&["GET", route]),
        })
    }

    /// Counts one answered request. `route` is a template, never a path that a client chose.
    pub fn observe(&self, method: &str, route: &str, status: u16, seconds: f64) {
        let method = method_label(method);
        let status = status.to_string();
        self.0.requests.with_label_values(&[method, route, &status]).inc();
        self.0.duration.with_label_values(&[method, route]).observe(seconds);
    }

    /// Records the state of the connection pool.
    pub fn set_pool(&self, idle: usize, used: usize, max: usize) {
        for (state, count) in [("idle", idle), ("used", used), ("max", max)] {
            let count = i64::try_from(count).unwrap_or(i64::MAX);
            self.0.pool.with_label_values(&[state]).set(count);
        }
    }

    /// Records whether the database answers.
    pub fn set_db_up(&self, up: bool) {
        self.0.db_up.set(i64::from(up));
    }

    /// Everything in the text exposition format (`text/plain; version=0.0.4; charset=utf-8`).
    pub fn render(&self) -> String {
        if let Some(bytes) = resident_bytes() {
            self.0.resident.set(bytes);
        }
        TextEncoder::new().encode_to_string(&self.0.registry.gather()).unwrap_or_else(|error| {
            log::error!(error:%; "metrics could not be written");
            String::new()
        })
    }
}

/// The method as a label: a client may send any token as a method, but may not make a series of it.
pub fn method_label(method: &str) -> &'static str {
    const KNOWN: [&str; 7] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
    KNOWN.into_iter().find(|known| *known == method).unwrap_or("OTHER")
}

/// Resident memory. `status` rather than `statm`, as it counts in kB and needs no page size.
fn resident_bytes() -> Option<i64> {
    if !cfg!(target_os = "linux") {
        return None;
    }
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kilobytes: i64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    kilobytes.checked_mul(1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn renders_what_was_observed() {
        let metrics = Metrics::new().unwrap();
        let shared = metrics.clone();
        shared.observe("GET", "/api/v1/articles", 200, 0.002);
        shared.observe("BREW", "unmatched", 404, 20.0);
        shared.set_pool(3, 1, 8);
        shared.set_db_up(true);
        let text = metrics.render();
        let resident = text.contains("process_resident_memory_bytes ");
        assert_eq!(resident, cfg!(target_os = "linux"));
        for line in [
            r#"newswire_http_requests_total{method="GET",route="/api/v1/articles",status="200"} 1"#,
            r#"newswire_http_requests_total{method="OTHER",route="unmatched",status="404"} 1"#,
            r#"newswire_http_request_duration_seconds_bucket{method="GET",route="/api/v1/articles",le="0.001"} 0"#,
            r#"newswire_http_request_duration_seconds_bucket{method="GET",route="/api/v1/articles",le="0.0025"} 1"#,
            r#"newswire_db_pool_connections{state="idle"} 3"#,
            r#"newswire_db_pool_connections{state="max"} 8"#,
            "newswire_db_up 1",
            concat!("newswire_build_info{version=\"", env!("CARGO_PKG_VERSION"), "\"} 1"),
            "# TYPE process_start_time_seconds gauge",
        ] {
            assert!(text.lines().any(|l| l == line), "no {line} in\n{text}");
        }
    }
}
