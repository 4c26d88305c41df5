"""AlexNet, VGG, GoogLeNet, ResNet and DenseNet are torchvision's, by its own state dicts."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn
from vision_reference import torchvision

from asciiart.core.convnets import (
    VGG,
    AlexNet,
    DenseNet,
    GoogLeNet,
    GoogLeNetOutput,
    ResNet,
    densenet,
    load_torchvision_state,
    resnet,
    vgg,
)
from asciiart.core.layers import ConvNet

models = torchvision.models
Pair = tuple[Callable[[], nn.Module], Callable[[], ConvNet]]

PUBLISHED: dict[str, Pair] = {
    "alexnet": (models.alexnet, lambda: AlexNet(variant="2014")),
    "googlenet": (
        lambda: models.googlenet(init_weights=False),
        lambda: GoogLeNet(variant="torchvision"),
    ),
}
for _depth in (11, 16):
    PUBLISHED[f"vgg{_depth}"] = (
        getattr(models, f"vgg{_depth}"),
        lambda depth=_depth: vgg(depth),  # type: ignore[misc]
    )
    PUBLISHED[f"vgg{_depth}_bn"] = (
        getattr(models, f"vgg{_depth}_bn"),
        lambda depth=_depth: vgg(depth, norm=True),  # type: ignore[misc]
    )
for _depth in (34, 50):
    PUBLISHED[f"resnet{_depth}"] = (
        getattr(models, f"resnet{_depth}"),
        lambda depth=_depth: resnet(depth),  # type: ignore[misc]
    )
for _depth in (121, 161):
    PUBLISHED[f"densenet{_depth}"] = (
        getattr(models, f"densenet{_depth}"),
        lambda depth=_depth: densenet(depth),  # type: ignore[misc]
    )


@pytest.mark.parametrize("name", PUBLISHED)
def test_every_published_state_has_its_place(name: str) -> None:
    """Names and shapes alone, without numbers: the large ones have hundreds of megabytes."""
    theirs, ours = PUBLISHED[name]
    with torch.device("meta"):
        state = theirs().state_dict()
        network = ours()
    load_torchvision_state(network, state)
    absorbed = 1 if name.endswith("_bn") else 0  # a bias for each normalization
    norms = sum(isinstance(layer, nn.BatchNorm2d) for layer in network.modules())
    assert len(network.state_dict()) == len(state) - absorbed * norms


def _small_vgg(norm: bool) -> nn.Module:
    layers = [4, "M", 8, "M", 16, 16, "M", 32, 32, "M", 32, 32, "M"]
    features = models.vgg.make_layers(layers, batch_norm=norm)
    network = models.VGG(features, num_classes=5, init_weights=False)
    network.classifier[0] = nn.Linear(32 * 49, 256)
    network.classifier[3] = nn.Linear(256, 256)
    network.classifier[6] = nn.Linear(256, 5)
    return network


def _small_resnet(bottleneck: bool) -> nn.Module:
    block = models.resnet.Bottleneck if bottleneck else models.resnet.BasicBlock
    return models.ResNet(block, [1, 2, 1, 1], num_classes=5)


SMALL: dict[str, Pair] = {
    "AlexNet": (lambda: models.alexnet(num_classes=5), lambda: AlexNet(5, variant="2014")),
    "VGG": (
        lambda: _small_vgg(norm=False),
        lambda: VGG((1, 1, 2, 2, 2), num_classes=5, width=4),
    ),
    "VGG-norm": (
        lambda: _small_vgg(norm=True),
        lambda: VGG((1, 1, 2, 2, 2), num_classes=5, width=4, norm=True),
    ),
    "GoogLeNet": (
        lambda: models.googlenet(num_classes=5, init_weights=False, aux_logits=True),
        lambda: GoogLeNet(5, variant="torchvision"),
    ),
    "ResNet-basic": (
        lambda: _small_resnet(bottleneck=False),
        lambda: ResNet((1, 2, 1, 1), num_classes=5),
    ),
    "ResNet-bottleneck": (
        lambda: _small_resnet(bottleneck=True),
        lambda: ResNet((1, 2, 1, 1), num_classes=5, bottleneck=True),
    ),
    "DenseNet": (
        lambda: models.DenseNet(8, (1, 2, 2, 1), 16, num_classes=5),
        lambda: DenseNet((1, 2, 2, 1), num_classes=5, growth_rate=8),
    ),
}


def pair(name: str) -> tuple[nn.Module, ConvNet]:
    """Return torchvision's network, its running statistics random too, and ours with its state."""
    theirs, ours = SMALL[name]
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        reference = theirs().eval()
        for layer in reference.modules():
            if isinstance(layer, nn.BatchNorm2d):
                for tensor in (layer.weight, layer.running_var):
                    nn.init.uniform_(tensor, 0.5, 1.5)  # type: ignore[arg-type]
                for tensor in (layer.bias, layer.running_mean):
                    nn.init.uniform_(tensor, -0.5, 0.5)  # type: ignore[arg-type]
            elif isinstance(layer, nn.Conv2d) and layer.bias is not None:
                nn.init.uniform_(layer.bias, -0.5, 0.5)
    with torch.device("meta"):
        network = ours().eval()
    load_torchvision_state(network, reference.state_dict())
    return reference, network


def pictures(side: int = 64) -> Tensor:
    return torch.randn(2, 3, side, side, generator=torch.Generator().manual_seed(1))


@torch.no_grad()
@pytest.mark.parametrize("name", SMALL)
def test_the_outputs_are_torchvisions(name: str) -> None:
    reference, network = pair(name)
    torch.testing.assert_close(network(pictures()), reference(pictures()))


@torch.no_grad()
def test_googlenets_auxiliary_heads_are_torchvisions() -> None:
    reference, network = pair("GoogLeNet")
    for part in (*reference.modules(), *network.modules()):  # training without its randomness
        part.training = not isinstance(part, nn.Dropout | nn.BatchNorm2d)
    expected, found = reference(pictures()), network(pictures())
    assert isinstance(found, GoogLeNetOutput)
    torch.testing.assert_close(found.logits, expected.logits)
    torch.testing.assert_close(found.auxiliary1, expected.aux_logits1)
    torch.testing.assert_close(found.auxiliary2, expected.aux_logits2)


@torch.no_grad()
def test_a_network_with_weights_of_its_own_takes_copies() -> None:
    reference, other = pair("ResNet-basic")[0], SMALL["ResNet-basic"][1]().eval()
    load_torchvision_state(other, reference.state_dict())
    torch.testing.assert_close(other(pictures()), reference(pictures()))
    reference.conv1.weight.zero_()  # type: ignore[operator]
    assert other.get_parameter("trunk.conv1.conv.weight").any()


def test_old_files_of_densenet_and_without_counts_are_read() -> None:
    """torchvision's own files write ``norm.1`` for ``norm1`` and have no counts of batches."""
    reference, network = pair("DenseNet")
    expected = network.state_dict()
    old = {
        key.replace(".norm1.", ".norm.1.").replace(".conv2.", ".conv.2."): value
        for key, value in reference.state_dict().items()
        if not key.endswith("num_batches_tracked")
    }
    assert any(".norm.1." in key for key in old)
    other = SMALL["DenseNet"][1]()
    load_torchvision_state(other, old)
    for key, value in other.state_dict().items():
        assert torch.equal(value, expected[key]), key


def test_states_that_do_not_fit_are_refused() -> None:
    _, network = pair("ResNet-basic")
    state = pair("ResNet-basic")[0].state_dict()
    with pytest.raises(ValueError, match=r"ResNet has no place for extra\.weight"):
        load_torchvision_state(network, state | {"extra.weight": torch.zeros(1)})
    with pytest.raises(ValueError, match=r"trunk\.conv1\.conv\.weight"):
        load_torchvision_state(network, {k: v for k, v in state.items() if k != "conv1.weight"})
    with pytest.raises(ValueError, match="size mismatch"):
        load_torchvision_state(network, state | {"fc.bias": torch.zeros(9)})
    with pytest.raises(ValueError, match="no network like Linear"):
        load_torchvision_state(nn.Linear(2, 2), state)  # type: ignore[arg-type]


@torch.no_grad()
@pytest.mark.parametrize("bottleneck", [False, True])
def test_a_resnet_block_ends_in_a_rectifier(bottleneck: bool) -> None:
    """Fault: a block without its last ReLU."""
    network = ResNet((1, 1), num_classes=2, width=4, bottleneck=bottleneck, small_input=True)
    stage = network.trunk.get_submodule("conv2")
    maps = torch.randn(2, 4, 8, 8, generator=torch.Generator().manual_seed(0))
    block = stage.get_submodule("0")
    found = block(maps)
    assert (found == 0).any()
    plain = block.get_submodule("residual")(maps) + block.get_submodule("shortcut")(maps)
    assert torch.equal(found, plain.clamp_min(0))


@torch.no_grad()
def test_densenets_features_are_rectified() -> None:
    """Fault: DenseNet without its final ReLU."""
    network = DenseNet((2, 1), num_classes=2, in_channels=1, growth_rate=4, small_input=True)
    maps = network.features(torch.rand(2, 1, 16, 16, generator=torch.Generator().manual_seed(0)))
    assert (maps >= 0).all()
    assert (maps == 0).any()
