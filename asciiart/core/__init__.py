"""The deep-learning core: classic networks and the methods that train them, in torch alone.

It imports nothing else of asciiart. Each file holds one family; `asciiart.core.zoo` lists every
network and technique with its paper.
"""

try:
    import torch as _torch  # noqa: F401
except ModuleNotFoundError as error:
    from asciiart.errors import install_command

    raise ModuleNotFoundError(
        f"asciiart.core needs torch: {install_command('train')}", name="torch"
    ) from error

from asciiart.core.autoencoders.convolutional import (
    ConvAutoencoder,
    ConvStage,
    UnpoolingAutoencoder,
)
from asciiart.core.autoencoders.dense import (
    Autoencoder,
    Corruption,
    DenoisingAutoencoder,
    SparseAutoencoder,
    pretrain_layers,
    sparsity_penalty,
)
from asciiart.core.autoencoders.one_class import learn_one_class, nearest_class
from asciiart.core.autoencoders.variational import (
    ConvVariationalAutoencoder,
    VariationalAutoencoder,
    gaussian_kl,
    reparametrize,
)
from asciiart.core.convnets import (
    VGG,
    AlexNet,
    DenseNet,
    GoogLeNet,
    GoogLeNetOutput,
    ResNet,
    alexnet_small,
    densenet,
    densenet_small,
    googlenet_small,
    load_torchvision_state,
    resnet,
    resnet_small,
    vgg,
    vgg_small,
)
from asciiart.core.energy.boltzmann import (
    BoltzmannMachine,
    RestrictedBoltzmannMachine,
    contrastive_divergence,
    persistent_contrastive_divergence,
)
from asciiart.core.energy.deep_belief import DeepBeliefNetwork
from asciiart.core.energy.hopfield import HopfieldNetwork, hebb_rule, projection_rule
from asciiart.core.gan import (
    AdversarialBatch,
    ConvDiscriminator,
    ConvGenerator,
    GenerativeAdversarialNetwork,
    MLPDiscriminator,
    MLPGenerator,
    adversarial_batches,
    discriminator_loss,
    minimax_loss,
    non_saturating_loss,
)
from asciiart.core.layers import (
    ACTIVATIONS,
    ConvBlock,
    ConvNet,
    Maxout,
    build_activation,
    convolved_size,
    eval_mode,
)
from asciiart.core.learning.augmentation import (
    AUGMENTATIONS,
    Compose,
    Crop,
    Flip,
    GaussianNoise,
    Rotate,
    Scale,
    Translate,
    build_augmentation,
)
from asciiart.core.learning.averaging import WeightAverage
from asciiart.core.learning.data import minibatches
from asciiart.core.learning.evaluation import evaluate
from asciiart.core.learning.experiments import (
    Descent,
    compare_batch_sizes,
    compare_initializations,
)
from asciiart.core.learning.initializers import INITIALIZERS, initialize
from asciiart.core.learning.losses import (
    LOSSES,
    build_loss,
    cross_entropy,
    kl_divergence,
    smoothed_cross_entropy,
    squared_error,
    supervised,
)
from asciiart.core.learning.optimizers import (
    OPTIMIZERS,
    SCHEDULES,
    build_optimizer,
    build_schedule,
    optimizer_options,
)
from asciiart.core.learning.progress import TrainingLog, read_log, recent, show_progress
from asciiart.core.learning.randomness import seeded
from asciiart.core.learning.regularizers import l1_penalty, l2_penalty, penalized
from asciiart.core.learning.stopping import EarlyStopping, TargetReached, WeightsSettled
from asciiart.core.learning.text_augmentation import (
    augment_text,
    random_deletion,
    random_insertion,
    random_swap,
    synonym_replacement,
)
from asciiart.core.learning.trainer import (
    Callback,
    History,
    StatefulCallback,
    StepLoss,
    Trainer,
    TrainerConfig,
    choose_device,
    seed_everything,
    to_device,
)
from asciiart.core.learning.transfer import freeze, replace_head, transfer, unfreeze
from asciiart.core.learning.whitening import Whitening
from asciiart.core.perceptron import (
    MLP,
    Perceptron,
    RadialBasisNetwork,
    deep_feed_forward,
    k_means,
    perceptron_criterion,
)
from asciiart.core.sequences.attention import (
    AdditiveAttention,
    Attended,
    MultiHeadAttention,
    MultiplicativeAttention,
    build_attention,
    causal_mask,
    padding_mask,
    scaled_dot_product,
)
from asciiart.core.sequences.cells import GRU, GRUCell, convert_gru_cell
from asciiart.core.sequences.decoding import END, PAD, START, beam_search, draw_symbols, greedy
from asciiart.core.sequences.feed_forward_attention import (
    AttentionTextClassifier,
    FeedForwardAttention,
    FeedForwardAttentionNetwork,
)
from asciiart.core.sequences.gpt import GPT, GPTConfig, load_gpt2_state
from asciiart.core.sequences.markov import MarkovChain
from asciiart.core.sequences.memory_tasks import (
    addition_problem,
    memory_batches,
    multiplication_problem,
    share_right,
)
from asciiart.core.sequences.recurrent import (
    RecurrentConfig,
    SequenceModel,
    Stateful,
    sample,
    truncated_loss,
    truncated_windows,
)
from asciiart.core.sequences.seq2seq import Seq2Seq, Seq2SeqConfig, teacher_forcing_loss
from asciiart.core.sequences.sequence_autoencoder import SequenceAutoencoder
from asciiart.core.sequences.text import TextClassifier
from asciiart.core.sequences.transformer import (
    Transformer,
    TransformerConfig,
    positional_encoding,
    transformer_learning_rate,
)
from asciiart.core.sequences.word_localization import WordLocalizer
from asciiart.core.vision.boxes import (
    Detections,
    Truth,
    box_iou,
    decode_boxes,
    encode_boxes,
    mean_average_precision,
)
from asciiart.core.vision.captioning import Captioner, CaptionerConfig
from asciiart.core.vision.deconvnet import DeconvNet
from asciiart.core.vision.detection import (
    FastRCNN,
    detect,
    detection_loss,
    match_proposals,
    region_entropy,
)
from asciiart.core.vision.glimpse import (
    GlimpseConfig,
    GlimpseNetwork,
    RecurrentAttentionModel,
    glimpse_sensor,
    reinforce,
)
from asciiart.core.vision.localization import (
    CamClassifier,
    class_activation_map,
    grad_cam,
    input_saliency,
)
from asciiart.core.vision.operators import nms, roi_align
from asciiart.core.vision.proposals import propose_regions
from asciiart.core.vision.rcnn import (
    RCNN,
    fit_box_regressors,
    svm_loss,
    svm_targets,
    warp_with_context,
)
from asciiart.core.vision.segmentation import (
    SaliencyNetwork,
    SegmentationNetwork,
    intersection_over_union,
)
from asciiart.core.vision.selective_search import selective_search
from asciiart.core.vision.style import (
    StyleConfig,
    StyleTransfer,
    content_loss,
    gram_matrix,
    style_loss,
    transfer_loss,
)
from asciiart.core.vision.unet import DeepLogits, UNet
from asciiart.core.zoo import NETWORKS, Network

__all__ = [
    "ACTIVATIONS",
    "AUGMENTATIONS",
    "END",
    "GPT",
    "GRU",
    "INITIALIZERS",
    "LOSSES",
    "MLP",
    "NETWORKS",
    "OPTIMIZERS",
    "PAD",
    "RCNN",
    "SCHEDULES",
    "START",
    "VGG",
    "AdditiveAttention",
    "AdversarialBatch",
    "AlexNet",
    "Attended",
    "AttentionTextClassifier",
    "Autoencoder",
    "BoltzmannMachine",
    "Callback",
    "CamClassifier",
    "Captioner",
    "CaptionerConfig",
    "Compose",
    "ConvAutoencoder",
    "ConvBlock",
    "ConvDiscriminator",
    "ConvGenerator",
    "ConvNet",
    "ConvStage",
    "ConvVariationalAutoencoder",
    "Corruption",
    "Crop",
    "DeconvNet",
    "DeepBeliefNetwork",
    "DeepLogits",
    "DenoisingAutoencoder",
    "DenseNet",
    "Descent",
    "Detections",
    "EarlyStopping",
    "FastRCNN",
    "FeedForwardAttention",
    "FeedForwardAttentionNetwork",
    "Flip",
    "GPTConfig",
    "GRUCell",
    "GaussianNoise",
    "GenerativeAdversarialNetwork",
    "GlimpseConfig",
    "GlimpseNetwork",
    "GoogLeNet",
    "GoogLeNetOutput",
    "History",
    "HopfieldNetwork",
    "MLPDiscriminator",
    "MLPGenerator",
    "MarkovChain",
    "Maxout",
    "MultiHeadAttention",
    "MultiplicativeAttention",
    "Network",
    "Perceptron",
    "RadialBasisNetwork",
    "RecurrentAttentionModel",
    "RecurrentConfig",
    "ResNet",
    "RestrictedBoltzmannMachine",
    "Rotate",
    "SaliencyNetwork",
    "Scale",
    "SegmentationNetwork",
    "Seq2Seq",
    "Seq2SeqConfig",
    "SequenceAutoencoder",
    "SequenceModel",
    "SparseAutoencoder",
    "Stateful",
    "StatefulCallback",
    "StepLoss",
    "StyleConfig",
    "StyleTransfer",
    "TargetReached",
    "TextClassifier",
    "Trainer",
    "TrainerConfig",
    "TrainingLog",
    "Transformer",
    "TransformerConfig",
    "Translate",
    "Truth",
    "UNet",
    "UnpoolingAutoencoder",
    "VariationalAutoencoder",
    "WeightAverage",
    "WeightsSettled",
    "Whitening",
    "WordLocalizer",
    "addition_problem",
    "adversarial_batches",
    "alexnet_small",
    "augment_text",
    "beam_search",
    "box_iou",
    "build_activation",
    "build_attention",
    "build_augmentation",
    "build_loss",
    "build_optimizer",
    "build_schedule",
    "causal_mask",
    "choose_device",
    "class_activation_map",
    "compare_batch_sizes",
    "compare_initializations",
    "content_loss",
    "contrastive_divergence",
    "convert_gru_cell",
    "convolved_size",
    "cross_entropy",
    "decode_boxes",
    "deep_feed_forward",
    "densenet",
    "densenet_small",
    "detect",
    "detection_loss",
    "discriminator_loss",
    "draw_symbols",
    "encode_boxes",
    "eval_mode",
    "evaluate",
    "fit_box_regressors",
    "freeze",
    "gaussian_kl",
    "glimpse_sensor",
    "googlenet_small",
    "grad_cam",
    "gram_matrix",
    "greedy",
    "hebb_rule",
    "initialize",
    "input_saliency",
    "intersection_over_union",
    "k_means",
    "kl_divergence",
    "l1_penalty",
    "l2_penalty",
    "learn_one_class",
    "load_gpt2_state",
    "load_torchvision_state",
    "match_proposals",
    "mean_average_precision",
    "memory_batches",
    "minibatches",
    "minimax_loss",
    "multiplication_problem",
    "nearest_class",
    "nms",
    "non_saturating_loss",
    "optimizer_options",
    "padding_mask",
    "penalized",
    "perceptron_criterion",
    "persistent_contrastive_divergence",
    "positional_encoding",
    "pretrain_layers",
    "projection_rule",
    "propose_regions",
    "random_deletion",
    "random_insertion",
    "random_swap",
    "read_log",
    "recent",
    "region_entropy",
    "reinforce",
    "reparametrize",
    "replace_head",
    "resnet",
    "resnet_small",
    "roi_align",
    "sample",
    "scaled_dot_product",
    "seed_everything",
    "seeded",
    "selective_search",
    "share_right",
    "show_progress",
    "smoothed_cross_entropy",
    "sparsity_penalty",
    "squared_error",
    "style_loss",
    "supervised",
    "svm_loss",
    "svm_targets",
    "synonym_replacement",
    "teacher_forcing_loss",
    "to_device",
    "transfer",
    "transfer_loss",
    "transformer_learning_rate",
    "truncated_loss",
    "truncated_windows",
    "unfreeze",
    "vgg",
    "vgg_small",
    "warp_with_context",
]
