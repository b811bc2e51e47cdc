//! A small writer of charts as SVG: panels over one time axis. The same data gives the same bytes.

use std::fmt::Write as _;

/// Numbers over time in one panel.
#[derive(Clone, Debug)]
pub(super) struct Panel<'a> {
    /// What the numbers are, with their unit.
    pub(super) title: &'a str,
    /// The lines.
    pub(super) lines: Vec<Line<'a>>,
}

/// One line. A point without a value breaks it: what is not known is not drawn.
#[derive(Clone, Debug)]
pub(super) struct Line<'a> {
    /// The CSS class that colours it.
    pub(super) class: &'a str,
    /// What it shows, for the legend.
    pub(super) name: &'a str,
    /// Seconds and value.
    pub(super) points: Vec<(f64, Option<f64>)>,
    /// Whether a value holds until the next one, instead of changing gradually.
    pub(super) stepped: bool,
}

/// Something that happened at one time, drawn through all panels.
#[derive(Clone, Debug)]
pub(super) struct Mark {
    /// Seconds.
    pub(super) at: f64,
    /// What happened.
    pub(super) label: String,
}

const WIDTH: f64 = 960.0;
const PANEL_HEIGHT: f64 = 220.0;
const LEFT: f64 = 48.0;
const RIGHT: f64 = 16.0;
const TOP: f64 = 34.0;
const BOTTOM: f64 = 26.0;

/// Draws `panels` over the same `seconds`.
pub(super) fn chart(panels: &[Panel<'_>], marks: &[Mark], seconds: f64) -> String {
    let height = panels.iter().map(|_| PANEL_HEIGHT).sum::<f64>();
    let mut svg = format!("<svg viewBox=\"0 0 {WIDTH:.0} {height:.0}\" role=\"img\" aria-label=\"chart over time\">\n");
    let mut top = 0.0;
    for (index, panel) in panels.iter().enumerate() {
        // Only the first panel has room for what the marks say.
        let labels = index == 0;
        draw(&mut svg, panel, &Scales::new(panel, seconds, top), marks, labels);
        top += PANEL_HEIGHT;
    }
    svg.push_str("</svg>\n");
    svg
}

/// From seconds and values to places in the drawing.
struct Scales {
    seconds: f64,
    highest: f64,
    step: f64,
    top: f64,
}

impl Scales {
    fn new(panel: &Panel<'_>, seconds: f64, top: f64) -> Self {
        let values = panel.lines.iter().flat_map(|line| line.points.iter().filter_map(|(_, value)| *value));
        let step = tick_step(values.fold(1.0, f64::max) / 4.0).max(1.0);
        let values = panel.lines.iter().flat_map(|line| line.points.iter().filter_map(|(_, value)| *value));
        let highest = (values.fold(1.0, f64::max) / step).ceil() * step;
        Self { seconds: seconds.max(1.0), highest, step, top }
    }

    fn x(&self, seconds: f64) -> f64 {
        LEFT + (WIDTH - LEFT - RIGHT) * (seconds / self.seconds).clamp(0.0, 1.0)
    }

    fn y(&self, value: f64) -> f64 {
        let (highest, lowest) = (self.top + TOP, self.top + PANEL_HEIGHT - BOTTOM);
        lowest - (lowest - highest) * (value / self.highest)
    }
}

/// The smallest of 1, 2, 5, 10, 20 … that is at least `least`.
fn tick_step(least: f64) -> f64 {
    let mut power = 1.0;
    loop {
        for factor in [1.0, 2.0, 5.0] {
            if factor * power >= least {
                return factor * power;
            }
        }
        power *= 10.0;
    }
}

/// The multiples of `step` from 0 up to and including `highest`.
fn ticks(step: f64, highest: f64) -> impl Iterator<Item = f64> {
    (0_u32..).map(move |index| f64::from(index) * step).take_while(move |tick| *tick <= highest)
}

fn draw(svg: &mut String, panel: &Panel<'_>, scales: &Scales, marks: &[Mark], labels: bool) {
    let (floor, ceiling, right) = (scales.y(0.0), scales.y(scales.highest), WIDTH - RIGHT);
    text(svg, "title", LEFT, scales.top + 16.0, panel.title);
    for value in ticks(scales.step, scales.highest) {
        let y = scales.y(value);
        rule(svg, "grid", (LEFT, y), (right, y));
        text(svg, "tick end", LEFT - 6.0, y + 4.0, &format!("{value:.0}"));
    }
    let step = if scales.seconds <= 300.0 { 30.0 } else { tick_step(scales.seconds / 600.0) * 60.0 };
    for seconds in ticks(step, scales.seconds) {
        let label = format!("{:.0}:{:02.0}", (seconds / 60.0).floor(), seconds % 60.0);
        text(svg, "tick middle", scales.x(seconds), floor + 16.0, &label);
    }
    for mark in marks {
        let x = scales.x(mark.at);
        rule(svg, "mark", (x, floor), (x, ceiling));
        if labels {
            text(svg, "label", x + 4.0, ceiling - 4.0, &mark.label);
        }
    }
    for (index, line) in (0_u32..).zip(&panel.lines) {
        for path in paths(line, scales) {
            writeln!(svg, "<path class=\"line {}\" d=\"{path}\"/>", line.class).expect("a string takes any text");
        }
        let x = right - 110.0 * f64::from(index);
        text(svg, &format!("legend end {}", line.class), x, scales.top + 16.0, line.name);
    }
}

/// The unbroken parts of a line as SVG paths.
fn paths(line: &Line<'_>, scales: &Scales) -> Vec<String> {
    let mut paths = Vec::new();
    let mut path = String::new();
    for (seconds, value) in &line.points {
        let x = scales.x(*seconds);
        let Some(value) = value else {
            paths.push(std::mem::take(&mut path));
            continue;
        };
        let y = scales.y(*value);
        let piece = match (path.is_empty(), line.stepped) {
            (true, _) => format!("M{x:.1} {y:.1}"),
            (false, true) => format!(" H{x:.1} V{y:.1}"),
            (false, false) => format!(" L{x:.1} {y:.1}"),
        };
        path.push_str(&piece);
    }
    paths.push(path);
    paths.retain(|path| !path.is_empty());
    paths
}

fn rule(svg: &mut String, class: &str, from: (f64, f64), to: (f64, f64)) {
    writeln!(svg, "<path class=\"{class}\" d=\"M{:.1} {:.1} L{:.1} {:.1}\"/>", from.0, from.1, to.0, to.1)
        .expect("a string takes any text");
}

fn text(svg: &mut String, class: &str, x: f64, y: f64, text: &str) {
    writeln!(svg, "<text class=\"{class}\" x=\"{x:.1}\" y=\"{y:.1}\">{}</text>", escape(text))
        .expect("a string takes any text");
}

/// Text as XML content or attribute.
pub(super) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn panel(points: Vec<(f64, Option<f64>)>, stepped: bool) -> Panel<'static> {
        Panel { title: "messages", lines: vec![Line { class: "a", name: "backlog", points, stepped }] }
    }

    fn lines(svg: &str) -> Vec<&str> {
        svg.lines().filter_map(|line| line.strip_prefix("<path class=\"line a\" d=\"")).collect()
    }

    #[test]
    fn a_line_breaks_where_nothing_is_known() {
        let points = vec![(0.0, Some(0.0)), (10.0, Some(4.0)), (20.0, None), (30.0, Some(4.0)), (40.0, Some(0.0))];
        let svg = chart(&[panel(points, false)], &[], 40.0);
        assert_eq!(lines(&svg), ["M48.0 194.0 L272.0 34.0\"/>", "M720.0 34.0 L944.0 194.0\"/>"]);
    }

    #[test]
    fn a_stepped_line_holds_its_value() {
        let svg = chart(&[panel(vec![(0.0, Some(1.0)), (20.0, Some(4.0))], true)], &[], 40.0);
        assert_eq!(lines(&svg), ["M48.0 154.0 H496.0 V34.0\"/>"]);
    }

    #[test]
    fn axes_have_round_numbers() {
        for (least, step) in [(0.3, 1.0), (1.1, 2.0), (3.0, 5.0), (14.0, 20.0), (60.0, 100.0)] {
            assert!((tick_step(least) - step).abs() < 1e-9, "{least}");
        }
        assert_eq!(ticks(5.0, 15.0).count(), 4);
    }

    #[test]
    fn text_cannot_become_markup() {
        let mark = Mark { at: 1.0, label: "<b>&\"".into() };
        assert!(chart(&[panel(vec![], false)], &[mark], 2.0).contains("&lt;b&gt;&amp;&quot;"));
    }
}
