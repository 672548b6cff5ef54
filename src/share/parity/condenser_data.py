"""The images of a set-up, its splits and its augmentation."""
import csv
import json
import math

import numpy as np
import torch
from torch.utils.data import Dataset

with open('setup.json', encoding='utf-8') as file:
    SETUP = json.load(file)
MEAN, STD = torch.tensor(SETUP['mean']), torch.tensor(SETUP['std'])


def split(name):
    """Standardised images [n, height, width, channels] and labels of splits/<name>.csv, rows of images.npy."""
    with open(f'splits/{name}.csv', encoding='utf-8', newline='') as file:
        rows, labels = zip(*[(int(r['row']), int(r['label'])) for r in csv.DictReader(file)])
    pixels = torch.from_numpy(np.load('images.npy')[list(rows)])
    return (pixels.float() - MEAN) / STD, torch.tensor(labels)


def augment(x, flip=False, crop=0, cutout=0):
    """Each image shifted, mirrored and with a square cut out, as drawn; the rim shows the mean."""
    b, h, w, _ = x.shape
    draw = lambda n: torch.randint(n, (b, 1))
    rows, columns = torch.arange(h)[None] + draw(2 * crop + 1) - crop, torch.arange(w)[None].repeat(b, 1)
    if flip:
        columns = torch.where(draw(2) == 1, w - 1 - columns, columns)
    columns = columns + draw(2 * crop + 1) - crop
    inside = ((rows >= 0) & (rows < h))[:, :, None] & ((columns >= 0) & (columns < w))[:, None]
    x = x[torch.arange(b)[:, None, None], rows.clamp(0, h - 1)[:, :, None], columns.clamp(0, w - 1)[:, None]]
    if cutout:
        y, z = torch.arange(h)[None] - draw(h) + cutout // 2, torch.arange(w)[None] - draw(w) + cutout // 2
        inside &= ~(((y >= 0) & (y < cutout))[:, :, None] & ((z >= 0) & (z < cutout))[:, None])
    return x * inside[..., None]


class Images(Dataset):
    """A split as a data set that gives (image, label) pairs; the training split is augmented as it is read."""

    def __init__(self, name, augmented=False):
        self.images, self.labels = split(name)
        self.settings = SETUP['augmentation'] if augmented else {}

    def __len__(self):
        return len(self.labels)

    def __getitem__(self, i):
        return augment(self.images[i][None], **self.settings)[0], self.labels[i]


def rate_factor(step, total, warmup, schedule, factor, steps_down):
    """Share of the learning rate at a step, counted from 0."""
    warm = math.floor(warmup * total + 0.5)
    if step < warm:
        return (step + 1) / warm
    t = min(1, (step - warm) / max(1, total - warm))
    if schedule == 'cosine':
        return 0.5 * (1 + math.cos(math.pi * t))
    return factor ** math.floor(t * (steps_down + 1)) if schedule == 'step' else 1


class Schedule:
    """`rate_factor` of an optimiser's settings over `total` steps, for torch.optim.lr_scheduler.LambdaLR."""

    def __init__(self, optimizer, total):
        self.settings = (total, *(optimizer[key] for key in ('warmup', 'schedule', 'stepFactor', 'stepCount')))

    def __call__(self, step):
        return rate_factor(step, *self.settings)
