//! `read`, `readLibsvm` and `write`: from their arguments to the readers and writers.

use std::path::Path;

use lac_compiler::list::{Item, List};

use super::interpret::Interpreter;
use super::step::{Arguments, collection, fault};
use super::value::Value;
use crate::Matrix;
use crate::context::{Context, Result};
use crate::io::{self, Format, Progress, ReadOptions, WriteOptions};

/// The arguments of `read`, in the order of its row.
pub(super) fn read(interpreter: &mut Interpreter, args: &mut Arguments, context: &Context) -> Result<Value> {
    let path = path(args, 0, "read")?;
    let data_type = args.text(4)?;
    let of_scalar = data_type.as_deref() == Some("scalar") || data_type.is_none() && io::is_scalar(Path::new(&path))?;
    if of_scalar {
        return Ok(Value::Scalar(io::read_scalar(Path::new(&path), args.text(5)?.as_deref())?));
    }
    if io::is_list(Path::new(&path))? {
        return Ok(Value::from(read_list(interpreter, Path::new(&path), context)?));
    }
    let of_frame = data_type.as_deref() == Some("frame") || data_type.is_none() && io::is_frame(Path::new(&path))?;
    let options = ReadOptions {
        format: args.text(1)?.map(|f| Format::from_name(&f)).transpose()?,
        rows: args.number(2)?.map(|n| n as u64),
        cols: args.number(3)?.map(|n| n as u64),
        header: args.bool(6)?,
        sep: args.text(7)?,
        fill: args.bool(8)?,
        default: args.number(9)?,
        na_strings: texts(args, 10)?.unwrap_or_default(),
        schema: texts(args, 13)?.map(|types| types.join(",")),
        progress: interpreter.host.reading(&path).map(Progress::new),
    };
    if of_frame {
        return Ok(Value::from(io::read_frame(Path::new(&path), &options, context)?));
    }
    read_matrix(interpreter, Path::new(&path), &options, context).map(Value::Matrix)
}

fn read_matrix(interpreter: &mut Interpreter, path: &Path, options: &ReadOptions, context: &Context) -> Result<Matrix> {
    let kept = io::sketch_beside(path, options);
    let read = io::read(path, options, context)?;
    for note in read.notes {
        interpreter.host.warn(note);
    }
    match kept {
        Some(Ok(file)) => drop(read.matrix.attach_sketch(&file.sketch)),
        Some(Err(stale)) => interpreter.host.warn(*stale),
        None => {}
    }
    Ok(read.matrix)
}

/// The values of a list, each from the file that is told of it.
fn read_list(interpreter: &mut Interpreter, path: &Path, context: &Context) -> Result<List<Value>> {
    let options = ReadOptions::default();
    let mut items = vec![];
    for (name, file) in io::list_files(path)? {
        let value = match () {
            () if io::is_scalar(&file)? => Value::Scalar(io::read_scalar(&file, None)?),
            () if io::is_list(&file)? => Value::from(read_list(interpreter, &file, context)?),
            () if io::is_frame(&file)? => Value::from(io::read_frame(&file, &options, context)?),
            () => Value::Matrix(read_matrix(interpreter, &file, &options, context)?),
        };
        items.push(Item { name, value });
    }
    Ok(List::new(items))
}

/// Features and labels.
pub(super) fn read_libsvm(
    interpreter: &mut Interpreter,
    args: &mut Arguments,
    context: &Context,
) -> Result<Vec<Value>> {
    let path = path(args, 0, "readLibsvm")?;
    let options = ReadOptions { progress: interpreter.host.reading(&path).map(Progress::new), ..Default::default() };
    let examples = io::read_libsvm(Path::new(&path), &options, context)?;
    for note in examples.notes {
        interpreter.host.warn(note);
    }
    Ok(vec![Value::Matrix(examples.x), Value::Matrix(examples.y)])
}

/// The arguments of `write`, in the order of its row.
pub(super) fn write(args: &mut Arguments, context: &Context) -> Result<()> {
    let value = args.value(0);
    let path = path(args, 1, "write")?;
    let options = WriteOptions {
        format: args.text(2)?.map(|f| Format::from_name(&f)).transpose()?,
        header: args.bool(3)?.unwrap_or(false),
        sep: args.text(4)?,
        sparse: args.bool(5)?.unwrap_or(false),
        description: args.text(6)?,
        author: None,
    };
    match value {
        Some(value) => write_value(&value, Path::new(&path), &options, context),
        None => Err(fault("E0205", "`write` lacks what to write")),
    }
}

fn write_value(value: &Value, path: &Path, options: &WriteOptions, context: &Context) -> Result<()> {
    match value {
        Value::Matrix(m) => io::write(m, path, options, context),
        Value::Scalar(s) => io::write_scalar(s, path, options),
        Value::Frame(f) => io::write_frame(f, path, options, context),
        Value::List(l) => {
            let names: Vec<_> = l.items().iter().map(|item| item.name.clone()).collect();
            let files = io::create_list(path, &names, options.format)?;
            l.values().zip(files).try_for_each(|(value, file)| write_value(value, &file, options, context))
        }
    }
}

/// `transformmeta(spec, file)`
pub(super) fn transform_meta(args: &mut Arguments, context: &Context) -> Result<Value> {
    let path = path(args, 1, "transformmeta")?;
    Ok(Value::from(io::read_frame(Path::new(&path), &ReadOptions::default(), context)?))
}

/// An argument of several texts: a string with commas, or a list.
fn texts(args: &mut Arguments, i: usize) -> Result<Option<Vec<String>>> {
    match args.value(i) {
        None => Ok(None),
        Some(Value::List(l)) => Ok(Some(
            l.values()
                .map(|v| match v {
                    Value::Scalar(s) => s.to_string(),
                    other => other.describe(),
                })
                .collect(),
        )),
        Some(Value::Frame(f)) => {
            let cells = (0..f.rows()).flat_map(|r| (0..f.cols()).map(move |c| (r, c)));
            Ok(Some(cells.filter_map(|(r, c)| f.text(r, c)).map(|t| t.to_string()).collect()))
        }
        Some(Value::Scalar(s)) => Ok(Some(s.to_string().split(',').map(|s| s.trim().to_string()).collect())),
        Some(other) => Err(collection("read", &other)),
    }
}

fn path(args: &mut Arguments, i: usize, name: &str) -> Result<String> {
    args.text(i)?.ok_or_else(|| fault("E0205", format!("`{name}` lacks the name of a file")))
}
