//! How the process writes its log: one line a record to standard error, for people or for machines.
//!
//! `RUST_LOG` chooses what is written (default: `info` for all that is ours). Facts travel as key-values of a record, not
//! inside its message, so that the JSON form needs no parsing and the text form shows the same.

mod buffer;

use std::cell::Cell;
use std::io::{IsTerminal as _, Write as _};

use crate::values::rfc3339;
use chrono::{DateTime, Utc};
use env_logger::Env;
use log::kv::{Error as KvError, Key, Value as KvValue, VisitSource, VisitValue};
use serde_json::{Map, Value};

/// The form of the log lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum LogFormat {
    /// For reading: time, level, target, message, `key=value`.
    Text,
    /// For machines: one JSON object a line with `ts`, `level`, `target`, `msg` and the key-values.
    Json,
}

/// What is written when `RUST_LOG` says nothing: not the server library's start-up chatter, nor a
/// library's word on each malformed request or body (the client is told).
const DEFAULT: &str = "info,actix_server=warn,actix_http=off,html5ever=off";

/// Starts logging. A second call changes nothing, so tests and embedders may call it freely.
pub fn init(format: LogFormat) {
    let mut builder = env_logger::Builder::from_env(Env::default().default_filter_or(DEFAULT));
    // The only error is that a logger is already there, which is what the caller wants.
    if format == LogFormat::Text && std::io::stderr().is_terminal() {
        let _ = builder.format_timestamp_millis().try_init();
        return;
    }
    let filter = builder.build();
    let level = filter.filter();
    let lines = Lines { filter, format, out: buffer::stderr() };
    if log::set_boxed_logger(Box::new(lines)).is_ok() {
        log::set_max_level(level);
    }
}

/// Writes what `RUST_LOG` lets pass. A line is made in memory that its thread keeps for the next one:
/// there is one a request.
struct Lines {
    filter: env_logger::Logger,
    format: LogFormat,
    out: buffer::Buffer,
}

thread_local! {
    static LINE: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
    /// The second of the last line, and a time in it as text.
    static SECOND: Cell<Option<(i64, String)>> = const { Cell::new(None) };
}

impl log::Log for Lines {
    fn enabled(&self, metadata: &log::Metadata<'_>) -> bool {
        self.filter.enabled(metadata)
    }

    fn log(&self, record: &log::Record<'_>) {
        if !self.filter.matches(record) {
            return;
        }
        // taken, not borrowed: a value may log while it is being written
        let mut line = LINE.take();
        line.clear();
        let now = Utc::now();
        match self.format {
            LogFormat::Text => text_line(&mut line, record, now),
            LogFormat::Json => json_line(&mut line, record, now),
        }
        self.out.take(&line);
        LINE.set(line);
    }

    fn flush(&self) {}
}

/// One record as a line of text without colours.
fn text_line(line: &mut Vec<u8>, record: &log::Record<'_>, now: DateTime<Utc>) {
    line.push(b'[');
    time(line, now);
    let level = record.level().as_str();
    let gap = if level.len() < 5 { "  " } else { " " };
    for piece in [" ", level, gap, record.target(), "] "] {
        line.extend_from_slice(piece.as_bytes());
    }
    // memory takes all that is written, and only a visitor can end the walk early: ours never does
    let _ = match record.args().as_str() {
        Some(text) => line.write_all(text.as_bytes()),
        None => write!(line, "{}", record.args()),
    };
    let _ = record.key_values().visit(&mut Pairs(line));
    line.push(b'\n');
}

/// Writes the time of a line. Most lines are of a second that has been written before.
fn time(line: &mut Vec<u8>, now: DateTime<Utc>) {
    let kept = SECOND.take().filter(|(second, _)| *second == now.timestamp());
    let (second, text) = kept.unwrap_or_else(|| (now.timestamp(), rfc3339(now)));
    line.extend_from_slice(text.trim_end_matches(|last| last != '.').as_bytes());
    let millis = now.timestamp_subsec_millis();
    line.extend([100, 10, 1].map(|place| b'0' + (millis / place % 10) as u8));
    line.push(b'Z');
    SECOND.set(Some((second, text)));
}

/// Writes key-values as ` key=value`.
struct Pairs<'a>(&'a mut Vec<u8>);

impl<'kvs> VisitSource<'kvs> for Pairs<'_> {
    fn visit_pair(&mut self, key: Key<'kvs>, value: KvValue<'kvs>) -> Result<(), KvError> {
        self.0.push(b' ');
        self.0.extend_from_slice(key.as_str().as_bytes());
        self.0.push(b'=');
        value.visit(&mut Text(self.0))
    }
}

/// Writes a value. What each request has is written without the machinery of formatting.
struct Text<'a>(&'a mut Vec<u8>);

impl<'v> VisitValue<'v> for Text<'_> {
    fn visit_any(&mut self, value: KvValue<'_>) -> Result<(), KvError> {
        let _ = write!(self.0, "{value}");
        Ok(())
    }
    fn visit_u64(&mut self, value: u64) -> Result<(), KvError> {
        let _ = serde_json::to_writer(&mut *self.0, &value);
        Ok(())
    }
    fn visit_f64(&mut self, value: f64) -> Result<(), KvError> {
        let _ = serde_json::to_writer(&mut *self.0, &value);
        Ok(())
    }
    fn visit_str(&mut self, value: &str) -> Result<(), KvError> {
        self.0.extend_from_slice(value.as_bytes());
        Ok(())
    }
}

/// One record as one JSON object. Never fails: a log line must not be lost over its own form.
fn json_line(line: &mut Vec<u8>, record: &log::Record<'_>, now: DateTime<Utc>) {
    let mut members = Members(Map::new());
    members.put("ts", rfc3339(now).into());
    members.put("level", record.level().as_str().into());
    members.put("target", record.target().into());
    members.put("msg", record.args().to_string().into());
    let _ = record.key_values().visit(&mut members);
    let _ = writeln!(line, "{}", Value::Object(members.0));
}

/// The members of a line in the order they came.
struct Members(Map<String, Value>);

impl Members {
    /// Adds a member. A key that is taken gets an underscore: an object must not name it twice.
    fn put(&mut self, key: &str, value: Value) {
        let mut key = key.to_owned();
        while self.0.contains_key(&key) {
            key.push('_');
        }
        self.0.insert(key, value);
    }
}

impl<'kvs> VisitSource<'kvs> for Members {
    fn visit_pair(&mut self, key: Key<'kvs>, value: KvValue<'kvs>) -> Result<(), KvError> {
        let mut json = Json(Value::Null);
        value.visit(&mut json)?;
        self.put(key.as_str(), json.0);
        Ok(())
    }
}

/// Turns a logged value into JSON, keeping numbers and booleans what they are.
struct Json(Value);

impl<'v> VisitValue<'v> for Json {
    fn visit_any(&mut self, value: KvValue<'_>) -> Result<(), KvError> {
        self.0 = value.to_string().into();
        Ok(())
    }
    fn visit_null(&mut self) -> Result<(), KvError> {
        self.0 = Value::Null;
        Ok(())
    }
    fn visit_u64(&mut self, value: u64) -> Result<(), KvError> {
        self.0 = value.into();
        Ok(())
    }
    fn visit_i64(&mut self, value: i64) -> Result<(), KvError> {
        self.0 = value.into();
        Ok(())
    }
    fn visit_f64(&mut self, value: f64) -> Result<(), KvError> {
        // JSON has no NaN and no infinity: `From` makes them null.
        self.0 = value.into();
        Ok(())
    }
    fn visit_bool(&mut self, value: bool) -> Result<(), KvError> {
        self.0 = value.into();
        Ok(())
    }
    fn visit_str(&mut self, value: &str) -> Result<(), KvError> {
        self.0 = value.into();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(args: std::fmt::Arguments<'_>, pairs: &[(&str, KvValue<'_>)]) -> String {
        let record = log::Record::builder()
            .args(args)
            .level(log::Level::Warn)
            .target("access")
            .key_values(&pairs)
            .build();
        let mut line = Vec::new();
        json_line(&mut line, &record, DateTime::UNIX_EPOCH);
        String::from_utf8(line).unwrap()
    }

    #[test]
    fn a_record_is_one_json_object_with_typed_values() {
        let pairs = [
            ("status", KvValue::from(200u16)),
            ("ms", KvValue::from(1.25f64)),
            ("key", KvValue::from("-")),
            ("cached", KvValue::from(true)),
            ("nan", KvValue::from(f64::NAN)),
        ];
        assert_eq!(
            line(format_args!("two\n\"lines\""), &pairs),
            r#"{"ts":"1970-01-01T00:00:00.000Z","level":"WARN","target":"access","msg":"two\n\"lines\"","status":200,"ms":1.25,"key":"-","cached":true,"nan":null}"#.to_owned() + "\n"
        );
    }

    #[test]
    fn a_key_that_is_taken_does_not_hide_the_first() {
        let pairs = [("msg", KvValue::from(1)), ("msg", KvValue::from(2))];
        let line = line(format_args!("m"), &pairs);
        assert!(line.trim_end().ends_with(r#""msg":"m","msg_":1,"msg__":2}"#), "got: {line}");
    }

    #[test]
    fn a_line_of_text_names_its_values() {
        let pairs = [("route", KvValue::from("/a")), ("status", 200u16.into()), ("ms", 0.5.into())];
        let record = log::Record::builder()
            .args(format_args!("request"))
            .level(log::Level::Info)
            .target("access")
            .key_values(&pairs)
            .build();
        let mut line = Vec::new();
        text_line(&mut line, &record, DateTime::UNIX_EPOCH);
        let told = "[1970-01-01T00:00:00.000Z INFO  access] request route=/a status=200 ms=0.5\n";
        assert_eq!(String::from_utf8(line).unwrap(), told);
    }

    #[test]
    fn the_time_is_right_in_one_second_and_in_the_next() {
        for millis in [1_764_446_710_000, 1_764_446_710_009, 1_764_446_710_980, 1_764_446_711_007] {
            let now = DateTime::from_timestamp_millis(millis).unwrap();
            let mut line = Vec::new();
            time(&mut line, now);
            assert_eq!(String::from_utf8(line).unwrap(), rfc3339(now));
        }
    }

    #[test]
    fn starting_twice_is_harmless() {
        init(LogFormat::Json);
        init(LogFormat::Text);
    }
}
