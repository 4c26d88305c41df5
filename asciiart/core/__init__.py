"""The deep-learning core: torch only, and nothing of the rest of asciiart."""

try:
    import torch as _torch  # noqa: F401
except ModuleNotFoundError as error:
    raise ModuleNotFoundError(
        "asciiart.core needs torch: pip install 'asciiart[train]'", name="torch"
    ) from error
