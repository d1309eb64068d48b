//! What functions of cells can call.

use super::eval::{int, number, truth};
use super::number::{double, int as parse_int};
use super::parse::Row;
use super::pattern::Pattern;
use super::{Val, date, stem};

/// `target.name(arguments)`
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Method {
    Length,
    IsEmpty,
    IsBlank,
    Lower,
    Upper,
    Trim,
    Substring,
    CharAt,
    IndexOf,
    LastIndexOf,
    Contains,
    StartsWith,
    EndsWith,
    Equals,
    EqualsIgnoreCase,
    Replace,
    ReplaceAll,
    ReplaceFirst,
    Split,
    Matches,
    Concat,
    CompareTo,
    Repeat,
    HashCode,
    ToText,
    IntValue,
    DoubleValue,
    Sum,
    Average,
    Most,
    Least,
}

/// Each with the numbers of arguments that it takes.
pub(super) const METHODS: &[Row] = {
    use Method::*;
    &[
        ("length", Length, &[0]),
        ("isEmpty", IsEmpty, &[0]),
        ("isBlank", IsBlank, &[0]),
        ("toLowerCase", Lower, &[0]),
        ("toUpperCase", Upper, &[0]),
        ("trim", Trim, &[0]),
        ("strip", Trim, &[0]),
        ("substring", Substring, &[1, 2]),
        ("charAt", CharAt, &[1]),
        ("indexOf", IndexOf, &[1, 2]),
        ("lastIndexOf", LastIndexOf, &[1]),
        ("contains", Contains, &[1]),
        ("startsWith", StartsWith, &[1]),
        ("endsWith", EndsWith, &[1]),
        ("equals", Equals, &[1]),
        ("equalsIgnoreCase", EqualsIgnoreCase, &[1]),
        ("replace", Replace, &[2]),
        ("replaceAll", ReplaceAll, &[2]),
        ("replaceFirst", ReplaceFirst, &[2]),
        ("split", Split, &[1, 2]),
        ("matches", Matches, &[1]),
        ("concat", Concat, &[1]),
        ("compareTo", CompareTo, &[1]),
        ("repeat", Repeat, &[1]),
        ("hashCode", HashCode, &[0]),
        ("toString", ToText, &[0]),
        ("intValue", IntValue, &[0]),
        ("doubleValue", DoubleValue, &[0]),
        ("getAsDouble", DoubleValue, &[0]),
        ("sum", Sum, &[0]),
        ("average", Average, &[0]),
        ("max", Most, &[0]),
        ("min", Least, &[0]),
    ]
};

/// A text gets no longer than this.
const LONGEST: usize = 1 << 24;

/// What a method gives. Of a missing cell all is missing, but that it equals something.
pub(super) fn method(method: Method, target: &Val, args: &[Val]) -> Result<Val, String> {
    use Method::*;
    if *target == Val::Missing {
        return Ok(if matches!(method, Equals | EqualsIgnoreCase) {
            Val::Bool(args[0] == Val::Missing)
        } else {
            Val::Missing
        });
    }
    match (method, target) {
        (ToText, _) => return Ok(Val::text(&target.show())),
        (Equals, _) => return Ok(Val::Bool(target.show() == args[0].show() && args[0] != Val::Missing)),
        (IntValue, _) => return Ok(Val::Int(number(target)? as i64)),
        (DoubleValue, _) => return Ok(Val::Double(number(target)?)),
        (Sum | Average | Most | Least, Val::Array(items)) => return aggregate(method, items),
        _ => {}
    }
    let Val::Text(t) = target else { return Err(format!("{} has no such method", target.kind())) };
    let text = |i: usize| args[i].show();
    Ok(match method {
        Length => Val::Int(t.chars().count() as i64),
        IsEmpty => Val::Bool(t.is_empty()),
        IsBlank => Val::Bool(t.trim().is_empty()),
        Lower => Val::text(&t.to_lowercase()),
        Upper => Val::text(&t.to_uppercase()),
        Trim => Val::text(t.trim()),
        Substring => {
            let n = t.chars().count() as i64;
            let (from, to) = (int(&args[0])?, args.get(1).map_or(Ok(n), int)?);
            if from < 0 || from > to || to > n {
                return Err(format!("characters {from} to {to} of a text of {n}"));
            }
            let part: String = t.chars().skip(from as usize).take((to - from) as usize).collect();
            Val::text(&part)
        }
        CharAt => {
            let at = int(&args[0])?;
            let found = usize::try_from(at).ok().and_then(|at| t.chars().nth(at));
            Val::Char(found.ok_or_else(|| format!("character {at} of a text of {}", t.chars().count()))?)
        }
        IndexOf => {
            let from = args.get(1).map_or(Ok(0), int)?.max(0) as usize;
            let start = t.char_indices().nth(from).map_or(t.len(), |(at, _)| at);
            place(t, t[start..].find(&text(0)).map(|at| start + at))
        }
        LastIndexOf => place(t, t.rfind(&text(0))),
        Contains => Val::Bool(t.contains(&text(0))),
        StartsWith => Val::Bool(t.starts_with(&text(0))),
        EndsWith => Val::Bool(t.ends_with(&text(0))),
        EqualsIgnoreCase => Val::Bool(t.to_lowercase() == text(0).to_lowercase()),
        Replace => Val::text(&t.replace(&text(0), &text(1))),
        ReplaceAll => Val::text(&pattern(&args[0])?.replace_all(t, &text(1))),
        ReplaceFirst => Val::text(&pattern(&args[0])?.replace_first(t, &text(1))),
        Split => {
            let limit = args.get(1).map_or(Ok(0), int)?;
            let parts = pattern(&args[0])?;
            Val::Array(parts.split(t, limit).into_iter().map(|(_, part)| Val::text(part)).collect())
        }
        Matches => Val::Bool(whole(&args[0])?.is_in(t)),
        Concat => Val::Text((t.to_string() + &text(0)).into()),
        CompareTo => Val::Int(compared(t, &text(0))),
        Repeat => {
            let n = int(&args[0])?.max(0) as usize;
            if n.saturating_mul(t.len()) > LONGEST {
                return Err(format!("a text of more than {LONGEST} bytes"));
            }
            Val::Text(t.repeat(n).into())
        }
        HashCode => Val::Int(super::super::encode::hash(t)),
        Sum | Average | Most | Least => return Err(format!("{} has no such method", target.kind())),
        Equals | ToText | IntValue | DoubleValue => unreachable!("done above"),
    })
}

/// Of the numbers of an array.
fn aggregate(method: Method, items: &[Val]) -> Result<Val, String> {
    let numbers = items.iter().map(number).collect::<Result<Vec<f64>, _>>()?;
    let sum = numbers.iter().sum::<f64>();
    let some = |x: Option<f64>| x.ok_or_else(|| "an array without items".to_string());
    Ok(Val::Double(match method {
        Method::Sum => sum,
        Method::Average => some((!numbers.is_empty()).then(|| sum / numbers.len() as f64))?,
        Method::Most => some(numbers.into_iter().reduce(f64::max))?,
        _ => some(numbers.into_iter().reduce(f64::min))?,
    }))
}

impl Method {
    /// A constant first argument as it is best kept.
    ///
    /// # Errors
    /// What is wrong with a pattern.
    pub fn prepared(self, text: &str) -> Result<Val, String> {
        Ok(match self {
            Method::ReplaceAll | Method::ReplaceFirst | Method::Split => Val::Pattern(Pattern::new(text)?),
            Method::Matches => Val::Pattern(Pattern::whole(text)?),
            _ => Val::text(text),
        })
    }
}

fn pattern(x: &Val) -> Result<Pattern, String> {
    match x {
        Val::Pattern(p) => Ok(p.clone()),
        other => Pattern::new(&other.show()),
    }
}

fn whole(x: &Val) -> Result<Pattern, String> {
    match x {
        Val::Pattern(p) => Ok(p.clone()),
        other => Pattern::whole(&other.show()),
    }
}

/// A byte's place as that of a character.
fn place(t: &str, byte: Option<usize>) -> Val {
    Val::Int(byte.map_or(-1, |at| t[..at].chars().count() as i64))
}

/// The difference of the first characters that differ, or else of the lengths.
fn compared(a: &str, b: &str) -> i64 {
    let differ = a.encode_utf16().zip(b.encode_utf16()).find(|(x, y)| x != y);
    let length = |t: &str| t.encode_utf16().count() as i64;
    differ.map_or(length(a) - length(b), |(x, y)| i64::from(x) - i64::from(y))
}

/// `Math.abs(x)`
#[derive(Clone, Copy, Debug)]
pub(super) enum Function {
    ParseDouble,
    ParseInt,
    ParseBoolean,
    Text,
    Join,
    Math(fn(f64) -> f64),
    Round,
    Abs,
    Min,
    Max,
    Pow,
    IsDigit,
    IsLetter,
    IsNaN,
    SplitEntry,
    Jaccard,
    WordErrorRate,
    CodeAt,
    Stem,
    Stream,
    Numbers,
    Copies,
    Milliseconds,
}

const FUNCTIONS: &[(&str, Function, &[usize])] = {
    use Function::*;
    &[
        ("Double.parseDouble", ParseDouble, &[1]),
        ("Double.valueOf", ParseDouble, &[1]),
        ("Float.parseFloat", ParseDouble, &[1]),
        ("Double.isNaN", IsNaN, &[1]),
        ("Integer.parseInt", ParseInt, &[1]),
        ("Integer.valueOf", ParseInt, &[1]),
        ("Long.parseLong", ParseInt, &[1]),
        ("Long.valueOf", ParseInt, &[1]),
        ("Boolean.parseBoolean", ParseBoolean, &[1]),
        ("Boolean.valueOf", ParseBoolean, &[1]),
        ("String.valueOf", Text, &[1]),
        ("Double.toString", Text, &[1]),
        ("Integer.toString", Text, &[1]),
        ("String.join", Join, &[2]),
        ("Math.sqrt", Math(f64::sqrt), &[1]),
        ("Math.exp", Math(f64::exp), &[1]),
        ("Math.log", Math(f64::ln), &[1]),
        ("Math.log10", Math(f64::log10), &[1]),
        ("Math.floor", Math(f64::floor), &[1]),
        ("Math.ceil", Math(f64::ceil), &[1]),
        ("Math.sin", Math(f64::sin), &[1]),
        ("Math.cos", Math(f64::cos), &[1]),
        ("Math.tan", Math(f64::tan), &[1]),
        ("Math.signum", Math(sign), &[1]),
        ("Math.round", Round, &[1]),
        ("Math.abs", Abs, &[1]),
        ("Math.min", Min, &[2]),
        ("Math.max", Max, &[2]),
        ("Math.pow", Pow, &[2]),
        ("Character.isDigit", IsDigit, &[1]),
        ("Character.isLetter", IsLetter, &[1]),
        ("UtilFunctions.splitRecodeEntry", SplitEntry, &[1]),
        ("UtilFunctions.jaccardSim", Jaccard, &[2]),
        ("UtilFunctions.getWordErrorRate", WordErrorRate, &[2]),
        ("UtilFunctions.getAsciiAtIdx", CodeAt, &[2]),
        ("UtilFunctions.convertStringToDoubleArray", Numbers, &[1]),
        ("UtilFunctions.copyAsStringToArray", Copies, &[2]),
        ("UtilFunctions.toMillis", Milliseconds, &[2]),
        ("Arrays.stream", Stream, &[1]),
        ("PorterStemmer.stem", Stem, &[1]),
    ]
};

fn sign(x: f64) -> f64 {
    if x == 0.0 || x.is_nan() { x } else { x.signum() }
}

impl Function {
    pub fn by_name(name: &str) -> Option<(Function, &'static [usize])> {
        FUNCTIONS.iter().find(|(n, ..)| *n == name).map(|(_, f, arities)| (*f, *arities))
    }

    pub fn names() -> impl Iterator<Item = &'static str> {
        FUNCTIONS.iter().map(|(name, ..)| *name)
    }
}

pub(super) fn function(function: Function, args: &[Val]) -> Result<Val, String> {
    use Function::*;
    if args.contains(&Val::Missing) {
        return Ok(Val::Missing);
    }
    let text = |i: usize| args[i].show();
    let is_min = matches!(function, Min);
    let both_whole = || Some((int(&args[0]).ok()?, int(&args[1]).ok()?));
    Ok(match function {
        ParseDouble => match number(&args[0]) {
            Ok(x) => Val::Double(x),
            Err(_) => Val::Double(double(&text(0))?),
        },
        ParseInt => match int(&args[0]) {
            Ok(i) => Val::Int(i),
            Err(_) => Val::Int(parse_int(&text(0))?),
        },
        ParseBoolean => Val::Bool(truth(&args[0]).unwrap_or(text(0).eq_ignore_ascii_case("true"))),
        Text => Val::text(&text(0)),
        Join => match &args[1] {
            Val::Array(items) => Val::text(&items.iter().map(Val::show).collect::<Vec<_>>().join(&text(0))),
            other => Val::text(&other.show()),
        },
        Math(f) => Val::Double(f(number(&args[0])?)),
        Round => Val::Int((number(&args[0])? + 0.5).floor() as i64),
        Abs => match int(&args[0]) {
            Ok(i) => Val::Int(i.wrapping_abs()),
            Err(_) => Val::Double(number(&args[0])?.abs()),
        },
        Min | Max => match both_whole() {
            Some((a, b)) => Val::Int(if is_min { a.min(b) } else { a.max(b) }),
            None => {
                let (a, b) = (number(&args[0])?, number(&args[1])?);
                Val::Double(if (a < b) == is_min { a } else { b })
            }
        },
        Pow => Val::Double(number(&args[0])?.powf(number(&args[1])?)),
        IsDigit => Val::Bool(text(0).chars().all(|c| c.is_numeric())),
        IsLetter => Val::Bool(text(0).chars().all(char::is_alphabetic)),
        IsNaN => Val::Bool(number(&args[0])?.is_nan()),
        SplitEntry => {
            let entry = text(0);
            let (key, code) =
                entry.rsplit_once('\u{b7}').ok_or_else(|| format!("\"{entry}\" is no entry `value·code`"))?;
            Val::Array(vec![Val::text(key), Val::text(code)])
        }
        Jaccard => Val::Double(jaccard(&text(0), &text(1))),
        WordErrorRate => Val::Double(word_error_rate(&text(0), &text(1))),
        CodeAt => {
            let at = int(&args[1]).or_else(|_| parse_int(&text(1)))?;
            let found = usize::try_from(at - 1).ok().and_then(|at| text(0).chars().nth(at));
            Val::Int(found.map_or(0, |c| i64::from(u32::from(c))))
        }
        Stem => Val::text(&stem::stem(&text(0))),
        Stream => Val::Array(items(&args[0])?.to_vec()),
        Numbers => {
            let parsed = |x: &Val| number(x).or_else(|_| double(&x.show())).map(Val::Double);
            Val::Array(items(&args[0])?.iter().map(parsed).collect::<Result<_, _>>()?)
        }
        Copies => Val::Array(vec![Val::text(&text(1)); items(&args[0])?.len()]),
        Milliseconds => Val::Int(date::milliseconds(&text(0), &text(1))?),
    })
}

fn items(x: &Val) -> Result<&[Val], String> {
    match x {
        Val::Array(items) => Ok(items),
        other => Err(format!("{} is no array", other.kind())),
    }
}

/// The share of the characters of both that both have.
fn jaccard(a: &str, b: &str) -> f64 {
    let set = |t: &str| t.chars().collect::<std::collections::BTreeSet<char>>();
    let (a, b) = (set(a), set(b));
    let common = a.intersection(&b).count();
    common as f64 / (a.len() + b.len() - common) as f64
}

/// The edits that make one sequence of words of the other, by the number of words of the longer one.
fn word_error_rate(a: &str, b: &str) -> f64 {
    let words = |t: &str| t.split_whitespace().map(str::to_string).collect::<Vec<_>>();
    let (a, b) = (words(a), words(b));
    let longest = a.len().max(b.len());
    if longest == 0 { 0.0 } else { distance(&a, &b) as f64 / longest as f64 }
}

/// Levenshtein's: two rows of the table.
fn distance(a: &[String], b: &[String]) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(x != y);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(row[j + 1] + 1);
        }
    }
    row[b.len()]
}
