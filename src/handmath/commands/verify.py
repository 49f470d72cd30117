"""`make verify`: run the pipeline again, elsewhere, and compare each output with `dvc.lock`."""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import yaml

from handmath.base import params
from handmath.base.errors import InputError, reason, run

LOCK = Path("dvc.lock")


def main() -> None:
    """Print a line a stage, `same` or `DIFFERENT`; exit with 1 if any differs."""
    expected = outputs(LOCK)
    with tempfile.TemporaryDirectory(prefix="handmath-verify-") as folder:
        project = clone(Path(folder))
        try:
            subprocess.run(["dvc", "repro", "--force"], cwd=project, check=True, stdout=sys.stderr)
        except subprocess.CalledProcessError:
            raise InputError("the pipeline did not run through; see above") from None
        found = outputs(project / LOCK)

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
        InputError: there is no such file, or it is no lock.
    """
    try:
        stages: dict[str, Any] = yaml.safe_load(lock.read_text(encoding="utf-8"))["stages"]
        return {
            name: {out["path"]: out["md5"] for out in stage.get("outs", [])}
            for name, stage in stages.items()
        }
    except FileNotFoundError:
        raise InputError(f"{lock} is missing; `dvc repro` makes it") from None
    except (OSError, ValueError, LookupError, TypeError, AttributeError, yaml.YAMLError) as error:
        raise InputError(
            f"{lock} is damaged ({' '.join(reason(error).split())}); `git restore {lock}` brings "
            "it back"
        ) from None


def clone(folder: Path) -> Path:
    """Clone the project as its files are now, with a cache of its own and the archive it names.

    The clone is inside of a folder, as deep as the archive's path climbs, so that it too is inside.
    Where the archive's path is absolute, both projects read that.
    """
    archive = Path(params.load().data.archive)
    project = folder.joinpath("project", *archive.parts.count("..") * ["project"])
    changed = git("stash", "create")  # a commit of what is not committed; it touches no branch
    git("clone", "--quiet", "--no-checkout", ".", str(project))
    git("-C", str(project), "checkout", "--quiet", "--detach", changed or git("rev-parse", "HEAD"))
    subprocess.run(["dvc", "config", "--local", "cache.dir", ".dvc/cache"], cwd=project, check=True)
    is_made = any(str(archive) in outs for outs in outputs(LOCK).values())
    if archive.exists() and not archive.is_absolute() and not is_made:
        (project / archive).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(archive, project / archive)
    return project


def git(*arguments: str) -> str:
    """Run git and return what it prints.

    Raises:
        InputError: it fails, such as outside of a repository or in a shallow one.
    """
    done = subprocess.run(["git", *arguments], check=False, capture_output=True, text=True)
    if done.returncode:
        raise InputError(f"`git {arguments[0]}` fails: {' '.join(done.stderr.split())}")
    return done.stdout.strip()


if __name__ == "__main__":
    run(main)
