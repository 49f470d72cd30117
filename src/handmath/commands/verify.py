"""`make verify`: run the pipeline again, elsewhere, and compare each output with `dvc.lock`."""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import yaml

from handmath.base import params
from handmath.base.errors import InputError, run

LOCK = Path("dvc.lock")


def main() -> None:
    """Print a line a stage, `same` or `DIFFERENT`; exit with 1 if any differs."""
    expected = outputs(LOCK)
    with tempfile.TemporaryDirectory(prefix="handmath-verify-") as folder:
        clone(Path(folder))
        try:
            subprocess.run(["dvc", "repro", "--force"], cwd=folder, check=True, stdout=sys.stderr)
        except subprocess.CalledProcessError:
            raise InputError("the pipeline did not run through; see above") from None
        found = outputs(Path(folder) / LOCK)

    differing = 0
    for stage, hashes in expected.items():
        again = found.get(stage, {})
        changed = [path for path in hashes if hashes[path] != again.get(path)]
        differing += bool(changed)
        print(f"{'DIFFERENT' if changed else 'same':9}  {stage}")
        for path in changed:
            print(f"           {path}: {hashes[path]} in {LOCK}, {again.get(path)} now")
    if differing:
        raise InputError(f"{differing} of {len(expected)} stages differ from {LOCK}")


def outputs(lock: Path) -> dict[str, dict[str, str]]:
    """The hash of every output of every stage, as a lock file has them.

    Raises:
        InputError: there is no such file.
    """
    try:
        stages: dict[str, Any] = yaml.safe_load(lock.read_text(encoding="utf-8"))["stages"]
    except FileNotFoundError:
        raise InputError(f"{lock} is missing; `dvc repro` makes it") from None
    return {
        name: {out["path"]: out["md5"] for out in stage.get("outs", [])}
        for name, stage in stages.items()
    }


def clone(folder: Path) -> None:
    """Clone the project as its files are now, with a cache of its own and the archive it names."""
    changed = git("stash", "create")  # a commit of what is not committed; it touches no branch
    git("clone", "--quiet", "--no-checkout", ".", str(folder))
    git("-C", str(folder), "checkout", "--quiet", "--detach", changed or git("rev-parse", "HEAD"))
    subprocess.run(["dvc", "config", "--local", "cache.dir", ".dvc/cache"], cwd=folder, check=True)
    archive = Path(params.load().data.archive)
    if archive.exists() and not any(str(archive) in outs for outs in outputs(LOCK).values()):
        (folder / archive).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(archive, folder / archive)


def git(*arguments: str) -> str:
    """Run git and return what it prints."""
    done = subprocess.run(["git", *arguments], check=True, capture_output=True, text=True)
    return done.stdout.strip()


if __name__ == "__main__":
    run(main)
