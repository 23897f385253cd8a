//! norns | norns pop | norns serve | norns sample

use std::process::ExitCode;

fn main() -> ExitCode {
    norns::cli::run()
}
