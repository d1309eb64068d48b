//! Text in columns.

/// Rows of cells under each other, two spaces apart: the first column to the left, the others, numbers, to the right.
/// Rows may have different numbers of cells.
pub fn aligned<R: AsRef<[String]>>(rows: &[R]) -> String {
    let width = |i: usize| rows.iter().filter_map(|row| row.as_ref().get(i)).map(|cell| cell.chars().count()).max();
    let widths: Vec<usize> = (0..).map_while(width).collect();
    let mut text = String::new();
    for row in rows {
        for (i, cell) in row.as_ref().iter().enumerate() {
            let fill = " ".repeat(widths[i] - cell.chars().count());
            text.push_str(&if i == 0 { format!("{cell}{fill}") } else { format!("  {fill}{cell}") });
        }
        text.truncate(text.trim_end().len());
        text.push('\n');
    }
    text
}
