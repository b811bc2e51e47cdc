//! What the terminal shows while the demo runs. Drawing only: everything it shows is in [`State`].

mod graph;

use std::time::Duration;

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::{Color, Modifier, Style};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Paragraph, Wrap};

use super::plan::{Burst, Plan, QUEUE, STABILIZATION, SYNC_INTERVAL};
use super::trace::{Number, Sample, Sync, Trace, minutes};

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

/// How many of the last changes of size are listed beside the curves.
const CHANGES: u16 = 4;

/// The fewest rows with which curves are drawn. With fewer, numbers say more.
const CHARTS_FROM: u16 = 20;

/// The fewest rows with which every number is shown, and not only the ones that matter most.
const DETAILS_FROM: u16 = 12;

/// What the rates are averaged over.
const RATE_SPAN: Duration = Duration::from_secs(10);

/// Draws the whole screen.
pub(super) fn draw(frame: &mut Frame<'_>, state: &State<'_>, colour: bool) {
    let Rect { width, height, .. } = frame.area();
    let details = height >= DETAILS_FROM;
    let (numbers, footer) = (numbers_text(state, colour, details), footer_text(state));
    let footer_rows = rows(&footer, width).min(if details { 4 } else { 2 });
    // Title and footer first, then the numbers: lengths that are too many together would be cut anywhere.
    let numbers_rows = rows(&numbers, width).min(height.saturating_sub(1 + footer_rows));
    let [title_area, numbers_area, rest, footer_area] = Layout::vertical([
        Constraint::Length(1),
        Constraint::Length(numbers_rows),
        Constraint::Fill(1),
        Constraint::Length(footer_rows),
    ])
    .areas(frame.area());
    draw_title(frame, state, title_area);
    frame.render_widget(wrapped(numbers), numbers_area);
    draw_rest(frame, state, rest, height >= CHARTS_FROM, colour);
    frame.render_widget(wrapped(footer), footer_area);
}

/// The curves, if there is room for them, and the last changes.
fn draw_rest(frame: &mut Frame<'_>, state: &State<'_>, area: Rect, charts: bool, colour: bool) {
    let changes = Paragraph::new(changes_text(state));
    if !charts {
        frame.render_widget(changes, area);
        return;
    }
    let areas = Layout::vertical([Constraint::Min(5), Constraint::Min(4), Constraint::Length(CHANGES + 1)]);
    let [backlog, consumers, below] = areas.areas(area);
    graph::draw(frame, backlog, &graph::backlog(state, colour));
    graph::draw(frame, consumers, &graph::consumers(state, colour));
    frame.render_widget(changes, below);
}

fn wrapped(lines: Vec<Line<'static>>) -> Paragraph<'static> {
    Paragraph::new(lines).wrap(Wrap { trim: false })
}

/// How many rows some lines need when they are wrapped between words.
fn rows(lines: &[Line<'_>], width: u16) -> u16 {
    let width = usize::from(width).max(1);
    let of_line = |line: &Line<'_>| {
        let text = line.to_string();
        let (rows, _) = text.split(' ').fold((1, 0), |(rows, column), word| {
            let (length, gap) = (word.chars().count(), usize::from(column > 0));
            if column + gap + length <= width {
                (rows, column + gap + length)
            } else {
                // A word that is longer than a row goes on in the next ones.
                (rows + usize::from(column > 0) + length.saturating_sub(1) / width, length % width)
            }
        });
        rows
    };
    u16::try_from(lines.iter().map(of_line).sum::<usize>()).unwrap_or(u16::MAX)
}

/// A line for a log: what a sync saw and did, without a terminal.
pub(super) fn plain(state: &State<'_>) -> String {
    let sample = state.trace.samples.last();
    let number = |number: Option<&Number>| match number {
        Some(Ok(number)) => format!("{:.0}", number.as_f64()),
        _ => "unknown".into(),
    };
    format!(
        "{:>5}  waiting {:>4}  in work {:>3}  consumers {:>2} running, {:>2} wanted because {}",
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
    let time = Line::raw(time).right_aligned();
    let long = Line::styled("leveret-demo: consumers follow the backlog of a RabbitMQ queue", bold);
    let fits = long.width() + 2 + time.width() <= usize::from(area.width);
    frame.render_widget(if fits { long } else { Line::styled("leveret-demo", bold) }, area);
    frame.render_widget(time, area);
}

/// The queue, the consumers, and why there are so many; without `details`, in as few words as they can be said.
fn numbers_text(state: &State<'_>, colour: bool, details: bool) -> Vec<Line<'static>> {
    let Some(sample) = state.trace.samples.last() else {
        return vec![Line::raw("waiting for the first answer of the API")];
    };
    let value = |number: &Number, unit: &str, decimals: usize| match number {
        Ok(number) => {
            Span::styled(format!("{:.decimals$}{unit}", number.as_f64()), Style::new().add_modifier(Modifier::BOLD))
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
    let (min, max, target) = (spec.min_replicas(), spec.max_replicas(), spec.target().decimal());
    let mut queue = vec![
        Span::raw("waiting "),
        value(&sample.ready, "", 0),
        Span::raw("   in work "),
        value(&sample.unacked, "", 0),
    ];
    let mut crew = vec![
        Span::raw("consumers "),
        Span::styled(sample.running.to_string(), style(colour, Color::Green).add_modifier(Modifier::BOLD)),
    ];
    if details {
        queue.insert(0, Span::raw(format!("queue {QUEUE}   ")));
        queue.extend([Span::raw("   published "), value(&published, "/s", 1)]);
        queue.extend([Span::raw("   done "), value(&done, "/s", 1), Span::raw(age)]);
        let range = format!("({min} to {max}, target {target} messages each)");
        crew.push(Span::raw(format!(" running{leaving}, {} wanted {range}", state.wanted)));
    } else {
        crew.push(Span::raw(format!(" running, {} wanted", state.wanted)));
    }
    let because = state.trace.syncs.last().map(|sync| Line::raw(format!("because {}", sync.why)));
    let unknown = unknown([&sample.ready, &sample.unacked, &published, &done]);
    let unknown = unknown.map(|why| Line::raw(format!("unknown: {why}")));
    [Line::from(queue), Line::from(crew)].into_iter().chain(because).chain(unknown).collect()
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
            "next: burst of 120 in 0:16; the HPA looks in 4 s",
        ] {
            assert!(screen.contains(text), "`{text}` is missing:\n{screen}");
        }
    }

    /// The rows of a screen, without what surrounds them.
    fn text(screen: &str) -> String {
        let rows = screen.lines().map(|row| row.trim_matches('"').trim());
        rows.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn a_small_terminal_keeps_what_matters_most() {
        let because = "because 0 ÷ 10 per consumer = 0, raised to the minimum of 1";
        for (width, height) in [(60, 15), (100, 12), (40, 8)] {
            let screen = screen(&example(), width, height);
            let text = text(&screen);
            for expected in
                ["leveret-demo", "1:01 of 3:00", "waiting 0   in work 1", "consumers 1 running, 1 wanted", because]
            {
                assert!(text.contains(expected), "`{expected}` is missing at {width}x{height}:\n{screen}");
            }
            let footer = "the HPA looks in 4 s; q or Ctrl-C ends";
            assert!(text.contains(footer), "the footer is missing at {width}x{height}:\n{screen}");
            assert!(!text.contains("messages, waiting and in work"), "a curve at {width}x{height}:\n{screen}");
        }
    }

    #[test]
    fn twenty_rows_have_curves_and_every_number() {
        let screen = screen(&example(), 80, 20);
        for expected in ["messages, waiting and in work", "unknown: only one sample so far", "q or Ctrl-C ends"] {
            assert!(screen.contains(expected), "`{expected}` is missing:\n{screen}");
        }
    }

    #[test]
    fn lines_are_counted_as_they_are_wrapped() {
        for (line, width, expected) in
            [("", 5, 1), ("one two", 7, 1), ("one two", 6, 2), ("one two three", 5, 3), ("abcdefgh", 3, 3)]
        {
            assert_eq!(rows(&[Line::raw(line)], width), expected, "`{line}` in {width}");
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
            " 1:01  waiting    0  in work   1  consumers  1 running,  1 wanted because 0 ÷ 10 per consumer = 0, raised to the \
             minimum of 1"
        );
    }
}
