"""What is held out: a share of each class, equal images on one side."""

from handmath.data.split import held_out


def test_a_share_of_each_class() -> None:
    labels = ["a"] * 50 + ["b"] * 20
    digests = [f"{index * 7919 % 1000:03}" for index in range(70)]
    chosen = held_out(labels, digests, 0.1)
    assert sum(d in chosen for d in digests[:50]) == 5
    assert sum(d in chosen for d in digests[50:]) == 2


def test_the_order_of_the_images_does_not_matter() -> None:
    labels, digests = ["a", "a", "a", "b", "b"], ["5", "3", "4", "1", "2"]
    assert held_out(labels, digests, 0.4) == held_out(labels[::-1], digests[::-1], 0.4)


def test_a_class_keeps_at_least_one_image() -> None:
    assert held_out(["a", "b", "b"], ["1", "2", "3"], 0.9) == {"2"}


def test_copies_count_and_stay_together() -> None:
    chosen = held_out(["a"] * 10, ["1"] * 5 + ["2", "3", "4", "5", "6"], 0.1)
    assert chosen == {"1"}


def test_one_image_under_two_labels_is_on_one_side() -> None:
    labels = ["a", "a", "b", "b"]
    assert held_out(labels, ["1", "2", "1", "3"], 0.5) == {"1"}
    assert held_out(labels, ["2", "3", "1", "3"], 0.5) == {"1", "2"}
