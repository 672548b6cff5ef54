"""Residual network of CIFAR's kind (He et al. 2016)."""
import math

import torch.nn.functional as F
from torch import nn

from condenser_models import BatchNorm, Conv, Staged


class Basic(nn.Module):
    """Two 3x3 convolutions; the shortcut is a 1x1 projection where the shape changes."""

    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.conv1, self.norm1 = Conv(inputs, outputs, stride=stride), BatchNorm(outputs)
        self.conv2, self.norm2 = Conv(outputs, outputs), BatchNorm(outputs)
        self.changes = stride != 1 or inputs != outputs
        if self.changes:
            self.project, self.normP = Conv(inputs, outputs, 1, stride), BatchNorm(outputs)

    def forward(self, x):
        y = self.norm2(self.conv2(F.relu(self.norm1(self.conv1(x)))))
        return F.relu(y + (self.normP(self.project(x)) if self.changes else x))


def build(image, classes, depth, width):
    return Staged(image, classes, width, 3, max(1, math.floor((depth - 2) / 6 + 0.5)), Basic)
