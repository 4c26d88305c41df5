"""Training of the shipped networks, and the lab; needs the extra ``train`` (torch, onnx, ...)."""
