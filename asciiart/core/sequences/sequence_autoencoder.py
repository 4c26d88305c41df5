"""Recurrent autoencoder: a sequence -> one vector -> the sequence."""

from __future__ import annotations

from torch import Tensor, nn

from asciiart.core.sequences.recurrent import RecurrentConfig, build_cell, run_cell


class SequenceAutoencoder(nn.Module):
    """Two recurrent networks, x (B, T, I) -> code (B, K) -> x (B, T, I).

    Srivastava et al. 2015, "Unsupervised learning of video representations using LSTMs"; for text
    Dai and Le 2015, "Semi-supervised sequence learning". The encoder's state after the last step is
    the code, or, with ``code_size``, a linear map of it, so that the networks can be larger than
    the code. The decoder writes the sequence backwards, as the former do: what was read last is at
    hand first. ``in_order`` lets it begin with the first step.

    Departures: the decoder reads the code at every step (as in Cho et al. 2014) instead of starting
    from it as its state, so that the code is one vector whatever the cell and the number of layers;
    and it does not see what it wrote before (the "unconditioned" decoder). All sequences of a batch
    are of equal length.

    Raises
    ------
    ValueError
        If the cell is unknown, or bidirectional: a decoder has no end to read from.
    """

    def __init__(
        self,
        in_features: int,
        *,
        code_size: int | None = None,
        in_order: bool = False,
        config: RecurrentConfig | None = None,
    ) -> None:
        super().__init__()
        config = config or RecurrentConfig()
        if config.bidirectional:
            raise ValueError("a sequence autoencoder cannot be bidirectional=True")
        self.in_order = in_order
        self.code = nn.Linear(config.hidden_size, code_size) if code_size else nn.Identity()
        self.encoder, self.decoder = (
            build_cell(
                config.cell,
                size,
                config.hidden_size,
                num_layers=config.num_layers,
                dropout=config.dropout,
            )
            for size in (in_features, code_size or config.hidden_size)
        )
        self.out = nn.Linear(config.hidden_size, in_features)

    def encode(self, x: Tensor) -> Tensor:
        """Return the codes (B, K) of sequences (B, T, I)."""
        code: Tensor = self.code(run_cell(self.encoder, x).outputs[:, -1])  # (B, D) -> (B, K)
        return code

    def decode(self, code: Tensor, steps: int) -> Tensor:
        """Return sequences (B, T, I) of ``steps`` steps from codes (B, K)."""
        repeated = code[:, None].expand(-1, steps, -1)  # (B, K) -> (B, T, K)
        x: Tensor = self.out(run_cell(self.decoder, repeated).outputs)  # (B, T, I)
        return x if self.in_order else x.flip(1)

    def forward(self, x: Tensor) -> Tensor:
        """Return the reconstructions (B, T, I)."""
        return self.decode(self.encode(x), x.shape[1])
