"""How a model is made; needs the extra ``asciiart[train]`` (torch, onnx, safetensors)."""
