# The few commands people use. Without `just`, run the lines themselves.

# list the recipes
default:
    @just --list

# start the service on http://127.0.0.1:8080, with its own database unless DATABASE_URL is set
run *args:
    cargo run --release -- {{args}}

# a small made-up newsroom to look at
demo:
    cargo run --release -- demo

# all tests, or those whose name contains a word
test *args:
    cargo test {{args}}

# format, then everything that compiles without a warning
lint:
    cargo fmt
    cargo clippy --all-targets --locked -- -D warnings

# write the OpenAPI document again, after a change of what it says
openapi:
    cargo build
    mkdir -p openapi
    target/debug/newswire openapi > openapi/openapi.json
    target/debug/newswire openapi --yaml > openapi/openapi.yaml

# every check of a change; takes a while
ci:
    bash .ci/run
