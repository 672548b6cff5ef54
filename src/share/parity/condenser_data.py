"""The images of a set-up, its splits, what else is known of them, and its augmentation."""
import csv
import json
import math
import os
from types import SimpleNamespace

import numpy as np
import torch
from torch.utils.data import Dataset

with open('setup.json', encoding='utf-8') as file:
    SETUP = json.load(file)
MEAN, STD = torch.tensor(SETUP['mean']), torch.tensor(SETUP['std'])


def rows_of(name):
    """Rows of images.npy and labels of splits/<name>.csv."""
    with open(f'splits/{name}.csv', encoding='utf-8', newline='') as file:
        pairs = [(int(each['row']), int(each['label'])) for each in csv.DictReader(file)]
    return [row for row, _ in pairs], torch.tensor([label for _, label in pairs], dtype=torch.long)


def standardised(pixels):
    return (torch.from_numpy(pixels).float() - MEAN) / STD


def split(name):
    """Standardised images [n, height, width, channels] and labels of a split; 'pool': images alone."""
    if name == 'pool':
        return standardised(np.load('pool.npy')), None
    rows, labels = rows_of(name)
    return standardised(np.load('images.npy')[rows]), labels


def pool_size():
    """Number of images without labels; None where the archive has none."""
    return len(np.load('pool.npy', mmap_mode='r')) if os.path.exists('pool.npy') else None


def attributes():
    """What else is known of the images of splits/train.csv: whole numbers by name, -1 for no value."""
    with open('attributes.json', encoding='utf-8') as file:
        return {name: torch.tensor(values)[rows_of('train')[0]] for name, values in json.load(file).items()}


def tasks():
    """Tasks beside the class: `name`, number of `classes`, `labels` of splits/train.csv and of the `pool`, or None."""
    with open('tasks.json', encoding='utf-8') as file:
        listed = lambda values: None if values is None else torch.tensor(values)
        return [SimpleNamespace(**{**task, 'labels': listed(task['labels']), 'pool': listed(task['pool'])})
                for task in json.load(file)]


def numbers():
    """What was imported with the images, NaN where nothing was: of splits/train.csv, of each class, of the pool."""
    found = {name: torch.from_numpy(values) for name, values in np.load('numbers.npz').items()}
    return SimpleNamespace(**{**found, 'rows': found['rows'][rows_of('train')[0]]})


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
