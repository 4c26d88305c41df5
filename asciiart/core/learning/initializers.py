"""Weight initialization by name, in the only loop of this package that initializes a network."""

from __future__ import annotations

from collections.abc import Callable

from torch import Tensor, nn

INITIALIZERS: dict[str, Callable[[Tensor], Tensor]] = {
    "zeros": nn.init.zeros_,
    "uniform": lambda weight: nn.init.uniform_(weight, -0.05, 0.05),
    "normal": lambda weight: nn.init.normal_(weight, 0.0, 0.01),
    "xavier_uniform": nn.init.xavier_uniform_,
    "xavier_normal": nn.init.xavier_normal_,
    "forward_uniform": lambda weight: nn.init.kaiming_uniform_(weight, nonlinearity="linear"),
    "forward_normal": lambda weight: nn.init.kaiming_normal_(weight, nonlinearity="linear"),
    "he_uniform": lambda weight: nn.init.kaiming_uniform_(weight, nonlinearity="relu"),
    "he_normal": lambda weight: nn.init.kaiming_normal_(weight, nonlinearity="relu"),
}
"""Name -> function that fills a weight (outputs, inputs, ...) in place.

``normal`` has the standard deviation 0.01 of AlexNet (Krizhevsky et al. 2012), ``uniform`` the
bounds ±0.05. Xavier is Glorot and Bengio 2010 (variance 2 / (inputs + outputs), between what keeps
the size of signals forward and that of gradients backward); ``forward`` is its forward half alone
(variance 1 / inputs: their equation 10; LeCun et al. 1998). He is He et al. 2015 (variance
2 / inputs, for rectifiers). ``zeros`` shows why zeros fail: all units of a layer stay identical."""

_GATES = {"LSTM": 4, "LSTMCell": 4, "GRU": 3, "GRUCell": 3}
_TRANSPOSED = (nn.ConvTranspose1d, nn.ConvTranspose2d, nn.ConvTranspose3d)
_PLAIN = (nn.Linear, nn.Conv1d, nn.Conv2d, nn.Conv3d)


def initialize(network: nn.Module, initializer: str | Callable[[Tensor], Tensor]) -> None:
    """Initialize the weights of all linear, convolutional and recurrent layers; biases become 0.

    ``initializer`` is a name of `INITIALIZERS`, or a function that fills a weight (outputs, inputs,
    ...) in place. Each gate of a recurrent layer is initialized as a matrix of its own. Embeddings
    and normalization layers keep torch's initial values.

    Raises
    ------
    ValueError
        If the name is unknown.
    """
    fill = build_initializer(initializer) if isinstance(initializer, str) else initializer
    for layer in network.modules():
        if isinstance(layer, _PLAIN):
            fill(layer.weight)
        elif isinstance(layer, _TRANSPOSED):
            fill(layer.weight.transpose(0, 1))  # torch keeps (inputs, outputs, ...) here
        elif isinstance(layer, nn.RNNBase | nn.RNNCellBase):
            _fill_recurrent(layer, fill)
            continue
        else:
            continue
        if layer.bias is not None:
            nn.init.zeros_(layer.bias)


def build_initializer(name: str) -> Callable[[Tensor], Tensor]:
    """Return the initializer called ``name``.

    Raises
    ------
    ValueError
        If the name is unknown.
    """
    if name not in INITIALIZERS:
        raise ValueError(f"initializer {name!r} is unknown (there are: {', '.join(INITIALIZERS)})")
    return INITIALIZERS[name]


def _fill_recurrent(layer: nn.Module, fill: Callable[[Tensor], Tensor]) -> None:
    gates = _GATES.get(type(layer).__name__, 1)
    for parameter_name, parameter in layer.named_parameters(recurse=False):
        if parameter_name.startswith("weight"):
            for gate in parameter.chunk(gates):  # (gates·H, I) -> gates times (H, I)
                fill(gate)
        else:
            nn.init.zeros_(parameter)
