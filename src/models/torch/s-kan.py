"""S-KAN (arXiv 2408.08338): every input learns which kind of curve to use."""
from condenser_kan import FAMILIES, DenseKan, Select


def build(image, classes, width, layers, side, **selection):
    make = lambda owner, inputs: Select(owner, 1, inputs, width, list(FAMILIES))
    return DenseKan(image, classes, width, layers, side, make, **selection)
