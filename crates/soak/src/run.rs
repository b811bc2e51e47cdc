//! One run: brokers, Leveret, faults and questions side by side.

mod judge;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, anyhow};

use tokio::task::JoinSet;

use crate::ask::Client;
use crate::config_file;
use crate::fault::Fault;
use crate::leveret::Leveret;
use crate::model::SETTLES_IN;
use crate::options::SoakOptions;
use crate::plan::SETUPS;
use crate::question::{self, Question};
use crate::real::{self, Reals};
use crate::report::Report;
use crate::schedule::{self, Episode};
use crate::serve::{self, Ports};
use crate::tally::Tally;
use crate::usage::Usage;
use crate::world::World;

use self::judge::Judge;

/// From one step of the models to the next.
const TICK: Duration = Duration::from_millis(50);

/// How many questions are on their way at the same time.
const ASKERS: usize = 4;

/// The pause after each answer.
const PAUSE: Duration = Duration::from_millis(15);

/// From one line of progress to the next.
const PROGRESS: Duration = Duration::from_secs(30);

/// How long after the start Leveret has taken what it needs.
const WARM_AFTER: Duration = Duration::from_secs(30);

/// What the tasks of a run share.
#[derive(Clone, Debug)]
struct Shared {
    seed: u64,
    world: World,
    reals: Reals,
    tally: Arc<Mutex<Tally>>,
    /// Leveret's client, and from when on nothing is due to its own start; none while it is started.
    client: Arc<Mutex<Option<(Client, Instant)>>>,
}

/// Runs for the time that `options` say.
pub(crate) async fn run(options: &SoakOptions) -> Result<Report> {
    let episodes = schedule::of(options.seed, options.duration());
    // Starting them takes a minute, which is no part of the run.
    let (reals, mut running) = match options.rabbitmq_4.clone() {
        Some(folder) => tokio::task::spawn_blocking(move || real::start(&folder)).await.context("a panic")??,
        None => Default::default(),
    };
    let world = World::new(options.seed);
    let (mut ports, mut tasks) = (Vec::new(), JoinSet::new());
    for broker in 0..SETUPS.len() {
        ports.push(serve::start(&world, broker, &mut tasks).await?);
    }
    let shared =
        Shared { seed: options.seed, world: world.clone(), reals, tally: Arc::default(), client: Arc::default() };
    let mut questions = question::all();
    if shared.reals.are_there() {
        questions.append(&mut real::questions());
    }
    let questions = Arc::new(questions);
    tasks.spawn(tick(world.clone()));
    let mut leveret =
        Leveret::start(options, &config_file::text(&ports, world.replacement(), shared.reals.sections()))?;
    shared.connect(&mut leveret).await?;
    running.begin(options.seed, world.start, options.duration());
    for asker in 0..ASKERS {
        tasks.spawn(ask(shared.clone(), Arc::clone(&questions), asker));
    }
    let ended = tokio::select! {
        ended = drive(options, &shared, &mut leveret, &ports, episodes) => ended.err(),
        failed = tasks.join_next() => Some(anyhow!("a task of the soak has ended: {failed:?}")),
    };
    tasks.shutdown().await;
    tokio::task::spawn_blocking(move || running.end()).await.context("cannot end the real brokers")?;
    let tally = shared.tally().clone();
    let ended = ended.map(|error| format!("{error:#}"));
    Ok(Report { seed: options.seed, lasted: world.start.elapsed(), tally, ended })
}

/// Lets time pass in the models.
async fn tick(world: World) {
    loop {
        for broker in 0..SETUPS.len() {
            world.model(broker).tick(Instant::now());
        }
        tokio::time::sleep(TICK).await;
    }
}

/// Makes the faults happen, and watches Leveret meanwhile.
async fn drive(
    options: &SoakOptions,
    shared: &Shared,
    leveret: &mut Leveret,
    ports: &[Ports],
    episodes: Vec<Episode>,
) -> Result<()> {
    let mut episodes = episodes.into_iter().peekable();
    let mut progress = Instant::now();
    while shared.world.start.elapsed() < options.duration() {
        while let Some(Episode { broker, fault, .. }) =
            episodes.next_if(|episode| episode.at <= shared.world.start.elapsed())
        {
            *shared.tally().faults.entry(fault.class()).or_default() += 1;
            match fault {
                Fault::LeveretRestarted { killed } => {
                    shared.disconnect();
                    leveret.restart(killed)?;
                    shared.connect(leveret).await?;
                    (0..SETUPS.len()).for_each(|broker| shared.world.model(broker).is_read_anew(Instant::now()));
                }
                Fault::BrokerReplaced => {
                    let now = Instant::now();
                    shared.world.replace(now);
                    let other = shared.world.replacement();
                    leveret.configure(&config_file::text(ports, other, shared.reals.sections()))?;
                    shared.world.model(other).is_read_anew(now);
                }
                _ => shared.world.model(broker).begin(fault, Instant::now()),
            }
        }
        for class in shared.reals.take_begun()? {
            *shared.tally().real_faults.entry(class).or_default() += 1;
        }
        leveret.check().context("Leveret has ended by itself")?;
        if progress.elapsed() >= PROGRESS {
            progress = Instant::now();
            shared.progress(leveret);
        }
        tokio::time::sleep(TICK).await;
    }
    shared.progress(leveret);
    Ok(())
}

/// Asks one question after the other, and judges the answers.
async fn ask(shared: Shared, questions: Arc<Vec<Question>>, asker: usize) {
    let mut judge = Judge::default();
    for number in (asker..).step_by(ASKERS) {
        let question = &questions[number % questions.len()];
        let client = shared.client.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some((client, settled)) = client {
            let from = Instant::now();
            let answer = client.ask(question).await;
            judge.take(&shared, question, answer, from, settled);
        }
        tokio::time::sleep(PAUSE).await;
    }
}

impl Shared {
    fn tally(&self) -> std::sync::MutexGuard<'_, Tally> {
        self.tally.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Questions go to the Leveret that was just started.
    async fn connect(&self, leveret: &mut Leveret) -> Result<()> {
        let client = Client::new(&leveret.access().await?)?;
        let settled = Instant::now() + SETTLES_IN;
        *self.client.lock().unwrap_or_else(PoisonError::into_inner) = Some((client, settled));
        Ok(())
    }

    fn disconnect(&self) {
        *self.client.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// Whether questions still go to the Leveret that `settled` belongs to.
    fn is_connected(&self, settled: Instant) -> bool {
        let client = self.client.lock().unwrap_or_else(PoisonError::into_inner);
        client.as_ref().is_some_and(|(_, it)| *it == settled)
    }

    /// Notes what Leveret takes, and prints how far the run is.
    fn progress(&self, leveret: &Leveret) {
        let passed = self.world.start.elapsed();
        let usage = Usage::of_leveret(leveret.folder());
        let mut tally = self.tally();
        if let Some(usage) = usage.filter(|_| passed >= WARM_AFTER) {
            let start = tally.usage.map_or(usage, |(start, _)| start);
            tally.usage = Some((start, usage));
        }
        let (could, were) = tally.calm();
        let faults: u64 = tally.faults.values().chain(tally.real_faults.values()).sum();
        let usage = usage.map_or_else(|| "no process".to_owned(), |usage| usage.to_string());
        eprintln!(
            "{:>5.0} s: {faults} faults, {} answers, {} wrong, {were} of {could} that could be answered; {usage}",
            passed.as_secs_f64(),
            tally.answers,
            tally.wrong
        );
    }
}
