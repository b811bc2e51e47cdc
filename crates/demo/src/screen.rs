//! Where the demo is shown: a terminal, or lines of text.

use std::time::Duration;

use anyhow::{Context, Result};
use ratatui::DefaultTerminal;
use ratatui::crossterm::event::{self, Event, KeyCode, KeyEvent, KeyModifiers};

use super::view::{self, State};

/// The place where the demo is shown. Dropping it gives the terminal back as it was.
#[derive(Debug)]
pub(super) enum Screen {
    /// The whole terminal, drawn again and again.
    Live {
        /// The terminal.
        terminal: DefaultTerminal,
        /// Whether it is drawn with colours.
        colour: bool,
    },
    /// One line on standard error for each reconciliation; how many were written.
    Plain(usize),
}

impl Screen {
    /// The whole terminal.
    pub(super) fn live(colour: bool) -> Result<Self> {
        // It also restores the terminal before the message of a panic.
        let terminal = ratatui::try_init().context("cannot draw on this terminal; `--plain` writes lines instead")?;
        Ok(Self::Live { terminal, colour })
    }

    /// Lines of text.
    pub(super) fn plain() -> Self {
        Self::Plain(0)
    }

    /// Shows the present state.
    pub(super) fn show(&mut self, state: &State<'_>) -> Result<()> {
        match self {
            Self::Live { terminal, colour } => {
                terminal.draw(|frame| view::draw(frame, state, *colour)).context("cannot draw on the terminal")?;
            }
            Self::Plain(written) => {
                if state.trace.syncs.len() > *written {
                    *written = state.trace.syncs.len();
                    eprintln!("{}", view::plain(state));
                }
            }
        }
        Ok(())
    }

    /// Whether the user pressed a key that ends the demo. A terminal that is drawn on sends Ctrl-C as a key.
    pub(super) fn asked_to_end(&self) -> Result<bool> {
        if let Self::Live { .. } = self {
            while event::poll(Duration::ZERO).context("cannot read keys")? {
                if let Event::Key(key) = event::read().context("cannot read keys")?
                    && ends(key)
                {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        if let Self::Live { .. } = self {
            ratatui::restore();
        }
    }
}

/// Whether a key ends the demo: q, Escape or Ctrl-C.
fn ends(key: KeyEvent) -> bool {
    match key.code {
        KeyCode::Char('q') | KeyCode::Esc => true,
        KeyCode::Char('c') => key.modifiers.contains(KeyModifiers::CONTROL),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn some_keys_end_the_demo_and_others_do_not() {
        for (code, modifiers, expected) in [
            (KeyCode::Char('q'), KeyModifiers::NONE, true),
            (KeyCode::Char('c'), KeyModifiers::CONTROL, true),
            (KeyCode::Char('c'), KeyModifiers::NONE, false),
            (KeyCode::Esc, KeyModifiers::NONE, true),
            (KeyCode::Enter, KeyModifiers::NONE, false),
        ] {
            assert_eq!(ends(KeyEvent::new(code, modifiers)), expected, "{code:?}");
        }
    }
}
