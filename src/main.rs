//! The command line: `serve` (the default), `migrate`, `openapi`, `key`, `post`, `import`,
//! `export`, `mirror`, `demo`.

// futures within futures: with optimisation the compiler looks deeper than it may by itself
#![recursion_limit = "256"]

use anyhow::Result;
use clap::{Parser, Subcommand};
use newswire::client::ClientDefaults;
use newswire::config::Config;
use newswire::{demo, docs, export, import, keys, logging, mirror, post, serve};
use std::io::Write;
use std::process::ExitCode;

/// A list of stories is some thousand small pieces of memory, made and dropped. Without huge pages, which
/// would hold twice the memory.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// A news content service: scripts post stories, frontends read them.
#[derive(Parser)]
#[command(version, about)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    config: Config,
}

#[derive(Subcommand)]
enum Command {
    /// Run the service (the default).
    Serve,
    /// Apply pending migrations and exit.
    Migrate,
    /// Print the OpenAPI document; needs no database.
    Openapi {
        /// As YAML instead of JSON.
        #[arg(long)]
        yaml: bool,
    },
    /// Make, list and revoke keys.
    #[command(subcommand)]
    Key(keys::command::KeyCommand),
    /// Post stories from files.
    Post(post::PostArgs),
    /// Import stories from what other systems export.
    Import(Box<import::ImportArgs>),
    /// Write the newsroom to a file.
    Export(export::ExportArgs),
    /// Keep this service equal to another one.
    Mirror(mirror::command::MirrorArgs),
    /// Fill a running service with a small made-up newsroom.
    Demo(demo::DemoArgs),
}

fn main() -> ExitCode {
    // a missing .env is no fault; the environment wins over the file
    let _ = dotenvy::dotenv();
    let cli = Cli::parse();
    match run(cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(cli: Cli) -> Result<()> {
    let config = cli.config;
    let defaults =
        ClientDefaults { listen: config.listen.to_string(), data_dir: config.data_dir() };
    let system = actix_web::rt::System::new();
    match cli.command.unwrap_or(Command::Serve) {
        Command::Openapi { yaml } => {
            let document = if yaml { docs::yaml()? } else { docs::json()? };
            match std::io::stdout().write_all(document.as_bytes()) {
                // whoever reads it may stop when it has enough
                Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
                done => Ok(done?),
            }
        }
        Command::Serve => {
            logging::init(config.log_format);
            system.block_on(serve::run(config))
        }
        Command::Migrate => {
            logging::init(config.log_format);
            system.block_on(serve::migrate(config))
        }
        Command::Key(command) => system.block_on(keys::command::run(command, config)),
        Command::Post(args) => system.block_on(post::run(args, defaults)),
        Command::Import(args) => system.block_on(import::run(*args, defaults)),
        Command::Export(args) => system.block_on(export::run(args, defaults)),
        Command::Mirror(args) => {
            logging::init(config.log_format);
            system.block_on(mirror::command::run(args, config))
        }
        Command::Demo(args) => system.block_on(demo::run(args, defaults)),
    }
}
