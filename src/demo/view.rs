//! What the terminal shows while the demo runs. Drawing only: everything it shows is in [`State`].

mod graph;

use std::time::Duration;

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::{Color, Modifier, Style};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Paragraph, Wrap};

use super::plan::{Burst, Plan, QUEUE, STABILIZATION, SYNC_INTERVAL};
use super::trace::{Number, Sample, Sync, Trace, minutes, units};
use crate::hpa::format_milli;

/// Everything that is shown.
#[derive(Debug)]
pub(super) struct State<'a> {
    /// What was planned.
    pub(super) plan: &'a Plan,
    /// What happened so far.
    pub(super) trace: &'a Trace,
    /// Since the beginning.
    pub(super) elapsed: Duration,
    /// Until the HPA looks again.
    pub(super) next_sync: Duration,
    /// The consumers that are asked for.
    pub(super) wanted: i32,
}

/// How many of the last changes of size are listed.
const CHANGES: u16 = 4;

/// What the rates are averaged over.
const RATE_SPAN: Duration = Duration::from_secs(10);

/// Draws the whole screen.
pub(super) fn draw(frame: &mut Frame<'_>, state: &State<'_>, colour: bool) {
    let areas = Layout::vertical([
        Constraint::Length(1),
        Constraint::Length(4),
        Constraint::Min(5),
        Constraint::Min(4),
        Constraint::Length(CHANGES + 1),
        Constraint::Length(2),
    ]);
    let [title, numbers, backlog, consumers, changes, footer] = areas.areas(frame.area());
    draw_title(frame, state, title);
    frame.render_widget(Paragraph::new(numbers_text(state, colour)).wrap(Wrap { trim: false }), numbers);
    graph::draw(frame, backlog, &graph::backlog(state, colour));
    graph::draw(frame, consumers, &graph::consumers(state, colour));
    frame.render_widget(Paragraph::new(changes_text(state)), changes);
    frame.render_widget(Paragraph::new(footer_text(state)), footer);
}

/// A line for a log: what a sync saw and did, without a terminal.
pub(super) fn plain(state: &State<'_>) -> String {
    let sample = state.trace.samples.last();
    let number = |number: Option<&Number>| match number {
        Some(Ok(milli)) => format!("{:.0}", units(*milli)),
        _ => "unknown".into(),
    };
    format!(
        "{:>5}  ready {:>4}  unacked {:>3}  consumers {:>2} of {:>2}  {}",
        minutes(state.elapsed),
        number(sample.map(|sample| &sample.ready)),
        number(sample.map(|sample| &sample.unacked)),
        sample.map_or(0, |sample| sample.running),
        state.wanted,
        state.trace.syncs.last().map_or("", |sync| &sync.why),
    )
}

fn draw_title(frame: &mut Frame<'_>, state: &State<'_>, area: Rect) {
    let time = format!("{} of {}", minutes(state.elapsed), minutes(state.plan.duration));
    let bold = Style::new().add_modifier(Modifier::BOLD);
    frame.render_widget(Line::styled("leveret demo: consumers follow the backlog of a RabbitMQ queue", bold), area);
    frame.render_widget(Line::raw(time).right_aligned(), area);
}

/// The queue, the consumers, and why there are so many.
fn numbers_text(state: &State<'_>, colour: bool) -> Vec<Line<'static>> {
    let Some(sample) = state.trace.samples.last() else {
        return vec![Line::raw("waiting for the first answer of the API")];
    };
    let value = |number: &Number, unit: &str, decimals: usize| match number {
        Ok(milli) => {
            Span::styled(format!("{:.decimals$}{unit}", units(*milli)), Style::new().add_modifier(Modifier::BOLD))
        }
        Err(_) => Span::styled("unknown", style(colour, Color::Yellow)),
    };
    let rate = |rate: fn(&Sample) -> &Number| state.trace.mean_rate(RATE_SPAN, rate);
    let (published, done) = (rate(|sample| &sample.publish_rate), rate(|sample| &sample.ack_rate));
    let age = sample.age.map_or_else(String::new, |age| format!(" (10 s mean)   numbers {} s old", age.as_secs()));
    let leaving = match sample.leaving {
        0 => String::new(),
        leaving => format!(", {leaving} finishing their last message"),
    };
    let spec = &state.plan.spec;
    let (min, max, target) = (spec.min_replicas(), spec.max_replicas(), format_milli(spec.target_milli()));
    vec![
        Line::from(vec![
            Span::raw(format!("queue {QUEUE}   waiting ")),
            value(&sample.ready, "", 0),
            Span::raw("   in work "),
            value(&sample.unacked, "", 0),
            Span::raw("   published "),
            value(&published, "/s", 1),
            Span::raw("   done "),
            value(&done, "/s", 1),
            Span::raw(age),
        ]),
        Line::from(vec![
            Span::raw("consumers "),
            Span::styled(sample.running.to_string(), style(colour, Color::Green).add_modifier(Modifier::BOLD)),
            Span::raw(format!(
                " running{leaving}, {} wanted ({min} to {max}, target {target} messages each)",
                state.wanted
            )),
        ]),
        Line::raw(state.trace.syncs.last().map_or_else(String::new, |sync| format!("because {}", sync.why))),
        Line::raw(
            unknown([&sample.ready, &sample.unacked, &published, &done])
                .map_or_else(String::new, |why| format!("unknown: {why}")),
        ),
    ]
}

/// Why a number is not known, if one is not.
fn unknown(numbers: [&Number; 4]) -> Option<String> {
    numbers.into_iter().find_map(|number| number.as_ref().err().cloned())
}

/// The last changes of size, the newest first.
fn changes_text(state: &State<'_>) -> Vec<Line<'static>> {
    let soft = Style::new().add_modifier(Modifier::DIM);
    let changes = state.trace.syncs.iter().rev().filter(|sync| sync.scaled()).take(CHANGES.into());
    let line = |sync: &Sync| Line::raw(format!("{:>5}  {} → {}: {}", minutes(sync.at), sync.from, sync.to, sync.why));
    [Line::styled("changes", soft)].into_iter().chain(changes.map(line)).collect()
}

/// What happens next, and what is not as in Kubernetes.
fn footer_text(state: &State<'_>) -> Vec<Line<'static>> {
    let burst = match state.plan.next_burst(state.elapsed) {
        Some(Burst { at, messages }) => {
            format!("burst of {messages} in {}", minutes(at.saturating_sub(state.elapsed)))
        }
        None => format!("end in {}", minutes(state.plan.duration.saturating_sub(state.elapsed))),
    };
    let soft = Style::new().add_modifier(Modifier::DIM);
    let (sync, stabilization) = (SYNC_INTERVAL.as_secs(), STABILIZATION.as_secs());
    vec![
        Line::raw(format!("next: {burst}; the HPA looks in {} s; q or Ctrl-C ends", state.next_sync.as_secs())),
        Line::styled(
            format!("faster than Kubernetes: looks every {sync} s (15 s), waits {stabilization} s to scale in (300 s)"),
            soft,
        ),
    ]
}

/// A colour where colours are wanted.
fn style(colour: bool, wanted: Color) -> Style {
    if colour { Style::new().fg(wanted) } else { Style::new() }
}

#[cfg(test)]
mod tests {
    use super::super::plan;
    use super::super::trace::example;
    use super::*;
    use ratatui::Terminal;
    use ratatui::backend::TestBackend;

    fn state<'a>(plan: &'a Plan, trace: &'a Trace) -> State<'a> {
        State { plan, trace, elapsed: Duration::from_secs(61), next_sync: Duration::from_secs(4), wanted: 1 }
    }

    fn screen(trace: &Trace, width: u16, height: u16) -> String {
        let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
        terminal.draw(|frame| draw(frame, &state(&plan::example(), trace), false)).unwrap();
        terminal.backend().to_string()
    }

    #[test]
    fn the_screen_holds_what_an_operator_looks_for() {
        let screen = screen(&example(), 110, 30);
        for text in [
            "1:01 of 3:00",
            "waiting 0   in work 1   published 0.2/s   done unknown (10 s mean)   numbers 1 s old",
            "unknown: only one sample so far",
            "consumers 1 running, 1 wanted (1 to 10, target 10 messages each)",
            "because 0 ÷ 10 per consumer = 0, raised to the minimum of 1",
            "0:15  1 → 4: 60 ÷ 10 per consumer = 6, limited to 4 by the scale-up limit",
            "next: burst of 120 in 0:09; the HPA looks in 4 s",
        ] {
            assert!(screen.contains(text), "`{text}` is missing:\n{screen}");
        }
    }

    #[test]
    fn any_size_and_no_data_can_be_drawn() {
        for (width, height) in [(1, 1), (20, 5), (80, 24), (200, 60)] {
            screen(&Trace::default(), width, height);
            screen(&example(), width, height);
        }
    }

    #[test]
    fn a_log_line_tells_one_sync() {
        let trace = example();
        assert_eq!(
            plain(&state(&plan::example(), &trace)),
            " 1:01  ready    0  unacked   1  consumers  1 of  1  0 ÷ 10 per consumer = 0, raised to the minimum of 1"
        );
    }
}
