"""Questions beside the class (Lee et al. 2025)."""
import json

import torch
import torch.nn.functional as F

from condenser_losses import class_means

TEACHER = 'none'
UNKNOWN = -1.0


def table_of(params):
    return json.loads(params.answers) if params.answers else None


def width_of(given):
    if given.params.source == 'file':
        return given.numbers().rows.shape[1]
    table = table_of(given.params)
    return len(table['questions']) if table else given.params.aspects


def extras(parts, given):
    parts.add_dense('aspects', given.student.embedding, width_of(given))


def from_file(rows):
    """Imported numbers as they are within 0..1, else all of them logits of yes."""
    known = rows.sigmoid() if ((rows < 0) | (rows > 1)).any() else rows
    return torch.where(rows.isnan(), torch.full_like(rows, UNKNOWN), known)


def from_table(table, given):
    empty = [None] * len(table['questions'])
    known = [table['classes'].get(name, empty) for name in given.class_names]
    return torch.tensor([[UNKNOWN if x is None else float(x) for x in row] for row in known])[given.labels]


def from_attributes(given):
    """A question for each value of what the data set knows, one where there are two; the most balanced ones."""
    questions = []
    for values in given.attributes().values():
        distinct = values.unique()
        questions += [(values == wanted).float() for wanted in (distinct if len(distinct) > 2 else distinct[1:])]
    count = given.params.aspects
    questions = sorted(questions, key=lambda q: abs(q.double().mean().item() - 0.5))[:count]
    return F.pad(torch.stack(questions, 1), (0, count - len(questions)), value=UNKNOWN) if questions else None


def code_words(given):
    """Each question has a random half of the classes on either side."""
    lots = [given.uniform(f'code {q}', given.classes) for q in range(width_of(given))]
    ranks = torch.stack([lot.argsort().argsort() for lot in lots], 1)
    return (2 * ranks < given.classes).float()[given.labels]


def prepare(given):
    """Answers to all questions for every training image, [images, questions]; below 0 where there is none."""
    p, table = given.params, table_of(given.params)
    if p.source == 'file':
        return from_file(given.numbers().rows)
    rows = None if p.source == 'random' else from_table(table, given) if table else from_attributes(given)
    if rows is None:
        return code_words(given)
    if p.source == 'class' and not table:
        return class_means(rows, given.labels, given.classes)[given.labels]
    return rows[given.uniform('rows', len(rows)).argsort()] if p.source == 'shuffled' else rows


def losses(step):
    p, answers = step.params, step.memory[step.index]
    known = (answers >= 0).to(answers)
    answers = torch.where(answers < 0, answers, answers * (1 - 2 * p.soft) + p.soft)
    z = step.extras['aspects'](step.student.embedding)
    loss = (known * (F.softplus(z) - z * answers)).sum() / known.sum().clamp(min=1)
    return {'ce': step.supervised * p.ceWeight, 'aspects': loss * p.alpha}
