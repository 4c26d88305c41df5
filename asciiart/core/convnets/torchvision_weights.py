"""Weights that torchvision publishes, read into the networks of this package by their names."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from torch import Tensor, nn

from asciiart.core.convnets.alexnet import AlexNet
from asciiart.core.convnets.densenet import DenseNet
from asciiart.core.convnets.googlenet import GoogLeNet
from asciiart.core.convnets.resnet import ResNet
from asciiart.core.convnets.vgg import VGG
from asciiart.core.layers import ConvNet

LayerNames = Iterator[tuple[str, str]]


def load_torchvision_state(network: ConvNet, state: Mapping[str, Tensor]) -> None:
    """Load a ``state_dict`` of torchvision's network of the same name.

    It fits `AlexNet` of ``variant`` "2014", `VGG` (with ``norm``: ``vgg16_bn`` and its like, whose
    biases before the normalizations are taken off the running means),
    `GoogLeNet` of ``variant`` "torchvision", `ResNet` and `DenseNet`, without ``small_input``. In
    evaluation the outputs are torchvision's. A network built on the ``meta`` device takes the
    tensors themselves, so that large weights are never there twice.

    torchvision's published weights expect pictures of ImageNet's mean (0.485, 0.456, 0.406) and
    deviation (0.229, 0.224, 0.225); those of GoogLeNet mean and deviation 0.5.

    Raises
    ------
    ValueError
        If torchvision has no such network, or names are missing, left over or of another shape.
    """
    names = next((find for kind, find in _NAMES.items() if isinstance(network, kind)), None)
    if names is None:
        raise ValueError(f"torchvision has no network like {type(network).__name__}")
    theirs = {
        re.sub(r"\.(norm|conv)\.(\d)\.", r".\1\2.", key): value for key, value in state.items()
    }
    layers = dict(names(network))
    renamed: dict[str, Tensor] = {}
    for key, own in network.state_dict().items():
        layer, _, leaf = key.rpartition(".")
        name = f"{layers[layer]}.{leaf}" if layer in layers else key
        if name in theirs:
            renamed[key] = theirs.pop(name)
        elif leaf == "num_batches_tracked":  # older files do not have it
            renamed[key] = own
    for layer, name in layers.items():
        mean = f"{layer.removesuffix('conv')}norm.running_mean"
        if mean in renamed and f"{name}.bias" in theirs:  # a bias before a normalization shifts it
            renamed[mean] = renamed[mean] - theirs.pop(f"{name}.bias")
    if theirs:
        raise ValueError(f"{type(network).__name__} has no place for {', '.join(theirs)}")
    on_meta = any(parameter.is_meta for parameter in network.parameters())
    try:
        network.load_state_dict(renamed, assign=on_meta)
    except RuntimeError as error:
        raise ValueError(str(error)) from error


def _alexnet(_: nn.Module) -> LayerNames:
    """Yield the names of layers, ours and torchvision's."""
    yield from ((f"trunk.conv{i}.0", f"features.{n}") for i, n in enumerate((0, 3, 6, 8, 10), 1))
    yield from (("head.2", "classifier.1"), ("head.5", "classifier.4"))
    yield "classifier", "classifier.6"


def _vgg(network: nn.Module) -> LayerNames:
    place = 0  # in torchvision's list of convolutions, normalizations, activations and poolings
    for name, stage in network.get_submodule("trunk").named_children():
        if isinstance(stage, nn.MaxPool2d):
            place += 1
            continue
        yield f"trunk.{name}.conv", f"features.{place}"
        yield f"trunk.{name}.norm", f"features.{place + 1}"
        place += 2 if isinstance(stage.norm, nn.Identity) else 3
    yield from (("head.2", "classifier.0"), ("head.5", "classifier.3"))
    yield "classifier", "classifier.6"


def _resnet(network: nn.Module) -> LayerNames:
    yield from (("trunk.conv1.conv", "conv1"), ("trunk.conv1.norm", "bn1"), ("classifier", "fc"))
    for name, _ in network.named_modules():
        if found := re.fullmatch(r"trunk\.conv(\d)\.(\d+)\.(?:residual\.(\d)|shortcut)", name):
            stage, block, number = found.groups()
            conv, norm = ("downsample.0", "downsample.1")
            if number is not None:
                conv, norm = f"conv{int(number) + 1}", f"bn{int(number) + 1}"
            yield f"{name}.conv", f"layer{int(stage) - 1}.{block}.{conv}"
            yield f"{name}.norm", f"layer{int(stage) - 1}.{block}.{norm}"


def _densenet(network: nn.Module) -> LayerNames:
    yield "trunk.conv1.conv", "features.conv0"
    yield "trunk.conv1.norm", "features.norm0"
    yield "trunk.norm.0", "features.norm5"
    for name, _ in network.named_modules():
        if found := re.fullmatch(r"trunk\.block(\d)\.(\d+)\.layers\.(\d)", name):
            block, layer, part = (int(number) + 1 for number in found.groups())
            theirs = f"features.denseblock{block - 1}.denselayer{layer}"
            yield f"{name}.0", f"{theirs}.norm{part}"
            yield f"{name}.2", f"{theirs}.conv{part}"
        if found := re.fullmatch(r"trunk\.transition(\d)", name):
            yield f"{name}.0", f"features.transition{found[1]}.norm"
            yield f"{name}.2", f"features.transition{found[1]}.conv"


_BRANCHES = {
    "one": "branch1",
    "three.0": "branch2.0",
    "three.1": "branch2.1",
    "five.0": "branch3.0",
    "five.1": "branch3.1",
    "pool.1": "branch4.1",
}
"""Ours -> torchvision's names of the convolutions in an Inception module."""


def _googlenet(network: nn.Module) -> LayerNames:
    pairs = {"trunk.conv1": "conv1", "trunk.reduce2": "conv2", "trunk.conv2": "conv3"}
    for name, _ in network.get_submodule("trunk").named_children():
        if name.startswith("inception"):
            pairs |= {f"trunk.{name}.{own}": f"{name}.{its}" for own, its in _BRANCHES.items()}
    for number in (1, 2):
        pairs[f"auxiliary{number}.conv"] = f"aux{number}.conv"
        yield f"auxiliary{number}.hidden", f"aux{number}.fc1"
        yield f"auxiliary{number}.classifier", f"aux{number}.fc2"
    for own, its in pairs.items():
        yield f"{own}.conv", f"{its}.conv"
        yield f"{own}.norm", f"{its}.bn"
    yield "classifier", "fc"


_NAMES: Mapping[type[ConvNet], Callable[[nn.Module], LayerNames]] = {
    AlexNet: _alexnet,
    VGG: _vgg,
    GoogLeNet: _googlenet,
    ResNet: _resnet,
    DenseNet: _densenet,
}
