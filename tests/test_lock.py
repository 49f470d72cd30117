"""The two locks hold what pyproject.toml asks for and all that this needs, and nothing else."""

import importlib.metadata
import tomllib
from collections.abc import Iterable
from itertools import chain

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from conftest import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())


def locked(file: str) -> dict[str, str]:
    """The versions, by package, that a lock pins."""
    lines = (ROOT / file).read_text().splitlines()
    pins = [line.split("==") for line in lines if line and not line.startswith("#")]
    return {canonicalize_name(name): version for name, version in pins}


def needed(requirements: Iterable[str]) -> set[str]:
    """The packages that some requirements need, themselves included, as they are installed here."""
    todo = [Requirement(requirement) for requirement in requirements]
    seen = set()
    while todo:
        requirement = todo.pop()
        extras = frozenset(requirement.extras)
        if requirement.name == "handmath":
            todo += [Requirement(line) for extra in extras for line in EXTRAS[extra]]
            continue
        if (key := (canonicalize_name(requirement.name), extras)) in seen:
            continue
        seen.add(key)
        for line in importlib.metadata.requires(requirement.name) or []:
            next_one = Requirement(line)
            marker = next_one.marker
            if not marker or any(marker.evaluate({"extra": extra}) for extra in {"", *extras}):
                todo.append(next_one)
    return {name for name, _ in seen}


EXTRAS = PROJECT["project"]["optional-dependencies"]
RUN = needed([*PROJECT["project"]["dependencies"], "handmath[pipeline]"])


def test_what_running_needs() -> None:
    assert set(locked("requirements.txt")) == RUN


def test_what_only_developing_needs() -> None:
    everything = needed([*chain(*EXTRAS.values()), *PROJECT["dependency-groups"]["dev"]])
    assert set(locked("requirements-dev.txt")) == everything - RUN


def test_the_versions_are_those_tested() -> None:
    """A local suffix (+cpu) says how a wheel was built, not which version it is."""
    for file in ("requirements.txt", "requirements-dev.txt"):
        for name, version in locked(file).items():
            assert importlib.metadata.version(name).partition("+")[0] == version, name


def test_the_locks_name_no_place() -> None:
    for file in ("requirements.txt", "requirements-dev.txt"):
        text = (ROOT / file).read_text()
        assert "://" not in text
        assert "+" not in text.partition("\n\n")[2]
