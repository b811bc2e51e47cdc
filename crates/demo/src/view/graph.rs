//! Numbers over time, as curves in a terminal.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::{Color, Style};
use ratatui::symbols::Marker;
use ratatui::text::Line;
use ratatui::widgets::{Axis, Block, Borders, Chart, Dataset, GraphType};

use leveret_core::quantity::Milli;

use super::{State, style};
use crate::trace::{Sample, minutes};

/// One curve and its frame of reference.
pub(super) struct Graph {
    title: &'static str,
    /// Unbroken parts of the curve: what is not known is not drawn.
    parts: Vec<Vec<(f64, f64)>>,
    highest: f64,
    seconds: f64,
    end: String,
    style: Style,
}

/// Messages that wait or are in work.
pub(super) fn backlog(state: &State<'_>, colour: bool) -> Graph {
    graph(state, "messages, waiting and in work", style(colour, Color::Yellow), 10.0, |sample| {
        sample.backlog().map(Milli::as_f64)
    })
}

/// Consumers that run.
pub(super) fn consumers(state: &State<'_>, colour: bool) -> Graph {
    graph(state, "consumers", style(colour, Color::Green), 4.0, |sample| Some(f64::from(sample.running)))
}

fn graph(
    state: &State<'_>,
    title: &'static str,
    style: Style,
    least: f64,
    value: impl Fn(&Sample) -> Option<f64>,
) -> Graph {
    let points: Vec<_> = state.trace.samples.iter().map(|it| (it.at.as_secs_f64(), value(it))).collect();
    let known = |part: &[(f64, Option<f64>)]| part.iter().filter_map(|(at, value)| Some((*at, (*value)?))).collect();
    Graph {
        title,
        parts: points.split(|(_, value)| value.is_none()).map(known).collect(),
        highest: points.iter().filter_map(|(_, value)| *value).fold(least, f64::max),
        seconds: state.plan.duration.as_secs_f64(),
        end: minutes(state.plan.duration),
        style,
    }
}

/// Draws a graph over the whole time of the demo, so that what is to come is seen as empty.
pub(super) fn draw(frame: &mut Frame<'_>, area: Rect, graph: &Graph) {
    let datasets = graph.parts.iter().map(|part| {
        Dataset::default().marker(Marker::Braille).graph_type(GraphType::Line).style(graph.style).data(part)
    });
    let labels = ["0".to_owned(), format!("{:.0}", graph.highest)];
    let chart = Chart::new(datasets.collect())
        .block(Block::new().borders(Borders::TOP).title(Line::raw(graph.title)))
        .x_axis(Axis::default().bounds([0.0, graph.seconds]).labels(["0:00".to_owned(), graph.end.clone()]))
        .y_axis(Axis::default().bounds([0.0, graph.highest]).labels(labels));
    frame.render_widget(chart, area);
}
