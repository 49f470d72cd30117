"""Which experiments have a cell in the heatmap, and which are passed over."""

from typing import Any

import pytest

from handmath.base.errors import InputError
from handmath.commands import experiments


def state(**params: Any) -> dict[str, Any]:
    values: dict[str, Any] = {"lr": 0.01, "epochs": 7, "seed": 0, "model": "notebook"} | params
    accuracy = values["epochs"] / 10
    return {
        "name": None,
        "data": {
            "params": {"params.yaml": {"data": values}},
            "metrics": {
                "metrics/train.json": {"data": {"validation_accuracy": accuracy}},
                "metrics/test.json": {"data": {"accuracy": accuracy}},
            },
        },
    }


def commit(*others: dict[str, Any]) -> dict[str, Any]:
    return state() | {"experiments": [{"revs": [other]} for other in others]}


def test_only_what_changed_lr_and_epochs_alone_has_a_cell() -> None:
    queued = state(lr=0.5)
    queued["data"]["metrics"] = {}
    failed = {"name": "failed", "data": None, "error": {"msg": "no"}}
    table = experiments.cells(
        commit(
            state(lr="1e-05"), state(epochs=3), state(epochs=3), state(epochs=5, seed=1),
            state(lr=0.5, model="compact"), queued, failed,
        )
    )  # fmt: skip
    assert table.to_dict("list") == {
        "lr": [0.01, 1e-5, 0.01],
        "epochs": [7, 7, 3],
        "validation_accuracy": [0.7, 0.7, 0.3],
        "test_accuracy": [0.7, 0.7, 0.3],
    }


def test_why_others_have_no_cell_is_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    queued = state(lr=0.5) | {"name": "waiting"}
    queued["data"]["metrics"] = {}
    failed = {"name": "failed", "data": None, "error": {"msg": "no"}}
    other = state(lr=0.5, model="compact", seed=1) | {"name": "other"}
    another = state(lr=0.7, model="compact", seed=1) | {"name": "another"}
    shown = commit(state(lr=0.1) | {"name": "fine"}, queued, failed, other, another)
    for experiment in shown["experiments"]:
        experiment["name"] = experiment["revs"][0]["name"]
    monkeypatch.setattr(experiments, "show", lambda: shown)
    monkeypatch.setattr("handmath.figures.heatmap.draw", lambda *_: None)
    experiments.main()
    assert capsys.readouterr().out == (
        "2 cells in plots/experiments.png\n"
        "without waiting: no metrics yet\n"
        "without failed: failed\n"
        "without other, another: also changed model, seed\n"
    )


def test_where_no_experiment_has_a_cell_it_is_said_why(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = commit(state(lr=0.5, model="compact"))
    shown["experiments"][0]["name"] = "other"
    monkeypatch.setattr(experiments, "show", lambda: shown)
    with pytest.raises(InputError, match="without other: also changed model"):
        experiments.main()


def test_a_grid_of_the_compact_network() -> None:
    of_compact = state(model="compact") | {
        "experiments": [{"revs": [state(model="compact", lr=1)]}]
    }
    assert experiments.cells(of_compact)["lr"].tolist() == [0.01, 1]


def test_no_experiments(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(experiments, "show", lambda: state() | {"experiments": None})
    with pytest.raises(InputError, match="queue some: dvc exp run --queue"):
        experiments.main()


def test_outside_of_a_project(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match=r"`dvc exp show` fails: ERROR: .*not inside"):
        experiments.main()


def test_without_dvc(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(InputError, match=r"`dvc` cannot be run \(No such file"):
        experiments.main()


@pytest.mark.parametrize(
    "train", [[1], "text", 7, {"accuracy": 1}, {"validation_accuracy": "0.5"},
              {"validation_accuracy": None}, {"validation_accuracy": float("nan")}]
)  # fmt: skip
def test_metrics_that_hold_no_accuracy_have_no_cell(train: object) -> None:
    damaged = state(lr=0.1) | {"name": "damaged"}
    damaged["data"]["metrics"]["metrics/train.json"]["data"] = train
    shown = commit(damaged, state(lr=0.2))
    assert experiments.cells(shown)["lr"].tolist() == [0.01, 0.2]
    assert experiments.without(shown) == ["without damaged: no accuracy in its metrics"]
