//! What requests cost on a million stories: the plans of the statements that the service really runs.
//! Takes some minutes: `cargo test --test plans -- --ignored --nocapture`.

#[path = "../api/support/mod.rs"]
mod support;

mod cases;
mod cluster;
mod explain;

use cases::Case;
use cluster::Million;
use explain::Cost;
use std::time::Instant;

/// The most rows that a list may read.
const MOST: f64 = 10_000.0;
/// Runs of each request: a prepared statement may get another plan from its sixth run on.
const RUNS: usize = 7;
/// Milliseconds after which it is not run again: it is told already.
const SLOW: u128 = 400;
const SHOWN: usize = 15;

struct Measured {
    case: Case,
    worst: Cost,
    milliseconds: u128,
}

async fn measure(million: &Million, case: Case, runs: usize) -> Measured {
    let (mut worst, mut fastest) = (Cost::default(), u128::MAX);
    let mut left = runs;
    while left > 0 {
        let from = million.log_end();
        let began = Instant::now();
        let answer = match case.keyed {
            true => million.app.admin_get(&case.path).await,
            false => million.app.get(&case.path).await,
        };
        fastest = fastest.min(began.elapsed().as_millis());
        assert_eq!(answer.status, 200, "{}: {:#}", case.path, answer.body);
        let Some(cost) = explain::cost(&million.log_since(from).await) else { continue };
        left -= 1;
        let reads = case.path.contains("/articles");
        assert!(cost.statements > 0 || !reads, "{}: no plan in the log", case.path);
        worst = worst.max(cost);
        if fastest > SLOW {
            break;
        }
    }
    Measured { case, worst, milliseconds: fastest }
}

fn table(title: &str, all: &mut [Measured]) {
    all.sort_by(|one, other| other.worst.rows.total_cmp(&one.worst.rows));
    println!("\n{title}: the worst of {}", all.len());
    println!("{:>9} {:>9} {:>9} {:>5} {:>6}  request", "rows", "entries", "pages", "stmts", "ms");
    for Measured { case, worst, milliseconds } in all.iter().take(SHOWN) {
        println!(
            "{:>9} {:>9} {:>9} {:>5} {milliseconds:>6}  {}",
            worst.rows.round(),
            worst.entries.round(),
            worst.pages,
            worst.statements,
            case.path.trim_start_matches("/api/v1/"),
        );
    }
}

/// Those that break the rule.
fn broken(all: &[Measured], most: f64) -> Vec<String> {
    let tell = |one: &Measured, what: String| format!("{}: {what}", one.case.path);
    let mut broken = Vec::new();
    for one in all {
        if let Some(scan) = one.worst.sequential.first() {
            broken.push(tell(one, format!("a sequential scan of {scan}")));
        }
        if one.worst.rows > most {
            broken.push(tell(one, format!("{} rows", one.worst.rows.round())));
        }
    }
    broken
}

#[actix_web::test]
#[ignore = "loads a million stories: minutes"]
async fn requests_read_few_rows_however_many_there_are() {
    let began = Instant::now();
    let million = Million::load().await;
    println!("a million stories after {:.0?}", began.elapsed());
    let mut faults = Vec::new();
    for (title, cases, runs, most) in [
        ("filters and sorts", cases::pairs(), RUNS, MOST),
        ("combinations", cases::combinations(50), 1, MOST),
        ("searches", cases::searches(), 2, MOST),
        ("searches that rank or count the newest matches", cases::ranked(), 2, cases::RANKED_MOST),
        ("the rest", cases::rest(), 2, f64::MAX),
    ] {
        let began = Instant::now();
        let mut all = Vec::new();
        for case in cases {
            all.push(measure(&million, case, runs).await);
        }
        table(title, &mut all);
        println!("in {:.0?}", began.elapsed());
        faults.extend(broken(&all, most));
    }
    assert!(faults.is_empty(), "{} of them:\n{}", faults.len(), faults.join("\n"));
}
