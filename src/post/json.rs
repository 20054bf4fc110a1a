//! Stories as JSON: one `ArticleInput` object, or a list of them. Members are passed on as they
//! are; the server says which of them it does not know.

use anyhow::{Context, bail};
use serde_json::Value;

use super::story::Story;

/// Reads one story or a list of stories.
pub fn parse(text: &str) -> anyhow::Result<Vec<Story>> {
    match serde_json::from_str(text).context("not valid JSON")? {
        Value::Object(members) => Ok(vec![Story::from_members(members)]),
        Value::Array(items) if items.is_empty() => bail!("the list holds no story"),
        Value::Array(items) => items
            .into_iter()
            .enumerate()
            .map(|(at, item)| match item {
                Value::Object(members) => Ok(Story::from_members(members)),
                _ => bail!("item {at} of the list is not an object"),
            })
            .collect(),
        _ => bail!("neither a story object nor a list of them"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_or_many_with_members_untouched() {
        let stories = parse(r#"{"headline":" A ","nonsense":[1,null]}"#).unwrap();
        assert_eq!(
            serde_json::to_string(&stories[0]).unwrap(),
            r#"{"headline":" A ","nonsense":[1,null]}"#
        );
        assert_eq!(parse(r#"[{"headline":"A"},{"headline":"B"}]"#).unwrap().len(), 2);
        for bad in ["", "[]", "3", "[1]", "{"] {
            assert!(parse(bad).is_err(), "{bad}");
        }
    }
}
