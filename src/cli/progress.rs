//! How far a long read or loop is, on a terminal.

use std::path::Path;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use indicatif::{HumanDuration, ProgressBar, ProgressStyle};

/// Shorter reads and loops show nothing.
const READ: Duration = Duration::from_millis(500);
const LOOP: Duration = Duration::from_secs(1);
/// The clock is looked at about this often.
const LOOK: Duration = Duration::from_millis(50);
/// Longer times are not told apart: ten years, in seconds.
const MOST: f64 = 3.2e8;

/// The loops that run, and the bar that shows them.
#[derive(Default)]
pub struct Progress {
    loops: Vec<Rounds>,
    bar: Option<ProgressBar>,
    /// Rounds to go until the clock is looked at again, and how many they were the last time.
    wait: u64,
    waited: u64,
    looked: Option<Instant>,
}

struct Rounds {
    done: u64,
    total: Option<u64>,
    begin: Option<Instant>,
}

impl Progress {
    /// A round of the innermost loop begins; the first round of a loop is number 0.
    pub fn round(&mut self, done: u64, total: Option<u64>) {
        match self.loops.last_mut() {
            Some(rounds) if done > 0 => rounds.done = done,
            _ => self.loops.push(Rounds { done, total, begin: None }),
        }
        if self.wait > 0 {
            self.wait -= 1;
            return;
        }
        self.look(Instant::now());
    }

    pub fn end_loop(&mut self) {
        self.loops.pop();
        if self.loops.is_empty() {
            self.clear();
        }
    }

    /// Shows what has run for long, and decides when to look again: rounds of microseconds do not ask for the time.
    fn look(&mut self, now: Instant) {
        let early = self.looked.is_some_and(|before| now - before < LOOK);
        self.waited = if early { (2 * self.waited + 1).min(1 << 12) } else { self.waited / 4 };
        self.wait = self.waited;
        self.looked = Some(now);
        for rounds in &mut self.loops {
            rounds.begin.get_or_insert(now);
        }
        let Some(outer) = self.loops.first() else { return };
        let elapsed = outer.begin.map_or(Duration::ZERO, |begin| now - begin);
        if elapsed >= LOOP {
            let bar = self.bar.get_or_insert_with(|| loop_bar(outer.total).with_position(outer.done));
            let inner: String = self.loops[1..].iter().map(describe).collect();
            bar.set_position(outer.done);
            bar.set_message(format!("{inner}{}", time(elapsed, outer.done, outer.total)));
        }
    }

    /// Writes something else to the terminal.
    pub fn aside(&mut self, write: impl FnOnce()) {
        match &self.bar {
            Some(bar) => bar.suspend(write),
            None => write(),
        }
    }

    /// Nothing stays on the terminal, and no loop runs any more.
    pub fn clear(&mut self) {
        self.loops.clear();
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
    }

    /// What a reader calls with the bytes done and the bytes there are; its end removes the bar.
    pub fn reading(&mut self, path: &str) -> Box<dyn Fn(u64, u64) + Sync + Send> {
        // Two bars would write over each other.
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
        let name = Path::new(path).file_name().map_or(path.into(), |n| n.to_string_lossy().into_owned());
        let reading = Reading { name, begin: Instant::now(), bar: OnceLock::new() };
        Box::new(move |done, total| reading.report(done, total))
    }
}

/// `, round 3 of 20`
fn describe(rounds: &Rounds) -> String {
    let total = rounds.total.map_or(String::new(), |t| format!(" of {t}"));
    format!(", round {}{total}", rounds.done + 1)
}

/// `, 12s left` if it goes on as before, or `, 12s` if the end is not known.
fn time(elapsed: Duration, done: u64, total: Option<u64>) -> String {
    let shown = |seconds: f64| HumanDuration(Duration::from_secs_f64(seconds)).to_string();
    match total {
        Some(total) if done > 0 => {
            let rest = total.saturating_sub(done) as f64 / done as f64;
            format!(", {} left", shown((elapsed.as_secs_f64() * rest).min(MOST)))
        }
        Some(_) => String::new(),
        None => format!(", {}", shown(elapsed.as_secs_f64())),
    }
}

fn loop_bar(total: Option<u64>) -> ProgressBar {
    let (bar, template) = match total {
        Some(total) => (ProgressBar::new(total), "{wide_bar} {pos} of {len} rounds{msg}"),
        None => (ProgressBar::new_spinner(), "{spinner} {pos} rounds{msg}"),
    };
    bar.with_style(style(template))
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}

/// A file being read.
struct Reading {
    name: String,
    begin: Instant,
    bar: OnceLock<ProgressBar>,
}

impl Reading {
    fn report(&self, done: u64, total: u64) {
        let elapsed = self.begin.elapsed();
        if elapsed >= READ {
            let bar = self.bar.get_or_init(|| {
                let bar = ProgressBar::new(total).with_position(done).with_prefix(self.name.clone());
                bar.with_style(style("{prefix} {wide_bar} {bytes} of {total_bytes}{msg}"))
            });
            bar.set_position(done);
            bar.set_message(time(elapsed, done, Some(total)));
        }
    }
}

impl Drop for Reading {
    fn drop(&mut self) {
        if let Some(bar) = self.bar.get() {
            bar.finish_and_clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loops_within_loops_are_told_apart() {
        let mut progress = Progress::default();
        let rounds = |p: &Progress| p.loops.iter().map(|r| r.done).collect::<Vec<_>>();
        progress.round(0, Some(2));
        progress.round(0, None);
        progress.round(1, None);
        assert_eq!(rounds(&progress), [0, 1]);
        progress.end_loop();
        progress.round(1, Some(2));
        assert_eq!(rounds(&progress), [1]);
        progress.end_loop();
        assert!(progress.loops.is_empty());
    }

    #[test]
    fn fast_rounds_seldom_look_at_the_clock() {
        let mut progress = Progress::default();
        let begin = Instant::now();
        for i in 0..20 {
            progress.look(begin + i * Duration::from_micros(10));
        }
        assert_eq!(progress.wait, 1 << 12);
        progress.look(begin + LOOP);
        assert!(progress.wait <= 1 << 10);
    }
}
