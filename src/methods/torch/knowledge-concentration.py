"""Specialists of groups of classes teach one student (Gao et al. 2017).

Left out: the course from specialists, each on the images of its own classes, to the student, with groups and layers of
the page; here are the losses of both, and the answers that are kept between them.
"""
import torch
import torch.nn.functional as F

COURSE = False


def cells(x, z):
    """Of every output the cross-entropy with its own yes or no."""
    return F.binary_cross_entropy_with_logits(x, z, reduction='none')


def sigmoid_loss(x, z):
    """Sum over outputs, mean over the batch: what a specialist learns by."""
    return cells(x, z).sum() / len(x)


def paced(x, scales, sizes, scope='vertical'):
    """Logits over the norm of their vertical's (or of all) logits, times a scale for each vertical or output."""
    parts, start = [], 0
    for v, (own, size) in enumerate(zip(x.split(sizes, 1), sizes)):
        length = ((x if scope == 'all' else own).square().sum(1, keepdim=True) + 1e-12).sqrt()
        scale = scales[v] if len(scales) == len(sizes) else scales[start:start + size]
        parts.append(own / length * scale)
        start += size
    return torch.cat(parts, 1)


def kept_answers(logits, verticals, sizes, k):
    """What the specialist of each image answered, its `k` largest probabilities, 0 for the rest, [images, outputs]."""
    out, ends = torch.zeros(len(logits), sum(sizes)).to(logits), torch.tensor(sizes).cumsum(0)
    for row, v in enumerate(verticals.tolist()):
        own = torch.sigmoid(logits[row, :sizes[v]])
        best = own.argsort(descending=True, stable=True)[:k]
        out[row, ends[v] - sizes[v] + best] = own[best]
    return out


def inside_and_out(y, z, mask, sizes):
    """The student's loss inside the vertical of each image (`mask`, [images, verticals]) and outside of it."""
    each = cells(y, z)
    inside = each * mask.repeat_interleave(torch.tensor(sizes), 1)
    return inside.sum() / len(y), (each - inside).sum() / len(y)


def separate_layers(features, first, second):
    """Two layers with blocks (weight, bias) of each vertical, so that verticals do not crowd each other."""
    hidden = [F.relu(features @ w + b) for w, b in first]
    return torch.cat(hidden, 1), torch.cat([h @ w + b for h, (w, b) in zip(hidden, second)], 1)
