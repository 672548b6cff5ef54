"""What the losses of Condenser's methods share: what a loss may read, and distances of answers and layers.

Maps are [batch, height, width, channels], tokens [batch, tokens, width], as in condenser_models.py.
"""
import math
from dataclasses import dataclass, field
from types import SimpleNamespace

import torch
import torch.nn.functional as F

from condenser_models import BatchNorm, Conv, Dense


@dataclass
class Step:
    """What a loss may read. Answers have `logits`, `embedding`, `taps` (a dict in order of depth) and `normed`."""

    params: SimpleNamespace
    students: list  # all peers; the first one is the student that is reported
    teacher: object  # None where the method has no teacher
    labels: torch.Tensor  # [batch], whole numbers
    targets: torch.Tensor = None  # [batch, classes], one-hot where it is not given
    index: torch.Tensor = None  # row of the training set of each image
    images: torch.Tensor = None
    memory: object = None
    extras: object = None  # `Extras` of the method
    phase: str = 'main'
    progress: float = 0.0  # of the phase: 0 at its first step, 1 after its last
    epoch: int = 0
    epochs: int = 1
    kept: float = 1.0  # share of the training images that the students see
    noisy_teacher: bool = False  # whether the teacher learned from wrong labels
    teachers: list = ()  # the method's own ones
    forward: object = None  # runs a network again: forward(images, student=0, teacher=None, hook=None)
    pool: object = None  # images without labels: `index`, `images`, `teacher`, `student`
    draws: dict = field(default_factory=dict)  # random numbers by name, drawn where they are not given

    def __post_init__(self):
        if self.targets is None:
            logits = self.student.logits
            self.targets = F.one_hot(self.labels, logits.shape[1]).to(logits.dtype)

    @property
    def student(self):
        return self.students[0]

    @property
    def classes(self):
        return self.targets.shape[1]

    @property
    def supervised(self):
        return cross_entropy(self.student.logits, self.targets)

    def uniform(self, name, *shape):
        return self.drawn(name, lambda: torch.rand(*shape))

    def normal(self, name, *shape):
        return self.drawn(name, lambda: torch.randn(*shape))

    def permutation(self, name, n):
        return self.drawn(name, lambda: torch.randperm(n)).long()

    def drawn(self, name, make):
        return (self.draws[name] if name in self.draws else make()).to(self.labels.device)


class Extras(torch.nn.Module):
    """Layers and weights of a method by the names Condenser gives them."""

    def add(self, name, module):
        self.add_module(name, module)
        return module

    def add_dense(self, name, inputs, outputs, bias=True, he=False):
        return self.add(name, Dense(inputs, outputs, bias, he))

    def add_conv(self, name, inputs, outputs, **options):
        return self.add(name, Conv(inputs, outputs, **options))

    def add_norm(self, name, width, affine=True):
        return self.add(name, BatchNorm(width, affine=affine))

    def add_weight(self, name, values):
        self.register_parameter(name, torch.nn.Parameter(values))

    def add_state(self, name, values):
        self.register_buffer(name, values)

    def __getitem__(self, name):
        return getattr(self, name)

    def __contains__(self, name):
        return hasattr(self, name)


def cross_entropy(logits, targets):
    return soft_cross_entropy_rows(logits, targets).mean()


def soft_cross_entropy_rows(logits, targets):
    return -(targets * F.log_softmax(logits, 1)).sum(1)


def kl_rows(log_p, log_q):
    """KL(p || q) of each row, from log-probabilities."""
    return (log_p.exp() * (log_p - log_q)).sum(-1)


def distillation_rows(student, teacher, t):
    return kl_rows(F.log_softmax(teacher / t, 1), F.log_softmax(student / t, 1)) * t * t


def distillation(student, teacher, t):
    """T^2 times the mean over rows of KL(softmax(teacher / T) || softmax(student / T))."""
    return distillation_rows(student, teacher, t).mean()


def decoupled(student, teacher, labels, t):
    """The two parts of decoupled distillation (Zhao et al. 2022): true class, and the others among themselves."""
    own = F.one_hot(labels, student.shape[1]).bool()

    def parts(z):
        z = z / t
        rest = torch.logsumexp(z.masked_fill(own, -1e9), 1)
        odds = z[own] - rest
        pair = torch.stack([F.logsigmoid(odds), F.logsigmoid(-odds)], 1)
        return pair, F.log_softmax(z.masked_fill(own, -1e9), 1)

    (pair_s, rest_s), (pair_t, rest_t) = parts(student), parts(teacher)
    return kl_rows(pair_t, pair_s).mean() * t * t, kl_rows(rest_t, rest_s).mean() * t * t


def to_map(x):
    """[b, h, w, c] from maps, from tokens (a square if they are one, else a row) or from vectors."""
    if x.dim() == 4:
        return x
    tokens = x.shape[1] if x.dim() == 3 else 1
    side = round(math.sqrt(tokens))
    h, w = (side, side) if side * side == tokens else (1, tokens)
    return x.reshape(x.shape[0], h, w, x.shape[-1])


def map_shape(shape):
    """[h, w, c] of the map that `to_map` makes of an activation of one image."""
    return list(to_map(torch.empty(1, *shape)).shape[1:])


def pool_to(x, height, width):
    return F.adaptive_avg_pool2d(x.permute(0, 3, 1, 2), (height, width)).permute(0, 2, 3, 1)


def to_smaller(a, b):
    """Two maps, average-pooled to the smaller height and the smaller width of both."""
    size = (min(a.shape[1], b.shape[1]), min(a.shape[2], b.shape[2]))
    return pool_to(a, *size), pool_to(b, *size)


def average(x):
    """Mean over the places of a map, or over tokens."""
    return x.flatten(1, -2).mean(1)


def pair_taps(student, teacher):
    """Inner layers that belong together: last with last, first with first, the others at equal spacing."""
    a, b = list(student.values()), list(teacher.values())
    n = min(len(a), len(b))

    def at(values, i):
        return values[-1] if n == 1 else values[math.floor(i * (len(values) - 1) / (n - 1) + 0.5)]

    return [(at(a, i), at(b, i)) for i in range(n)]


def trunk(taps):
    """Where branches part: the last inner layer but one."""
    values = list(taps.values())
    return values[-2] if len(values) > 1 else values[-1]


def class_means(rows, labels, classes):
    """Mean of the rows of each class, [classes, width]; zero for a class without rows."""
    hot = F.one_hot(labels, classes).to(rows.dtype)
    return hot.T @ rows / hot.sum(0).clamp(min=1)[:, None]


def all_turns(x, turns=range(4)):
    """These quarter turns of every image, next to each other: [b, h, w, c] to [turns b, h, w, c]."""
    return torch.stack([torch.rot90(x, r, (1, 2)) for r in turns], 1).flatten(0, 1)


def beta_draw(u, b):
    """Numbers of Beta(b, b): uniform ones themselves at b = 1, else drawn anew."""
    return u if b == 1 else torch.distributions.Beta(b, b).sample(u.shape).to(u)


def strong_view(step, x):
    """Every image with its own contrast and brightness, noise and a square hole."""
    b, h, w, c = x.shape
    contrast = step.uniform('contrast', b, 1, 1, 1) + 0.5
    y = x * contrast + step.uniform('brightness', b, 1, 1, 1) - 0.5 + 0.3 * step.normal('noise', b, h, w, c)
    at = step.uniform('hole', b, 2)
    away = lambda i, n: (torch.arange(n, device=x.device) - at[:, i:i + 1] * (n - 1)).abs() > 0.2 * n
    return y * (away(0, h)[:, :, None, None] | away(1, w)[:, None, :, None])


def twice(step, x):
    """A batch with strong views behind it; `step` draws them."""
    return torch.cat([x, strong_view(step, x)])
