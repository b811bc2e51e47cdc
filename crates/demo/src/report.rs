//! The report: one HTML file that needs nothing else, with the backlog and the consumers over time.

use std::fmt::Write as _;
use std::time::Duration;

use super::plan::{Burst, Plan, STABILIZATION, SYNC_INTERVAL};
use super::summary::{Summary, seconds};
use super::svg::{Line, Mark, Panel, chart, escape};
use super::trace::{Trace, minutes};

/// How the report looks, in light and dark.
const STYLE: &str = include_str!("report.css");

/// Writes the report of a demo. It is made from its arguments alone.
pub(super) fn html(plan: &Plan, trace: &Trace, summary: &Summary) -> String {
    let mut page = String::from("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    let mut push = |text: &str| page.push_str(text);
    push("<meta name=\"viewport\" content=\"width=device-width\">\n<title>leveret-demo</title>\n");
    push(&format!("<style>\n{STYLE}</style>\n</head>\n<body>\n<h1>Consumers follow the backlog</h1>\n"));
    push(&introduction(plan));
    push(&tiles(summary));
    push(&chart(&panels(trace), &marks(trace), summary.duration.as_secs_f64()));
    push("<h2>Bursts</h2>\n");
    push(&bursts(summary));
    push("<h2>Every change of the number of consumers, and why</h2>\n");
    push(&scalings(trace));
    push("</body>\n</html>\n");
    page
}

/// What was run, so that the figures can be understood.
fn introduction(plan: &Plan) -> String {
    let spec = &plan.spec;
    format!(
        "<p>A real RabbitMQ, Leveret's external metrics API over HTTPS, and the HorizontalPodAutoscaler's algorithm \
         starting and stopping real consumer processes. Each works {} s on a message; the target is {} messages per \
         consumer, with {} to {} consumers. To keep the demo short, it looks every {} s (Kubernetes: 15 s) and waits \
         {} s before it scales in (Kubernetes: 300 s).</p>\n",
        plan.work.as_secs_f64(),
        spec.target().decimal(),
        spec.min_replicas(),
        spec.max_replicas(),
        SYNC_INTERVAL.as_secs(),
        STABILIZATION.as_secs(),
    )
}

/// The figures that matter most.
fn tiles(summary: &Summary) -> String {
    let p50 = summary.answer_p50.map_or_else(|| "none".into(), |time| format!("{:.1} ms", time.as_secs_f64() * 1000.0));
    let tiles = [
        ("messages published", summary.messages.published.to_string()),
        ("done", summary.messages.done.to_string()),
        ("done twice", summary.messages.duplicates.to_string()),
        ("not yet done", summary.messages.unfinished().to_string()),
        ("consumers at most", summary.consumers_max.to_string()),
        ("changes of size", summary.scalings.to_string()),
        ("median API answer", p50),
    ];
    let tile = |(name, value): &(&str, String)| format!("<div><b>{}</b><span>{name}</span></div>\n", escape(value));
    format!("<section class=\"tiles\">\n{}</section>\n", tiles.iter().map(tile).collect::<String>())
}

/// The backlog above the consumers.
fn panels(trace: &Trace) -> [Panel<'static>; 2] {
    let at = |time: Duration| time.as_secs_f64();
    let samples = || trace.samples.iter();
    let ready = samples().map(|it| (at(it.at), it.ready.as_ref().ok().map(|ready| ready.as_f64()))).collect();
    let unacked = samples().map(|it| (at(it.at), it.unacked.as_ref().ok().map(|unacked| unacked.as_f64()))).collect();
    let running = samples().map(|it| (at(it.at), Some(f64::from(it.running)))).collect();
    let line = |class, name, points, stepped| Line { class, name, points, stepped };
    [
        Panel {
            title: "messages in the queue",
            lines: vec![line("ready", "waiting", ready, false), line("unacked", "in work", unacked, false)],
        },
        Panel { title: "consumers", lines: vec![line("running", "running", running, true)] },
    ]
}

/// The bursts.
fn marks(trace: &Trace) -> Vec<Mark> {
    let mark = |burst: &Burst| Mark { at: burst.at.as_secs_f64(), label: format!("burst of {}", burst.messages) };
    trace.bursts.iter().map(mark).collect()
}

fn bursts(summary: &Summary) -> String {
    let header = ["at", "messages", "first scale-out after", "consumers at most", "drained after"];
    let rows = summary.bursts.iter().map(|burst| {
        [
            minutes(burst.at),
            burst.messages.to_string(),
            seconds(burst.scaled_out_after),
            burst.consumers_max.to_string(),
            seconds(burst.drained_after),
        ]
    });
    table(header, rows)
}

fn scalings(trace: &Trace) -> String {
    let scaled = trace.syncs.iter().filter(|sync| sync.scaled());
    let rows = scaled.map(|sync| [minutes(sync.at), sync.from.to_string(), sync.to.to_string(), sync.why.clone()]);
    table(["at", "from", "to", "why"], rows)
}

fn table<const N: usize>(header: [&str; N], rows: impl Iterator<Item = [String; N]>) -> String {
    let cells = |tag: &str, cells: &mut dyn Iterator<Item = &str>| {
        cells.fold(String::new(), |mut row, cell| {
            write!(row, "<{tag}>{}</{tag}>", escape(cell)).expect("a string takes any text");
            row
        })
    };
    let mut table = format!("<table>\n<tr>{}</tr>\n", cells("th", &mut header.into_iter()));
    for row in rows {
        writeln!(table, "<tr>{}</tr>", cells("td", &mut row.iter().map(String::as_str)))
            .expect("a string takes any text");
    }
    table + "</table>\n"
}

#[cfg(test)]
mod tests {
    use super::super::plan;
    use super::super::summary::Messages;
    use super::super::trace::example;
    use super::*;

    /// The report of [`example`] as it was when it was last looked at in a browser. When the report changes on purpose,
    /// this test says what it has become, and where; look at it and keep it.
    const GOLDEN: &str = include_str!("report_golden.html");

    #[test]
    fn the_same_data_gives_the_same_page() {
        let trace = example();
        let messages = Messages { published: 61, done: 60, duplicates: 0 };
        let summary = Summary::new(&trace, Duration::from_secs(62), Duration::from_secs(7), messages);
        let page = html(&plan::example(), &trace, &summary);
        let first = page.lines().zip(GOLDEN.lines()).find(|(now, then)| now != then);
        assert!(page == GOLDEN, "the report changed, first at {first:?}; it is now:\n{page}");
    }

    #[test]
    fn the_page_fetches_nothing() {
        for outside in ["http", "src=", "@import", "url(", "<script"] {
            assert!(!GOLDEN.contains(outside), "{outside}");
        }
    }
}
