//! Ctrl-C: the sweep ends after the block it is at.

use std::sync::Once;
use std::sync::atomic::{AtomicBool, Ordering};

static ASKED_FOR: AtomicBool = AtomicBool::new(false);
static LISTENING: Once = Once::new();

/// From here on the first Ctrl-C is a request; the second one ends the process.
pub(super) fn listen() {
    LISTENING.call_once(|| {
        let heard = ctrlc::set_handler(|| {
            if ASKED_FOR.swap(true, Ordering::SeqCst) {
                std::process::exit(INTERRUPTED);
            }
        });
        // Where no handler can be set, Ctrl-C ends the process as it does elsewhere.
        drop(heard);
    });
}

/// Exit code of a process that Ctrl-C ended.
const INTERRUPTED: i32 = 130;

/// Whether the sweep is asked to end.
pub(super) fn is_asked_for() -> bool {
    ASKED_FOR.load(Ordering::SeqCst)
}
