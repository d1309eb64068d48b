//! Lines to text: as much on a line as fits.

use super::WIDTH;
use super::lines::{Atom, Line};
use super::pieces::Above;

const INDENT: usize = 2;

/// The text of all lines.
pub fn write(lines: &[Line]) -> String {
    let mut out = String::new();
    for line in lines {
        let indent = line.indent * INDENT;
        comments(&mut out, &line.above, indent);
        if line.blank_before && !out.is_empty() {
            out.push('\n');
        }
        statement(&mut out, line, indent);
    }
    out
}

fn comments(out: &mut String, above: &[Above], indent: usize) {
    for comment in above {
        if comment.blank_before && !out.is_empty() {
            out.push('\n');
        }
        pad(out, indent);
        out.push_str(&comment.text);
        out.push('\n');
    }
}

fn pad(out: &mut String, columns: usize) {
    out.extend(std::iter::repeat_n(' ', columns));
}

/// A line that is too long ends where that is done least reluctantly, of such places at the last. What goes on is indented
/// by a level for each bracket that is open, but at least one; by two where a block is about to begin.
fn statement(out: &mut String, line: &Line, indent: usize) {
    let head = line.atoms.last().is_some_and(|a| a.opens_block);
    let mut rest = &line.atoms[..];
    let mut column = indent;
    while let Some(first) = rest.first() {
        if rest.len() < line.atoms.len() {
            let levels = if first.opens_block { 0 } else { first.open.max(1) + usize::from(head) };
            column = indent + levels * INDENT;
            comments(out, &first.above, column);
        }
        let (now, later) = rest.split_at(cut(rest, column));
        pad(out, column);
        for (i, atom) in now.iter().enumerate() {
            if i > 0 && atom.space_before {
                out.push(' ');
            }
            out.push_str(&atom.text);
        }
        for (i, comment) in now.last().map_or(&[][..], |a| &a.trailing).iter().enumerate() {
            out.push_str(if i == 0 { "  " } else { " " });
            out.push_str(comment);
        }
        out.push('\n');
        rest = later;
    }
}

/// How many atoms go on a line that begins at a column: at least one.
fn cut(atoms: &[Atom], mut column: usize) -> usize {
    let mut best: Option<(usize, u32)> = None;
    for (i, atom) in atoms.iter().enumerate() {
        let forced = i > 0 && (!atom.above.is_empty() || !atoms[i - 1].trailing.is_empty());
        if forced {
            return i;
        }
        if i > 0
            && let Some(reluctance) = atom.breaks
            && best.is_none_or(|(_, least)| reluctance <= least)
        {
            best = Some((i, reluctance));
        }
        column = after(column + usize::from(i > 0 && atom.space_before), &atom.text);
        if column > WIDTH
            && let Some((at, _)) = best
        {
            return at;
        }
    }
    atoms.len()
}

/// The column after a text, which may have several lines.
fn after(column: usize, text: &str) -> usize {
    match text.rsplit_once('\n') {
        Some((_, last)) => last.chars().count(),
        None => column + text.chars().count(),
    }
}
