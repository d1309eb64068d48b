//! Sizes of memory: as users write them, and what the machine has.

use std::fs;
use std::path::{Path, PathBuf};

/// A memory budget as an option gives it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Budget {
    Bytes(u64),
    /// Of what the machine, or the control group of the process, has.
    Percent(f64),
}

/// Leaves room for what is no matrix, and for others.
impl Default for Budget {
    fn default() -> Budget {
        Budget::Percent(80.0)
    }
}

const UNITS: &[(&str, u64)] = &[
    ("", 1),
    ("b", 1),
    ("k", 1 << 10),
    ("kb", 1 << 10),
    ("kib", 1 << 10),
    ("m", 1 << 20),
    ("mb", 1 << 20),
    ("mib", 1 << 20),
    ("g", 1 << 30),
    ("gb", 1 << 30),
    ("gib", 1 << 30),
    ("t", 1 << 40),
    ("tb", 1 << 40),
    ("tib", 1 << 40),
];

impl std::str::FromStr for Budget {
    type Err = String;

    /// `8G`, `1.5 GiB`, `500000000`, `50%`. Units are powers of 1024.
    fn from_str(text: &str) -> Result<Budget, String> {
        let wrong = || format!("`{text}` is not a size of memory: write it like 8G, 512M, 50% or as bytes");
        let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
        let number: f64 = text[..end].parse().map_err(|_| wrong())?;
        let unit = text[end..].trim().to_ascii_lowercase();
        if number <= 0.0 {
            return Err("the memory budget must be more than 0".into());
        }
        if unit == "%" {
            return Ok(Budget::Percent(number));
        }
        let (_, factor) = UNITS.iter().find(|(name, _)| *name == unit).ok_or_else(wrong)?;
        Ok(Budget::Bytes((number * *factor as f64) as u64))
    }
}

impl Budget {
    /// In bytes. Where the system does not say what it has, a percentage is no limit.
    pub fn bytes(self) -> u64 {
        match self {
            Budget::Bytes(bytes) => bytes,
            Budget::Percent(percent) => match available(Path::new("/")) {
                Some(bytes) => (bytes as f64 * percent / 100.0) as u64,
                None => u64::MAX,
            },
        }
    }
}

/// Bytes of the machine or of the tightest control group around this process, under a root folder.
fn available(root: &Path) -> Option<u64> {
    let groups = control_groups(root).into_iter().filter_map(|file| fs::read_to_string(file).ok()?.trim().parse().ok());
    groups.chain(machine(root)).min()
}

fn machine(root: &Path) -> Option<u64> {
    let text = fs::read_to_string(root.join("proc/meminfo")).ok()?;
    let line = text.lines().find_map(|l| l.strip_prefix("MemTotal:"))?;
    let kib: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    kib.checked_mul(1024)
}

/// The files with the limits of the group of this process and of those around it: `memory.max` of control groups
/// version 2, `memory.limit_in_bytes` of version 1.
fn control_groups(root: &Path) -> Vec<PathBuf> {
    let text = fs::read_to_string(root.join("proc/self/cgroup")).unwrap_or_default();
    let mut files = vec![];
    for line in text.lines() {
        let mut parts = line.splitn(3, ':').skip(1);
        let (Some(controllers), Some(path)) = (parts.next(), parts.next()) else { continue };
        let (base, name) = match controllers {
            "" => ("sys/fs/cgroup", "memory.max"),
            c if c.split(',').any(|c| c == "memory") => ("sys/fs/cgroup/memory", "memory.limit_in_bytes"),
            _ => continue,
        };
        let folders = Path::new(path.trim_start_matches('/')).ancestors();
        files.extend(folders.map(|folder| root.join(base).join(folder).join(name)));
    }
    files
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read() {
        for (text, expected) in [
            ("8G", Some(Budget::Bytes(8 << 30))),
            ("1.5gib", Some(Budget::Bytes(3 << 29))),
            ("512 M", Some(Budget::Bytes(512 << 20))),
            ("1k", Some(Budget::Bytes(1024))),
            ("2T", Some(Budget::Bytes(2 << 40))),
            ("12345", Some(Budget::Bytes(12345))),
            ("50%", Some(Budget::Percent(50.0))),
            ("", None),
            ("G", None),
            ("0", None),
            ("-1G", None),
            ("8X", None),
            ("1.2.3", None),
        ] {
            assert_eq!(text.parse::<Budget>().ok(), expected, "{text:?}");
        }
    }

    #[test]
    fn the_tightest_limit_counts() {
        let root = std::env::temp_dir().join(format!("lac-memory-{}", std::process::id()));
        let put = |name: &str, text: &str| {
            let path = root.join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        assert_eq!(available(&root), None);
        put("proc/meminfo", "MemTotal:       16384 kB\nMemFree:  1 kB\n");
        assert_eq!(available(&root), Some(16 << 20));
        put("proc/self/cgroup", "3:cpu:/x\n0::/a/b\n");
        put("sys/fs/cgroup/a/b/memory.max", "max\n");
        assert_eq!(available(&root), Some(16 << 20));
        put("sys/fs/cgroup/a/memory.max", "4096\n");
        assert_eq!(available(&root), Some(4096));
        put("proc/self/cgroup", "3:cpu,memory:/c\n");
        put("sys/fs/cgroup/memory/c/memory.limit_in_bytes", "8192\n");
        assert_eq!(available(&root), Some(8192));
        fs::remove_dir_all(root).unwrap();
    }
}
