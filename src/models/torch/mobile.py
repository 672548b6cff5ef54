"""Depthwise separable convolutions (Howard et al. 2017)."""
import torch.nn.functional as F
from torch import nn

from condenser_models import BatchNorm, Conv, Staged


class Separable(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.depthwise, self.norm1 = Conv(inputs, inputs, stride=stride, depthwise=True), BatchNorm(inputs)
        self.pointwise, self.norm2 = Conv(inputs, outputs, 1), BatchNorm(outputs)

    def forward(self, x):
        return F.relu(self.norm2(self.pointwise(F.relu(self.norm1(self.depthwise(x))))))


def build(image, classes, width, stages, blocks):
    return Staged(image, classes, width, stages, blocks, Separable)
