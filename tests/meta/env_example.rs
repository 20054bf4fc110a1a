//! `.env.example` names each setting in the order of `src/config.rs`, with its sentence and default.

use clap::{Args, Command};
use newswire::config::Config;
use std::path::Path;

/// What the file must be, read off the command line's own description.
fn expected() -> String {
    let command = Config::augment_args(Command::new("newswire"));
    let mut text = String::from(
        "# Every setting, with its default. Copy to .env, or set in the environment (which wins).\n\
         # RUST_LOG sets the log level: error, warn, info (default), debug.\n",
    );
    for argument in command.get_arguments() {
        let Some(name) = argument.get_env().and_then(|name| name.to_str()) else { continue };
        let help = argument.get_help().map(ToString::to_string).unwrap_or_default();
        let default: Vec<_> =
            argument.get_default_values().iter().filter_map(|value| value.to_str()).collect();
        text.push_str(&format!("\n# {help}\n# {name}={}\n", default.join(",")));
    }
    text
}

#[test]
fn the_example_names_every_setting() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(".env.example");
    let expected = expected();
    if std::env::var_os("WRITE_ENV_EXAMPLE").is_some() {
        std::fs::write(&path, &expected).unwrap();
    }
    let found = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        found == expected,
        "write it with WRITE_ENV_EXAMPLE=1 cargo test --test meta; expected:\n{expected}"
    );
}
