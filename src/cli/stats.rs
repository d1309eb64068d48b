//! The table of `--stats`.

use std::time::Duration;

use lac::runtime::context::human_bytes;
use lac::runtime::exec::StatsRow;
use lac::{Sources, Stats};

use super::columns::aligned;

/// So many rows are shown; what the others took is summed up.
const SHOWN: usize = 40;

const HEAD: [&str; 8] = ["operator", "line", "count", "time", "%", "nnz estimated", "nnz", "bytes"];

/// Time, nonzeros and bytes per operator and line, heaviest first, for a run that took `total`.
pub fn table(stats: &Stats, sources: &Sources, total: Duration) -> String {
    let rows = stats.rows();
    let mut cells: Vec<[String; 8]> = vec![HEAD.map(String::from)];
    cells.extend(rows.iter().take(SHOWN).map(|row| cells_of(row, sources, total)));
    let mut text = aligned(&cells);
    if let Some(rest) = rows.get(SHOWN..).filter(|rest| !rest.is_empty()) {
        let time = rest.iter().map(|r| r.time).sum();
        text.push_str(&format!("and {} more operators, {}\n", rest.len(), duration(time)));
    }
    let operators: Duration = rows.iter().map(|r| r.time).sum();
    let plans = if stats.planned == 1 { "1 plan".to_string() } else { format!("{} plans", stats.planned) };
    text.push_str(&format!(
        "total {}: operators {}, planning {} ({plans})\n",
        duration(total),
        duration(operators),
        duration(stats.planning)
    ));
    text
}

fn cells_of(row: &StatsRow, sources: &Sources, total: Duration) -> [String; 8] {
    let line = sources.line(row.span.file, row.span.start);
    // Only sourced files need a name.
    let line = match row.span.file.0 {
        0 => line.to_string(),
        _ => format!("{}:{line}", sources.name(row.span.file)),
    };
    let share = 100.0 * row.time.as_secs_f64() / total.as_secs_f64().max(1e-9);
    [
        row.name.clone(),
        line,
        row.count.to_string(),
        duration(row.time),
        format!("{share:.1}"),
        row.nnz_estimate.filter(|_| row.nnz.is_some()).map_or(String::new(), |n| format!("{n:.0}")),
        row.nnz.map_or(String::new(), |n| n.to_string()),
        if row.bytes > 0 { human_bytes(row.bytes) } else { String::new() },
    ]
}

fn duration(time: Duration) -> String {
    lac::compiler::plan::seconds(time.as_secs_f64())
}

#[cfg(test)]
mod tests {
    use super::*;
    use lac_grammar::Span;

    #[test]
    fn heaviest_first_with_totals() {
        let mut sources = Sources::default();
        let main = sources.add("a.dml", "x = 1\ny = 2\n");
        let other = sources.add("b.dml", "z = 3\n");
        let mut stats = Stats::default();
        (stats.planned, stats.planning) = (2, Duration::from_micros(30));
        for (name, file, start, ms, nnz) in [("sum", main, 6, 1, None), ("%*%", other, 0, 20, Some(7))] {
            let span = Span::new(file, start, start + 1);
            let (time, bytes) = (Duration::from_millis(ms), nnz.map_or(0, |n| 12 * n));
            let nnz_estimate = nnz.map(|n| n as f64 + 1.4);
            stats.add(StatsRow { name: name.into(), span, count: 1, time, nnz_estimate, nnz, bytes });
        }
        let text = table(&stats, &sources, Duration::from_millis(25));
        let words: Vec<Vec<&str>> = text.lines().map(|l| l.split_whitespace().collect()).collect();
        assert_eq!(words[1][..3], ["%*%", "b.dml:1", "1"]);
        assert_eq!(words[1][5..], ["80.0", "8", "7", "84", "B"], "{text}");
        assert_eq!(words[2][..3], ["sum", "2", "1"]);
        assert!(text.ends_with("(2 plans)\n"), "{text}");
    }
}
