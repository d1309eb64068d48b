//! Pictures: shapes and text as SVG, and logarithmic axes.
//!
//! Nothing is drawn behind the shapes; text and axes are dark on light pages and light on dark ones.

use std::fmt::Write;

/// Where text stands about its place.
#[derive(Clone, Copy)]
pub enum Anchor {
    Start,
    Middle,
    End,
}

/// A picture of so many pixels.
pub struct Picture {
    width: f64,
    height: f64,
    title: String,
    body: String,
}

const STYLE: &str = "\
text{font-family:Helvetica,Arial,sans-serif;font-size:12px;fill:#333}\
.title{font-size:16px;font-weight:bold}.small{font-size:10px}\
.axis{stroke:#555;stroke-width:1}.grid{stroke:#888;stroke-opacity:.3;stroke-width:1}.faint{fill:#888}\
@media (prefers-color-scheme:dark){text{fill:#ddd}.axis{stroke:#aaa}}";

/// Told apart on light and on dark pages.
const COLORS: [&str; 16] = [
    "#1f77b4", "#ff7f0e", "#2ca02c", "#98c95c", "#d62728", "#f59a98", "#9467bd", "#c5a3e0", "#8c564b", "#c49c94",
    "#e377c2", "#b08d00", "#17a2b8", "#7a8b99", "#00897b", "#c2185b",
];

/// The color of the series of this number.
pub fn color(series: usize) -> &'static str {
    COLORS[series % COLORS.len()]
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

impl Picture {
    pub fn new(width: f64, height: f64, title: &str) -> Picture {
        let mut picture = Picture { width, height, title: title.to_string(), body: String::new() };
        picture.text(16.0, 26.0, Anchor::Start, "title", title);
        picture
    }

    fn put(&mut self, element: std::fmt::Arguments<'_>) {
        self.body.write_fmt(element).expect("text can be written to memory");
        self.body.push('\n');
    }

    /// `class` is one of the style's, or empty.
    pub fn text(&mut self, x: f64, y: f64, anchor: Anchor, class: &str, text: &str) {
        let anchor = match anchor {
            Anchor::Start => "start",
            Anchor::Middle => "middle",
            Anchor::End => "end",
        };
        let text = escaped(text);
        self.put(format_args!(r#"<text x="{x:.1}" y="{y:.1}" text-anchor="{anchor}" class="{class}">{text}</text>"#));
    }

    /// Text that is read from bottom to top, with its middle at (x, y).
    pub fn upright(&mut self, x: f64, y: f64, text: &str) {
        let text = escaped(text);
        self.put(format_args!(
            r#"<text x="{x:.1}" y="{y:.1}" text-anchor="middle" transform="rotate(-90 {x:.1} {y:.1})">{text}</text>"#
        ));
    }

    pub fn line(&mut self, from: (f64, f64), to: (f64, f64), class: &str) {
        let ((x, y), (u, v)) = (from, to);
        self.put(format_args!(r#"<line x1="{x:.1}" y1="{y:.1}" x2="{u:.1}" y2="{v:.1}" class="{class}"/>"#));
    }

    /// `hint` appears under the pointer.
    pub fn bar(&mut self, x: f64, y: f64, width: f64, height: f64, color: &str, hint: &str) {
        let hint = escaped(hint);
        self.put(format_args!(
            r#"<rect x="{x:.1}" y="{y:.1}" width="{width:.1}" height="{height:.1}" fill="{color}"><title>{hint}</title></rect>"#
        ));
    }

    /// Points joined by a line, every second series dashed.
    pub fn curve(&mut self, points: &[(f64, f64)], series: usize, hint: &str) {
        let (color, hint) = (color(series), escaped(hint));
        let dash = if series % 2 == 1 { "5 3" } else { "none" };
        let path: Vec<String> = points.iter().map(|(x, y)| format!("{x:.1},{y:.1}")).collect();
        self.put(format_args!(
            r#"<polyline points="{}" fill="none" stroke="{color}" stroke-width="2" stroke-dasharray="{dash}"><title>{hint}</title></polyline>"#,
            path.join(" ")
        ));
        for (x, y) in points {
            self.put(format_args!(
                r#"<circle cx="{x:.1}" cy="{y:.1}" r="3" fill="{color}"><title>{hint}</title></circle>"#
            ));
        }
    }

    /// Names of series with their colors, in as many columns as fit, from (x, y) down.
    pub fn legend(&mut self, x: f64, y: f64, width: f64, names: &[String]) {
        let columns = legend_columns(width);
        for (i, name) in names.iter().enumerate() {
            let (x, y) = (x + (i % columns) as f64 * LEGEND_WIDTH, y + (i / columns) as f64 * LEGEND_HEIGHT);
            self.bar(x, y, 10.0, 10.0, color(i), name);
            self.text(x + 15.0, y + 9.0, Anchor::Start, "", name);
        }
    }

    /// The whole document.
    pub fn finish(self) -> String {
        let Picture { width, height, title, body } = self;
        let title = escaped(&title);
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" \
             role=\"img\">\n<title>{title}</title>\n<style>{STYLE}</style>\n{body}</svg>\n"
        )
    }
}

const LEGEND_WIDTH: f64 = 175.0;
const LEGEND_HEIGHT: f64 = 18.0;

fn legend_columns(width: f64) -> usize {
    ((width / LEGEND_WIDTH) as usize).max(1)
}

/// Pixels that a legend takes from top to bottom.
pub fn legend_height(width: f64, names: usize) -> f64 {
    names.div_ceil(legend_columns(width)) as f64 * LEGEND_HEIGHT
}

/// Powers of ten from one pixel to another.
#[derive(Clone, Copy)]
pub struct LogAxis {
    /// Exponents at the ends.
    pub exponents: (i32, i32),
    pub pixels: (f64, f64),
}

impl LogAxis {
    /// The whole powers of ten about some positive finite values; at least one decade.
    pub fn about(values: impl Iterator<Item = f64>, pixels: (f64, f64)) -> LogAxis {
        let logs = values.filter(|x| *x > 0.0 && x.is_finite()).map(f64::log10);
        let (low, high) = logs.fold((f64::MAX, f64::MIN), |(low, high), x| (low.min(x), high.max(x)));
        if low > high {
            return LogAxis { exponents: (0, 1), pixels };
        }
        let low = low.floor() as i32;
        LogAxis { exponents: (low, (high.ceil() as i32).max(low + 1)), pixels }
    }

    /// The pixel of a positive value; beyond the ends the end.
    pub fn place(&self, value: f64) -> f64 {
        let (low, high) = (f64::from(self.exponents.0), f64::from(self.exponents.1));
        let part = ((value.log10() - low) / (high - low)).clamp(0.0, 1.0);
        self.pixels.0 + part * (self.pixels.1 - self.pixels.0)
    }

    /// The values to mark: powers of ten, with many decades not all, with few also 2 and 5 times these.
    pub fn marks(&self) -> impl Iterator<Item = f64> {
        let (low, high) = self.exponents;
        let decades = (high - low) as usize;
        let between: &[f64] = if decades <= 3 { &[1.0, 2.0, 5.0] } else { &[1.0] };
        let powers = (low..=high).step_by(decades.div_ceil(10).max(1)).map(|exponent| 10f64.powi(exponent));
        let most = 10f64.powi(high) * 1.001;
        powers.flat_map(move |power| between.iter().map(move |times| power * times)).filter(move |x| *x <= most)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn powers_of_ten_have_even_distances() {
        let axis = LogAxis::about([3.0, 0.0, 700.0, f64::INFINITY].into_iter(), (300.0, 0.0));
        assert_eq!(axis.exponents, (0, 3));
        assert_eq!([1.0, 10.0, 1000.0, 1e9, 0.1].map(|x| axis.place(x)), [300.0, 200.0, 0.0, 0.0, 300.0]);
        assert_eq!(LogAxis::about([].into_iter(), (0.0, 1.0)).exponents, (0, 1));
        assert!(LogAxis { exponents: (-9, 30), pixels: (0.0, 1.0) }.marks().count() <= 11);
        let few: Vec<f64> = LogAxis { exponents: (0, 2), pixels: (0.0, 1.0) }.marks().collect();
        assert_eq!(few, [1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0]);
    }

    #[test]
    fn text_is_escaped() {
        let mut picture = Picture::new(10.0, 10.0, "a < b & \"c\"");
        picture.text(0.0, 0.0, Anchor::End, "", "<&>");
        let text = picture.finish();
        assert!(text.contains("<title>a &lt; b &amp; &quot;c&quot;</title>") && text.contains("&lt;&amp;&gt;</text>"));
    }
}
