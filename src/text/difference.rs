//! Where two texts differ, word by word.

use similar::{Algorithm, ChangeTag, TextDiff};
use std::time::Duration;

/// How long the shortest difference is looked for; after that, a longer one will do.
const PATIENCE: Duration = Duration::from_millis(200);

/// Which of two texts has a part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Op {
    /// Both.
    Equal,
    /// The first.
    Delete,
    /// The second.
    Insert,
}

/// A part of two texts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// Which of them has it.
    pub op: Op,
    /// The part.
    pub text: String,
}

/// The parts of two texts in their order. Words are told apart in scripts without spaces too.
pub fn difference(one: &str, other: &str) -> Vec<Run> {
    let diff = TextDiff::configure()
        .algorithm(Algorithm::Myers)
        .timeout(PATIENCE)
        .diff_unicode_words(one, other);
    let mut runs: Vec<Run> = Vec::new();
    for change in diff.iter_all_changes() {
        let op = match change.tag() {
            ChangeTag::Equal => Op::Equal,
            ChangeTag::Delete => Op::Delete,
            ChangeTag::Insert => Op::Insert,
        };
        match runs.last_mut() {
            Some(last) if last.op == op => last.text.push_str(change.value()),
            _ => runs.push(Run { op, text: change.value().to_owned() }),
        }
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn without(runs: &[Run], op: Op) -> String {
        runs.iter().filter(|run| run.op != op).map(|run| run.text.as_str()).collect()
    }

    proptest! {
        #[test]
        fn the_parts_are_both_texts(one in "([a-c\u{645}\u{65e5}\u{1f469}\u{200d} \\n]{0,4}.){0,30}", other in "([a-c\u{645} ]{0,4}.){0,30}") {
            let runs = difference(&one, &other);
            prop_assert_eq!(without(&runs, Op::Insert), one);
            prop_assert_eq!(without(&runs, Op::Delete), other);
        }
    }

    #[test]
    fn words_that_changed_stand_alone() {
        let runs = difference("Talks resume on Monday.", "Talks resume on Tuesday.");
        let texts: Vec<(Op, &str)> = runs.iter().map(|run| (run.op, run.text.as_str())).collect();
        let expected = [
            (Op::Equal, "Talks resume on "),
            (Op::Delete, "Monday"),
            (Op::Insert, "Tuesday"),
            (Op::Equal, "."),
        ];
        assert_eq!(texts, expected);
        assert!(difference("", "").is_empty());
    }

    #[test]
    fn long_texts_without_a_word_in_common_take_no_longer() {
        let text =
            |seed: usize| (0..200_000).map(|n| format!("{} ", n * 2 + seed)).collect::<String>();
        let (one, other) = (text(0), text(1));
        let runs = difference(&one, &other);
        assert_eq!(without(&runs, Op::Insert), one);
    }
}
