"""Create or refresh the virtual environment: ``python3 .ci/prepare.py .venv [extra …]``.

Does nothing when pyproject.toml, constraints.txt and the interpreter are the ones of the last time. Packages are
installed by uv (five times faster) in the versions of constraints.txt; where uv cannot be had or does not get
through, by pip. Both follow the user's pip configuration (index, wheel folders, certificates).
Needs only the standard library, and is read by any Python 3.6, so that an old one gets a clear sentence.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
NEEDED_MEGABYTES = 2_000
UV = "uv"
PIP_TO_UV = {
    "index-url": "UV_DEFAULT_INDEX",
    "extra-index-url": "UV_INDEX",
    "find-links": "UV_FIND_LINKS",
    "no-index": "UV_NO_INDEX",
    "cert": "SSL_CERT_FILE",
    "trusted-host": "UV_INSECURE_HOST",
    "timeout": "UV_HTTP_TIMEOUT",
    "default-timeout": "UV_HTTP_TIMEOUT",
    "proxy": "ALL_PROXY",
}


def main(folder, extras):
    """Make ``folder`` ready for the wanted extras."""
    if sys.version_info < (3, 11):  # noqa: UP036
        found = sys.version.split()[0]
        stop(f"Python 3.11 or newer is needed, this is {found}: use `make PYTHON=/path/to/python3.11 …`.")
    venv = PROJECT / folder
    marker = venv / ("ready-" + "-".join(["runtime", *extras]))
    state = fingerprint()
    if marker.exists() and marker.read_text() == state and (venv / "bin" / "python").exists():
        return
    refuse_without_room()
    create(venv)
    wanted = requirements(extras)
    say(f"Installing {len(wanted)} packages and what they need …")
    if not install_by_uv(venv, wanted):
        install_by_pip(venv, wanted)
    marker.write_text(state)


def fingerprint():
    """Return what the environment depends on, hashed."""
    digest = hashlib.sha256(sys.version.encode())
    for name in ("pyproject.toml", "constraints.txt"):
        digest.update((PROJECT / name).read_bytes())
    return digest.hexdigest()


def requirements(extras):
    """Return the requirement lines of pyproject.toml for the runtime and the extras."""
    import tomllib  # noqa: PLC0415 - unknown to the older Pythons that main() turns away

    project = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]
    wanted = list(project["dependencies"])
    for extra in extras:
        wanted += project["optional-dependencies"][extra]
    return wanted


def refuse_without_room():
    """Stop when the disk is nearly full."""
    free = shutil.disk_usage(PROJECT).free // 1_000_000
    if free < NEEDED_MEGABYTES:
        stop(
            f"Only {free} MB are free on this disk, {NEEDED_MEGABYTES} MB are needed: make room and try again."
        )


def create(venv):
    """Create the virtual environment unless it is there and works."""
    python = venv / "bin" / "python"
    if python.exists() and subprocess.run([python, "-c", ""], check=False).returncode == 0:
        return
    say(f"Creating the virtual environment {venv.name} …")
    shutil.rmtree(venv, ignore_errors=True)
    bare = ["--without-pip"] if shutil.which(UV) else []
    made = subprocess.run(
        [sys.executable, "-m", "venv", *bare, venv], capture_output=True, text=True, check=False
    )
    if made.returncode != 0:
        shutil.rmtree(venv, ignore_errors=True)
        reason = (made.stdout + made.stderr).strip().splitlines() or ["no reason given"]
        hint = " Debian and Ubuntu: apt-get install python3-venv." if "ensurepip" in made.stdout else ""
        stop("The virtual environment could not be made: {}.{}".format(reason[0].rstrip("."), hint))


def install_by_uv(venv, wanted):
    """Install with uv; return False when that is not possible."""
    python = venv / "bin" / "python"
    uv = shutil.which(UV) or venv / "bin" / UV
    if not Path(uv).exists():
        got = run([python, "-m", "pip", "install", "-q", "--disable-pip-version-check", *pinned(UV)])
        if got.returncode != 0:
            return False
    done = run([uv, "pip", "install", "-q", "--python", python, *pinned(*wanted)], uv_environment(venv))
    if done.returncode != 0:
        say(f"uv did not get through ({last_line(done.stderr)}); trying pip …")
    return done.returncode == 0


def install_by_pip(venv, wanted):
    """Install with pip or stop with its last line."""
    python = venv / "bin" / "python"
    if run([python, "-m", "pip", "--version"]).returncode != 0:
        run([python, "-m", "ensurepip"])
    done = run([python, "-m", "pip", "install", "-q", "--disable-pip-version-check", *pinned(*wanted)])
    if done.returncode != 0:
        stop(f"The packages could not be installed: {last_line(done.stderr)}")


def pinned(*names):
    """Return the arguments that install exactly the tested versions."""
    return ["-c", PROJECT / "constraints.txt", *names]


def uv_environment(venv):
    """Return the environment in which uv follows the user's pip configuration; uv's own settings win."""
    environment = dict(os.environ)
    listed = run([venv / "bin" / "python", "-m", "pip", "config", "list"]).stdout or ""
    ranked = sorted(
        listed.splitlines(), key=lambda line: (line.startswith(":env:"), line.startswith("install."))
    )
    for line in ranked:
        found = re.match(r"(?::env:|global|install)\.([\w-]+)='(.*)'$", line)
        name = PIP_TO_UV.get(found.group(1)) if found else None
        if name and name not in os.environ:
            environment[name] = found.group(2).replace("\\n", " ").strip()
    environment.pop("VIRTUAL_ENV", None)
    return environment


def run(command, environment=None):
    """Run a program and keep what it says."""
    return subprocess.run(
        [str(part) for part in command],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        cwd=PROJECT,
    )


def last_line(text):
    """Return the last line that says something."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "no reason given"


def say(sentence):
    """Tell what goes on."""
    print(sentence, flush=True)  # noqa: T201


def stop(sentence):
    """End with one sentence."""
    sys.exit(sentence)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
