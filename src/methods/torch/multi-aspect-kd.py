"""Questions beside the class (Lee et al. 2025).

Left out: numbers imported with the images, and what a data set knows about its images beside their class does not leave the page, so that the questions are
those of your own table or, without one, random code words of the classes.
"""
import json

import torch
import torch.nn.functional as F

TEACHER = 'none'
ONLY = {"source": ["image", "class", "shuffled", "random"]}


def table_of(params):
    return json.loads(params.answers) if params.answers else None


def extras(parts, given):
    table = table_of(given.params)
    parts.add_dense('aspects', given.student.embedding, len(table['questions']) if table else given.params.aspects)


def prepare(given):
    """Answers to all questions for every training image, [images, questions]; -1 where there is none."""
    table = table_of(given.params)
    if table and given.params.source != 'random':
        width = len(table['questions'])
        known = [table['classes'].get(name, [None] * width) for name in given.class_names]
        answers = torch.tensor([[-1.0 if x is None else float(x) for x in row] for row in known])
    else:
        # Each question has a random half of the classes on either side.
        ranks = torch.rand(given.classes, given.params.aspects).argsort(0).argsort(0)
        answers = (2 * ranks < given.classes).float()
    rows = answers[given.labels]
    return rows[torch.randperm(len(rows))] if given.params.source == 'shuffled' else rows


def losses(step):
    p, answers = step.params, step.memory[step.index]
    known = (answers >= 0).to(answers)
    answers = torch.where(answers < 0, answers, answers * (1 - 2 * p.soft) + p.soft)
    z = step.extras['aspects'](step.student.embedding)
    loss = (known * (F.softplus(z) - z * answers)).sum() / known.sum().clamp(min=1)
    return {'ce': step.supervised * p.ceWeight, 'aspects': loss * p.alpha}
