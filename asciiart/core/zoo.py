"""A table of every network and technique of this package: name -> family and paper."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple


class Network(NamedTuple):
    """A network or technique that can be imported from `asciiart.core`."""

    name: str
    """The name under which `asciiart.core` exports it."""
    family: str
    """The family of networks or techniques that it belongs to."""
    paper: str
    """Authors, year and title of the paper that it follows."""


_GOODFELLOW = "Goodfellow et al. 2014, Generative adversarial nets"
_DCGAN = (
    "Radford et al. 2016, Unsupervised representation learning with deep convolutional "
    "generative adversarial networks"
)
_LUONG = "Luong et al. 2015, Effective approaches to attention-based neural machine translation"
_VASWANI = "Vaswani et al. 2017, Attention is all you need"
_XU = "Xu et al. 2015, Show, attend and tell"
_MNIH = "Mnih et al. 2014, Recurrent models of visual attention"
_BAHDANAU = (
    "Bahdanau et al. 2015, Neural machine translation by jointly learning to align and translate"
)
_NOH = "Noh et al. 2015, Learning deconvolution network for semantic segmentation"
_GIRSHICK = (
    "Girshick et al. 2014, Rich feature hierarchies for accurate object detection and semantic "
    "segmentation"
)
_GATYS = "Gatys et al. 2016, Image style transfer using convolutional neural networks"

_TABLE: Mapping[str, Mapping[str, str]] = {
    "perceptron": {
        "Perceptron": "Rosenblatt 1958, The perceptron: a probabilistic model for information "
        "storage and organization in the brain",
        "MLP": "Rumelhart et al. 1986, Learning representations by back-propagating errors",
        "deep_feed_forward": "Glorot et al. 2011, Deep sparse rectifier neural networks",
        "Maxout": "Goodfellow et al. 2013, Maxout networks",
        "RadialBasisNetwork": "Broomhead and Lowe 1988, Multivariable functional interpolation "
        "and adaptive networks",
    },
    "convolutional": {
        "AlexNet": "Krizhevsky et al. 2012, ImageNet classification with deep convolutional "
        "neural networks",
        "VGG": "Simonyan and Zisserman 2015, Very deep convolutional networks for large-scale "
        "image recognition",
        "GoogLeNet": "Szegedy et al. 2015, Going deeper with convolutions",
        "ResNet": "He et al. 2016, Deep residual learning for image recognition",
        "DenseNet": "Huang et al. 2017, Densely connected convolutional networks",
        "transfer": "Yosinski et al. 2014, How transferable are features in deep neural networks?",
    },
    "localization": {
        "class_activation_map": "Zhou et al. 2016, Learning deep features for discriminative "
        "localization",
        "CamClassifier": "Zhou et al. 2016, Learning deep features for discriminative localization",
        "grad_cam": "Selvaraju et al. 2017, Grad-CAM: visual explanations from deep networks via "
        "gradient-based localization",
        "input_saliency": "Simonyan et al. 2014, Deep inside convolutional networks",
    },
    "dense prediction": {
        "DeconvNet": _NOH,
        "SegmentationNetwork": _NOH,
        "UNet": "Ronneberger et al. 2015, U-Net: convolutional networks for biomedical image "
        "segmentation",
        "SaliencyNetwork": "Pan et al. 2016, Shallow and deep convolutional networks for saliency "
        "prediction",
    },
    "detection": {
        "RCNN": _GIRSHICK,
        "FastRCNN": "Girshick 2015, Fast R-CNN",
        "selective_search": "Uijlings et al. 2013, Selective search for object recognition",
        "propose_regions": "Zitnick and Dollar 2014, Edge boxes: locating object proposals from "
        "edges",
        "encode_boxes": _GIRSHICK,
        "nms": _GIRSHICK,
        "roi_align": "He et al. 2017, Mask R-CNN",
        "mean_average_precision": "Everingham et al. 2010, The Pascal visual object classes "
        "challenge",
    },
    "style": {
        "StyleTransfer": _GATYS,
        "gram_matrix": _GATYS,
    },
    "recurrent": {
        "SequenceModel": "Elman 1990, Finding structure in time; Hochreiter and Schmidhuber 1997, "
        "Long short-term memory; Cho et al. 2014, Learning phrase representations using RNN "
        "encoder-decoder; Schuster and Paliwal 1997, Bidirectional recurrent neural networks",
        "GRUCell": "Cho et al. 2014, Learning phrase representations using RNN encoder-decoder",
        "SequenceAutoencoder": "Srivastava et al. 2015, Unsupervised learning of video "
        "representations using LSTMs",
        "Stateful": "Williams and Peng 1990, An efficient gradient-based algorithm for on-line "
        "training of recurrent network trajectories",
    },
    "sequence to sequence": {
        "Seq2Seq": "Sutskever et al. 2014, Sequence to sequence learning with neural networks",
        "AdditiveAttention": _BAHDANAU,
        "MultiplicativeAttention": _LUONG,
        "greedy": "Sutskever et al. 2014, Sequence to sequence learning with neural networks",
        "beam_search": "Sutskever et al. 2014, Sequence to sequence learning with neural networks",
    },
    "text": {
        "TextClassifier": "Kim 2014, Convolutional neural networks for sentence classification",
        "WordLocalizer": "Lee et al. 2018, Sentiment classification with word localization based "
        "on weakly supervised learning with a convolutional neural network",
        "AttentionTextClassifier": "Yang et al. 2016, Hierarchical attention networks for document "
        "classification",
        "FeedForwardAttentionNetwork": "Raffel and Ellis 2015, Feed-forward networks with "
        "attention can solve some long-term memory problems",
    },
    "transformer": {
        "positional_encoding": _VASWANI,
        "MultiHeadAttention": _VASWANI,
        "Transformer": _VASWANI,
        "GPT": "Radford et al. 2019, Language models are unsupervised multitask learners",
        "transformer_learning_rate": _VASWANI,
    },
    "visual attention": {
        "Captioner": _XU,
        "glimpse_sensor": _MNIH,
        "GlimpseNetwork": _MNIH,
        "RecurrentAttentionModel": _MNIH,
        "reinforce": "Williams 1992, Simple statistical gradient-following algorithms for "
        "connectionist reinforcement learning",
    },
    "autoencoders": {
        "Autoencoder": "Hinton and Salakhutdinov 2006, Reducing the dimensionality of data with "
        "neural networks",
        "DenoisingAutoencoder": "Vincent et al. 2008, Extracting and composing robust features "
        "with denoising autoencoders",
        "SparseAutoencoder": "Ng 2011, Sparse autoencoder",
        "ConvAutoencoder": "Zeiler et al. 2010, Deconvolutional networks",
        "UnpoolingAutoencoder": "Masci et al. 2011, Stacked convolutional auto-encoders for "
        "hierarchical feature extraction",
        "VariationalAutoencoder": "Kingma and Welling 2014, Auto-encoding variational Bayes",
        "ConvVariationalAutoencoder": "Kingma and Welling 2014, Auto-encoding variational Bayes",
        "learn_one_class": "Japkowicz et al. 1995, A novelty detection approach to classification",
        "pretrain_layers": "Bengio et al. 2007, Greedy layer-wise training of deep networks",
    },
    "generative adversarial": {
        "GenerativeAdversarialNetwork": _GOODFELLOW,
        "MLPGenerator": _GOODFELLOW,
        "MLPDiscriminator": _GOODFELLOW,
        "ConvGenerator": _DCGAN,
        "ConvDiscriminator": _DCGAN,
        "minimax_loss": _GOODFELLOW,
        "non_saturating_loss": _GOODFELLOW,
    },
    "energy and chain models": {
        "MarkovChain": "Markov 1913, An example of statistical investigation of the text Eugene "
        "Onegin concerning the connection of samples in chains",
        "HopfieldNetwork": "Hopfield 1982, Neural networks and physical systems with emergent "
        "collective computational abilities",
        "hebb_rule": "Hopfield 1982, Neural networks and physical systems with emergent "
        "collective computational abilities",
        "projection_rule": "Personnaz et al. 1985, Information storage and retrieval in "
        "spin-glass like neural networks",
        "BoltzmannMachine": "Ackley et al. 1985, A learning algorithm for Boltzmann machines",
        "RestrictedBoltzmannMachine": "Hinton 2002, Training products of experts by minimizing "
        "contrastive divergence",
        "contrastive_divergence": "Hinton 2002, Training products of experts by minimizing "
        "contrastive divergence",
        "persistent_contrastive_divergence": "Tieleman 2008, Training restricted Boltzmann "
        "machines using approximations to the likelihood gradient",
        "DeepBeliefNetwork": "Hinton et al. 2006, A fast learning algorithm for deep belief nets",
    },
}

NETWORKS: Mapping[str, Network] = MappingProxyType(
    {
        name: Network(name, family, paper)
        for family, members in _TABLE.items()
        for name, paper in members.items()
    }
)
"""Name -> family and paper, family by family."""
