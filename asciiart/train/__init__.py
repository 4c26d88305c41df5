"""How a model is made; needs the extra ``train`` (torch, onnx, safetensors)."""
