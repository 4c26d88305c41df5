"""What tasks share whose networks classify pictures."""

from __future__ import annotations

import torch
from torch.nn import functional

from asciiart.core.convnets.googlenet import GoogLeNetOutput
from asciiart.train.lab.classification import likeliest, picture_loss, recognize


def test_auxiliary_heads_are_part_of_the_loss() -> None:
    logits = [torch.randn(4, 3, generator=torch.Generator().manual_seed(i)) for i in range(3)]
    labels = torch.tensor([0, 1, 2, 1])
    main, *heads = (functional.cross_entropy(each, labels) for each in logits)
    plain = picture_loss(lambda _: logits[0], (labels, labels))  # type: ignore[arg-type]
    assert plain.loss == main
    assert plain.scores["accuracy"] == (logits[0].argmax(1) == labels).float().mean()
    output = GoogLeNetOutput(*logits)
    both = picture_loss(lambda _: output, (labels, labels))  # type: ignore[arg-type]
    torch.testing.assert_close(both.loss, main + 0.3 * sum(heads))


def test_recognize_gives_the_likeliest_label() -> None:
    class Sum(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.weight = torch.nn.Parameter(torch.eye(3))

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return x.flatten(1) @ self.weight

    pictures = torch.eye(3)[torch.tensor([2, 0, 1] * 200)].reshape(600, 1, 1, 3)
    assert recognize(Sum(), pictures).tolist() == [2, 0, 1] * 200


def test_likeliest_names_three_classes_with_their_probabilities() -> None:
    shares = torch.tensor([[0.05, 0.6, 0.1, 0.25]])

    class Fixed(torch.nn.Module):
        def forward(self, _: torch.Tensor) -> torch.Tensor:
            return shares.log()

    said = likeliest(Fixed(), torch.zeros(1, 1, 2, 2), ("sea", "city", "road", "room"))
    assert said == "city 60.0%\nroom 25.0%\nroad 10.0%"
