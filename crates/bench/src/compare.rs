//! Measuring a piece of work against a floor, in turns, so that whatever else the machine does meets both.

use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};

use crate::row::{Better, Row};

/// How much is measured.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Effort {
    /// How often each side has its turn. Odd, so that there is a median.
    rounds: usize,
    /// The shortest time a turn lasts: far longer than the resolution of the clock.
    turn: Duration,
    /// By what the number of queues in a row's name is divided.
    one_in: usize,
}

/// What came out: medians over all rounds, of one piece of work each.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Comparison {
    /// The measured work's time over the floor's, in the same round.
    pub(crate) ratio: f64,
    /// The floor's time, in seconds.
    pub(crate) floor: f64,
    /// The measured work's time, in seconds.
    pub(crate) measured: f64,
}

impl Effort {
    /// Enough for medians that repeat.
    pub(crate) const FULL: Self = Self { rounds: 51, turn: Duration::from_millis(5), one_in: 1 };

    /// One turn of one piece of work on a few queues: enough to see that it works.
    #[cfg(test)]
    pub(crate) const TINY: Self = Self { rounds: 1, turn: Duration::ZERO, one_in: 100 };

    /// How many queues there are in the place of so many.
    pub(crate) fn queues(self, named: usize) -> usize {
        named / self.one_in
    }

    /// Compares `measured` with `floor`, each of which does its piece of work once when called.
    pub(crate) fn compare(self, mut floor: impl FnMut(), mut measured: impl FnMut()) -> Comparison {
        let floor_times = self.calibrate(&mut floor);
        let measured_times = self.calibrate(&mut measured);
        let (mut ratios, mut floors, mut measureds) = (Vec::new(), Vec::new(), Vec::new());
        for round in 0..self.rounds {
            let mut floor = || seconds(&mut floor, floor_times);
            let mut measured = || seconds(&mut measured, measured_times);
            // The first of a round may find caches as the other left them, so they take turns in being first.
            let (floor, measured) = if round % 2 == 0 {
                let floor = floor();
                (floor, measured())
            } else {
                let measured = measured();
                (floor(), measured)
            };
            ratios.push(measured / floor);
            floors.push(floor);
            measureds.push(measured);
        }
        Comparison { ratio: median(ratios), floor: median(floors), measured: median(measureds) }
    }

    /// How often the work must be done to fill a turn. Doing it that often also warms up what can be warmed.
    fn calibrate(self, work: &mut impl FnMut()) -> u32 {
        let mut times = 1;
        while seconds(work, times) * f64::from(times) < self.turn.as_secs_f64() {
            times *= 2;
        }
        times
    }
}

impl Comparison {
    /// The ratio `name/floor`, and the two absolute times it was made of.
    pub(crate) fn rows(self, name: &str, floor: &str) -> Vec<Row> {
        let row = |name: String, value: f64, unit| Row { name, value, unit, better: Better::Lower, target: None };
        vec![
            row(format!("{name}/{floor}"), self.ratio, "ratio"),
            row(name.to_owned(), self.measured * 1e6, "us"),
            row(format!("{name}/{floor}:floor"), self.floor * 1e6, "us"),
        ]
    }
}

/// How long the work takes each time when it is done so many `times`; never zero, whatever the clock's step.
fn seconds(work: &mut impl FnMut(), times: u32) -> f64 {
    let start = processor_time();
    for _ in 0..times {
        work();
    }
    processor_time().saturating_sub(start).max(Duration::from_nanos(1)).as_secs_f64() / f64::from(times)
}

/// How long this thread has run. What else the machine does meanwhile is not in it, which would cost long turns more than
/// short ones.
fn processor_time() -> Duration {
    clock_gettime(ClockId::ThreadCPUTime).try_into().expect("a thread has not run for a negative time")
}

fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    numbers[numbers.len() / 2]
}
