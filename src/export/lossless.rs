//! Everything, as the service tells it: the lines are written as they come, and a file is only given its
//! name when the last one has come.

use super::output::Output;
use crate::client::{Client, describe_problem};
use anyhow::{anyhow, bail};
use serde_json::Value;
use std::path::Path;

/// The end of the text is looked at for the last line.
const TAIL: usize = 4096;

/// Writes the export.
pub async fn write(client: &Client, path: Option<&Path>) -> anyhow::Result<()> {
    let mut output = Output::open(path)?;
    let mut response = match client.download(&["export"], &[]).await? {
        Ok(response) => response,
        Err(refused) => return Err(anyhow!(describe_problem(&refused))),
    };
    let mut tail = Vec::new();
    while let Some(piece) = response.chunk().await.map_err(|error| error.without_url())? {
        output.write(&piece)?;
        tail.extend_from_slice(&piece);
        tail.drain(..tail.len().saturating_sub(TAIL));
    }
    let Some(counts) = end(&tail) else { bail!("the export broke off before its end") };
    let standard = output.is_standard();
    output.finish()?;
    if !standard {
        let count = |name: &str| counts.get(name).and_then(Value::as_u64).unwrap_or_default();
        eprintln!(
            "{} stories with {} earlier versions, {} sources, {} categories",
            count("articles"),
            count("revisions"),
            count("sources"),
            count("categories"),
        );
    }
    Ok(())
}

/// What the last line says, when it is the end.
fn end(tail: &[u8]) -> Option<Value> {
    let text = std::str::from_utf8(tail.strip_suffix(b"\n")?).ok().or_else(|| {
        // a line before it was cut within a sign
        let at = tail.iter().position(|byte| *byte == b'\n')?;
        std::str::from_utf8(&tail[at..tail.len() - 1]).ok()
    })?;
    let last: Value = serde_json::from_str(text.lines().last()?).ok()?;
    last.get("end").cloned()
}

#[cfg(test)]
mod tests {
    use super::end;

    #[test]
    fn the_end_is_known_whatever_stands_before_it() {
        assert!(end(b"{\"end\":{\"articles\":1}}\n").is_some());
        assert!(end("ن\n{\"end\":{}}\n".as_bytes()).is_some());
        assert!(end(&"ن\n{\"end\":{}}\n".as_bytes()[1..]).is_some());
        assert!(end(b"{\"end\":{}}").is_none(), "it broke off");
        assert!(end(b"{\"article\":{}}\n").is_none());
        assert!(end(b"").is_none());
    }
}
