"""Convolutional classifiers: pictures (B, in_channels, H, W) -> logits (B, K).

Each has ``trunk`` (an `nn.Sequential` of named stages), ``head``, ``classifier`` (the last linear
layer), ``channels`` (the number of the last feature maps) and ``features(x)``.
"""

from asciiart.core.convnets.alexnet import AlexNet, alexnet_small
from asciiart.core.convnets.densenet import DenseNet, densenet, densenet_small
from asciiart.core.convnets.googlenet import (
    GoogLeNet,
    GoogLeNetOutput,
    Inception,
    googlenet_small,
)
from asciiart.core.convnets.resnet import ResNet, resnet, resnet_small
from asciiart.core.convnets.torchvision_weights import load_torchvision_state
from asciiart.core.convnets.vgg import VGG, vgg, vgg_small

__all__ = [
    "VGG",
    "AlexNet",
    "DenseNet",
    "GoogLeNet",
    "GoogLeNetOutput",
    "Inception",
    "ResNet",
    "alexnet_small",
    "densenet",
    "densenet_small",
    "googlenet_small",
    "load_torchvision_state",
    "resnet",
    "resnet_small",
    "vgg",
    "vgg_small",
]
