//! What a request cost, read off the plans in the server's log.

use serde_json::Value;

/// The tables that have a row or more for each story.
const LARGE: [&str; 2] = ["articles", "article_listings"];

/// What a request cost in all its statements.
#[derive(Clone, Debug, Default)]
pub struct Cost {
    /// Statements that read one of the large tables.
    pub statements: usize,
    /// Rows read from the large tables, those that were dropped again among them.
    pub rows: f64,
    /// Entries of indexes that were collected in bitmaps.
    pub entries: f64,
    /// Pages touched.
    pub pages: u64,
    /// Sequential scans of large tables.
    pub sequential: Vec<String>,
}

impl Cost {
    /// The worse of two.
    pub fn max(self, other: Self) -> Self {
        let worse = |one: &Self| (!one.sequential.is_empty(), one.rows);
        if worse(&self) < worse(&other) { other } else { self }
    }
}

/// The sum of the plans in a part of the log; none where two processes wrote into one another.
pub fn cost(log: &str) -> Option<Cost> {
    let mut cost = Cost::default();
    for plan in plans(log)? {
        let before = (cost.rows, cost.entries, cost.sequential.len());
        let plan = &plan["Plan"];
        add(plan, &mut cost);
        if before != (cost.rows, cost.entries, cost.sequential.len()) || names_large(plan) {
            cost.statements += 1;
            cost.pages += plan["Shared Hit Blocks"].as_u64().unwrap_or(0);
            cost.pages += plan["Shared Read Blocks"].as_u64().unwrap_or(0);
        }
    }
    Some(cost)
}

/// Every plan; its lines begin with a tab.
fn plans(log: &str) -> Option<Vec<Value>> {
    let mut plans = Vec::new();
    let mut lines = log.lines().peekable();
    while let Some(line) = lines.next() {
        if !line.ends_with("plan:") {
            continue;
        }
        let mut text = String::new();
        while let Some(line) = lines.next_if(|line| line.starts_with('\t')) {
            text.push_str(line);
            text.push('\n');
        }
        plans.push(serde_json::from_str(&text).ok()?);
    }
    Some(plans)
}

fn children(plan: &Value) -> impl Iterator<Item = &Value> {
    plan["Plans"].as_array().into_iter().flatten()
}

fn is_large(plan: &Value) -> bool {
    plan["Relation Name"].as_str().is_some_and(|name| LARGE.contains(&name))
}

fn names_large(plan: &Value) -> bool {
    is_large(plan) || children(plan).any(names_large)
}

fn add(plan: &Value, cost: &mut Cost) {
    let number = |name: &str| plan[name].as_f64().unwrap_or(0.0);
    let loops = number("Actual Loops");
    let kind = plan["Node Type"].as_str().unwrap_or_default();
    if is_large(plan) {
        let dropped = number("Rows Removed by Filter") + number("Rows Removed by Index Recheck");
        cost.rows += (number("Actual Rows") + dropped) * loops;
        if kind == "Seq Scan" && loops > 0.0 {
            cost.sequential.push(plan["Relation Name"].to_string());
        }
    }
    if kind == "Bitmap Index Scan" {
        cost.entries += number("Actual Rows") * loops;
    }
    children(plan).for_each(|child| add(child, cost));
}
