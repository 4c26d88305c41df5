"""Parameter counts and shapes against the papers, on the meta device: nothing is allocated."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn

from asciiart.core import convnets
from asciiart.core.convnets import (
    VGG,
    AlexNet,
    DenseNet,
    GoogLeNet,
    GoogLeNetOutput,
    Inception,
    ResNet,
    densenet,
    resnet,
    vgg,
)
from asciiart.core.convnets.googlenet import MODULES
from asciiart.core.convnets.resnet import BasicBlock, Bottleneck
from asciiart.core.layers import ConvNet

Build = Callable[[], ConvNet]


def count(module: nn.Module) -> int:
    return sum(parameter.numel() for parameter in module.parameters())


def sketch(build: Build) -> ConvNet:
    with torch.device("meta"):
        return build()


COUNTS: dict[str, tuple[Build, int]] = {
    "AlexNet 2012": (AlexNet, 60_965_224),
    "AlexNet 2014": (lambda: AlexNet(variant="2014"), 61_100_840),
    "VGG-11": (lambda: vgg(11), 132_863_336),
    "VGG-13": (lambda: vgg(13), 133_047_848),
    "VGG-16": (VGG, 138_357_544),
    "VGG-19": (lambda: vgg(19), 143_667_240),
    "ResNet-18": (ResNet, 11_689_512),
    "ResNet-34": (lambda: resnet(34), 21_797_672),
    "ResNet-50": (lambda: resnet(50), 25_557_032),
    "ResNet-101": (lambda: resnet(101), 44_549_160),
    "ResNet-152": (lambda: resnet(152), 60_192_808),
    "DenseNet-121": (DenseNet, 7_978_856),
    "DenseNet-169": (lambda: densenet(169), 14_149_480),
    "DenseNet-201": (lambda: densenet(201), 20_013_928),
    "DenseNet-161": (lambda: densenet(161), 28_681_000),
    "GoogLeNet": (GoogLeNet, 13_378_280),  # 6,998,552 as in Caffe, and the two heads below
}


@pytest.mark.parametrize("name", COUNTS)
def test_parameters_are_as_many_as_published(name: str) -> None:
    build, published = COUNTS[name]
    assert count(sketch(build)) == published


@pytest.mark.parametrize("depth", [11, 13, 16, 19])
def test_vgg_rounds_to_the_millions_of_the_papers_table_2(depth: int) -> None:
    millions = {11: 133, 13: 133, 16: 138, 19: 144}[depth]
    assert round(count(sketch(lambda: vgg(depth))) / 1e6) == millions


def test_vgg_with_norm_trades_each_bias_for_a_scale_and_a_shift() -> None:
    maps = 2 * 64 + 2 * 128 + 3 * 256 + 6 * 512
    assert count(sketch(lambda: vgg(16, norm=True))) == 138_357_544 + maps


@pytest.mark.parametrize("name", [name for name in COUNTS if "-" in name])
def test_the_depth_is_the_names(name: str) -> None:
    """Convolutions and linear layers, without those of shortcuts."""
    layers = [
        part
        for part, module in sketch(COUNTS[name][0]).named_modules()
        if isinstance(module, nn.Conv2d | nn.Linear) and "shortcut" not in part
    ]
    assert len(layers) == int(name.partition("-")[2])


# stage -> (channels, side) of a 224 x 224 picture, from the papers' tables and figures
SHAPES: dict[str, dict[str, tuple[int, int]]] = {
    "AlexNet 2012": {
        "conv1": (96, 55),
        "pool1": (96, 27),
        "conv2": (256, 27),
        "pool2": (256, 13),
        "conv3": (384, 13),
        "conv4": (384, 13),
        "conv5": (256, 13),
        "pool5": (256, 6),
    },
    "AlexNet 2014": {
        "conv1": (64, 55),
        "conv2": (192, 27),
        "conv3": (384, 13),
        "conv4": (256, 13),
        "pool5": (256, 6),
    },
    "VGG-16": {
        "conv1_2": (64, 224),
        "conv2_2": (128, 112),
        "conv3_3": (256, 56),
        "conv4_3": (512, 28),
        "conv5_3": (512, 14),
        "pool5": (512, 7),
    },
    "ResNet-34": {
        "conv1": (64, 112),
        "conv2": (64, 56),
        "conv3": (128, 28),
        "conv4": (256, 14),
        "conv5": (512, 7),
    },
    "ResNet-152": {
        "conv1": (64, 112),
        "conv2": (256, 56),
        "conv3": (512, 28),
        "conv4": (1024, 14),
        "conv5": (2048, 7),
    },
    "DenseNet-121": {
        "conv1": (64, 112),
        "pool1": (64, 56),
        "block1": (256, 56),
        "transition1": (128, 28),
        "block2": (512, 28),
        "transition2": (256, 14),
        "block3": (1024, 14),
        "transition3": (512, 7),
        "block4": (1024, 7),
    },
}


def stage_shapes(network: ConvNet, picture: Tensor) -> dict[str, tuple[int, ...]]:
    shapes = {}
    for name, stage in network.trunk.named_children():
        picture = stage(picture)
        shapes[name] = tuple(picture.shape)
    return shapes


@pytest.mark.parametrize("name", SHAPES)
def test_stages_give_the_papers_shapes(name: str) -> None:
    network = sketch(COUNTS[name][0]).eval()
    found = stage_shapes(network, torch.empty(2, 3, 224, 224, device="meta"))
    for stage, (channels, side) in SHAPES[name].items():
        assert found[stage] == (2, channels, side, side), stage


# stage -> side, channels, parameters in K (1024), operations in millions (10^6):
# Szegedy et al. 2015, table 1
GOOGLENET: dict[str, tuple[int, int, float | None, float | None]] = {
    "conv1": (112, 64, 2.7, 34),
    "pool1": (56, 64, None, None),
    "conv2": (56, 192, 112, 360),
    "pool2": (28, 192, None, None),
    "inception3a": (28, 256, 159, 128),
    "inception3b": (28, 480, 380, 304),
    "pool3": (14, 480, None, None),
    "inception4a": (14, 512, 364, 73),
    "inception4b": (14, 512, 437, 88),
    "inception4c": (14, 512, 463, 100),
    "inception4d": (14, 528, 580, 119),
    "inception4e": (14, 832, 840, 170),
    "pool4": (7, 832, None, None),
    "inception5a": (7, 832, 1072, 54),
    "inception5b": (7, 1024, 1388, 71),
}
# Both columns of conv1 are those of another layer (7 x 7 x 3 x 64 = 9.2 K), and 5a's agree with
# each other but not with its own channels. 4c's and 4d's parameters do not agree with their
# operations, which are right: 99.8 M and 118.5 M.
MISPRINTED_PARAMETERS = {"conv1": 9.2, "inception4c": 497.5, "inception4d": 590.5}
MISPRINTED_OPERATIONS = {"conv1": 118.0, "inception5a": 51.1}
GOOGLENET_WEIGHTED = [name for name, row in GOOGLENET.items() if row[2] is not None]


def weights(network: ConvNet, row: str) -> int:
    """Return the weights of a row, without biases; conv2's row includes its reduction."""
    parts = [network.trunk.get_submodule(row)]
    if row == "conv2":
        parts.append(network.trunk.get_submodule("reduce2"))
    return sum(p.numel() for part in parts for p in part.parameters() if p.ndim == 4)


@pytest.mark.parametrize("row", GOOGLENET)
def test_googlenet_gives_the_output_sizes_of_table_1(row: str) -> None:
    found = stage_shapes(sketch(GoogLeNet), torch.empty(1, 3, 224, 224, device="meta"))
    side, channels = GOOGLENET[row][:2]
    assert found[row] == (1, channels, side, side)


@pytest.mark.parametrize("row", GOOGLENET_WEIGHTED)
def test_googlenet_has_the_parameters_of_table_1(row: str) -> None:
    """Within 3 %, as the paper's own figures deviate by so much from its channels."""
    expected = MISPRINTED_PARAMETERS.get(row, GOOGLENET[row][2])
    tolerance = 0.005 if row in MISPRINTED_PARAMETERS else 0.03
    if row == "inception5a":
        tolerance = 0.06  # see above
    assert weights(sketch(GoogLeNet), row) / 1024 == pytest.approx(expected, rel=tolerance)


@pytest.mark.parametrize("row", ["conv2", "inception3a", "inception3b", "inception4b"])
def test_googlenet_has_table_1s_parameters_to_the_last_digit(row: str) -> None:
    """The rows whose figures follow from their channels."""
    published = GOOGLENET[row][2]
    assert published is not None
    assert abs(weights(sketch(GoogLeNet), row) / 1024 - published) <= 1.01


@pytest.mark.parametrize("row", GOOGLENET_WEIGHTED)
def test_googlenet_does_the_operations_of_table_1(row: str) -> None:
    expected = MISPRINTED_OPERATIONS.get(row, GOOGLENET[row][3])
    assert expected is not None
    operations = weights(sketch(GoogLeNet), row) * GOOGLENET[row][0] ** 2 / 1e6
    assert abs(operations - expected) < 1


def test_googlenets_last_rows() -> None:
    network = sketch(GoogLeNet)
    assert network.classifier.weight.shape == (1000, 1024)  # 1000 K, 1 M
    heads = [count(network.get_submodule(f"auxiliary{i}")) for i in (1, 2)]
    assert count(network) - sum(heads) == 6_998_552
    # 1 x 1 to 128 channels, 2048 -> 1024, 1024 -> 1000 (section 5)
    assert heads == [(c + 1) * 128 + 2049 * 1024 + 1025 * 1000 for c in (512, 528)]


def test_inception_concatenates_in_the_tables_order() -> None:
    module = Inception(8, MODULES["3a"].times(0.125))
    maps = torch.rand(1, 8, 5, 5, generator=torch.Generator().manual_seed(0))
    parts = [part(maps) for part in (module.one, module.three, module.five, module.pool)]
    assert [part.shape[1] for part in parts] == [8, 16, 4, 4]
    assert torch.equal(module(maps), torch.cat(parts, dim=1))
    kernels = [m.kernel_size[0] for m in module.modules() if isinstance(m, nn.Conv2d)]
    assert kernels == [1, 1, 3, 1, 5, 1]


def test_auxiliary_heads_sit_on_4a_and_4d_under_their_own_names() -> None:
    """Dropout off; a head's logits must come from its own module's maps."""
    network = GoogLeNet(5, in_channels=1, width=0.1, small_input=True)
    for module in network.modules():
        if isinstance(module, nn.Dropout):
            module.p = 0.0
    picture = torch.rand(2, 1, 32, 32, generator=torch.Generator().manual_seed(0))
    output = network(picture)
    assert isinstance(output, GoogLeNetOutput)
    maps, on = picture, {}
    for name, stage in network.trunk.named_children():
        maps = on[name] = stage(maps)
    assert torch.equal(output.auxiliary1, network.auxiliary1(on["inception4a"]))
    assert torch.equal(output.auxiliary2, network.auxiliary2(on["inception4d"]))
    assert torch.equal(output.logits, network.classify(maps))
    assert not torch.equal(output.auxiliary1, output.auxiliary2)
    answer = network.eval()(picture)
    assert isinstance(answer, Tensor)
    assert torch.equal(answer, output.logits)


def test_auxiliary_heads_take_pictures_of_the_papers_size() -> None:
    output = sketch(GoogLeNet)(torch.empty(2, 3, 224, 224, device="meta"))
    assert isinstance(output, GoogLeNetOutput)
    assert output.auxiliary1.shape == output.auxiliary2.shape == output.logits.shape == (2, 1000)


def test_googlenet_has_response_norm_or_batch_norm() -> None:
    kinds = (nn.LocalResponseNorm, nn.BatchNorm2d)
    for norm, expected in ((False, [2, 0]), (True, [0, 59])):  # 57 in the trunk, 2 in the heads

        def build(norm: bool = norm) -> ConvNet:
            return GoogLeNet(norm=norm)

        modules = list(sketch(build).modules())
        assert [sum(isinstance(m, kind) for m in modules) for kind in kinds] == expected


def test_alexnet_keeps_two_columns_apart_except_in_the_third_convolution() -> None:
    network = AlexNet(4, in_channels=1, small_input=True, width=0.1)
    groups = [m.groups for m in network.modules() if isinstance(m, nn.Conv2d)]
    assert groups == [1, 2, 1, 2, 2]
    pools = [m for m in network.modules() if isinstance(m, nn.MaxPool2d)]
    assert [(pool.kernel_size, pool.stride) for pool in pools] == [(3, 2)] * 3  # overlapping


def test_densenet_layers_see_all_maps_before_them() -> None:
    network = DenseNet((3,), num_classes=2, in_channels=1, growth_rate=4, small_input=True)
    picture = torch.rand(2, 1, 8, 8, generator=torch.Generator().manual_seed(0))
    stem = network.trunk.get_submodule("conv1")(picture)
    block = network.trunk.get_submodule("block1")(stem)
    assert torch.equal(block[:, :8], stem)  # carried through untouched
    assert block.shape == (2, 8 + 3 * 4, 8, 8)


def test_resnet_block_adds_its_input() -> None:
    network = ResNet((1,), num_classes=2, in_channels=1, width=4, small_input=True)
    block = network.trunk.get_submodule("conv2")
    for module in block.modules():
        if isinstance(module, nn.BatchNorm2d):
            nn.init.zeros_(module.weight)  # so that F(x) = 0
    maps = torch.rand(2, 4, 8, 8, generator=torch.Generator().manual_seed(0))
    assert torch.equal(block(maps), maps)


def test_resnet_bottleneck_strides_in_its_3x3_convolution() -> None:
    stage = sketch(lambda: resnet(50)).trunk.get_submodule("conv3")
    strides = [
        m.stride[0]
        for n, m in stage.named_modules()
        if n.startswith("0.residual") and isinstance(m, nn.Conv2d)
    ]
    assert strides == [1, 2, 1]


def test_a_block_keeps_the_size_unless_it_is_told_a_stride() -> None:
    maps = torch.empty(1, 8, 6, 6, device="meta")
    with torch.device("meta"):
        assert BasicBlock(8, 8)(maps).shape == (1, 8, 6, 6)
        assert Bottleneck(8, 2)(maps).shape == (1, 8, 6, 6)


def test_vgg_has_the_classes_and_channels_that_it_is_told() -> None:
    network = sketch(lambda: vgg(11, num_classes=7, in_channels=2, small_input=True))
    assert network(torch.empty(3, 2, 32, 32, device="meta")).shape == (3, 7)


SMALL = {
    "alexnet_small": (355_142, 96),
    "vgg_small": (318_222, 128),
    "googlenet_small": (498_386, 256),
    "resnet_small": (315_246, 128),
    "densenet_small": (129_230, 132),
}


@pytest.mark.parametrize("name", SMALL)
def test_small_networks_say_how_large_they_are(name: str) -> None:
    build = getattr(convnets, name)
    network = sketch(build)
    parameters, channels = SMALL[name]
    assert count(network) == parameters
    assert f"{parameters:,} parameters" in build.__doc__
    assert network.channels == channels
    maps = network.features(torch.empty(1, 1, 32, 32, device="meta"))
    assert maps.shape[1] == channels


@pytest.mark.parametrize("name", SMALL)
def test_small_networks_are_cheap(name: str) -> None:
    """At most 60 million operations, two per multiplication, for a picture of 32 x 32."""
    network = sketch(getattr(convnets, name)).eval()
    operations = 0

    def add(layer: nn.Conv2d | nn.Linear, _: object, output: Tensor) -> None:
        nonlocal operations
        operations += 2 * output.numel() * layer.weight[0].numel()

    for module in network.modules():
        if isinstance(module, nn.Conv2d | nn.Linear):
            module.register_forward_hook(add)
    assert network(torch.empty(1, 1, 32, 32, device="meta")).shape == (1, 62)
    assert 20e6 < operations < 60e6


POOLED = {name: build for name, (build, _) in COUNTS.items() if name[:3] in ("Res", "Den", "Goo")}


@pytest.mark.parametrize("name", POOLED)
def test_class_activation_maps_can_be_made(name: str) -> None:
    """The classifier weighs the means of the last maps: one weight per map and class."""
    network = sketch(POOLED[name])
    assert network.classifier.weight.shape == (1000, network.channels)
    kinds = [type(module) for module in network.head if not isinstance(module, nn.Dropout)]  # type: ignore[attr-defined]
    assert kinds == [nn.AdaptiveAvgPool2d, nn.Flatten]


@pytest.mark.parametrize("build", [vgg, resnet, densenet])
def test_unknown_depths_are_refused_with_the_known_ones(build: Callable[[int], ConvNet]) -> None:
    with pytest.raises(ValueError, match=r"depth must be one of \[\d+, .*\], not 12$"):
        build(12)


def test_alexnet_refuses_what_it_cannot_build() -> None:
    with pytest.raises(ValueError, match=r"variant '2013' is unknown \(there are: 2012, 2014\)"):
        AlexNet(variant="2013")
    with pytest.raises(ValueError, match=r"width 0\.001 leaves no channel"):
        AlexNet(width=0.001)


DROPPING: dict[str, Build] = {
    "AlexNet": lambda: AlexNet(5, in_channels=1, small_input=True, width=0.2),
    "VGG": lambda: VGG((1, 1), num_classes=5, in_channels=1, width=8, small_input=True),
    "GoogLeNet": lambda: GoogLeNet(5, in_channels=1, width=0.1, small_input=True),
}


WITHOUT_DROPOUT: dict[str, Build] = {
    "AlexNet": lambda: AlexNet(5, in_channels=1, small_input=True, width=0.2, dropout=0.0),
    "alexnet_small": lambda: convnets.alexnet_small(5, dropout=0.0),
    "VGG": lambda: VGG((1, 1), num_classes=5, in_channels=1, width=8, small_input=True, dropout=0),
    "vgg_small": lambda: convnets.vgg_small(5, dropout=0.0),
}


@pytest.mark.parametrize("name", WITHOUT_DROPOUT)
def test_dropout_can_be_left_out(name: str) -> None:
    network = WITHOUT_DROPOUT[name]()
    picture = torch.rand(4, 1, 32, 32, generator=torch.Generator().manual_seed(0))
    assert torch.equal(network(picture), network(picture))


def test_every_hidden_layer_of_a_large_network_drops_as_it_is_told() -> None:
    for network in (
        sketch(lambda: AlexNet(dropout=0.25)),
        sketch(lambda: VGG(dropout=0.25)),
    ):
        dropped = [module.p for module in network.modules() if isinstance(module, nn.Dropout)]
        assert dropped == [0.25, 0.25]


@pytest.mark.parametrize("name", DROPPING)
def test_dropout_acts_in_training_alone(name: str) -> None:
    network = DROPPING[name]()
    picture = torch.rand(4, 1, 32, 32, generator=torch.Generator().manual_seed(0))
    first, second = (network(picture) for _ in range(2))
    if isinstance(first, Tensor):
        first, second = [first], [second]
    assert not any(torch.equal(a, b) for a, b in zip(first, second, strict=True))
    network.eval()
    assert torch.equal(network(picture), network(picture))
