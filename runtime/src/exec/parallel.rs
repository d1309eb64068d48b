//! `parfor`: rounds that the compiler has found to be apart, on several threads.
//!
//! What a round computes does not depend on who computes it: each has its own seeds, its own sums that begin with 0 and are
//! added in the order of rounds, and parts of matrices that nobody else writes. So the result does not depend on the number
//! of threads, and is that of `for` where a round adds to a variable once.
//!
//! Workers take rounds for about a second, a wave; then their results come together and their output is shown. If a round
//! of a wave fails, the wave never was: its rounds run again, in order, until the first of them fails.

use std::cell::RefCell;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use lac_compiler::ops::{Binary, Op, Scalar};
use lac_compiler::plan::Action;
use lac_compiler::program::ir::{Merge, Parallel, Scope};
use lac_compiler::program::{Block, Program, Var};
use lac_grammar::{Diagnostic, Span};

use super::account::Account;
use super::host::Host;
use super::interpret::{Frame, Interpreter, Rounds, Settings};
use super::plans::Plans;
use super::stats::Stats;
use super::step::fault;
use super::value::Value;
use crate::context::Result;
use crate::kernel;

/// A loop whose rounds run apart.
pub(super) struct Loop<'a> {
    pub program: &'a Program,
    pub scope: &'a Scope,
    pub variable: Var,
    pub rounds: &'a Rounds,
    pub body: &'a [Block],
    pub merge: &'a Merge,
    pub span: Span,
    /// Visits of blocks before the loop.
    pub visits: u64,
}

/// A loop that takes less is not worth a thread: to start one takes 20 to 60 us.
const WORTH: Duration = Duration::from_micros(200);
/// Output and progress wait for about this long.
const WAVE: Duration = Duration::from_secs(1);
/// Rounds of a wave for each worker: at its end they wait for one another.
const LEAST: u64 = 4;
/// Rounds that a worker takes at once take about this long.
const TAKEN: Duration = Duration::from_millis(2);
/// Bytes of sums that one worker keeps until the end of a wave.
const KEPT: u64 = 64 << 20;
/// As the thread that runs a script has: functions may call themselves some thousand times.
const STACK: usize = 1 << 30;

impl Interpreter<'_> {
    /// Whether rounds may run apart with these values: sums of numbers and matrices, parts of matrices.
    pub(super) fn may_part(parallel: &Parallel, frame: &Frame) -> bool {
        let Some(merge) = &parallel.merge else { return false };
        let value = |v: &Var| frame[v.0 as usize].as_ref();
        let adds = |v: &Value| {
            matches!(v, Value::Scalar(Scalar::Bool(_) | Scalar::Int(_) | Scalar::Double(_)) | Value::Matrix(_))
        };
        merge.sums.iter().all(|(v, _)| value(v).is_some_and(adds))
            && merge.parts.iter().all(|v| matches!(value(v), Some(Value::Matrix(_))))
    }

    pub(super) fn rounds_apart(&mut self, l: &Loop, most: usize, frame: &mut Frame) -> Result<()> {
        let mut next = 0;
        let workers = most.min(self.threads());
        while next < l.rounds.count {
            self.host.round(next, Some(l.rounds.count));
            let left = l.rounds.count - next;
            let workers = workers.min(left.min(1 << 16) as usize).min(self.worth(l.span, left));
            if workers > 1
                && let Some(end) = self.wave(l, next, workers, frame)?
            {
                next = end;
                continue;
            }
            // In order: what does not pay, and what failed.
            let begin = Instant::now();
            for i in next..l.rounds.count {
                if i > next {
                    self.host.round(i, Some(l.rounds.count));
                }
                self.round_in_order(l, i, frame)?;
            }
            self.paces.insert(l.span, begin.elapsed().as_secs_f64() / left as f64);
            next = l.rounds.count;
        }
        Ok(())
    }

    /// A worker's own loops run on its own thread.
    fn threads(&self) -> usize {
        if self.is_worker { 1 } else { rayon::current_num_threads() }
    }

    /// How many threads so many rounds are worth, by what rounds of the loop have taken before.
    fn worth(&self, span: Span, rounds: u64) -> usize {
        match self.paces.get(&span) {
            Some(pace) => (pace * rounds as f64 / WORTH.as_secs_f64()) as usize,
            None => usize::MAX,
        }
    }

    fn round_in_order(&mut self, l: &Loop, i: u64, frame: &mut Frame) -> Result<()> {
        let fresh: Vec<Option<Value>> = l.merge.fresh.iter().map(|v| frame[v.0 as usize].take()).collect();
        let sums: Vec<Option<Value>> =
            l.merge.sums.iter().map(|(v, _)| frame[v.0 as usize].replace(nothing())).collect();
        let done = self.round(l, i, frame);
        for (var, before) in l.merge.fresh.iter().zip(fresh) {
            let place = &mut frame[var.0 as usize];
            *place = place.take().or(before);
        }
        for ((var, span), before) in l.merge.sums.iter().zip(sums) {
            let place = var.0 as usize;
            let added = std::mem::replace(&mut frame[place], before);
            if let (Ok(()), Some(added)) = (&done, added) {
                self.add(l, *var, *span, added, frame)?;
            }
        }
        done
    }

    fn round(&mut self, l: &Loop, i: u64, frame: &mut Frame) -> Result<()> {
        self.check_interrupt()?;
        self.visits = Rounds::visits(l.visits, i);
        frame[l.variable.0 as usize] = Some(Value::Scalar(l.rounds.value(i)));
        self.blocks(l.program, l.scope, l.body, frame).map(|_| ())
    }

    /// Adds what a round has added up.
    fn add(&mut self, l: &Loop, var: Var, span: Span, value: Value, frame: &mut Frame) -> Result<()> {
        let place = var.0 as usize;
        match &value {
            Value::Scalar(Scalar::Int(0)) => return Ok(()),
            Value::Scalar(Scalar::Str(_)) => {
                let name = l.scope.name(var);
                let error =
                    fault("E0211", format!("the rounds of a `parfor` add numbers or matrices to `{name}`, no strings"));
                return Err(Box::new(error.at(span, "here").help("write `for`, which joins strings in order")));
            }
            _ => {}
        }
        self.account.tell(frame, &[], &self.settings.context);
        let arguments = vec![frame[place].take(), Some(value)];
        let sum = self.apply(Action::Apply(Op::Binary(Binary::Add)), arguments);
        let sum = sum.map_err(|e| if e.labels.is_empty() { Box::new(e.at(span, "here")) } else { e })?;
        frame[place] = sum.into_iter().next();
        Ok(())
    }

    /// Lets workers run rounds from `begin` on. Returns where the next wave begins; `None` if a round failed.
    fn wave(&mut self, l: &Loop, begin: u64, workers: usize, frame: &mut Frame) -> Result<Option<u64>> {
        let wave = Wave {
            l,
            workers,
            begin,
            next: AtomicU64::new(begin),
            stopped: AtomicBool::new(false),
            start: Instant::now(),
            settings: self.settings.clone(),
            depth: self.depth,
        };
        let worker = || Worker::new(l, self.plans.clone(), frame, &self.account);
        let (first, others): (Worker, Vec<Worker>) = (worker(), (1..workers).map(|_| worker()).collect());
        let mut done = std::thread::scope(|threads| {
            let begin = |worker: Worker| {
                let run = || worker.run(&wave);
                std::thread::Builder::new().stack_size(STACK).spawn_scoped(threads, run)
            };
            // Without a thread its rounds are left to the others.
            let others: Vec<_> = others.into_iter().filter_map(|w| begin(w).ok()).collect();
            let mut done = vec![first.run(&wave)];
            for thread in others {
                done.push(thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
            }
            done
        });
        self.plans = std::mem::take(&mut done[0].plans);
        let failed = done.iter_mut().filter_map(|w| w.failed.take());
        if let Some((_, error)) = failed.min_by_key(|(round, error)| (error.code != "E0500", *round)) {
            return if error.code == "E0500" { Err(error) } else { Ok(None) };
        }
        let end = wave.next.load(Ordering::Relaxed).min(l.rounds.count);
        let spent: f64 = done.iter().map(|w| w.spent.as_secs_f64()).sum();
        self.paces.insert(l.span, spent / (end - begin) as f64);
        self.join(l, done, end, frame)?;
        Ok(Some(end))
    }

    /// What workers have done comes together in the order of rounds.
    fn join(&mut self, l: &Loop, mut done: Vec<Worker>, end: u64, frame: &mut Frame) -> Result<()> {
        for var in &l.merge.parts {
            let place = var.0 as usize;
            let Some(Value::Matrix(before)) = &frame[place] else { continue };
            let copies = done.iter().filter_map(|w| match &w.frame[place] {
                Some(Value::Matrix(m)) => Some(m),
                _ => None,
            });
            let merged = kernel::merge(before, &copies.collect::<Vec<_>>(), &self.settings.context)?;
            frame[place] = Some(Value::Matrix(merged));
        }
        for (k, var) in l.merge.last.iter().enumerate() {
            let last = done.iter_mut().filter_map(|w| w.last[k].take()).max_by_key(|(round, _)| *round);
            if let Some((_, value)) = last {
                frame[var.0 as usize] = Some(value);
            }
        }
        if !l.merge.last.contains(&l.variable) {
            frame[l.variable.0 as usize] = Some(Value::Scalar(l.rounds.value(end - 1)));
        }
        let mut left: Vec<Left> = Vec::new();
        for worker in done {
            self.stats.merge(worker.stats);
            left.extend(worker.left);
        }
        left.sort_by_key(|left| left.round);
        for round in left {
            for event in round.events {
                match event {
                    Event::Print(line) => self.host.print(&line),
                    Event::Warn(warning) => self.host.warn(warning),
                }
            }
            for ((var, span), value) in l.merge.sums.iter().zip(round.sums) {
                self.add(l, *var, *span, value, frame)?;
            }
        }
        Ok(())
    }
}

/// What a sum begins with in each round.
fn nothing() -> Value {
    Value::Scalar(Scalar::Int(0))
}

/// What the workers of a wave share.
struct Wave<'a> {
    l: &'a Loop<'a>,
    workers: usize,
    begin: u64,
    /// The first round that nobody has taken.
    next: AtomicU64,
    /// A round failed.
    stopped: AtomicBool,
    start: Instant,
    settings: Settings,
    depth: usize,
}

impl Wave<'_> {
    /// Takes rounds, at most so many.
    fn take(&self, most: u64) -> Option<std::ops::Range<u64>> {
        let taken = self.next.load(Ordering::Relaxed) - self.begin;
        let over = self.start.elapsed() > WAVE && taken >= LEAST * self.workers as u64;
        if over || self.stopped.load(Ordering::Relaxed) {
            return None;
        }
        let count = self.l.rounds.count;
        // The last rounds are shared evenly.
        let share = |begin: u64| most.min((count - begin) / (2 * self.workers as u64)).max(1);
        let taken = self
            .next
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |begin| (begin < count).then(|| begin + share(begin)));
        taken.ok().map(|begin| begin..begin + share(begin))
    }
}

/// A thread's part of a wave, and what it leaves.
struct Worker {
    frame: Frame,
    account: Account,
    plans: Plans,
    stats: Stats,
    spent: Duration,
    left: Vec<Left>,
    /// The last value of each of [`Merge::last`], and its round.
    last: Vec<Option<(u64, Value)>>,
    failed: Option<(u64, Box<Diagnostic>)>,
}

/// What a round leaves.
struct Left {
    round: u64,
    events: Vec<Event>,
    sums: Vec<Value>,
}

enum Event {
    Print(String),
    Warn(Diagnostic),
}

impl Worker {
    fn new(l: &Loop, plans: Plans, frame: &Frame, account: &Account) -> Worker {
        Worker {
            frame: frame.clone(),
            account: Account::beside(frame, account),
            plans,
            stats: Stats::default(),
            spent: Duration::ZERO,
            left: vec![],
            last: vec![None; l.merge.last.len()],
            failed: None,
        }
    }

    fn run(mut self, wave: &Wave) -> Worker {
        let begin = Instant::now();
        let said = RefCell::new(vec![]);
        let mut recorder = Recorder(&said);
        let mut interpreter = Interpreter::new(wave.settings.clone(), &mut recorder);
        interpreter.plans = std::mem::take(&mut self.plans);
        interpreter.account = std::mem::take(&mut self.account);
        interpreter.depth = wave.depth;
        interpreter.is_worker = true;
        self.rounds(&mut interpreter, &said, wave);
        interpreter.account.close(&wave.settings.context);
        (self.plans, self.stats) = (interpreter.plans, interpreter.stats);
        self.spent = begin.elapsed();
        self
    }

    fn rounds(&mut self, interpreter: &mut Interpreter, said: &RefCell<Vec<Event>>, wave: &Wave) {
        let (mut most, mut kept) = (1, 0);
        while kept < KEPT
            && let Some(rounds) = wave.take(most)
        {
            let (begin, count, before) = (Instant::now(), rounds.end - rounds.start, kept);
            for i in rounds {
                match self.round(interpreter, wave.l, i) {
                    Ok(sums) => {
                        kept += sums.iter().map(Value::bytes).sum::<u64>();
                        let events = said.take();
                        if !sums.is_empty() || !events.is_empty() {
                            self.left.push(Left { round: i, events, sums });
                        }
                    }
                    Err(error) => {
                        self.failed = Some((i, error));
                        return wave.stopped.store(true, Ordering::Relaxed);
                    }
                }
            }
            interpreter.account.keep(kept - before);
            let pace = begin.elapsed().as_secs_f64() / count as f64;
            let room = KEPT / 4 * count / (kept - before).max(1);
            most = room.min((TAKEN.as_secs_f64() / pace.max(1e-9)) as u64).max(1);
        }
    }

    /// Runs a round; returns its sums.
    fn round(&mut self, interpreter: &mut Interpreter, l: &Loop, i: u64) -> Result<Vec<Value>> {
        for (var, _) in &l.merge.sums {
            self.frame[var.0 as usize] = Some(nothing());
        }
        for var in l.merge.last.iter().chain(&l.merge.fresh) {
            self.frame[var.0 as usize] = None;
        }
        interpreter.round(l, i, &mut self.frame)?;
        for (var, last) in l.merge.last.iter().zip(&mut self.last) {
            if let Some(value) = self.frame[var.0 as usize].take() {
                *last = Some((i, value));
            }
        }
        Ok(l.merge.sums.iter().filter_map(|(v, _)| self.frame[v.0 as usize].take()).collect())
    }
}

/// Keeps what a round says until it is its turn.
struct Recorder<'a>(&'a RefCell<Vec<Event>>);

impl Host for Recorder<'_> {
    fn print(&mut self, line: &str) {
        self.0.borrow_mut().push(Event::Print(line.to_string()));
    }

    fn warn(&mut self, warning: Diagnostic) {
        self.0.borrow_mut().push(Event::Warn(warning));
    }
}
