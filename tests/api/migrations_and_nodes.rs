//! Several nodes on one database.

use crate::support::TestApp;
use crate::support::command::{Service, newswire, output};
use crate::support::db::TestDb;
use futures_util::future::{join, join3};
use newswire::db::migrations;
use serde_json::{Value, json};

#[actix_web::test]
async fn nodes_that_migrate_one_empty_database_at_once_all_succeed() {
    let database = TestDb::empty().await;
    let (one, two, three) = join3(
        migrations::run(&database.url),
        migrations::run(&database.url),
        migrations::run(&database.url),
    )
    .await;
    let applied: Vec<usize> =
        [one, two, three].into_iter().map(|names| names.expect("no failure").len()).collect();
    assert_eq!(applied.iter().filter(|count| **count > 0).count(), 1, "{applied:?}");
    assert!(migrations::run(&database.url).await.unwrap().is_empty());
}

#[actix_web::test]
async fn services_that_start_at_once_on_an_empty_database_serve() {
    let database = TestDb::empty().await;
    let start = || {
        let mut command = newswire(&["serve"]);
        command.env("DATABASE_URL", &database.url);
        Service::start(command)
    };
    let (one, two) = join(start(), start()).await;
    newswire::tls::prepare();
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    for service in [&one, &two] {
        let ready = http.get(format!("{}/health/ready", service.address)).send().await.unwrap();
        assert_eq!(ready.status(), 200);
    }
    one.stop();
    two.stop();
}

#[actix_web::test]
async fn migrations_can_be_left_to_somebody_else() {
    let database = TestDb::empty().await;
    let mut command = newswire(&["serve"]);
    command.env("DATABASE_URL", &database.url).env("NEWSWIRE_MIGRATE", "false");
    let service = Service::start(command).await;
    newswire::tls::prepare();
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let ready = async || {
        http.get(format!("{}/health/ready", service.address)).send().await.unwrap().status()
    };
    assert_eq!(ready().await, 503);
    let mut command = newswire(&["migrate"]);
    command.env("DATABASE_URL", &database.url);
    let migrate = output(command).await;
    assert!(migrate.status.success(), "{}", String::from_utf8_lossy(&migrate.stderr));
    assert_eq!(ready().await, 200);
    service.stop();
}

#[actix_web::test]
async fn what_one_node_writes_the_other_reads_at_once() {
    let one = TestApp::start().await;
    let other = newswire::app::App::new(crate::support::config(&[]), &one.database.url).unwrap();
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let (server, address) = other.serve(listener, false).unwrap();
    let handle = server.handle();
    actix_web::rt::spawn(server);
    let made = one.create("/api/v1/sources", &json!({ "name": "APP" })).await;
    newswire::tls::prepare();
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let url = format!("http://{address}/api/v1/sources/app");
    let read: Value = http.get(url).send().await.unwrap().json().await.unwrap();
    assert_eq!(read["id"], made["id"]);
    handle.stop(false).await;
}

#[actix_web::test]
async fn production_refuses_to_start_without_a_database() {
    for command in ["serve", "migrate"] {
        let mut command = newswire(&[command]);
        command.env("NEWSWIRE_ENV", "production").env("NEWSWIRE_LISTEN", "127.0.0.1:0");
        let ended = output(command).await;
        assert_eq!(ended.status.code(), Some(1));
        let told = String::from_utf8_lossy(&ended.stderr).into_owned();
        assert!(told.contains("NEWSWIRE_ENV=production needs DATABASE_URL"), "{told}");
    }
}

#[actix_web::test]
async fn an_address_in_use_and_a_database_that_is_not_there_are_told() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let mut command = newswire(&["serve"]);
    command.env("NEWSWIRE_LISTEN", taken.local_addr().unwrap().to_string());
    let ended = output(command).await;
    let told = String::from_utf8_lossy(&ended.stderr).into_owned();
    assert!(!ended.status.success() && told.contains("listen on"), "{told}");
    let mut command = newswire(&["serve"]);
    command.env("NEWSWIRE_LISTEN", "127.0.0.1:0");
    command.env("DATABASE_URL", "postgres://someone:hidden-passphrase@127.0.0.1:1/none");
    let ended = output(command).await;
    let told = String::from_utf8_lossy(&ended.stderr).into_owned();
    assert!(!ended.status.success() && told.contains("migrate"), "{told}");
    assert!(!told.contains("hidden-passphrase"), "{told}");
}

#[actix_web::test]
async fn the_document_is_printed_without_a_database() {
    let print = async |arguments: &[&str]| {
        let mut command = newswire(arguments);
        command.env("NEWSWIRE_ENV", "production");
        let ended = output(command).await;
        assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
        ended.stdout
    };
    let json = print(&["openapi"]).await;
    assert_eq!(json, include_bytes!("../../openapi/openapi.json"), "run `just openapi`");
    let yaml = print(&["openapi", "--yaml"]).await;
    assert_eq!(yaml, include_bytes!("../../openapi/openapi.yaml"), "run `just openapi`");
}
