//! The schema: migrations undo themselves, and the three places that describe it agree.

use crate::support::db::TestDb;
use diesel::sql_types::{Bool, Text};
use diesel::{QueryableByName, sql_query};
use diesel_async::RunQueryDsl;
use newswire::db::{connect, constraints, migrations};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

async fn lines(url: &str, query: &str) -> BTreeSet<String> {
    let mut conn = connect::establish(url).await.unwrap();
    let rows: Vec<Line> = sql_query(query).load(&mut conn).await.unwrap();
    rows.into_iter().map(|row| row.line).collect()
}

/// Everything that is ours in a database: relations, functions, types, triggers.
const CATALOGUE: &str = "
    SELECT 'relation ' || relname AS line FROM pg_class
        WHERE relnamespace = 'public'::regnamespace AND relname NOT LIKE '__diesel%'
    UNION ALL SELECT 'function ' || proname FROM pg_proc
        WHERE pronamespace = 'public'::regnamespace AND proname NOT LIKE 'diesel%'
    UNION ALL SELECT 'type ' || typname FROM pg_type
        WHERE typnamespace = 'public'::regnamespace AND typname NOT LIKE '%diesel%'
    UNION ALL SELECT 'trigger ' || tgname FROM pg_trigger WHERE NOT tgisinternal";

#[actix_web::test]
async fn down_undoes_up_and_up_works_again() {
    let database = TestDb::empty().await;
    migrations::run(&database.url).await.unwrap();
    let full = lines(&database.url, CATALOGUE).await;
    assert!(full.len() > 20, "{full:#?}");
    migrations::revert_all(&database.url).await.unwrap();
    assert_eq!(lines(&database.url, CATALOGUE).await, BTreeSet::new());
    migrations::run(&database.url).await.unwrap();
    assert_eq!(lines(&database.url, CATALOGUE).await, full);
}

#[actix_web::test]
async fn every_foreign_key_has_an_index() {
    let database = TestDb::migrated().await;
    let bare = lines(
        &database.url,
        "SELECT conname::text AS line FROM pg_constraint AS foreign_key
         WHERE contype = 'f' AND NOT EXISTS (
             SELECT FROM pg_index WHERE indrelid = conrelid
               AND (indkey::int2[])[0:cardinality(conkey) - 1] @> conkey)",
    )
    .await;
    assert_eq!(bare, BTreeSet::new());
}

#[actix_web::test]
async fn every_constraint_has_its_answer() {
    let database = TestDb::migrated().await;
    let catalogue = lines(
        &database.url,
        "SELECT conname::text AS line FROM pg_constraint
             WHERE connamespace = 'public'::regnamespace AND contype IN ('c', 'f', 'p', 'u', 'x')
               AND conrelid <> '__diesel_schema_migrations'::regclass
         UNION SELECT indexrelid::regclass::text FROM pg_index
             JOIN pg_class ON pg_class.oid = indexrelid
             WHERE indisunique AND relnamespace = 'public'::regnamespace
               AND indrelid <> '__diesel_schema_migrations'::regclass",
    )
    .await;
    let table: BTreeSet<String> =
        constraints::TABLE.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(table, catalogue);
}

#[derive(QueryableByName)]
struct Column {
    #[diesel(sql_type = Text)]
    table: String,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Bool)]
    nullable: bool,
}

fn diesel_type(kind: &str) -> &str {
    match kind {
        "uuid" => "Uuid",
        "text" => "Text",
        "jsonb" => "Jsonb",
        "timestamptz" => "Timestamptz",
        "int8" => "BigInt",
        "int4" => "Integer",
        "int2" => "SmallInt",
        "bool" => "Bool",
        "bytea" => "Bytea",
        "_text" => "Array<Text>",
        "_int8" => "Array<BigInt>",
        "_uuid" => "Array<Uuid>",
        "tsvector" => "Tsvector",
        other => panic!("no Diesel type for {other}"),
    }
}

#[actix_web::test]
async fn the_tables_in_code_are_those_of_the_catalogue() {
    let database = TestDb::migrated().await;
    let mut conn = connect::establish(&database.url).await.unwrap();
    let columns: Vec<Column> = sql_query(
        "SELECT table_name::text AS \"table\", column_name::text AS name, udt_name::text AS kind,
                is_nullable = 'YES' AS nullable
         FROM information_schema.columns
         WHERE table_schema = 'public' AND table_name NOT LIKE '\\_\\_diesel%'",
    )
    .load(&mut conn)
    .await
    .unwrap();
    let mut catalogue: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for Column { table, name, kind, nullable } in columns {
        let kind = diesel_type(&kind);
        let kind = if nullable { format!("Nullable<{kind}>") } else { kind.to_owned() };
        catalogue.entry(table).or_default().insert(format!("{name} -> {kind}"));
    }
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/db/schema.rs");
    let source = std::fs::read_to_string(source).unwrap();
    let mut code: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for table in source.split("diesel::table! {").skip(1) {
        let head = table.lines().find(|line| line.trim_end().ends_with(") {")).unwrap();
        let name = head.split_whitespace().next().unwrap().to_owned();
        let lines = table.lines().map(str::trim).filter(|line| line.contains(" -> "));
        code.insert(name, lines.map(|line| line.trim_end_matches(',').to_owned()).collect());
    }
    assert_eq!(code, catalogue);
}
